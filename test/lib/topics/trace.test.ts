import {describe, expect, it} from 'vitest'
import type {DeliveryTarget} from '../../../src/lib/topics/delivery-targets.js'
import type {Subscription, SubscriptionSettings} from '../../../src/lib/topics/subscriptions.js'
import {deliveryPolicy} from '../../../src/lib/topics/tail/temporary-queue.js'
import {traceTo} from '../../../src/lib/topics/trace.js'
import {parseQueueAttributes} from '../../../src/lib/queues/queue-attributes.js'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:mails'
const DLQ = 'arn:aws:sqs:eu-west-1:123456789012:mails-dlq'

function queue(arn: string, attributes: Record<string, string> = {}): DeliveryTarget {
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
    Policy: deliveryPolicy(arn, TOPIC),
    ...attributes,
  })
}

const attributes = (count: number) =>
  Object.fromEntries(Array.from({length: count}, (_, index) => [`a${index}`, {dataType: 'String', stringValue: '1'}]))

interface Options {
  targets?: readonly (readonly [string, DeliveryTarget])[]
  message?: Partial<Parameters<typeof traceTo>[1]>
  parts?: Partial<Subscription>
}

function traced(
  settings: Partial<SubscriptionSettings> | undefined,
  {targets = [], message = {}, parts = {}}: Options = {},
) {
  const subscription: Subscription = {
    subscriptionArn: `${TOPIC}:0b0f6f4e-0000-4000-8000-000000000001`,
    protocol: 'sqs',
    endpoint: QUEUE,
    settings: settings && {rawMessageDelivery: false, pendingConfirmation: false, ...settings},
    ...parts,
  }
  const known = {
    topicArn: TOPIC,
    targets: new Map<string, DeliveryTarget>([[QUEUE, queue(QUEUE)], [DLQ, queue(DLQ)], ...targets]),
  }
  return traceTo(subscription, {attributes: {}, body: '{}', size: 2, ...message}, known)
}

function trace(settings: Partial<SubscriptionSettings> | undefined, options?: Options) {
  const {outcome, reasons} = traced(settings, options)
  return [outcome, ...reasons.map(({code}) => code)]
}

const reasonsOf = (settings: Partial<SubscriptionSettings>, options?: Options) =>
  traced(settings, options).reasons.map(({message}) => message)

