import {hash} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {letIn, localSns, OTHER_ACCOUNT, QUEUE_PREFIX} from './local-sns.js'

const {sandbox, sns, sqs, topic, queue, subscribe, drain, bodies} = await localSns()

const PARTS = {
  text: {DataType: 'String', StringValue: 'é "quoted"'},
  number: {DataType: 'Number', StringValue: '99.12'},
  bytes: {DataType: 'Binary', BinaryValue: Buffer.from([2, 3, 4])},
  list: {DataType: 'String.Array', StringValue: '["a",1]'},
}
const countsOf = (name: string) =>
  sandbox.sns.status()['000000000000/us-east-1']?.topics.find(topic => topic.name === name)

describe('a notification in a queue', () => {
  it('is laid out as AWS lays it out', async () => {
    const topicArn = await topic('orders')
    const queueArn = await queue('q', topicArn)
    const subscriptionArn = await subscribe(topicArn, queueArn)
    const {MessageId} = await sns.publish({
      TopicArn: topicArn,
      Subject: 'Order placed',
      Message: '{"id":"1"}\n',
      MessageAttributes: {text: PARTS.text, bytes: PARTS.bytes},
    })
    const [message] = await drain(queueArn)
    const [before = '', after = ''] = message?.Body?.split(/"Signature" : "[A-Za-z0-9+/]{342}=="/) ?? []
    expect(before).toBe(
      `{
  "Type" : "Notification",
  "MessageId" : "${MessageId ?? ''}",
  "TopicArn" : "arn:aws:sns:us-east-1:000000000000:orders",
  "Subject" : "Order placed",
  "Message" : "{\\"id\\":\\"1\\"}\\n",
  "Timestamp" : "2026-04-21T12:00:00.007Z",
  "SignatureVersion" : "1",
  `,
    )
    expect(after).toBe(
      `,
  "SigningCertURL" : "${sandbox.url}/SimpleNotificationService-00000000000000000000000000000000.pem",
  "UnsubscribeURL" : "${sandbox.url}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}",
  "MessageAttributes" : {
    "text" : {"Type":"String","Value":"é \\"quoted\\""},
    "bytes" : {"Type":"Binary","Value":"AgME"}
  }
}`,
    )
    expect(message?.MessageAttributes).toBeUndefined()
    expect(message?.MessageId).not.toBe(MessageId)
    expect(message?.MD5OfBody).toBe(hash('md5', message?.Body ?? ''))
  })

  it('leaves out what was not given, and bears the topic’s signature version', async () => {
    const topicArn = await topic('orders', {SignatureVersion: '2'})
    const queueArn = await queue('q', topicArn)
    await subscribe(topicArn, queueArn)
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    const [body = ''] = await bodies(queueArn)
    const envelope = JSON.parse(body) as Record<string, string>
    expect(Object.keys(envelope)).toEqual([
      'Type',
      'MessageId',
      'TopicArn',
      'Message',
      'Timestamp',
      'SignatureVersion',
      'Signature',
      'SigningCertURL',
      'UnsubscribeURL',
    ])
    expect(envelope.SignatureVersion).toBe('2')
  })

  it('raw is the message itself, its attributes whole: the client checks the MD5 of both', async () => {
    const topicArn = await topic('orders')
    const queueArn = await queue('q', topicArn)
    await subscribe(topicArn, queueArn, {RawMessageDelivery: 'true'})
    await sns.publish({TopicArn: topicArn, Message: '<x> & "ü"\r\n', MessageAttributes: PARTS})
    const [message] = await drain(queueArn)
    expect(message).toMatchObject({Body: '<x> & "ü"\r\n', MD5OfBody: hash('md5', '<x> & "ü"\r\n')})
    expect(message?.MessageAttributes).toEqual({
      ...PARTS,
      bytes: {DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4])},
    })
  })

  it('of one Number attribute has the MD5 that AWS was seen to give', async () => {
    const topicArn = await topic('orders')
    const queueArn = await queue('q', topicArn)
    await subscribe(topicArn, queueArn, {RawMessageDelivery: 'true'})
    await sns.publish({TopicArn: topicArn, Message: 'Test msg', MessageAttributes: {attr1: PARTS.number}})
    expect((await drain(queueArn))[0]?.MD5OfMessageAttributes).toBe('d302007e9aa062660afc85fd0a482472')
  })

  it('passes on the group for fair queues and the X-Ray header', async () => {
    const topicArn = await topic('orders')
    const queueArn = await queue('q', topicArn)
    await subscribe(topicArn, queueArn)
    const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1'
    sns.middlewareStack.add(
      next => args => {
        const {headers} = args.request as {headers: Record<string, string>}
        headers['X-Amzn-Trace-Id'] = trace
        return next(args)
      },
      {step: 'build', name: 'trace'},
    )
    await sns.publish({TopicArn: topicArn, Message: 'x', MessageGroupId: 'my-group-id-1'})
    sns.middlewareStack.remove('trace')
    const [message] = await drain(queueArn)
    expect(message?.Attributes).toMatchObject({MessageGroupId: 'my-group-id-1', AWSTraceHeader: trace})
  })
})

