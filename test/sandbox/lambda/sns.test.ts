import {describe, expect, it} from 'vitest'
import {localLambda, MINUTE, NOON, QUEUE_PREFIX, TOPIC_PREFIX} from './local-lambda.js'

let seen: unknown[] = []
let failing = false
const {sandbox, lambda, sns, create, queue, drain} = await localLambda({
  'take-note': event => {
    seen.push(event)
    if (failing) throw new Error('no')
  },
})
const TOPIC = `${TOPIC_PREFIX}orders`

/** A topic with a function subscribed to it, and the subscription's dead-letter queue. */
async function subscribed({permission = {}}: {permission?: object | null} = {}) {
  seen = []
  failing = false
  await sns.createTopic({Name: 'orders'})
  const functionArn = await create('consumer', 'take-note')
  if (permission) {
    await lambda.addPermission({
      FunctionName: 'consumer',
      StatementId: 'orders',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: TOPIC,
      ...permission,
    })
  }
  const dlq = await queue('subscription-dlq', {
    Policy: JSON.stringify({
      Statement: [
        {Effect: 'Allow', Principal: {Service: 'sns.amazonaws.com'}, Action: 'sqs:SendMessage', Resource: '*'},
      ],
    }),
  })
  const {SubscriptionArn = ''} = await sns.subscribe({
    TopicArn: TOPIC,
    Protocol: 'lambda',
    Endpoint: functionArn,
    Attributes: {RedrivePolicy: JSON.stringify({deadLetterTargetArn: dlq})},
  })
  return {subscriptionArn: SubscriptionArn, dlq, functionArn}
}

const publish = async (Message = 'hello', more: object = {}) => {
  const {MessageId} = await sns.publish({TopicArn: TOPIC, Message, ...more})
  sandbox.clock.advance(0)
  return MessageId
}
const results = () => sandbox.sns.deliveries.list().map(({result}) => result)

