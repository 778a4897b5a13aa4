import {describe, expect, it} from 'vitest'
import {parseQueueAttributes} from '../../../src/lib/queues/queue-attributes.js'
import type {DeliveryTarget} from '../../../src/lib/topics/delivery-targets.js'
import type {FindingsInput} from '../../../src/lib/topics/findings.js'
import {findingsOf} from '../../../src/lib/topics/findings.js'
import type {Subscription, SubscriptionSettings} from '../../../src/lib/topics/subscriptions.js'
import {deliveryPolicy} from '../../../src/lib/topics/tail/temporary-queue.js'
import {parseTopicAttributes} from '../../../src/lib/topics/topic-attributes.js'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:mails'
const DLQ = 'arn:aws:sqs:eu-west-1:123456789012:mails-dlq'

function queue(arn: string, attributes: Record<string, string> = {}, topic = TOPIC): DeliveryTarget {
  return parseQueueAttributes('q', {
    QueueArn: arn,
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: '1763712000',
    LastModifiedTimestamp: '1763712000',
    VisibilityTimeout: '30',
    MessageRetentionPeriod: '345600',
    MaximumMessageSize: '1048576',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    Policy: deliveryPolicy(arn, topic),
    ...attributes,
  })
}

function subscription(settings: Partial<SubscriptionSettings> = {}, parts: Partial<Subscription> = {}): Subscription {
  return {
    subscriptionArn: `${TOPIC}:0b0f6f4e-0000-4000-8000-000000000001`,
    protocol: 'sqs',
    endpoint: QUEUE,
    settings: {rawMessageDelivery: false, pendingConfirmation: false, deadLetterTargetArn: DLQ, ...settings},
    ...parts,
  }
}

function codes(parts: Partial<FindingsInput>, targets: readonly (readonly [string, DeliveryTarget])[] = []): string[] {
  return findingsOf({
    topicArn: TOPIC,
    attributes: parseTopicAttributes(TOPIC, {}),
    subscriptions: [subscription()],
    targets: new Map<string, DeliveryTarget>([[QUEUE, queue(QUEUE)], [DLQ, queue(DLQ)], ...targets]),
    ...parts,
  }).map(({severity, code}) => `${severity} ${code}`)
}

it('finds nothing at fault with a topic that delivers', () => {
  expect(codes({})).toEqual([])
})

describe('deliveries', () => {
  it('to nobody', () => {
    expect(codes({subscriptions: []})).toEqual(['warn NoSubscriptions'])
  })

  it('to a queue that is gone', () => {
    expect(codes({}, [[QUEUE, 'missing']])).toEqual(['bad EndpointMissing'])
  })

  it('that the queue refuses, or the DLQ', () => {
    expect(codes({}, [[QUEUE, queue(QUEUE, {Policy: ''})]])).toEqual(['bad PolicyRefusesTopic'])
    expect(codes({}, [[DLQ, queue(DLQ, {}, `${TOPIC}-2`)]])).toEqual(['bad PolicyRefusesTopic'])
  })

  it('without a DLQ, or with one that is gone', () => {
    expect(codes({subscriptions: [subscription({deadLetterTargetArn: undefined})]})).toEqual(['warn NoDeadLetterQueue'])
    expect(codes({}, [[DLQ, 'missing']])).toEqual(['bad DeadLetterQueueMissing'])
    const mail = subscription({deadLetterTargetArn: undefined}, {protocol: 'email', endpoint: 'ops@example.com'})
    expect(codes({subscriptions: [mail]})).toEqual([])
  })

  it('that wait for a confirmation; nothing else is said then', () => {
    const pending = subscription({pendingConfirmation: true, deadLetterTargetArn: undefined})
    expect(codes({subscriptions: [pending]})).toEqual(['warn PendingConfirmation'])
  })

  it('of which nothing is known', () => {
    expect(codes({subscriptions: [subscription({}, {settings: undefined})]})).toEqual([])
    expect(codes({}, [[QUEUE, {unread: 'denied'}]])).toEqual([])
  })

  it('of whose settings nothing is known: what the queue alone tells is kept', () => {
    const unread = [subscription({}, {settings: undefined})]
    expect(codes({subscriptions: unread}, [[QUEUE, 'missing']])).toEqual(['bad EndpointMissing'])
    expect(codes({subscriptions: unread}, [[QUEUE, queue(QUEUE, {Policy: ''})]])).toEqual(['bad PolicyRefusesTopic'])
    expect(codes({subscriptions: unread, sample: [undefined]})).toEqual([])
  })
})

describe('keys', () => {
  it.each([
    ['alias/aws/sqs', 'bad QueueKeyManaged'],
    ['arn:aws:kms:eu-west-1:123456789012:key/1234', 'info QueueKeyPolicy'],
  ])('of a queue: %s', (key, finding) => {
    expect(codes({}, [[QUEUE, queue(QUEUE, {KmsMasterKeyId: key})]])).toEqual([finding])
  })

  it.each([
    ['alias/aws/sns', 'info TopicKeyManaged'],
    ['alias/own', 'info TopicKeyPolicy'],
  ])('of the topic: %s', (key, finding) => {
    expect(codes({attributes: parseTopicAttributes(TOPIC, {KmsMasterKeyId: key})})).toEqual([finding])
  })
})

