import type {MessageAttributeValue} from '@aws-sdk/client-sqs'
import {describe, expect, it} from 'vitest'
import {dangersIn, hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

const TEN_ATTRIBUTES: Record<string, MessageAttributeValue> = {
  text: {DataType: 'String', StringValue: 'grüße'},
  label: {DataType: 'String.uuid', StringValue: '0f5a'},
  whole: {DataType: 'Number', StringValue: '42'},
  exact: {DataType: 'Number.decimal', StringValue: '0.10'},
  bytes: {DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 27, 10])},
  picture: {DataType: 'Binary.png', BinaryValue: new Uint8Array([137, 80, 78, 71])},
  'dotted.name': {DataType: 'String', StringValue: 'a\tb'},
  under_score: {DataType: 'String', StringValue: ' '},
  'da-sh': {DataType: 'Number.int', StringValue: '-7'},
  last: {DataType: 'String', StringValue: 'x'},
}

async function queueOf(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const {QueueUrl = ''} = await sqs.createQueue({QueueName: name, Attributes: attributes})
  return QueueUrl
}

async function countsOf(url: string) {
  const {Attributes = {}} = await sqs.getQueueAttributes({QueueUrl: url, AttributeNames: ['All']})
  return {visible: Attributes.ApproximateNumberOfMessages, inFlight: Attributes.ApproximateNumberOfMessagesNotVisible}
}

async function dlqOf(source: string, maxReceiveCount: number): Promise<{work: string; dlq: string}> {
  const dlq = await queueOf(`${source}-dlq`)
  const work = await queueOf(source, {
    RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn(`${source}-dlq`), maxReceiveCount}),
  })
  return {work, dlq}
}