describe('a queue that does not let the topic in', () => {
  const arn = `${QUEUE_PREFIX}q`
  const ours = 'arn:aws:sns:us-east-1:000000000000:orders'
  const statement = (change: object) => letIn(arn, ours, change)
  const two = (first: object, second: object) =>
    JSON.stringify({
      Statement: [first, second].map(change => (JSON.parse(statement(change)) as {Statement: object[]}).Statement[0]),
    })

  it.each<[string, string, boolean]>([
    ['AWS’s example', statement({}), true],
    ['no policy', '', false],
    ['another topic', letIn(arn, `${ours}-2`), false],
    ['every topic of the account', letIn(arn, 'arn:aws:sns:*:000000000000:*'), true],
    ['another service', statement({Principal: {Service: 'events.amazonaws.com'}}), false],
    ['anyone, on behalf of the topic', statement({Principal: '*', Action: 'SQS:*'}), true],
    [
      'anyone, the older way',
      statement({Principal: {AWS: '*'}, Action: ['sqs:SendMessage', 'sqs:ReceiveMessage']}),
      true,
    ],
    ['another action', statement({Action: 'sqs:ReceiveMessage'}), false],
    ['another queue', statement({Resource: `${arn}2`}), false],
    ['the account', statement({Condition: {StringEquals: {'aws:SourceAccount': '000000000000'}}}), true],
    ['another account', statement({Condition: {StringEquals: {'aws:SourceAccount': OTHER_ACCOUNT}}}), false],
    ['an unknown condition', statement({Condition: {IpAddress: {'aws:SourceIp': '10.0.0.0/8'}}}), false],
    [
      'a denial of plain HTTP',
      two({}, {Effect: 'Deny', Principal: '*', Condition: {Bool: {'aws:SecureTransport': 'false'}}}),
      true,
    ],
    ['a denial of this topic', two({}, {Effect: 'Deny'}), false],
    [
      'a denial of all but this topic',
      two({}, {Effect: 'Deny', Principal: '*', Condition: {ArnNotEquals: {'aws:SourceArn': ours}}}),
      true,
    ],
    [
      'a denial of all but another',
      two({}, {Effect: 'Deny', Principal: '*', Condition: {ArnNotEquals: {'aws:SourceArn': `${ours}-2`}}}),
      false,
    ],
  ])('%s: %s', async (_, policy, delivered) => {
    const topicArn = await topic('orders')
    await queue('q', undefined, policy === '' ? {} : {Policy: policy})
    await subscribe(topicArn, arn, {RawMessageDelivery: 'true'})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    expect(await bodies(arn)).toEqual(delivered ? ['x'] : [])
    expect(countsOf('orders')).toMatchObject({
      numberOfNotificationsDelivered: delivered ? 1 : 0,
      numberOfNotificationsFailed: delivered ? 0 : 1,
    })
  })

  it('nor does one behind the key that AWS manages', async () => {
    const topicArn = await topic('orders')
    const managed = await queue('managed', topicArn, {KmsMasterKeyId: 'alias/aws/sqs'})
    const own = await queue('own', topicArn, {KmsMasterKeyId: 'alias/ours'})
    for (const queueArn of [managed, own]) await subscribe(topicArn, queueArn, {RawMessageDelivery: 'true'})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    expect([await bodies(managed), await bodies(own)]).toEqual([[], ['x']])
  })
})

describe('who gets a message', () => {
  it('is whoever is subscribed when it is published', async () => {
    const topicArn = await topic('orders')
    const [first, second] = [await queue('first', topicArn), await queue('second', topicArn)]
    await sns.publish({TopicArn: topicArn, Message: 'too early'})
    const SubscriptionArn = await subscribe(topicArn, first, {RawMessageDelivery: 'true'})
    await subscribe(topicArn, second, {RawMessageDelivery: 'true'})
    await sns.publish({TopicArn: topicArn, Message: 'both'})
    await sns.unsubscribe({SubscriptionArn})
    await sns.publish({TopicArn: topicArn, Message: 'second'})
    expect([await bodies(first), await bodies(second)]).toEqual([['both'], ['both', 'second']])
  })

  it('may live in another region', async () => {
    const topicArn = await topic('orders')
    const far = 'arn:aws:sqs:eu-west-1:000000000000:far'
    const europe = sandbox.url
    const {SQS} = await import('@aws-sdk/client-sqs')
    const client = new SQS({
      endpoint: europe,
      region: 'eu-west-1',
      credentials: {accessKeyId: 'sandbox', secretAccessKey: 'x'},
    })
    const {QueueUrl} = await client.createQueue({QueueName: 'far', Attributes: {Policy: letIn(far, topicArn)}})
    await subscribe(topicArn, far, {RawMessageDelivery: 'true'})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    expect((await client.receiveMessage({QueueUrl})).Messages?.[0]?.Body).toBe('x')
    expect((await sqs.listQueues({})).QueueUrls).toBeUndefined()
  })
})
