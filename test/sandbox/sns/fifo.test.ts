import {describe, expect, it} from 'vitest'
import {invalid, localSns, QUEUE_PREFIX} from './local-sns.js'

const {sandbox, sns, topic, queue, subscribe, drain, bodies} = await localSns()

const FIVE_MINUTES = 300_000
/** SHA-256 of `Test`, as recorded on AWS. */
const HASH_OF_TEST = '532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25'

async function fifo(attributes: Record<string, string> = {}, queueAttributes: Record<string, string> = {}) {
  const TopicArn = await topic('orders.fifo', attributes)
  const queueArn = await queue('q.fifo', TopicArn, queueAttributes)
  const subscriptionArn = await subscribe(TopicArn, queueArn)
  const publish = (Message: string, MessageGroupId?: string, MessageDeduplicationId?: string) =>
    sns.publish({TopicArn, Message, MessageGroupId, MessageDeduplicationId})
  return {TopicArn, queueArn, subscriptionArn, publish}
}

describe('a FIFO topic', () => {
  it('wants a group, and an id unless it makes one of the content', async () => {
    const {TopicArn, publish} = await fifo()
    const noGroup = invalid('The MessageGroupId parameter is required for FIFO topics')
    const noId = invalid(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    )
    await expect(publish('x')).rejects.toMatchObject(noGroup)
    await expect(publish('x', 'g')).rejects.toMatchObject(noId)
    const batch = (entry: object) =>
      sns.publishBatch({TopicArn, PublishBatchRequestEntries: [{Id: '1', Message: 'x', ...entry}]})
    await expect(batch({})).rejects.toMatchObject(noGroup)
    await expect(batch({MessageGroupId: 'g'})).rejects.toMatchObject(noId)
    await expect(publish('x', 'a group', 'd')).rejects.toMatchObject({Code: 'InvalidParameter'})
  })

  it('delivers unsigned, with a sequence number, group and id kept', async () => {
    const {TopicArn, queueArn, subscriptionArn, publish} = await fifo({ContentBasedDeduplication: 'true'})
    const {MessageId, SequenceNumber = ''} = await publish('Test', 'message-group-id-1')
    expect(SequenceNumber).toMatch(/^\d{20}$/)
    const [message] = await drain(queueArn)
    expect(message?.Body).toBe(
      `{
  "Type" : "Notification",
  "MessageId" : "${MessageId ?? ''}",
  "SequenceNumber" : "${SequenceNumber}",
  "TopicArn" : "${TopicArn}",
  "Message" : "Test",
  "Timestamp" : "2026-04-21T12:00:00.007Z",
  "UnsubscribeURL" : "${sandbox.url}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}"
}`,
    )
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: 'message-group-id-1',
      MessageDeduplicationId: HASH_OF_TEST,
    })
    expect(message?.Attributes?.SequenceNumber).not.toBe(SequenceNumber)
  })

  it('answers a repeated id as before for five minutes, across groups, and delivers once', async () => {
    const {queueArn, publish} = await fifo({ContentBasedDeduplication: 'true'}, {ContentBasedDeduplication: 'true'})
    const first = await publish('Test', 'message-group-id-1')
    sandbox.clock.advance(FIVE_MINUTES - 1)
    const second = await publish('Test', 'message-group-id-2')
    expect([second.MessageId, second.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber])
    expect(await drain(queueArn)).toHaveLength(1)
    sandbox.clock.advance(1)
    const third = await publish('Test', 'message-group-id-2')
    expect(third.MessageId).not.toBe(first.MessageId)
    expect(Number(third.SequenceNumber)).toBeGreaterThan(Number(first.SequenceNumber))
    expect(sandbox.sns.status()['000000000000/us-east-1']?.topics[0]?.numberOfMessagesPublished).toBe(2)
  })

  it('deduplicates within groups where it is told to', async () => {
    const {queueArn, publish} = await fifo(
      {FifoThroughputScope: 'MessageGroup'},
      {DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId'},
    )
    for (const group of ['one', 'two', 'one']) await publish(`from ${group}`, group, 'same-id')
    expect((await drain(queueArn)).map(({Attributes}) => Attributes?.MessageGroupId).sort()).toEqual(['one', 'two'])
  })

  it('keeps the order of a group, batches included', async () => {
    const {TopicArn, queueArn, publish} = await fifo()
    await publish('0', 'g', 'd0')
    const {Successful = []} = await sns.publishBatch({
      TopicArn,
      PublishBatchRequestEntries: [1, 2, 3].map(i => ({
        Id: `${i}`,
        Message: `${i}`,
        MessageGroupId: 'g',
        MessageDeduplicationId: `d${i}`,
      })),
    })
    const numbers = Successful.map(({SequenceNumber = ''}) => SequenceNumber)
    expect(numbers).toEqual([...numbers].sort())
    expect(new Set(numbers).size).toBe(3)
    const messages = (await bodies(queueArn)).map(body => (JSON.parse(body) as {Message: string}).Message)
    expect(messages).toEqual(['0', '1', '2', '3'])
  })

  it('feeds a standard queue too, which learns nothing of groups but gets no duplicate', async () => {
    const TopicArn = await topic('orders.fifo')
    const queueArn = await queue('standard', TopicArn)
    await subscribe(TopicArn, queueArn)
    for (let i = 0; i < 2; i++) {
      await sns.publish({TopicArn, Message: 'Test', MessageGroupId: 'g', MessageDeduplicationId: 'd'})
    }
    const messages = await drain(queueArn)
    expect(messages).toHaveLength(1)
    expect(Object.keys(messages[0]?.Attributes ?? {}).sort()).toEqual([
      'ApproximateFirstReceiveTimestamp',
      'ApproximateReceiveCount',
      'SenderId',
      'SentTimestamp',
    ])
  })

  it('takes group and id along into a FIFO dead-letter queue', async () => {
    const TopicArn = await topic('orders.fifo')
    const dlq = await queue('dlq.fifo', TopicArn)
    await subscribe(TopicArn, `${QUEUE_PREFIX}deleted.fifo`, {
      RedrivePolicy: JSON.stringify({deadLetterTargetArn: dlq}),
      RawMessageDelivery: 'true',
    })
    await sns.publish({TopicArn, Message: 'test-message', MessageGroupId: 'g-1', MessageDeduplicationId: 'd-1'})
    expect(await drain(dlq)).toMatchObject([
      {Body: 'test-message', Attributes: {MessageGroupId: 'g-1', MessageDeduplicationId: 'd-1'}},
    ])
  })
})
