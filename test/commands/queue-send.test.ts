import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)

async function queueOf(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const {QueueUrl = ''} = await sqs.createQueue({QueueName: name, Attributes: attributes})
  return QueueUrl
}

async function received(url: string) {
  const {Messages = []} = await sqs.receiveMessage({
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  })
  return Messages
}

describe('msgops queue send', () => {
  it('sends body, attributes of every type, group and trace header as given', async () => {
    const url = await queueOf('work')
    const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'
    const {code, document} = await cli.json([
      ...['queue', 'send', 'work', '--body', '{"n": 1.50}', '--group', 'tenant-1', '--trace-header', trace],
      ...['--attribute', 'tenant=a=b', '--attribute', 'n:Number=3', '--attribute', 'raw:Binary.x=AP8='],
    ])
    expect(code).toBe(0)
    const [message] = await received(url)
    expect(document).toMatchObject({
      messageId: message?.MessageId,
      // md5 of {"n": 1.50}, by md5sum
      md5OfMessageBody: '24a921ac719617ef5d16410f5e43f2c8',
      dryRun: false,
    })
    expect(message).toMatchObject({
      Body: '{"n": 1.50}',
      Attributes: {MessageGroupId: 'tenant-1', AWSTraceHeader: trace},
      MessageAttributes: {
        tenant: {DataType: 'String', StringValue: 'a=b'},
        n: {DataType: 'Number', StringValue: '3'},
        raw: {DataType: 'Binary.x', BinaryValue: new Uint8Array([0, 255])},
      },
    })
  })

  it('reads the body from standard input and from a file to the last byte', async () => {
    const url = await queueOf('work')
    await cli.piped(['queue', 'send', 'work', '--body', '-'], {stdin: '\ufeffline\r\n\n'})
    const folder = mkdtempSync(join(tmpdir(), 'msgops-send-'))
    try {
      writeFileSync(join(folder, 'body.txt'), ' kept \n')
      await cli.piped(['queue', 'send', 'work', '--body-file', join(folder, 'body.txt')])
    } finally {
      rmSync(folder, {recursive: true})
    }
    expect((await received(url)).map(({Body}) => Body).sort()).toEqual([' kept \n', '\ufeffline\r\n\n'])
  })

  it('a FIFO queue needs a group, and gives a sequence number', async () => {
    const url = await queueOf('pay.fifo', {FifoQueue: 'true'})
    const without = await cli.json(['queue', 'send', 'pay.fifo', '--body', 'x', '--dedup-id', 'd1'])
    expect({code: without.code, sent: operations(cli.sandbox).includes('SendMessage')}).toEqual({code: 2, sent: false})
    const {code, document} = await cli.json([
      ...['queue', 'send', 'pay.fifo', '--body', 'x', '--group', 'g', '--dedup-id', 'd1'],
    ])
    expect(code).toBe(0)
    expect(document.sequenceNumber).toMatch(/^\d{20}$/)
    expect(await received(url)).toHaveLength(1)
  })

  it.each([
    ['an empty body', ['--body', '']],
    ['a forbidden character', ['--body', 'a\u0001b']],
    ['an attribute that is no number', ['--body', 'x', '--attribute', 'n:Number=three']],
    ['an attribute that is not base64', ['--body', 'x', '--attribute', 'b:Binary=%%']],
    ['an attribute of no known type', ['--body', 'x', '--attribute', 'n:Integer=3']],
    ['an empty attribute', ['--body', 'x', '--attribute', 'n=']],
    ['eleven attributes', ['--body', 'x', ...Array.from({length: 11}, (_, i) => ['--attribute', `a${i}=1`]).flat()]],
    ['a delay over 15 minutes', ['--body', 'x', '--delay', '901']],
    ['no body at all', []],
  ])('refuses %s before anything is sent: exit 2', async (_, flags) => {
    await queueOf('work')
    const {code} = await cli.json(['queue', 'send', 'work', ...flags])
    expect({code, sent: operations(cli.sandbox).includes('SendMessage')}).toEqual({code: 2, sent: false})
  })

  it('takes 1 MiB with its attributes and refuses a byte more before it is sent', async () => {
    const url = await queueOf('work')
    const most = 'x'.repeat(1_048_576 - 'aString1'.length)
    const sent = await cli.piped(['queue', 'send', 'work', '--body', '-', '--attribute', 'a=1'], {stdin: most})
    expect(sent.code).toBe(0)
    const over = await cli.json(['queue', 'send', 'work', '--body', '-', '--attribute', 'a=1'], {stdin: `${most}x`})
    expect(over.code).toBe(2)
    expect(await received(url)).toHaveLength(1)
  })

  it('a lost answer is told as such: exit 6, one attempt, one copy', async () => {
    const url = await queueOf('work')
    cli.sandbox.faults.add({kind: 'reset-after', action: 'SendMessage'})
    const {code, document} = await cli.json(['queue', 'send', 'work', '--body', 'x'])
    expect(code).toBe(6)
    expect(document.error).toMatchObject({
      code: 'SendOutcomeUnknown',
      suggestions: [
        'It may be in the queue already. Look before you send again: a second send may make a second copy.',
      ],
    })
    expect(operations(cli.sandbox).filter(action => action === 'SendMessage')).toHaveLength(1)
    expect(await received(url)).toHaveLength(1)
  })

  it('an MD5 that is not ours is no success: exit 1', async () => {
    await queueOf('work')
    cli.sandbox.faults.add({kind: 'bad-md5', action: 'SendMessage'})
    const {code, document} = await cli.json(['queue', 'send', 'work', '--body', 'x'])
    expect(code).toBe(1)
    expect(document.error).toMatchObject({code: 'MessageDigestMismatch'})
  })

  it('--dry-run checks and sends nothing; --read-only refuses', async () => {
    await queueOf('work')
    const dry = await cli.json(['queue', 'send', 'work', '--body', 'x', '--dry-run'])
    expect(dry.code).toBe(0)
    expect(dry.document).toMatchObject({dryRun: true, size: 1})
    const readOnly = await cli.json(['queue', 'send', 'work', '--body', 'x', '--read-only'])
    expect(readOnly.code).toBe(7)
    expect(operations(cli.sandbox)).not.toContain('SendMessage')
  })
})
