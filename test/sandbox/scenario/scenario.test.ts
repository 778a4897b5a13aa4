import {
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'

let sandbox: Sandbox
let sqs: SQSClient
const url = (name: string) => `${sandbox.url}/000000000000/${name}`
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const DAY_MS = 86_400_000

function connect(to: Sandbox): SQSClient {
  return new SQSClient({
    endpoint: to.url,
    region: 'us-east-1',
    credentials: {accessKeyId: 'sandbox', secretAccessKey: 'x'},
    maxAttempts: 1,
  })
}

/** Receives everything that is visible, oldest first, and leaves it in flight. */
async function drain(name: string, client = sqs, to = sandbox): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const {Messages = []} = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: `${to.url}/000000000000/${name}`,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        VisibilityTimeout: 3600,
      }),
    )
    if (Messages.length === 0) return messages
    messages.push(...Messages)
  }
}
const sentAt = (message: Message) => Number(message.Attributes?.SentTimestamp)
const attribute = (message: Message, name: string) => message.MessageAttributes?.[name]?.StringValue
async function counts(name: string) {
  const {Attributes} = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url(name),
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  )
  return Object.values(Attributes ?? {}).map(Number)
}

beforeAll(async () => {
  sandbox = await startSandbox({seed: true})
  sqs = connect(sandbox)
})
afterAll(() => sandbox.close())

describe('the shop', () => {
  it('has its queues in one account and region, and runs on wall time', async () => {
    const {QueueUrls = []} = await sqs.send(new ListQueuesCommand({}))
    expect(QueueUrls.map(queue => queue.slice(queue.lastIndexOf('/') + 1))).toEqual([
      'audit',
      'emails',
      'emails-dlq',
      'fraud-check',
      'invoices',
      'loyalty-points-dlq',
      'order-archive',
      'order-mails',
      'order-updates-dlq',
      'orders',
      'orders-dlq',
      'payments-dlq.fifo',
      'payments.fifo',
      'previews',
      'resize-dlq',
      'shipping-eu',
      'shop-events-dlq',
      'thumbnails',
      'thumbnails-dlq',
    ])
    expect(Object.keys(sandbox.sqs.status())).toEqual(['000000000000/us-east-1'])
    expect(sandbox.clock.frozen).toBe(false)
    expect(Math.abs(sandbox.clock.offsetMs)).toBeLessThan(60_000)
  })

  it.each([
    ['orders', [12, 0, 0]],
    ['orders-dlq', [40, 0, 0]],
    ['payments.fifo', [9, 1, 0]],
    ['payments-dlq.fifo', [7, 0, 0]],
    ['emails', [7, 18, 0]],
    ['invoices', [0, 0, 6]],
    ['audit', [0, 0, 0]],
    ['thumbnails-dlq', [10, 0, 0]],
    ['shop-events-dlq', [5, 0, 0]],
    ['resize-dlq', [6, 0, 0]],
    ['order-updates-dlq', [4, 0, 0]],
    // Of twelve orders: six placed in Europe; four above 500 euros and not to be invoiced.
    ['shipping-eu', [6, 0, 0]],
    ['fraud-check', [4, 0, 0]],
    ['order-archive', [12, 0, 0]],
    ['order-mails', [12, 0, 0]],
    ['loyalty-points-dlq', [12, 0, 0]],
  ])('holds in %s so many visible, in flight and delayed: %j', async (name, expected) => {
    expect(await counts(name)).toEqual(expected)
  })
})

describe('orders-dlq', () => {
  let messages: Message[]
  beforeAll(async () => {
    messages = await drain('orders-dlq')
  })

  it('got its messages from orders, as SQS shows it', () => {
    expect(messages).toHaveLength(40)
    // Three receives in orders, and the one just now.
    expect(new Set(messages.map(({Attributes}) => Attributes?.ApproximateReceiveCount))).toEqual(new Set(['4']))
    expect(new Set(messages.map(({Attributes}) => Attributes?.DeadLetterQueueSourceArn))).toEqual(
      new Set([arn('orders')]),
    )
  })

  it('fails in six kinds', () => {
    const kinds: Record<string, number> = {}
    for (const message of messages) {
      const body = message.Body ?? ''
      const kind =
        attribute(message, 'errorType') ??
        /"lastError":\{"name":"(\w+)"/.exec(body)?.[1] ??
        /"error":"(\w+):/.exec(body)?.[1] ??
        'none'
      kinds[kind] = (kinds[kind] ?? 0) + 1
    }
    expect(kinds).toEqual({
      SchemaValidationError: 9,
      TimeoutError: 11,
      UnknownSkuError: 8,
      DuplicateOrderError: 5,
      NoSuchKey: 3,
      SyntaxError: 4,
    })
  })

  it('reaches back six days, and nothing in it has expired', () => {
    const ages = messages.map(message => Date.now() - sentAt(message))
    expect(Math.max(...ages)).toBeGreaterThan(5.9 * DAY_MS)
    expect(Math.max(...ages)).toBeLessThan(6.1 * DAY_MS)
    expect(Math.min(...ages)).toBeGreaterThan(DAY_MS)
  })

  it('holds every type of attribute, trace headers and fair-queue groups', () => {
    const types = new Set(
      messages.flatMap(({MessageAttributes = {}}) => Object.values(MessageAttributes).map(({DataType}) => DataType)),
    )
    expect([...types].sort()).toEqual([
      'Binary',
      'Binary.gzip',
      'Number',
      'Number.float',
      'Number.int',
      'String',
      'String.boolean',
      'String.timestamp',
      'String.utf8',
      'String.uuid',
    ])
    for (const {Attributes} of messages) {
      expect(Attributes?.AWSTraceHeader).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$/)
      expect(Attributes?.MessageGroupId).toMatch(/^tenant-(north|south|west)$/)
    }
    expect(Math.max(...messages.map(({MessageAttributes = {}}) => Object.keys(MessageAttributes).length))).toBe(10)
  })

  it('holds bodies that are no JSON', () => {
    const broken = messages
      .map(({Body = ''}) => Body)
      .filter(body => {
        try {
          JSON.parse(body)
          return false
        } catch {
          return true
        }
      })
    expect(broken).toHaveLength(4)
    expect(broken.some(body => body.endsWith('\r\n'))).toBe(true)
  })
})

