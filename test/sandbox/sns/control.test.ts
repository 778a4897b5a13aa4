import {describe, expect, it} from 'vitest'
import {SandboxControl} from '../../../src/sandbox/control-client.js'
import {invalid, localSns, refused} from './local-sns.js'

const {sandbox, sns, snsOf, topic, queue, subscribe, bodies} = await localSns()

describe('faults', () => {
  it('hit SNS by action and topic', async () => {
    const [orders, others] = [await topic('orders'), await topic('others')]
    sandbox.faults.add({kind: 'throttle', service: 'sns', action: 'Publish', resource: 'orders', times: 1})
    await expect(sns.publish({TopicArn: orders, Message: 'x'})).rejects.toMatchObject(
      refused('Throttling', 'Rate exceeded'),
    )
    await sns.publish({TopicArn: others, Message: 'x'})
    await sns.publish({TopicArn: orders, Message: 'x'})
  })

  it('deny in the words of SNS', async () => {
    const TopicArn = await topic('orders')
    sandbox.faults.add({kind: 'access-denied', service: 'sns', resource: 'orders'})
    await expect(sns.publish({TopicArn, Message: 'x'})).rejects.toMatchObject(
      refused(
        'AuthorizationError',
        `User: arn:aws:iam::000000000000:user/sandbox is not authorized to perform: SNS:Publish on resource: ${TopicArn} because no identity-based policy allows the SNS:Publish action`,
        403,
      ),
    )
  })

  it('find the topic of a subscription, and of a topic to be made', async () => {
    const SubscriptionArn = await subscribe(await topic('orders'), 'arn:aws:sqs:us-east-1:000000000000:q')
    sandbox.faults.add({kind: 'error', service: 'sns', resource: 'orders', code: 'InternalError', status: 500})
    await expect(sns.getSubscriptionAttributes({SubscriptionArn})).rejects.toMatchObject({Code: 'InternalError'})
    await expect(sns.createTopic({Name: 'orders'})).rejects.toMatchObject({Code: 'InternalError'})
    await sns.createTopic({Name: 'others'})
  })

  it('fail a batch in part: what failed was not published', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    await subscribe(TopicArn, queueArn, {RawMessageDelivery: 'true'})
    sandbox.faults.add({kind: 'partial-batch', service: 'sns', entries: [1]})
    const entries = ['0', '1', '2'].map(Id => ({Id, Message: Id}))
    const {Successful, Failed} = await sns.publishBatch({TopicArn, PublishBatchRequestEntries: entries})
    expect(Successful?.map(({Id}) => Id)).toEqual(['0', '2'])
    expect(Failed).toEqual([
      {Id: '1', Code: 'InternalError', Message: 'An internal error occurred.', SenderFault: false},
    ])
    expect(await bodies(queueArn)).toEqual(['0', '2'])
  })

  it('lose an answer: the message is out all the same', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    await subscribe(TopicArn, queueArn, {RawMessageDelivery: 'true'})
    sandbox.faults.add({kind: 'reset-after', service: 'sns', action: 'Publish'})
    await expect(sns.publish({TopicArn, Message: 'x'})).rejects.toMatchObject({code: 'ECONNRESET'})
    expect(await bodies(queueArn)).toEqual(['x'])
  })
})

describe('the control path', () => {
  it('logs requests and shows topics', async () => {
    const TopicArn = await topic('orders')
    await snsOf({region: 'eu-west-1'}).createTopic({Name: 'europe'})
    await sns.publish({TopicArn, Message: 'x'})
    await expect(sns.createTopic({Name: ''})).rejects.toMatchObject(invalid('Topic Name'))
    const control = new SandboxControl({env: {MSGOPS_SANDBOX_URL: sandbox.url}})
    const {requests} = await control.requests(10)
    expect(requests.map(({service, action, region, outcome}) => [service, action, region, outcome])).toEqual([
      ['sns', 'CreateTopic', 'us-east-1', 'ok'],
      ['sns', 'CreateTopic', 'eu-west-1', 'ok'],
      ['sns', 'Publish', 'us-east-1', 'ok'],
      ['sns', 'CreateTopic', 'us-east-1', 'InvalidParameter'],
    ])
    const {services} = await control.state()
    expect(services.sns['000000000000/us-east-1']?.topics).toEqual([
      {
        name: 'orders',
        subscriptionsConfirmed: 0,
        subscriptionsPending: 0,
        numberOfMessagesPublished: 1,
        numberOfNotificationsDelivered: 0,
        numberOfNotificationsFilteredOut: 0,
        numberOfNotificationsFailed: 0,
        numberOfNotificationsRedrivenToDlq: 0,
        numberOfNotificationsFailedToRedriveToDlq: 0,
      },
    ])
    expect(Object.keys(services.sns)).toEqual(['000000000000/us-east-1', '000000000000/eu-west-1'])
  })

  it('resets: topics, subscriptions, deliveries and deduplication are forgotten', async () => {
    const publish = async () => {
      const TopicArn = await topic('orders.fifo')
      return sns.publish({TopicArn, Message: 'x', MessageGroupId: 'g', MessageDeduplicationId: 'd'})
    }
    const before = await publish()
    await sandbox.reset()
    expect((await sns.listTopics({})).Topics).toEqual([])
    expect(sandbox.sns.deliveries.list()).toEqual([])
    expect((await publish()).MessageId).not.toBe(before.MessageId)
  })

  it('what SNS has beyond topics is not there', async () => {
    await expect(sns.listPlatformApplications({})).rejects.toMatchObject({Code: 'InvalidAction'})
  })
})