describe('msgops queue peek', () => {
  it('shows a message whole and gives it back at once', async () => {
    const url = await queueOf('work')
    const body = '{"id": 9007199254740993, "note": "  kept as it is "}\n'
    const {MessageId} = await sqs.sendMessage({
      QueueUrl: url,
      MessageBody: body,
      MessageAttributes: TEN_ATTRIBUTES,
      MessageGroupId: 'tenant-1',
      MessageSystemAttributes: {
        AWSTraceHeader: {DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'},
      },
    })
    const {code, document, stderr} = await cli.json(['queue', 'peek', 'work'])
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(document.messages).toEqual([
      {
        messageId: MessageId,
        body,
        messageAttributes: {
          text: {dataType: 'String', stringValue: 'grüße'},
          label: {dataType: 'String.uuid', stringValue: '0f5a'},
          whole: {dataType: 'Number', stringValue: '42'},
          exact: {dataType: 'Number.decimal', stringValue: '0.10'},
          bytes: {dataType: 'Binary', binaryValue: 'AP8bCg=='},
          picture: {dataType: 'Binary.png', binaryValue: 'iVBORw=='},
          'dotted.name': {dataType: 'String', stringValue: 'a\tb'},
          under_score: {dataType: 'String', stringValue: ' '},
          'da-sh': {dataType: 'Number.int', stringValue: '-7'},
          last: {dataType: 'String', stringValue: 'x'},
        },
        attributes: expect.objectContaining({
          ApproximateReceiveCount: '1',
          MessageGroupId: 'tenant-1',
          AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
        }) as object,
        sentAt: expect.stringMatching(/Z$/) as string,
        expiresAt: expect.stringMatching(/Z$/) as string,
        approximateReceiveCount: 1,
      },
    ])
    expect(document).toMatchObject({receiveCountRaised: 1, stillHidden: [], unverified: []})
    expect(await countsOf(url)).toEqual({visible: '1', inFlight: '0'})
  })

  it('says that the receive count rose', async () => {
    const url = await queueOf('work')
    await sqs.sendMessage({QueueUrl: url, MessageBody: 'x'})
    const {stderr} = await cli.piped(['queue', 'peek', 'work'])
    expect(stderr).toContain('A peek is a receive: the receive count of 1 message rose by one.')
    const {Messages = []} = await sqs.receiveMessage({QueueUrl: url, MessageSystemAttributeNames: ['All']})
    expect(Messages[0]?.Attributes?.ApproximateReceiveCount).toBe('2')
  })

  it('an empty queue is done', async () => {
    await queueOf('work')
    const {code, document} = await cli.json(['queue', 'peek', 'work'])
    expect({code, messages: document.messages, ended: document.ended}).toEqual({code: 0, messages: [], ended: 'empty'})
  })

  it('shows each message once, as many as asked, and leaves none in flight', async () => {
    const url = await queueOf('work')
    for (let index = 0; index < 25; index++) await sqs.sendMessage({QueueUrl: url, MessageBody: `m${index}`})
    const {document} = await cli.json(['queue', 'peek', 'work', '--max', '23', '--query', 'messages[].messageId'])
    expect(new Set(document as unknown as string[]).size).toBe(23)
    expect(await countsOf(url)).toEqual({visible: '25', inFlight: '0'})
  })

  it('frees the groups of a FIFO queue', async () => {
    const url = await queueOf('work.fifo', {FifoQueue: 'true', ContentBasedDeduplication: 'true'})
    for (const MessageBody of ['a', 'b', 'c']) {
      await sqs.sendMessage({QueueUrl: url, MessageBody, MessageGroupId: 'g'})
    }
    const {document} = await cli.json(['queue', 'peek', 'work.fifo', '--query', 'messages[].body'])
    expect(document).toEqual(['a', 'b', 'c'])
    const {Messages = []} = await sqs.receiveMessage({QueueUrl: url, MaxNumberOfMessages: 10})
    expect(Messages.map(({Body}) => Body)).toEqual(['a', 'b', 'c'])
  })

  it('refuses where the look would use up the only receive: exit 7, nothing received', async () => {
    const {work, dlq} = await dlqOf('fragile', 1)
    await sqs.sendMessage({QueueUrl: work, MessageBody: 'x'})
    cli.sandbox.requests.clear()
    const {code, document} = await cli.json(['queue', 'peek', 'fragile'])
    expect(code).toBe(7)
    expect(document.error).toMatchObject({code: 'PeekWouldDeadLetter'})
    expect(operations(cli.sandbox)).not.toContain('ReceiveMessage')
    const forced = await cli.json(['queue', 'peek', 'fragile', '--force'])
    expect(forced.document.messages).toHaveLength(1)
    expect(await countsOf(dlq)).toEqual({visible: '0', inFlight: '0'})
  })

  it('ends at the first message that its next receive would dead-letter: exit 3, named', async () => {
    const {work, dlq} = await dlqOf('nearly', 2)
    for (const MessageBody of ['a', 'b', 'c']) await sqs.sendMessage({QueueUrl: work, MessageBody})
    const {Messages: [first] = []} = await sqs.receiveMessage({QueueUrl: work, VisibilityTimeout: 0})
    const {code, document, stderr} = await cli.json(['queue', 'peek', 'nearly'])
    expect(code).toBe(3)
    expect(document).toMatchObject({ended: 'receiveLimit', atReceiveLimit: [first?.MessageId]})
    expect(stderr).toContain('the next receive moves it to nearly-dlq')
    expect(await countsOf(work)).toEqual({visible: '3', inFlight: '0'})
    expect(await countsOf(dlq)).toEqual({visible: '0', inFlight: '0'})
  })

  it('lists what could not be given back, and when it returns: exit 3', async () => {
    const url = await queueOf('work')
    for (const MessageBody of ['a', 'b']) await sqs.sendMessage({QueueUrl: url, MessageBody})
    cli.sandbox.sqs.quirks.set({
      failEntries: [
        {
          action: 'ChangeMessageVisibility',
          code: 'ReceiptHandleIsInvalid',
          message: 'The input receipt handle is invalid.',
          senderFault: true,
          times: 1,
        },
      ],
    })
    const {code, document} = await cli.json(['queue', 'peek', 'work'])
    expect(code).toBe(3)
    expect(document.stillHidden).toEqual([
      expect.objectContaining({
        messageId: (document.messages as {messageId: string}[])[0]?.messageId,
        code: 'ReceiptHandleIsInvalid',
        hiddenUntil: expect.stringMatching(/Z$/) as string,
      }),
    ])
    expect(await countsOf(url)).toEqual({visible: '1', inFlight: '1'})
  })

  it('tries again to give back what failed on the side of SQS', async () => {
    const url = await queueOf('work')
    for (const MessageBody of ['a', 'b']) await sqs.sendMessage({QueueUrl: url, MessageBody})
    cli.sandbox.faults.add({kind: 'partial-batch', action: 'ChangeMessageVisibilityBatch', entries: [1], times: 1})
    const {code, document} = await cli.json(['queue', 'peek', 'work'])
    expect({code, stillHidden: document.stillHidden}).toEqual({code: 0, stillHidden: []})
    expect(await countsOf(url)).toEqual({visible: '2', inFlight: '0'})
  })

  it('gives back after Ctrl-C', async () => {
    const url = await queueOf('work')
    for (let index = 0; index < 3; index++) await sqs.sendMessage({QueueUrl: url, MessageBody: `m${index}`})
    let asked = false
    cli.sandbox.faults.add({kind: 'slow', action: 'ReceiveMessage', skip: 1, latencyMs: 300})
    const run = cli.piped(['queue', 'peek', 'work', '--max', '50', '--wait', '20', '--debug'], {
      onOutput: (child, {stderr}) => {
        if (asked || !stderr.includes('ReceiveMessage')) return
        asked = true
        child.kill('SIGINT')
      },
    })
    const {code} = await run
    expect(code).toBe(130)
    expect(await countsOf(url)).toEqual({visible: '3', inFlight: '0'})
  })

  it('counts as a write: --read-only refuses it before anything is received', async () => {
    const url = await queueOf('work')
    await sqs.sendMessage({QueueUrl: url, MessageBody: 'x'})
    const {code, document} = await cli.json(['queue', 'peek', 'work', '--read-only'])
    expect(code).toBe(7)
    expect(document.error).toMatchObject({code: 'ReadOnly'})
    expect(operations(cli.sandbox)).not.toContain('ReceiveMessage')
  })

  it('shows hostile bodies and attributes as text, in a terminal and on a pipe, and exact as JSON', async () => {
    const url = await queueOf('work')
    // SQS lets no C0 control but tab, line feed and carriage return in; C1, bidi and invisible characters it does.
    const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u
    const bodies = hostileStrings.map(({text}) => text).filter(text => allowed.test(text))
    expect(bodies.length).toBeGreaterThan(20)
    for (const text of bodies) {
      await sqs.sendMessage({
        QueueUrl: url,
        MessageBody: text,
        MessageAttributes: {evil: {DataType: 'String', StringValue: text}},
      })
    }
    const max = ['--max', String(bodies.length)]
    const exact = await cli.json(['queue', 'peek', 'work', ...max])
    expect((exact.document.messages as {body: string}[]).map(({body}) => body).sort()).toEqual([...bodies].sort())
    const piped = await cli.piped(['queue', 'peek', 'work', '--full', ...max])
    expect(dangersIn(piped.stdout, {layout: true})).toEqual([])
    const {output} = await cli.terminal(['queue', 'peek', 'work', '--full', '--no-color', ...max])
    expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
    const onTerminal = await cli.terminal(['queue', 'peek', 'work', '--json', '--no-color', ...max])
    expect(dangersIn(onTerminal.output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
  }, 60_000)

  it('carries a body of 1 MiB', async () => {
    const url = await queueOf('work')
    const body = 'é'.repeat(524_288)
    await sqs.sendMessage({QueueUrl: url, MessageBody: body})
    const {document} = await cli.json(['queue', 'peek', 'work', '--query', 'messages[0].body'])
    expect(document === (body as unknown)).toBe(true)
    const table = await cli.terminal(['queue', 'peek', 'work', '--no-color'])
    expect(Math.max(...table.output.split('\r\n').map(line => line.length))).toBeLessThanOrEqual(80)
  })
})
