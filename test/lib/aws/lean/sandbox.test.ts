import {CreateQueueCommand, GetQueueAttributesCommand} from '@aws-sdk/client-sqs'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import type {LeanSqs} from '../../../../src/lib/aws/lean/lean-sqs.js'
import type {FaultRule} from '../../../../src/sandbox/faults/rule.js'
import {startSandbox} from '../../../../src/sandbox/server.js'
import {connectTo} from '../connection.js'
import {BOTH, lean, overSdk, toldFailure} from './clients.js'

const sandbox = await startSandbox()
beforeEach(() => sandbox.reset())
afterAll(() => sandbox.close())

async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const sqs = await connectTo(sandbox.url).sqs()
  const {QueueUrl} = await sqs.send(new CreateQueueCommand({QueueName: name, Attributes: attributes}))
  return QueueUrl ?? ''
}

/** Messages of a queue: visible and in flight. */
async function depth(QueueUrl: string): Promise<string> {
  const sqs = await connectTo(sandbox.url).sqs()
  const {Attributes: attributes} = await sqs.send(new GetQueueAttributesCommand({QueueUrl, AttributeNames: ['All']}))
  return `${attributes?.ApproximateNumberOfMessages} + ${attributes?.ApproximateNumberOfMessagesNotVisible}`
}

const requestsOf = (action: string) => sandbox.requests.list().filter(request => request.action === action).length

