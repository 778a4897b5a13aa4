import {SQS} from '@aws-sdk/client-sqs'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'
import {claim, http1} from '../raw-http.js'

let sandbox: Sandbox
let sqs: SQS
beforeAll(async () => {
  sandbox = await startSandbox()
})
beforeEach(() => {
  sandbox.clock.freeze()
  sqs = new SQS({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: {accessKeyId: 'sandbox', secretAccessKey: 'sandbox'},
    maxAttempts: 1,
  })
})
afterEach(async () => {
  sqs.destroy()
  await sandbox.reset()
})
afterAll(() => sandbox.close())

const ARN = 'arn:aws:sqs:us-east-1:000000000000:'

describe('through the SDK', () => {
  it('a failed message is dead-lettered, redriven by AWS’s task, and cancelled half-way', async () => {
    await sqs.createQueue({QueueName: 'dlq'})
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: `${ARN}dlq`, maxReceiveCount: 1})
    const {QueueUrl} = await sqs.createQueue({
      QueueName: 'orders',
      Attributes: {RedrivePolicy, VisibilityTimeout: '30'},
    })
    const Entries = Array.from({length: 10}, (_, index) => ({Id: `${index}`, MessageBody: `m${index}`}))
    await sqs.sendMessageBatch({QueueUrl, Entries})
    await sqs.receiveMessage({QueueUrl, MaxNumberOfMessages: 10})
    sandbox.clock.advance(30_000)
    expect((await sqs.receiveMessage({QueueUrl, MaxNumberOfMessages: 10})).Messages).toBeUndefined()

    const {TaskHandle} = await sqs.startMessageMoveTask({SourceArn: `${ARN}dlq`, MaxNumberOfMessagesPerSecond: 2})
    sandbox.clock.advance(2000)
    expect((await sqs.listMessageMoveTasks({SourceArn: `${ARN}dlq`})).Results).toEqual([
      {
        TaskHandle,
        Status: 'RUNNING',
        SourceArn: `${ARN}dlq`,
        MaxNumberOfMessagesPerSecond: 2,
        ApproximateNumberOfMessagesMoved: 4,
        ApproximateNumberOfMessagesToMove: 10,
        StartedTimestamp: sandbox.clock.now() - 2000,
      },
    ])
    expect(await sqs.cancelMessageMoveTask({TaskHandle})).toMatchObject({ApproximateNumberOfMessagesMoved: 4})
    sandbox.clock.advance(1000)
    expect((await sqs.listMessageMoveTasks({SourceArn: `${ARN}dlq`})).Results).toMatchObject([{Status: 'CANCELLED'}])
    expect((await sqs.receiveMessage({QueueUrl, MaxNumberOfMessages: 10})).Messages).toHaveLength(4)
  })

  it('a long poll is ended by the clock', async () => {
    const {QueueUrl} = await sqs.createQueue({QueueName: 'orders'})
    await sqs.sendMessage({QueueUrl, MessageBody: 'later', DelaySeconds: 15})
    const waiting = sqs.receiveMessage({QueueUrl, WaitTimeSeconds: 20})
    const polled = () => sandbox.requests.list().some(({action}) => action === 'ReceiveMessage')
    do await new Promise(setImmediate)
    while (!polled())
    sandbox.clock.advance(15_000)
    expect((await waiting).Messages?.[0]?.Body).toBe('later')
  })

  it('errors come as the classes and codes that the SDK knows', async () => {
    const QueueUrl = `${sandbox.url}/000000000000/nowhere`
    await expect(sqs.sendMessage({QueueUrl, MessageBody: 'x'})).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'The specified queue does not exist.',
      $metadata: {httpStatusCode: 400},
    })
    await sqs.createQueue({QueueName: 'orders'})
    await expect(sqs.receiveMessage({QueueUrl: 'orders', MaxNumberOfMessages: 11})).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      $metadata: {httpStatusCode: 400},
    })
    await expect(sqs.listMessageMoveTasks({SourceArn: `${ARN}nowhere`})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: {httpStatusCode: 404},
    })
    sandbox.sqs.quirks.set({deny: [{action: 'SendMessage'}]})
    await expect(sqs.sendMessage({QueueUrl: 'orders', MessageBody: 'x'})).rejects.toMatchObject({
      Code: 'AccessDenied',
      $metadata: {httpStatusCode: 403},
    })
  })
})

describe('through the older query protocol', () => {
  const ask = async (parameters: Record<string, string>, path = '/') => {
    const {body, status} = await http1(sandbox.url, {
      path,
      headers: {authorization: claim('sqs'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8'},
      body: new URLSearchParams({Version: '2012-11-05', ...parameters}).toString(),
    })
    return {body, status}
  }
  const element = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''

  it('a message with attributes goes in, comes out and is deleted', async () => {
    const created = await ask({
      Action: 'CreateQueue',
      QueueName: 'old',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '60',
    })
    expect(element(created.body, 'QueueUrl')).toBe(`${sandbox.url}/000000000000/old`)
    const path = '/000000000000/old'
    const sent = await ask(
      {
        Action: 'SendMessage',
        MessageBody: 'a <b> & "c" ü',
        'MessageAttribute.1.Name': 'MyAttribute',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.1.Value.StringValue': 'foobar',
      },
      path,
    )
    expect(element(sent.body, 'MD5OfMessageAttributes')).toBe('adb59cd4678ea5a855436b949cd07ab6')
    const received = await ask(
      {Action: 'ReceiveMessage', 'AttributeName.1': 'ApproximateReceiveCount', 'MessageAttributeName.1': 'All'},
      path,
    )
    expect(received.body).toContain('<Body>a &lt;b&gt; &amp; ')
    expect(received.body).toContain('<Name>ApproximateReceiveCount</Name><Value>1</Value>')
    const ReceiptHandle = element(received.body, 'ReceiptHandle')
    expect(ReceiptHandle).toMatch(/^AQEB/)
    expect((await ask({Action: 'DeleteMessage', ReceiptHandle}, path)).status).toBe(200)
    expect(sandbox.sqs.status()['000000000000/us-east-1']?.queues).toMatchObject([
      {approximateNumberOfMessages: 0, approximateNumberOfMessagesNotVisible: 0},
    ])
  })

  it('errors carry the codes of that protocol', async () => {
    const {body, status} = await ask({Action: 'GetQueueUrl', QueueName: 'nowhere'})
    expect(status).toBe(400)
    expect(element(body, 'Code')).toBe('AWS.SimpleQueueService.NonExistentQueue')
    const purged = await ask({Action: 'CreateQueue', QueueName: 'old'}).then(() =>
      ask({Action: 'PurgeQueue'}, '/000000000000/old'),
    )
    expect(purged.status).toBe(200)
    const again = await ask({Action: 'PurgeQueue'}, '/000000000000/old')
    expect([again.status, element(again.body, 'Code')]).toEqual([403, 'AWS.SimpleQueueService.PurgeQueueInProgress'])
  })
})