describe('the other dead-letter queues', () => {
  it('thumbnails-dlq serves two queues and loses its oldest message within hours', async () => {
    const {queueUrls} = await sqs.send(new ListDeadLetterSourceQueuesCommand({QueueUrl: url('thumbnails-dlq')}))
    expect(queueUrls?.sort()).toEqual([url('previews'), url('thumbnails')])
    const messages = await drain('thumbnails-dlq')
    const sources = messages.map(({Attributes}) => Attributes?.DeadLetterQueueSourceArn)
    expect(sources.filter(source => source === arn('thumbnails'))).toHaveLength(6)
    expect(sources.filter(source => source === arn('previews'))).toHaveLength(4)
    const left = Math.min(...messages.map(sentAt)) + 4 * DAY_MS - Date.now()
    expect(left).toBeGreaterThan(3 * 3_600_000)
    expect(left).toBeLessThan(5 * 3_600_000)
  })

  it('payments-dlq.fifo keeps three groups in order', async () => {
    const messages = await drain('payments-dlq.fifo')
    const inGroup = (group: string) =>
      messages
        .filter(({Attributes}) => Attributes?.MessageGroupId === group)
        .map(({Body = ''}) => (JSON.parse(Body) as {paymentId: string}).paymentId)
    expect(inGroup('customer-1007')).toEqual(['pay-failed-1', 'pay-failed-6'])
    expect(inGroup('customer-2210')).toEqual(['pay-failed-2', 'pay-failed-3', 'pay-failed-5', 'pay-failed-7'])
    expect(inGroup('customer-3304')).toEqual(['pay-failed-4'])
  })

  it('payments.fifo gives out two groups while the third waits behind its poisoned head', async () => {
    const groups = (await drain('payments.fifo')).map(({Attributes}) => Attributes?.MessageGroupId)
    expect(groups.filter(group => group === 'customer-1007')).toHaveLength(3)
    expect(groups.filter(group => group === 'customer-3304')).toHaveLength(2)
    expect(groups).toHaveLength(5)
  })

  it('the DLQs of services have the attributes that those services write, and no source', async () => {
    const [event] = await drain('shop-events-dlq')
    expect(Object.keys(event?.MessageAttributes ?? {}).sort()).toEqual([
      'ERROR_CODE',
      'ERROR_MESSAGE',
      'RULE_ARN',
      'TARGET_ARN',
    ])
    const [invocation] = await drain('resize-dlq')
    expect(invocation?.MessageAttributes).toMatchObject({
      ErrorCode: {DataType: 'Number', StringValue: '200'},
      ErrorMessage: {DataType: 'String'},
      RequestID: {DataType: 'String'},
    })
    const [notification] = await drain('order-updates-dlq')
    expect(JSON.parse(notification?.Body ?? '')).toMatchObject({
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:order-updates',
    })
    for (const message of [event, invocation, notification]) {
      expect(message?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
    }
  })
})

it('tells the same story at every start', async () => {
  const again = await startSandbox({seed: true})
  const client = connect(again)
  await sandbox.reset({seed: true})
  const story = (messages: Message[]) =>
    messages.map(({Body = '', MessageAttributes}) => [
      Body.replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'DATE'),
      attributeText(MessageAttributes),
    ])
  expect(story(await drain('resize-dlq', client, again))).toEqual(story(await drain('resize-dlq')))
  expect(story(await drain('payments-dlq.fifo', client, again))).toEqual(story(await drain('payments-dlq.fifo')))
  await again.close()
})

function attributeText(attributes: Message['MessageAttributes']) {
  return Object.entries(attributes ?? {}).map(([name, {StringValue}]) => `${name}=${StringValue ?? ''}`)
}

it('what SNS sent in the past leads to this local AWS, on whichever port it listens', async () => {
  const [mail] = await drain('order-mails')
  const {UnsubscribeURL, SigningCertURL} = JSON.parse(mail?.Body ?? '{}') as Record<string, string>
  expect([UnsubscribeURL, SigningCertURL].map(link => new URL(link ?? '').origin)).toEqual([sandbox.url, sandbox.url])
})
