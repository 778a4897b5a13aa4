import {describe, expect, it} from 'vitest'
import {type Attributes, invalid, letIn, localSns, NOON, OTHER_ACCOUNT, QUEUE_PREFIX, refused} from './local-sns.js'

const {sandbox, sns, snsOf, sqsOf, topic, queue, subscribe, subscriptionAttributes} = await localSns()

const HOURS_48 = 48 * 3_600_000

describe('Subscribe', () => {
  it('takes a queue of one’s own at once, existing or not', async () => {
    const topicArn = await topic('orders')
    const arn = await subscribe(topicArn, `${QUEUE_PREFIX}nowhere`)
    expect(arn).toMatch(new RegExp(`^${topicArn}:[0-9a-f-]{36}$`))
    expect(await subscriptionAttributes(arn)).toEqual({
      ConfirmationWasAuthenticated: 'true',
      Endpoint: `${QUEUE_PREFIX}nowhere`,
      Owner: '000000000000',
      PendingConfirmation: 'false',
      Protocol: 'sqs',
      RawMessageDelivery: 'false',
      SubscriptionArn: arn,
      SubscriptionPrincipal: 'arn:aws:iam::000000000000:user/sandbox',
      TopicArn: topicArn,
    })
  })

  it('leaves mail and URLs pending, with the ARN for those who ask for it', async () => {
    const TopicArn = await topic('orders')
    const mail = {TopicArn, Protocol: 'email', Endpoint: 'ops@shop.example'}
    expect((await sns.subscribe(mail)).SubscriptionArn).toBe('pending confirmation')
    const {SubscriptionArn = ''} = await sns.subscribe({...mail, ReturnSubscriptionArn: true})
    expect(await subscriptionAttributes(SubscriptionArn)).toMatchObject({
      PendingConfirmation: 'true',
      ConfirmationWasAuthenticated: 'false',
      Protocol: 'email',
    })
    const elsewhere = {TopicArn, Protocol: 'https', Endpoint: 'https://hooks.shop.example/orders'}
    expect((await sns.subscribe(elsewhere)).SubscriptionArn).toBe('pending confirmation')
    expect((await sns.listSubscriptionsByTopic({TopicArn})).Subscriptions?.map(s => s.SubscriptionArn)).toEqual([
      'PendingConfirmation',
      'PendingConfirmation',
    ])
    expect((await sns.getTopicAttributes({TopicArn})).Attributes).toMatchObject({
      SubscriptionsPending: '2',
      SubscriptionsConfirmed: '0',
    })
  })

  it('forgets after 48 hours what nobody confirmed', async () => {
    const TopicArn = await topic('orders')
    await sns.subscribe({TopicArn, Protocol: 'email', Endpoint: 'ops@shop.example'})
    sandbox.clock.advance(HOURS_48 - 1)
    expect((await sns.listSubscriptions({})).Subscriptions).toHaveLength(1)
    sandbox.clock.advance(1)
    expect((await sns.listSubscriptions({})).Subscriptions).toEqual([])
  })

  it.each([
    ['test-protocol', 'x', 'Amazon SNS does not support this protocol string: test-protocol'],
    ['sqs', 'unknown', 'SQS endpoint ARN'],
    ['sqs', 'http://127.0.0.1:4747/000000000000/orders', 'SQS endpoint ARN'],
    ['email', 'this is not an email', 'Email address'],
    ['http', 'https://127.0.0.1/', 'Endpoint must match the specified protocol'],
    [
      'sqs',
      `${QUEUE_PREFIX}orders.fifo`,
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    ],
  ])('refuses %s to %s', async (Protocol, Endpoint, what) => {
    const TopicArn = await topic('orders')
    await expect(sns.subscribe({TopicArn, Protocol, Endpoint})).rejects.toMatchObject(invalid(what))
  })

  it.each(['+15--551234567', 'NAA+15551234567', '+15551234567.', '/+15551234567', 'invalid-number'])(
    'refuses the telephone %s',
    async Endpoint => {
      const TopicArn = await topic('orders')
      await expect(sns.subscribe({TopicArn, Protocol: 'sms', Endpoint})).rejects.toMatchObject(
        refused('InvalidParameter', `Invalid SMS endpoint: ${Endpoint}`),
      )
    },
  )

  it('takes telephones as AWS does', async () => {
    const TopicArn = await topic('orders')
    for (const Endpoint of ['+15551234567', '+12/34-567.890']) {
      expect((await sns.subscribe({TopicArn, Protocol: 'sms', Endpoint})).SubscriptionArn).toContain(TopicArn)
    }
  })

  it('is idempotent for the same endpoint with the same or no attributes', async () => {
    const topicArn = await topic('orders')
    const again = (attributes?: Attributes) => subscribe(topicArn, `${QUEUE_PREFIX}q`, attributes)
    const first = await again({RawMessageDelivery: 'True'})
    for (const attributes of [
      {RawMessageDelivery: 'true'},
      {RawMessageDelivery: 'true', FilterPolicyScope: 'MessageAttributes'},
      undefined,
      {},
    ]) {
      expect(await again(attributes)).toBe(first)
    }
    await expect(again({RawMessageDelivery: 'false', FilterPolicyScope: 'MessageBody'})).rejects.toMatchObject(
      invalid('Attributes Reason: Subscription already exists with different attributes'),
    )
    await expect(again({FilterPolicy: '{"a":["b"]}'})).rejects.toMatchObject(
      invalid('Attributes Reason: Subscription already exists with different attributes'),
    )
  })

  it('asks the queue of another account, by a message in it', async () => {
    const TopicArn = await topic('orders')
    const partnerQueue = `arn:aws:sqs:us-east-1:${OTHER_ACCOUNT}:inbox`
    const partner = sqsOf({account: OTHER_ACCOUNT})
    const {QueueUrl} = await partner.createQueue({
      QueueName: 'inbox',
      Attributes: {Policy: letIn(partnerQueue, TopicArn)},
    })
    const {SubscriptionArn} = await sns.subscribe({TopicArn, Protocol: 'sqs', Endpoint: partnerQueue})
    expect(SubscriptionArn).toBe('pending confirmation')
    const {Messages} = await partner.receiveMessage({QueueUrl})
    const asked = JSON.parse(Messages?.[0]?.Body ?? '') as {Type: string; Token: string}
    expect(asked.Type).toBe('SubscriptionConfirmation')
    await snsOf({account: OTHER_ACCOUNT}).confirmSubscription({TopicArn, Token: asked.Token})
    await sns.publish({TopicArn, Message: 'hello'})
    const {Messages: [message] = []} = await partner.receiveMessage({QueueUrl})
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({Type: 'Notification', Message: 'hello'})
  })

  it('of a FIFO topic takes queues only, a hundred of them', async () => {
    const TopicArn = await topic('orders.fifo')
    await expect(sns.subscribe({TopicArn, Protocol: 'email', Endpoint: 'ops@shop.example'})).rejects.toMatchObject(
      invalid('Invalid protocol type: email'),
    )
    for (let i = 0; i < 100; i++) await subscribe(TopicArn, `${QUEUE_PREFIX}q${i}.fifo`)
    await expect(subscribe(TopicArn, `${QUEUE_PREFIX}one-more.fifo`)).rejects.toMatchObject({
      Code: 'SubscriptionLimitExceeded',
      $metadata: {httpStatusCode: 403},
    })
  })

  it('has room for 200 filter policies a topic', async () => {
    const TopicArn = await topic('orders')
    for (let i = 0; i < 200; i++) await subscribe(TopicArn, `${QUEUE_PREFIX}q${i}`, {FilterPolicy: '{"a":["b"]}'})
    const plain = await subscribe(TopicArn, `${QUEUE_PREFIX}plain`)
    await expect(
      sns.setSubscriptionAttributes({
        SubscriptionArn: plain,
        AttributeName: 'FilterPolicy',
        AttributeValue: '{"a":["b"]}',
      }),
    ).rejects.toMatchObject({Code: 'FilterPolicyLimitExceeded', $metadata: {httpStatusCode: 403}})
  })
})