describe('a message', () => {
  it('arrives where nothing stops it', () => {
    expect(trace({})).toEqual(['delivered'])
    const message = {attributes: {tenant: {dataType: 'String', stringValue: 'acme'}}}
    expect(trace({filterPolicy: '{"tenant":["acme"]}', filterPolicyScope: 'MessageAttributes'}, {message})).toEqual([
      'delivered',
    ])
    expect(
      trace(
        {filterPolicy: '{"n":[{"numeric":[">",1]}]}', filterPolicyScope: 'MessageBody'},
        {message: {body: '{"n":2}'}},
      ),
    ).toEqual(['delivered'])
  })

  it('is kept back by a filter policy, and by nothing after it', () => {
    const settings = {filterPolicy: '{"tenant":["acme"]}', filterPolicyScope: 'MessageAttributes'} as const
    expect(trace(settings, {targets: [[QUEUE, 'missing']]})).toEqual(['filtered', 'FilterPolicy'])
  })

  it('is told which keys do not match, with what they hold', () => {
    const settings = {rawMessageDelivery: false, pendingConfirmation: false, filterPolicyScope: 'MessageBody'} as const
    const why = (filterPolicy: string): string | undefined =>
      traceTo(
        {protocol: 'sqs', endpoint: QUEUE, settings: {...settings, filterPolicy}},
        {attributes: {}, body: '{"a":[1,2],"b":{"c":"x"}}', size: 25},
        {topicArn: TOPIC, targets: new Map()},
      ).reasons[0]?.message
    expect(why('{"a":[3],"d":["y"],"b":{"c":["x"]}}')).toBe(
      'Its filter policy does not match: a is 1, 2; d is not there',
    )
    expect(why('{"$or":[{"a":[3]},{"d":["y"]}]}')).toBe('Its filter policy does not match: no branch of $or does')
  })

  it('is not judged by a policy that cannot be compiled here', () => {
    expect(trace({filterPolicy: '{"tenant":[{"sounds-like":"acme"}]}'})).toEqual(['unknown', 'FilterPolicyUnreadable'])
  })

  it('is told every obstacle of a queue, so that none is left when the first is out of the way', () => {
    const closed = queue(QUEUE, {Policy: '', KmsMasterKeyId: 'alias/aws/sqs', MaximumMessageSize: '1024'})
    const targets = [[QUEUE, closed]] as const
    const three = ['MessageTooLong', 'QueueKeyManaged', 'PolicyRefusesTopic']
    expect(trace({}, {targets, message: {size: 2000}})).toEqual(['blocked', ...three, 'Lost'])
    const message = {size: 2000, attributes: attributes(11)}
    expect(trace({rawMessageDelivery: true}, {targets, message})).toEqual([
      'blocked',
      'TooManyAttributes',
      ...three,
      'Lost',
    ])
  })

  it('is told every obstacle of the dead-letter queue', () => {
    const targets = [
      [QUEUE, 'missing'],
      [DLQ, queue(DLQ, {Policy: '', KmsMasterKeyId: 'alias/aws/sqs'})],
    ] as const
    const lost = reasonsOf({deadLetterTargetArn: DLQ}, {targets})[1]
    expect(lost).toContain(
      `The dead-letter queue ${DLQ} is encrypted with alias/aws/sqs, which SNS cannot use; The access`,
    )
    expect(lost).toMatch(/refuses the topic: .*; the message is lost$/)
  })

  it.each([
    ['a subscription that waits for its confirmation', {pendingConfirmation: true}, {}, ['PendingConfirmation']],
    ['a queue that is gone', {}, {targets: [[QUEUE, 'missing']]}, ['EndpointMissing', 'Lost']],
    [
      'a queue that refuses the topic',
      {},
      {targets: [[QUEUE, queue(QUEUE, {Policy: ''})]]},
      ['PolicyRefusesTopic', 'Lost'],
    ],
    [
      'a queue with a key that SNS cannot use',
      {},
      {targets: [[QUEUE, queue(QUEUE, {KmsMasterKeyId: 'alias/aws/sqs'})]]},
      ['QueueKeyManaged', 'Lost'],
    ],
    [
      'a queue that takes less',
      {},
      {targets: [[QUEUE, queue(QUEUE, {MaximumMessageSize: '1024'})]], message: {size: 1025}},
      ['MessageTooLong', 'Lost'],
    ],
    [
      'raw delivery of eleven attributes',
      {rawMessageDelivery: true},
      {message: {attributes: attributes(11)}},
      ['TooManyAttributes', 'Lost'],
    ],
    [
      'raw delivery of eleven attributes, whatever DLQ there is',
      {rawMessageDelivery: true, deadLetterTargetArn: DLQ},
      {message: {attributes: attributes(11)}},
      ['TooManyAttributes', 'Lost'],
    ],
    [
      'a queue that is gone, with a DLQ',
      {deadLetterTargetArn: DLQ},
      {targets: [[QUEUE, 'missing']]},
      ['EndpointMissing', 'DeadLettered'],
    ],
    [
      'a queue that is gone, and so is its DLQ',
      {deadLetterTargetArn: DLQ},
      {
        targets: [
          [QUEUE, 'missing'],
          [DLQ, 'missing'],
        ],
      },
      ['EndpointMissing', 'Lost'],
    ],
    [
      'a queue that is gone, with a DLQ that refuses the topic',
      {deadLetterTargetArn: DLQ},
      {
        targets: [
          [QUEUE, 'missing'],
          [DLQ, queue(DLQ, {Policy: ''})],
        ],
      },
      ['EndpointMissing', 'Lost'],
    ],
  ] as const)('is stopped by %s', (_, settings, options, reasons) => {
    expect(trace(settings, options)).toEqual(['blocked', ...reasons])
  })

  const CONDITIONAL = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 'sqs:SendMessage',
      Resource: DLQ,
      Condition: {StringEquals: {'aws:PrincipalOrgID': 'o-1'}},
    },
  })

  it.each([
    ['has the key that SNS cannot use', queue(DLQ, {KmsMasterKeyId: 'alias/aws/sqs'}), ['Lost']],
    ['takes less', queue(DLQ, {MaximumMessageSize: '1024'}), ['Lost']],
    ['refuses the topic', queue(DLQ, {Policy: ''}), ['Lost']],
    ['is gone', 'missing', ['Lost']],
    ['has a condition that a delivery decides', queue(DLQ, {Policy: CONDITIONAL}), ['DeadLetterUnknown']],
    ['was not read', {unread: 'another account'}, ['DeadLetterUnknown']],
    ['may take less than the envelope', queue(DLQ, {MaximumMessageSize: '1500'}), ['DeadLetterUnknown']],
    ['has a key of its own', queue(DLQ, {KmsMasterKeyId: 'alias/own'}), ['DeadLettered', 'QueueKeyPolicy']],
    ['takes it', queue(DLQ), ['DeadLettered']],
  ] as const)('that is refused ends by the same rules where the dead-letter queue %s', (_, dlq, reasons) => {
    const targets = [
      [QUEUE, queue(QUEUE, {Policy: ''})],
      [DLQ, dlq],
    ] as const
    const message = {body: 'x'.repeat(1100), size: 1100}
    expect(trace({deadLetterTargetArn: DLQ}, {targets, message})).toEqual(['blocked', 'PolicyRefusesTopic', ...reasons])
  })

  it('that is lost says so, and which queue does not take it', () => {
    const targets = [
      [QUEUE, 'missing'],
      [DLQ, queue(DLQ, {KmsMasterKeyId: 'alias/aws/sqs'})],
    ] as const
    expect(reasonsOf({deadLetterTargetArn: DLQ}, {targets}).at(-1)).toBe(
      `The dead-letter queue ${DLQ} is encrypted with alias/aws/sqs, which SNS cannot use; the message is lost`,
    )
    expect(
      reasonsOf({deadLetterTargetArn: DLQ}, {targets: [...targets, [DLQ, {unread: 'it is far away'}]]}).at(-1),
    ).toBe('Whether it goes to the dead-letter queue is not known: it is far away')
  })

  it('arrives raw with ten attributes, and in an envelope with eleven', () => {
    expect(trace({rawMessageDelivery: true}, {message: {attributes: attributes(10)}})).toEqual(['delivered'])
    expect(trace({}, {message: {attributes: attributes(11)}})).toEqual(['delivered'])
  })

  it('may be too long in its envelope, which raw delivery has not', () => {
    const targets = [[QUEUE, queue(QUEUE, {MaximumMessageSize: '1024'})]] as const
    const message = {body: 'x'.repeat(900), size: 900}
    expect(trace({}, {targets, message})).toEqual(['unknown', 'EnvelopeTooLong'])
    expect(trace({rawMessageDelivery: true}, {targets, message})).toEqual(['delivered'])
  })

  it('may arrive where it cannot be told', () => {
    expect(trace(undefined, {parts: {error: {code: 'AuthorizationError', message: 'no'}}})).toEqual([
      'unknown',
      'SettingsUnread',
    ])
    expect(trace({}, {targets: [[QUEUE, {unread: 'another account'}]]})).toEqual(['unknown', 'QueueUnread'])
    expect(trace({}, {parts: {protocol: 'https', endpoint: 'https://example.com'}})).toEqual([
      'delivered',
      'EndpointNotChecked',
    ])
    expect(trace({}, {targets: [[QUEUE, queue(QUEUE, {KmsMasterKeyId: 'alias/own'})]]})).toEqual([
      'delivered',
      'QueueKeyPolicy',
    ])
  })
})