describe('a function as subscriber', () => {
  it('gets the event of AWS, with attributes and a subject', async () => {
    const {subscriptionArn} = await subscribed()
    const MessageId = await publish('{"orderId":7}', {
      Subject: 'Order placed',
      MessageAttributes: {
        number: {DataType: 'Number', StringValue: '99.12'},
        bytes: {DataType: 'Binary', BinaryValue: Buffer.from([0, 255])},
      },
    })
    expect(seen).toEqual([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: subscriptionArn,
            Sns: {
              Type: 'Notification',
              MessageId,
              TopicArn: TOPIC,
              Subject: 'Order placed',
              Message: '{"orderId":7}',
              Timestamp: new Date(NOON).toISOString(),
              SignatureVersion: '1',
              Signature: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/) as string,
              SigningCertUrl: expect.stringMatching(/^http:.*\/SimpleNotificationService-0{32}\.pem$/) as string,
              UnsubscribeUrl: `${sandbox.url}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
              MessageAttributes: {
                number: {Type: 'Number', Value: '99.12'},
                bytes: {Type: 'Binary', Value: 'AP8='},
              },
            },
          },
        ],
      },
    ])
    expect(results()).toEqual(['delivered'])
  })

  it('gets a subject of null and attributes of {} where there are none', async () => {
    await subscribed()
    await publish()
    const [event] = seen as {Records: {Sns: object}[]}[]
    expect(event?.Records[0]?.Sns).toMatchObject({Subject: null, MessageAttributes: {}})
    expect(Object.keys(event?.Records[0]?.Sns ?? {})).toEqual([
      ...['Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp', 'SignatureVersion', 'Signature'],
      ...['SigningCertUrl', 'UnsubscribeUrl', 'MessageAttributes'],
    ])
  })

  it('gets the text that a structured message has for it', async () => {
    await subscribed()
    await publish(JSON.stringify({default: 'all', lambda: 'functions'}), {MessageStructure: 'json'})
    expect(seen).toMatchObject([{Records: [{Sns: {Message: 'functions'}}]}])
  })

  it('is asked by its filter first', async () => {
    const {subscriptionArn: SubscriptionArn} = await subscribed()
    const AttributeValue = '{"kind":["b"]}'
    await sns.setSubscriptionAttributes({SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue})
    await publish('a', {MessageAttributes: {kind: {DataType: 'String', StringValue: 'a'}}})
    await publish('b', {MessageAttributes: {kind: {DataType: 'String', StringValue: 'b'}}})
    expect(seen).toMatchObject([{Records: [{Sns: {Message: 'b'}}]}])
    expect(results()).toEqual(['filteredOut', 'delivered'])
  })

  it('takes no raw messages, nor those of a FIFO topic', async () => {
    const {functionArn} = await subscribed()
    await expect(
      sns.subscribe({
        TopicArn: TOPIC,
        Protocol: 'lambda',
        Endpoint: `${functionArn}-2`,
        Attributes: {RawMessageDelivery: 'true'},
      }),
    ).rejects.toMatchObject({
      message:
        'Invalid parameter: Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.',
    })
    const {TopicArn} = await sns.createTopic({Name: 'orders.fifo', Attributes: {FifoTopic: 'true'}})
    await expect(sns.subscribe({TopicArn, Protocol: 'lambda', Endpoint: functionArn})).rejects.toMatchObject({
      message: 'Invalid parameter: Invalid protocol type: lambda',
    })
  })
})

describe('a message that the function is not given', () => {
  const denied =
    'AccessDeniedException: sns.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:consumer because no resource-based policy allows the lambda:InvokeFunction action'

  it.each([
    ['no permission', null],
    ['that of another topic', {SourceArn: `${TOPIC_PREFIX}other`}],
    ['that of another account', {SourceArn: undefined, SourceAccount: '111122223333'}],
    ['that of another service', {Principal: 'events.amazonaws.com'}],
    ['that of another act', {Action: 'lambda:GetFunction'}],
  ])('goes to the dead-letter queue at once: %s', async (_, permission) => {
    const {dlq} = await subscribed({permission})
    await publish('kept')
    expect(seen).toEqual([])
    expect(sandbox.sns.deliveries.list()).toMatchObject([{result: 'deadLettered', attempts: 1, reason: denied}])
    const [letter] = await drain(dlq)
    // Recorded: the envelope that a queue gets, not the function's event.
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({Type: 'Notification', Message: 'kept', TopicArn: TOPIC})
    expect(JSON.parse(letter?.Body ?? '')).toHaveProperty('SigningCertURL')
  })

  it.each([
    ['its topic', {}],
    ['its topic by a pattern', {SourceArn: `${TOPIC_PREFIX}ord*`}],
    ['its account', {SourceArn: undefined, SourceAccount: '000000000000'}],
    ['any source', {SourceArn: undefined}],
    ['everybody', {Principal: '*', SourceArn: undefined}],
  ])('is not lost where the permission is for %s', async (_, permission) => {
    await subscribed({permission})
    await publish()
    expect(seen).toHaveLength(1)
  })

  it('goes there at once when the function was deleted, or is asked for by an alias', async () => {
    const {dlq, functionArn} = await subscribed()
    await sns.subscribe({TopicArn: TOPIC, Protocol: 'lambda', Endpoint: `${functionArn}:PROD`})
    await publish()
    await lambda.deleteFunction({FunctionName: 'consumer'})
    await publish()
    expect(await drain(dlq)).toHaveLength(1)
    expect(sandbox.sns.deliveries.list()).toMatchObject([
      {result: 'delivered'},
      {result: 'lost', reason: expect.stringContaining('no versions and no aliases') as string},
      {result: 'deadLettered', reason: `ResourceNotFoundException: Function not found: ${functionArn}`},
      {result: 'lost', reason: `ResourceNotFoundException: Function not found: ${functionArn}:PROD`},
    ])
  })

  it.each([
    ['throttle', 'TooManyRequestsException: Rate Exceeded.'],
    ['error', 'ServiceException: The AWS Lambda service encountered an internal error.'],
    ['reset-before', 'ServiceException: The AWS Lambda service encountered an internal error.'],
  ] as const)('is tried again as long as Lambda has trouble: %s', async (kind, reason) => {
    const {dlq} = await subscribed()
    sandbox.faults.add({kind, service: 'lambda', action: 'Invoke', resource: 'consumer', times: 5})
    await publish()
    expect(sandbox.sns.deliveries.list()).toMatchObject(Array(4).fill({result: 'retrying', reason}))
    // Three times without delay, then a second apart.
    sandbox.clock.advance(2000)
    expect(results().at(-1)).toBe('delivered')
    expect(sandbox.sns.deliveries.list().at(-1)).toMatchObject({attempts: 6})
    expect(seen).toHaveLength(1)
    expect(await drain(dlq)).toEqual([])
  })

  it('comes twice when Lambda took it and its answer was lost', async () => {
    await subscribed()
    sandbox.faults.add({kind: 'reset-after', service: 'lambda', times: 1})
    await publish()
    expect(seen).toHaveLength(2)
    expect(results()).toEqual(['retrying', 'delivered'])
  })

  it('goes to the dead-letter queue after 23 days of throttling', async () => {
    const {dlq} = await subscribed()
    sandbox.faults.add({kind: 'throttle', service: 'lambda'})
    await publish()
    sandbox.clock.advance(23 * 86_400_000)
    expect(await drain(dlq)).toEqual([])
    sandbox.clock.advance(86_400_000)
    expect(await drain(dlq)).toHaveLength(1)
    expect(sandbox.sns.deliveries.list().at(-1)).toMatchObject({result: 'deadLettered', attempts: 100_016})
  }, 60_000)

  it('goes to the dead-letter queue when a denial is set as a fault; one for all services is for users alone', async () => {
    const {dlq} = await subscribed()
    sandbox.faults.add({kind: 'access-denied', service: 'lambda'})
    await publish()
    expect(await drain(dlq)).toHaveLength(1)
    sandbox.faults.clear()
    sandbox.faults.add({kind: 'throttle', skip: 1})
    await publish()
    expect(seen).toHaveLength(1)
  })
})

it('is Lambda’s matter once it took the event: the subscription’s dead-letter queue gets nothing of a failure', async () => {
  const {dlq} = await subscribed()
  const functionDlq = await queue('function-dlq')
  await lambda.updateFunctionConfiguration({
    FunctionName: 'consumer',
    DeadLetterConfig: {TargetArn: `${QUEUE_PREFIX}function-dlq`},
  })
  failing = true
  const MessageId = await publish('x')
  expect(results()).toEqual(['delivered'])
  sandbox.clock.advance(3 * MINUTE)
  expect(seen).toHaveLength(3)
  expect(await drain(dlq)).toEqual([])
  const [letter] = await drain(functionDlq)
  expect(JSON.parse(letter?.Body ?? '')).toMatchObject({Records: [{EventSource: 'aws:sns', Sns: {MessageId}}]})
  expect(letter?.MessageAttributes).toMatchObject({
    ErrorCode: {DataType: 'Number', StringValue: '200'},
    ErrorMessage: {DataType: 'String', StringValue: 'no'},
  })
})