describe('Unsubscribe and lists', () => {
  it('ends a subscription, once and again', async () => {
    const TopicArn = await topic('orders')
    const SubscriptionArn = await subscribe(TopicArn, await queue('q', TopicArn))
    await sns.unsubscribe({SubscriptionArn})
    await sns.unsubscribe({SubscriptionArn})
    await expect(sns.getSubscriptionAttributes({SubscriptionArn})).rejects.toMatchObject(
      refused('NotFound', 'Subscription does not exist', 404),
    )
    expect((await sns.getTopicAttributes({TopicArn})).Attributes).toMatchObject({SubscriptionsDeleted: '1'})
  })

  it.each([
    ['randomstring', 'SubscriptionArn Reason: An ARN must have at least 6 elements, not 1'],
    ['arn:aws:sns:us-east-1:random', 'SubscriptionArn Reason: An ARN must have at least 6 elements, not 5'],
    ['arn:aws:sns:us-east-1:111111111111:random', 'SubscriptionId'],
  ])('%s is no subscription', async (SubscriptionArn, what) => {
    await expect(sns.unsubscribe({SubscriptionArn})).rejects.toMatchObject(invalid(what))
  })

  it('are for the owners only', async () => {
    const SubscriptionArn = await subscribe(await topic('orders'), `${QUEUE_PREFIX}q`)
    const stranger = snsOf({account: OTHER_ACCOUNT})
    await expect(stranger.unsubscribe({SubscriptionArn})).rejects.toMatchObject({Code: 'AuthorizationError'})
    await expect(stranger.getSubscriptionAttributes({SubscriptionArn})).rejects.toMatchObject({
      Code: 'AuthorizationError',
    })
    expect((await stranger.listSubscriptions({})).Subscriptions).toEqual([])
  })

  it('lists a hundred at a time in the order of subscribing', async () => {
    const TopicArn = await topic('orders')
    const expected = Array.from({length: 101}, (_, i) => `${QUEUE_PREFIX}q${i}`)
    for (const endpoint of expected) await subscribe(TopicArn, endpoint)
    const {Subscriptions = [], NextToken} = await sns.listSubscriptionsByTopic({TopicArn})
    expect(Subscriptions).toHaveLength(100)
    const rest = await sns.listSubscriptionsByTopic({TopicArn, NextToken})
    expect(rest.NextToken).toBeUndefined()
    expect([...Subscriptions, ...(rest.Subscriptions ?? [])].map(({Endpoint}) => Endpoint)).toEqual(expected)
    expect((await sns.listSubscriptions({})).NextToken).toBeDefined()
  })

  it('time stands still here', () => expect(sandbox.clock.now()).toBe(NOON))
})
