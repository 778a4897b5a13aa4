import {describe, expect, it} from 'vitest'
import {parseSettings} from '../../../src/lib/topics/subscriptions.js'
import {isSubscriptionArn} from '../../../src/lib/topics/subscription-policy.js'
import {deliveryPolicy, temporaryName} from '../../../src/lib/topics/tail/temporary-queue.js'
import {topicMessage} from '../../../src/lib/topics/tail/notification.js'
import {parseTopicAttributes} from '../../../src/lib/topics/topic-attributes.js'
import {topicRefOfArn} from '../../../src/lib/topics/topic-ref.js'
import {refusal} from '../aws/connection.js'

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders'

describe('the attributes of a topic', () => {
  it('are typed, and logged protocols are gathered', () => {
    expect(
      parseTopicAttributes(TOPIC, {
        TopicArn: TOPIC,
        Owner: '123456789012',
        DisplayName: '',
        SubscriptionsConfirmed: '2',
        SubscriptionsPending: '1',
        SubscriptionsDeleted: '0',
        KmsMasterKeyId: 'alias/aws/sns',
        SQSSuccessFeedbackRoleArn: 'arn:aws:iam::123456789012:role/ok',
        SQSSuccessFeedbackSampleRate: '100',
        HTTPFailureFeedbackRoleArn: 'arn:aws:iam::123456789012:role/bad',
      }),
    ).toEqual({
      owner: '123456789012',
      subscriptionsConfirmed: 2,
      subscriptionsPending: 1,
      subscriptionsDeleted: 0,
      maximumMessageSize: 262_144,
      kmsMasterKeyId: 'alias/aws/sns',
      deliveryLogging: [
        {protocol: 'HTTP', failureFeedbackRoleArn: 'arn:aws:iam::123456789012:role/bad'},
        {
          protocol: 'SQS',
          successFeedbackRoleArn: 'arn:aws:iam::123456789012:role/ok',
          successFeedbackSampleRate: 100,
        },
      ],
    })
  })

  it('of a FIFO topic say whether it deduplicates by content', () => {
    expect(parseTopicAttributes(`${TOPIC}.fifo`, {FifoTopic: 'true'})).toMatchObject({contentBasedDeduplication: false})
  })
})

describe('the settings of a subscription', () => {
  it('have the scope only beside a policy', () => {
    expect(parseSettings({FilterPolicy: '{"a":["b"]}', RawMessageDelivery: 'true'})).toEqual({
      filterPolicy: '{"a":["b"]}',
      filterPolicyScope: 'MessageAttributes',
      rawMessageDelivery: true,
      pendingConfirmation: false,
    })
    expect(parseSettings({FilterPolicyScope: 'MessageBody'}).filterPolicyScope).toBeUndefined()
    expect(parseSettings({FilterPolicy: ' { } '}).filterPolicy).toBeUndefined()
  })

  it.each([
    ['{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:dlq"}', 'arn:aws:sqs:eu-west-1:123456789012:dlq'],
    ['{"deadLetterTargetArn":7}', undefined],
    ['{', undefined],
    ['null', undefined],
  ])('read the DLQ of %s', (text, arn) => {
    expect(parseSettings({RedrivePolicy: text}).deadLetterTargetArn).toBe(arn)
  })
})

describe('ARNs', () => {
  it.each([
    `${TOPIC}:0b0f6f4e-0000-4000-8000-000000000001`,
    'arn:aws:sqs:eu-west-1:123456789012:orders',
    'arn:aws:sns:eu-west-1:123456789012:or ders',
    'arn:aws:sns::123456789012:orders',
  ])('%s names no topic', arn => {
    expect(refusal(() => topicRefOfArn(arn))).toMatchObject({code: 'ArnInvalid', exitCode: 2})
  })

  it('tell a subscription from a topic', () => {
    expect(isSubscriptionArn(`${TOPIC}:0b0f6f4e-0000-4000-8000-000000000001`)).toBe(true)
    expect(isSubscriptionArn(TOPIC)).toBe(false)
    expect(isSubscriptionArn('orders')).toBe(false)
  })
})

describe('a notification', () => {
  const envelope = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Subject: 'My First Message',
    Message: 'Hello world!',
    Timestamp: '2012-05-02T00:54:06.655Z',
    MessageAttributes: {n: {Type: 'Number', Value: '3'}, b: {Type: 'Binary', Value: 'AP8='}},
  }
  const sqs = (body: string) => ({
    MessageId: 'sqs-1',
    Body: body,
    Attributes: {SentTimestamp: '1335920046655', ApproximateReceiveCount: '2'},
  })

  it('is opened: id, time, body and attributes are those that were published', () => {
    expect(topicMessage(sqs(JSON.stringify(envelope)), {raw: false, topicArn: TOPIC})).toEqual({
      messageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      topicArn: TOPIC,
      subject: 'My First Message',
      body: 'Hello world!',
      messageAttributes: {
        n: {dataType: 'Number', stringValue: '3'},
        b: {dataType: 'Binary', binaryValue: 'AP8='},
      },
      attributes: {SentTimestamp: '1335920046655', ApproximateReceiveCount: '2'},
      sentAt: '2012-05-02T00:54:06.655Z',
      approximateReceiveCount: 2,
    })
  })

  it('has the same shape raw, without what SNS does not pass on then', () => {
    const body = JSON.stringify(envelope)
    const shape = (raw: boolean) =>
      Object.keys(JSON.parse(JSON.stringify(topicMessage(sqs(body), {raw, topicArn: TOPIC}))) as object)
    expect(
      shape(false)
        .filter(key => key !== 'subject')
        .sort(),
    ).toEqual(shape(true).sort())
    expect(topicMessage(sqs('raw'), {raw: true, topicArn: TOPIC})).toMatchObject({
      topicArn: TOPIC,
      approximateReceiveCount: 2,
    })
  })

  it('is left closed with raw delivery, and what is none stays as it is', () => {
    expect(topicMessage(sqs(JSON.stringify(envelope)), {raw: true, topicArn: TOPIC})).toMatchObject({
      messageId: 'sqs-1',
    })
    for (const body of ['plain', '7', '{"Type":"Notification"}', '{"Type":"Other","Message":"x"}', ''])
      expect(topicMessage(sqs(body), {raw: false, topicArn: TOPIC})).toMatchObject({messageId: 'sqs-1', body})
  })
})

describe('a temporary queue', () => {
  it('has a name that SQS takes, with the end of a FIFO queue where the topic is one', () => {
    expect(temporaryName({name: 'orders', fifo: false}, '0a1b2c3d')).toBe('msgops-tail-orders-0a1b2c3d')
    expect(temporaryName({name: 'pay.fifo', fifo: true}, '0a1b2c3d')).toBe('msgops-tail-pay-0a1b2c3d.fifo')
    const longest = temporaryName({name: `${'x'.repeat(251)}.fifo`, fifo: true}, '0a1b2c3d')
    expect(longest).toHaveLength(80)
    expect(longest).toMatch(/^msgops-tail-x+-0a1b2c3d\.fifo$/)
    expect(temporaryName({name: 'orders', fifo: false})).not.toBe(temporaryName({name: 'orders', fifo: false}))
  })

  it('lets SNS in for its topic alone', () => {
    expect(JSON.parse(deliveryPolicy('arn:queue', TOPIC))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: {Service: 'sns.amazonaws.com'},
          Action: 'sqs:SendMessage',
          Resource: 'arn:queue',
          Condition: {ArnEquals: {'aws:SourceArn': TOPIC}},
        },
      ],
    })
  })
})