describe('a queue that SNS cannot put messages into', () => {
  const managed = (arn: string): DeliveryTarget => queue(arn, {KmsMasterKeyId: 'alias/aws/sqs'})
  const messages = (targets: readonly (readonly [string, DeliveryTarget])[]): string[] =>
    findingsOf({
      topicArn: TOPIC,
      subscriptions: [subscription()],
      targets: new Map<string, DeliveryTarget>([[QUEUE, queue(QUEUE)], [DLQ, queue(DLQ)], ...targets]),
    }).map(({message}) => message)

  it('is told to be the endpoint, to which deliveries fail', () => {
    expect(messages([[QUEUE, managed(QUEUE)]])).toEqual([
      'The queue mails is encrypted with the AWS managed key alias/aws/sqs, which SNS cannot use: every delivery to it fails. Take SSE-SQS or a key of your own',
    ])
  })

  it('is told to be the dead-letter queue, for which messages are lost', () => {
    expect(messages([[DLQ, managed(DLQ)]])).toEqual([
      'The dead-letter queue mails-dlq is encrypted with the AWS managed key alias/aws/sqs, which SNS cannot use: what cannot be delivered is lost. Take SSE-SQS or a key of your own',
    ])
    expect(messages([[DLQ, queue(DLQ, {Policy: ''})]])).toEqual([
      'The access policy of the dead-letter queue mails-dlq refuses this topic: there is none, and SNS needs one that allows it sqs:SendMessage; what cannot be delivered is lost',
    ])
  })
})

describe('FIFO', () => {
  const fifo = (standard: string): string => `${standard}.fifo`

  it('a standard topic cannot deliver to a FIFO queue', () => {
    const to = subscription({}, {endpoint: fifo(QUEUE)})
    expect(codes({subscriptions: [to]}, [[fifo(QUEUE), queue(fifo(QUEUE))]])).toEqual(['bad FifoMismatch'])
  })

  it('a FIFO topic loses its order in a standard queue', () => {
    const targets = [
      [QUEUE, queue(QUEUE, {}, fifo(TOPIC))],
      [fifo(DLQ), queue(fifo(DLQ), {}, fifo(TOPIC))],
    ] as const
    const subscriptions = [subscription({deadLetterTargetArn: fifo(DLQ)})]
    expect(codes({topicArn: fifo(TOPIC), subscriptions}, targets)).toEqual(['warn FifoOrderLost'])
  })

  it('topic and DLQ are alike', () => {
    const subscriptions = [subscription({deadLetterTargetArn: fifo(DLQ)})]
    expect(codes({subscriptions}, [[fifo(DLQ), queue(fifo(DLQ))]])).toEqual(['warn DeadLetterQueueTypeMismatch'])
  })
})

describe('a sample', () => {
  const filtered = subscription({filterPolicy: '{"a":["b"]}', filterPolicyScope: 'MessageAttributes'})

  it.each([
    [{total: 3, matched: 0}, ['warn FilterMatchesNothing']],
    [{total: 3, matched: 1}, []],
    [{total: 0, matched: 0}, []],
    [{total: 3, matched: 0, invalid: 'Unrecognized match type x'}, ['warn FilterPolicyUnreadable']],
  ])('%j', (statistics, found) => {
    expect(codes({subscriptions: [filtered], sample: [statistics]})).toEqual(found)
  })

  it.each([
    [{total: 3, matched: 0}, 'The filter policy of mails met none of the 3 messages of the sample'],
    [{total: 1, matched: 0}, 'The filter policy of mails does not let the one message of the sample through'],
    [
      {total: 3, matched: 0, invalid: 'Unrecognized match type x'},
      'The filter policy of mails cannot be judged here: Unrecognized match type x',
    ],
  ])('names the subscription: %j', (statistics, message) => {
    const [found] = findingsOf({
      topicArn: TOPIC,
      subscriptions: [filtered],
      targets: new Map<string, DeliveryTarget>(),
      sample: [statistics],
    })
    expect(found?.message).toBe(message)
  })
})

it('puts the gravest first, and names the endpoint', () => {
  const found = findingsOf({
    topicArn: TOPIC,
    attributes: parseTopicAttributes(TOPIC, {KmsMasterKeyId: 'alias/own'}),
    subscriptions: [subscription({deadLetterTargetArn: undefined})],
    targets: new Map<string, DeliveryTarget>([[QUEUE, 'missing']]),
  })
  expect(found.map(({severity}) => severity)).toEqual(['bad', 'warn', 'info'])
  expect(found.map(finding => finding.subscription)).toEqual([QUEUE, QUEUE, undefined])
  expect(found[0]?.message).toBe('The queue mails does not exist: every delivery to it fails')
})
