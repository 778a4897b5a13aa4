import {describe, expect, it} from 'vitest'
import {localSns, QUEUE_PREFIX} from './local-sns.js'

const {sandbox, sns, topic, queue, subscribe, drain, bodies} = await localSns()

const NUMBER = {DataType: 'Number', StringValue: '99.12'}
/** What a queue answers that has trouble of its own. */
const BUSY = {
  action: 'SendMessage',
  queue: 'busy',
  code: 'InternalError',
  message: 'Try again.',
  senderFault: false,
} as const
const countsOf = (name: string) =>
  sandbox.sns.status()['000000000000/us-east-1']?.topics.find(topic => topic.name === name)

describe('the dead-letter queue of a subscription', () => {
  const redrive = (queueArn: string) => ({RedrivePolicy: JSON.stringify({deadLetterTargetArn: queueArn})})

  it.each([true, false])('gets the message as the subscriber would have, raw: %s', async raw => {
    const topicArn = await topic('orders')
    const dlq = await queue('dlq', topicArn)
    const endpoint = `${QUEUE_PREFIX}deleted`
    await subscribe(topicArn, endpoint, {...redrive(dlq), RawMessageDelivery: String(raw)})
    await sns.publish({TopicArn: topicArn, Message: 'lost?', MessageAttributes: {number: NUMBER}})
    const [message] = await drain(dlq)
    if (raw) {
      expect(message?.Body).toBe('lost?')
      expect(message?.MessageAttributes).toEqual({number: NUMBER})
    } else {
      expect(JSON.parse(message?.Body ?? '')).toMatchObject({
        Type: 'Notification',
        Message: 'lost?',
        MessageAttributes: {number: {Type: 'Number', Value: '99.12'}},
      })
      // Recorded: not a word about the failure.
      expect(message?.MessageAttributes).toBeUndefined()
    }
    expect(message?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
    expect(countsOf('orders')).toMatchObject({
      numberOfNotificationsDelivered: 0,
      numberOfNotificationsFailed: 1,
      numberOfNotificationsRedrivenToDlq: 1,
    })
    expect(sandbox.sns.deliveries.list()).toMatchObject([
      {
        result: 'deadLettered',
        attempts: 1,
        reason: 'AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.',
      },
    ])
  })

  it('gets nothing without a policy of its own', async () => {
    const topicArn = await topic('orders')
    const dlq = await queue('dlq')
    await subscribe(topicArn, `${QUEUE_PREFIX}deleted`, redrive(dlq))
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    expect(await bodies(dlq)).toEqual([])
    expect(countsOf('orders')).toMatchObject({
      numberOfNotificationsRedrivenToDlq: 0,
      numberOfNotificationsFailedToRedriveToDlq: 1,
    })
    expect(sandbox.sns.deliveries.list()).toMatchObject([{result: 'lost'}])
  })

  it('gets at once what a function that is not there was to get', async () => {
    const topicArn = await topic('orders')
    const dlq = await queue('dlq', topicArn)
    const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:billing'
    await sns.subscribe({TopicArn: topicArn, Protocol: 'lambda', Endpoint, Attributes: redrive(dlq)})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    expect(await drain(dlq)).toHaveLength(1)
    expect(sandbox.sns.deliveries.list()).toMatchObject([
      {result: 'deadLettered', attempts: 1, reason: `ResourceNotFoundException: Function not found: ${Endpoint}`},
    ])
  })

  it('cannot hold a raw message of eleven attributes either, which SQS does not take', async () => {
    const topicArn = await topic('orders')
    const dlq = await queue('dlq', topicArn)
    const raw = await queue('raw', topicArn)
    const wrapped = await queue('wrapped', topicArn)
    await subscribe(topicArn, raw, {RawMessageDelivery: 'true', ...redrive(dlq)})
    await subscribe(topicArn, wrapped)
    const publish = (count: number) =>
      sns.publish({
        TopicArn: topicArn,
        Message: `${count}`,
        MessageAttributes: Object.fromEntries(
          Array.from({length: count}, (_, i) => [`a${i}`, {DataType: 'String', StringValue: 'v'}]),
        ),
      })
    await publish(10)
    await publish(11)
    expect(await bodies(raw)).toEqual(['10'])
    expect(await drain(wrapped)).toHaveLength(2)
    expect(await drain(dlq)).toEqual([])
  })

  it('gets what a failing queue did not take in 100,015 retries over 23 days, and no sooner', async () => {
    const topicArn = await topic('orders')
    const dlq = await queue('dlq', topicArn)
    const busy = await queue('busy', topicArn)
    await subscribe(topicArn, busy, redrive(dlq))
    sandbox.sqs.quirks.set({failEntries: [BUSY]})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    expect(sandbox.sns.deliveries.list().map(({result}) => result)).toEqual(Array(4).fill('retrying'))
    sandbox.clock.advance(23 * 86_400_000)
    expect(await drain(dlq)).toEqual([])
    sandbox.clock.advance(86_400_000)
    expect(await drain(dlq)).toHaveLength(1)
    expect(sandbox.sns.deliveries.list().at(-1)).toMatchObject({result: 'deadLettered', attempts: 100_016})
  }, 60_000)

  it('gets nothing when the queue recovers: the message arrives late and once', async () => {
    const topicArn = await topic('orders')
    const busy = await queue('busy', topicArn)
    await subscribe(topicArn, busy, {RawMessageDelivery: 'true'})
    sandbox.sqs.quirks.set({failEntries: [BUSY]})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    sandbox.sqs.quirks.reset()
    expect(await bodies(busy)).toEqual([])
    sandbox.clock.advance(1000)
    expect(await bodies(busy)).toEqual(['x'])
    sandbox.clock.advance(86_400_000)
    expect(countsOf('orders')).toMatchObject({numberOfNotificationsDelivered: 1, numberOfNotificationsFailed: 0})
  })

  it('gets nothing for who unsubscribes while SNS still tries', async () => {
    const topicArn = await topic('orders')
    const dlq = await queue('dlq', topicArn)
    const SubscriptionArn = await subscribe(topicArn, await queue('busy', topicArn), redrive(dlq))
    sandbox.sqs.quirks.set({failEntries: [BUSY]})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    await sns.unsubscribe({SubscriptionArn})
    sandbox.clock.advance(30 * 86_400_000)
    expect(sandbox.sns.deliveries.list()).toHaveLength(4)
    expect(await drain(dlq)).toEqual([])
  })

  it('gets nothing after a reset', async () => {
    const topicArn = await topic('orders')
    await subscribe(topicArn, await queue('busy', topicArn))
    sandbox.sqs.quirks.set({failEntries: [BUSY]})
    await sns.publish({TopicArn: topicArn, Message: 'x'})
    await sandbox.reset()
    sandbox.clock.advance(86_400_000)
    expect(sandbox.sns.deliveries.list()).toEqual([])
  })
})