describe.each(BOTH)('%s', (_name, open) => {
  it('moves messages: send, receive, change visibility, delete', async () => {
    const QueueUrl = await createQueue('orders')
    const sqs = await open(sandbox.url)
    const body = 'grüße € 😀\t\u2028'
    const attributes = {
      text: {DataType: 'String', StringValue: 'wért'},
      number: {DataType: 'Number.int', StringValue: '7'},
      binary: {DataType: 'Binary.gif', BinaryValue: Uint8Array.from([0, 255, 128, 10])},
    }
    const sent = await sqs.sendMessageBatch({
      QueueUrl,
      Entries: [
        {
          Id: '0',
          MessageBody: body,
          MessageAttributes: attributes,
          MessageSystemAttributes: {
            AWSTraceHeader: {DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a9'},
          },
          MessageGroupId: 'tenant',
        },
        {Id: '1', MessageBody: 'second'},
        {Id: '2', MessageBody: 'not a character: \u0000'},
      ],
    })
    expect(sent.Successful).toMatchObject([
      {Id: '0', MD5OfMessageBody: '2afcb5f06409ea5cdf87444e2a5777f8'},
      {Id: '1', MD5OfMessageBody: 'a9f0e61a137d86aa9db53465e0801612'},
    ])
    expect(sent.Failed).toMatchObject([{Id: '2', SenderFault: true, Code: 'InvalidMessageContents'}])

    const {Messages: messages = []} = await sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      VisibilityTimeout: 300,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
    const first = messages.find(message => message.MessageId === sent.Successful?.[0]?.MessageId)
    expect(first?.Body).toBe(body)
    expect(first?.MessageAttributes).toMatchObject(attributes)
    expect(first?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a9',
      MessageGroupId: 'tenant',
    })
    expect(await depth(QueueUrl)).toBe('0 + 2')

    const handles = messages.map(({ReceiptHandle}, i) => ({Id: String(i), ReceiptHandle: ReceiptHandle ?? ''}))
    const released = await sqs.changeMessageVisibilityBatch({
      QueueUrl,
      Entries: [
        {...handles[0]!, VisibilityTimeout: 0},
        {Id: 'bad', ReceiptHandle: 'none', VisibilityTimeout: 0},
      ],
    })
    expect(released.Successful).toEqual([{Id: '0'}])
    expect(released.Failed).toMatchObject([{Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid'}])
    expect(await depth(QueueUrl)).toBe('1 + 1')

    const deleted = await sqs.deleteMessageBatch({QueueUrl, Entries: [handles[1]!, {Id: 'bad', ReceiptHandle: 'none'}]})
    expect(deleted.Successful).toEqual([{Id: '1'}])
    expect(deleted.Failed).toMatchObject([{Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid'}])
    expect(await depth(QueueUrl)).toBe('1 + 0')
  })

  it('keeps sequence numbers and groups of a FIFO queue', async () => {
    const QueueUrl = await createQueue('orders.fifo', {FifoQueue: 'true'})
    const sqs = await open(sandbox.url)
    const sent = await sqs.sendMessageBatch({
      QueueUrl,
      Entries: ['a', 'b'].map((group, i) => ({
        Id: String(i),
        MessageBody: 'body',
        MessageGroupId: group,
        MessageDeduplicationId: `rd-${i}`,
      })),
    })
    const numbers = sent.Successful?.map(entry => entry.SequenceNumber)
    expect(numbers).toEqual([expect.stringMatching(/^\d{20}$/), expect.stringMatching(/^\d{20}$/)])
    const {Messages} = await sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All'],
      ReceiveRequestAttemptId: 'attempt',
    })
    expect(
      Messages?.map(({Attributes: attributes}) => [attributes?.MessageGroupId, attributes?.SequenceNumber]),
    ).toEqual([
      ['a', numbers?.[0]],
      ['b', numbers?.[1]],
    ])
  })

  it('waits out a long poll and gets the message that comes meanwhile', async () => {
    const QueueUrl = await createQueue('orders')
    const sqs = await open(sandbox.url)
    const waiting = sqs.receiveMessage({QueueUrl, WaitTimeSeconds: 20})
    await sqs.sendMessageBatch({QueueUrl, Entries: [{Id: '0', MessageBody: 'late'}]})
    expect((await waiting).Messages?.map(({Body}) => Body)).toEqual(['late'])
  })
})

describe('under each fault both tell the same, and the queue holds the same', () => {
  const send = async (sqs: LeanSqs, QueueUrl: string) =>
    sqs.sendMessageBatch({
      QueueUrl,
      Entries: ['0', '1', '2'].map(Id => ({Id, MessageBody: `body ${Id}`})),
    })

  /** What each client is told of a send under a fault, and what the queue then holds; identities and addresses left out. */
  async function both(fault: Omit<FaultRule, 'action' | 'times'>): Promise<[object, object]> {
    const told: object[] = []
    for (const [index, open] of [overSdk, lean].entries()) {
      const QueueUrl = await createQueue(`orders-${index}`)
      const sqs = await open(sandbox.url, {requestTimeoutMs: 300})
      sandbox.requests.clear()
      sandbox.faults.add({...fault, action: 'SendMessageBatch', times: 1})
      const result = await send(sqs, QueueUrl).then(
        ({Successful, Failed}) => ({
          Successful: Successful?.map(({Id, MD5OfMessageBody}) => ({Id, MD5OfMessageBody})),
          Failed,
        }),
        async (error: unknown) => toldFailure(Promise.reject(error as Error)),
      )
      const requests = requestsOf('SendMessageBatch')
      const held = await depth(QueueUrl)
      const text = JSON.stringify({result, requests, held}).replaceAll(`orders-${index}`, 'orders')
      told.push(JSON.parse(text.replaceAll(/"requestId":"[^"]+"/g, '"requestId":"id"')) as object)
      sandbox.faults.clear()
    }
    return [told[0]!, told[1]!]
  }

  it.each<[string, Omit<FaultRule, 'action' | 'times'>, object, string]>([
    ['error', {kind: 'error'}, {code: 'InternalFailure', httpStatus: 500, outcome: 'unknown', exitCode: 6}, '0 + 0'],
    [
      'error after the send took effect',
      {kind: 'error', applied: true},
      {code: 'InternalFailure', httpStatus: 500, outcome: 'unknown', exitCode: 6},
      '3 + 0',
    ],
    ['throttle', {kind: 'throttle'}, {code: 'RequestThrottled', outcome: 'rejected', exitCode: 6}, '0 + 0'],
    ['access-denied', {kind: 'access-denied'}, {code: 'AccessDenied', outcome: 'rejected', exitCode: 4}, '0 + 0'],
    ['expired-token', {kind: 'expired-token'}, {code: 'ExpiredToken', outcome: 'rejected', exitCode: 4}, '0 + 0'],
    ['reset-before', {kind: 'reset-before'}, {code: 'ConnectionLost', outcome: 'unknown', exitCode: 6}, '0 + 0'],
    ['reset-after', {kind: 'reset-after'}, {code: 'ConnectionLost', outcome: 'unknown', exitCode: 6}, '3 + 0'],
    ['half-reply', {kind: 'half-reply'}, {code: 'ConnectionLost', outcome: 'unknown', exitCode: 6}, '3 + 0'],
    ['hang', {kind: 'hang'}, {code: 'NoReply', outcome: 'unknown', exitCode: 6}, '0 + 0'],
    [
      'hang after the send took effect',
      {kind: 'hang', applied: true},
      {code: 'NoReply', outcome: 'unknown', exitCode: 6},
      '3 + 0',
    ],
    ['slow', {kind: 'slow', latencyMs: 20}, {Successful: [{Id: '0'}, {Id: '1'}, {Id: '2'}]}, '3 + 0'],
    ['skew', {kind: 'skew'}, {Successful: [{Id: '0'}, {Id: '1'}, {Id: '2'}]}, '3 + 0'],
    [
      'bad-md5',
      {kind: 'bad-md5'},
      {
        Successful: [
          {MD5OfMessageBody: '0c2f1edb5aac06c6c201d1fe8916de7d'},
          {MD5OfMessageBody: '044d6dbfdbed0707e1db5a0d9967710f'},
          {MD5OfMessageBody: '0a396db400a9e9e1becc6f836bb14036'},
        ],
      },
      '3 + 0',
    ],
    [
      'partial-batch',
      {kind: 'partial-batch', entries: [1]},
      {Successful: [{Id: '0'}, {Id: '2'}], Failed: [{Id: '1', SenderFault: false, Code: 'InternalError'}]},
      '2 + 0',
    ],
  ])('%s', async (_kind, fault, result, held) => {
    const [sdk, own] = await both(fault)
    expect(own).toMatchObject({result, held, requests: 1})
    expect(own).toEqual(sdk)
  })
})
