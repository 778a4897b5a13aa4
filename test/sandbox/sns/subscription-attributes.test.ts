import {describe, expect, it} from 'vitest'
import {invalid, localSns, QUEUE_PREFIX} from './local-sns.js'

const {sns, topic, subscribe, subscriptionAttributes} = await localSns()

describe('attributes of a subscription', () => {
  const REDACTED = (line: number, column: number) =>
    `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`

  it.each([
    [{RawMessageDelivery: 'wrongvalue'}, 'RawMessageDelivery: Invalid value [wrongvalue]. Must be true or false.'],
    [
      {FilterPolicy: 'invalid-json'},
      "FilterPolicy: failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')" +
        REDACTED(1, 8),
    ],
    [
      {FilterPolicy: '{"key":[{"wrong-operator":true}]}'},
      'FilterPolicy: Unrecognized match type wrong-operator' + REDACTED(1, 31),
    ],
    [{RedrivePolicy: '{"deadLetterTargetArn":"fake-arn"}'}, 'RedrivePolicy: deadLetterTargetArn is an invalid arn'],
  ])('Subscribe refuses %j', async (attributes, reason) => {
    const topicArn = await topic('orders')
    await expect(subscribe(topicArn, `${QUEUE_PREFIX}q`, attributes)).rejects.toMatchObject(
      invalid(`Attributes Reason: ${reason}`),
    )
    expect((await sns.listSubscriptions({})).Subscriptions).toEqual([])
  })

  it('mail cannot be raw', async () => {
    await expect(
      sns.subscribe({
        TopicArn: await topic('orders'),
        Protocol: 'email',
        Endpoint: 'ops@shop.example',
        Attributes: {RawMessageDelivery: 'true'},
      }),
    ).rejects.toMatchObject(
      invalid('Attributes Reason: Delivery protocol [email] does not support raw message delivery.'),
    )
  })

  it.each([
    ['FakeAttribute', 'test-value', 'AttributeName'],
    ['RawMessageDelivery', 'test-ValUe', 'RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false.'],
    ['RawMessageDelivery', '', 'RawMessageDelivery: Invalid value []. Must be true or false.'],
    ['RedrivePolicy', '{"deadLetterTargetArn":"fake-arn"}', 'RedrivePolicy: deadLetterTargetArn is an invalid arn'],
    [
      'RedrivePolicy',
      '{invalidjson}',
      "RedrivePolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name" +
        REDACTED(1, 2),
    ],
    [
      'FilterPolicy',
      '{invalidjson}',
      "FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name" +
        REDACTED(1, 2),
    ],
    [
      'FilterPolicyScope',
      'RandomValue',
      'FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes',
    ],
    [
      'FilterPolicy',
      '{"a":{"b":["c"]}}',
      'Filter policy scope MessageAttributes does not support nested filter policy',
    ],
    [
      'FilterPolicy',
      '{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":["x"],"f":["x"]}',
      'FilterPolicy: Filter policy can not have more than 5 keys',
    ],
  ])('Set refuses %s %s', async (AttributeName, AttributeValue, what) => {
    const SubscriptionArn = await subscribe(await topic('orders'), `${QUEUE_PREFIX}q`)
    await expect(sns.setSubscriptionAttributes({SubscriptionArn, AttributeName, AttributeValue})).rejects.toMatchObject(
      invalid(what),
    )
  })

  it('a scope shows with its policy; the policy is judged by a new scope; {} and "" take it away', async () => {
    const SubscriptionArn = await subscribe(await topic('orders'), `${QUEUE_PREFIX}q`)
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.setSubscriptionAttributes({SubscriptionArn, AttributeName, AttributeValue})
    await set('FilterPolicyScope', 'MessageBody')
    expect(await subscriptionAttributes(SubscriptionArn)).not.toHaveProperty('FilterPolicyScope')
    await set('FilterPolicy', '{"a":{"b":["c"]}}')
    expect(await subscriptionAttributes(SubscriptionArn)).toMatchObject({
      FilterPolicy: '{"a":{"b":["c"]}}',
      FilterPolicyScope: 'MessageBody',
    })
    await expect(set('FilterPolicyScope', 'MessageAttributes')).rejects.toMatchObject(
      invalid('Filter policy scope MessageAttributes does not support nested filter policy'),
    )
    for (const nothing of ['', '{}']) {
      await set('FilterPolicy', '{"a":["b"]}')
      await set('FilterPolicy', nothing)
      expect(await subscriptionAttributes(SubscriptionArn)).not.toHaveProperty('FilterPolicy')
    }
  })

  it('a FIFO subscription wants a FIFO dead-letter queue', async () => {
    const topicArn = await topic('orders.fifo')
    const set = (SubscriptionArn: string, dlq: string) =>
      sns.setSubscriptionAttributes({
        SubscriptionArn,
        AttributeName: 'RedrivePolicy',
        AttributeValue: JSON.stringify({deadLetterTargetArn: QUEUE_PREFIX + dlq}),
      })
    await set(await subscribe(topicArn, `${QUEUE_PREFIX}standard`), 'standard-dlq')
    await expect(set(await subscribe(topicArn, `${QUEUE_PREFIX}q.fifo`), 'standard-dlq')).rejects.toMatchObject(
      invalid('RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.'),
    )
  })

  it('a delivery policy of HTTP is completed over the topic’s', async () => {
    const TopicArn = await topic('orders', {
      DeliveryPolicy: '{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}',
    })
    const {SubscriptionArn = ''} = await sns.subscribe({
      TopicArn,
      Protocol: 'http',
      Endpoint: 'http://hooks.shop.example/',
      ReturnSubscriptionArn: true,
      Attributes: {
        DeliveryPolicy:
          '{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":0},"throttlePolicy":{"maxReceivesPerSecond":1000}}',
      },
    })
    const retries =
      '{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":0,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"}'
    expect(await subscriptionAttributes(SubscriptionArn)).toMatchObject({
      DeliveryPolicy: `{"healthyRetryPolicy":${retries},"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1000},"requestPolicy":null,"guaranteed":false}`,
      EffectiveDeliveryPolicy: `{"healthyRetryPolicy":${retries},"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1000},"requestPolicy":{"headerContentType":"application/json"},"guaranteed":false}`,
    })
    await sns.setTopicAttributes({
      TopicArn,
      AttributeName: 'DeliveryPolicy',
      AttributeValue: '{"http":{"disableSubscriptionOverrides":true}}',
    })
    expect(JSON.parse((await subscriptionAttributes(SubscriptionArn)).EffectiveDeliveryPolicy ?? '')).toMatchObject({
      healthyRetryPolicy: {minDelayTarget: 20, numRetries: 3},
      throttlePolicy: null,
    })
  })
})
