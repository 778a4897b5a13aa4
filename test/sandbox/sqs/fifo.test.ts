import {beforeEach, describe, expect, it} from 'vitest'
import {EVERYTHING, invalid, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('pay.fifo', {ContentBasedDeduplication: 'true'})
})

/** Sends bodies of the form `group-rest`, each to its group. */
async function sendAll(...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await sqs.send(url, body, {MessageGroupId: body.split('-')[0]})
}

describe('sending to a FIFO queue', () => {
  it('needs a group, and a deduplication id unless the content makes one', async () => {
    const plain = await sqs.create('plain.fifo')
    await expect(sqs.send(plain, 'x', {MessageDeduplicationId: 'd'})).rejects.toMatchObject({
      code: 'MissingRequiredParameterException',
      message: 'The request must contain the parameter MessageGroupId.',
      options: {queryCode: 'MissingParameter'},
    })
    await expect(sqs.send(plain, 'x', {MessageGroupId: 'g'})).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    })
  })

  it.each(['', 'a'.repeat(129), 'group 123'])('refuses the ids %j', async id => {
    const reason = (name: string) =>
      `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`
    await expect(sqs.send(url, 'x', {MessageGroupId: id})).rejects.toMatchObject(
      invalid(id, 'MessageGroupId', reason('MessageGroupId')),
    )
    await expect(sqs.send(url, 'x', {MessageGroupId: 'g', MessageDeduplicationId: id})).rejects.toMatchObject(
      invalid(id, 'MessageDeduplicationId', reason('MessageDeduplicationId')),
    )
  })

  it('takes ids of 128 characters and all of AWS’s punctuation', async () => {
    await sqs.send(url, 'x', {MessageGroupId: 'a'.repeat(128), MessageDeduplicationId: 'a'.repeat(128)})
    await sqs.send(url, 'y', {MessageGroupId: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', MessageDeduplicationId: 'd'})
  })

  it('delays by the queue only', async () => {
    await expect(sqs.send(url, 'x', {MessageGroupId: 'g', DelaySeconds: 2})).rejects.toMatchObject(
      invalid(2, 'DelaySeconds', 'The request include parameter that is not valid for this queue type.'),
    )
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {DelaySeconds: '2'}})
    await sqs.send(url, 'x', {MessageGroupId: 'g', DelaySeconds: 0})
    expect(await sqs.bodies(url)).toEqual([])
    expect(await sqs.counts(url)).toEqual([0, 0, 1])
    sqs.clock.advance(2000)
    expect(await sqs.bodies(url)).toEqual(['x'])
  })

  it('follows a new queue delay with messages that are still delayed', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {DelaySeconds: '900'}})
    await sqs.send(url, 'x', {MessageGroupId: 'g'})
    sqs.clock.advance(5000)
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {DelaySeconds: '10'}})
    sqs.clock.advance(4999)
    expect(await sqs.bodies(url)).toEqual([])
    sqs.clock.advance(1)
    expect(await sqs.bodies(url)).toEqual(['x'])
  })

  it('numbers messages with 20 digits, ever higher', async () => {
    const numbers: string[] = []
    for (let index = 0; index < 20; index += 1) {
      numbers.push((await sqs.send(url, `m${index}`, {MessageGroupId: `g${index % 3}`})).SequenceNumber ?? '')
    }
    for (const number of numbers) expect(number).toMatch(/^\d{20}$/)
    expect([...numbers].sort()).toEqual(numbers)
    expect(new Set(numbers).size).toBe(20)
  })

  it('gives back what it was given', async () => {
    const sent = await sqs.send(url, 'message-body-1', {MessageGroupId: 'group-1', MessageDeduplicationId: 'dedup-1'})
    const [message] = await sqs.receive(url, EVERYTHING)
    expect(sent.MD5OfMessageBody).toBe('19c9e282d65f9733bc6b35d50062c7ee')
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: 'group-1',
      MessageDeduplicationId: 'dedup-1',
      SequenceNumber: sent.SequenceNumber,
    })
  })
})

describe('deduplication', () => {
  const ids = (MessageDeduplicationId: string, MessageGroupId = 'g') => ({MessageGroupId, MessageDeduplicationId})

  it('answers a known id with the first message’s id and number and enqueues nothing', async () => {
    const first = await sqs.send(url, 'one', ids('d'))
    const second = await sqs.send(url, 'another body', ids('d'))
    expect(second.MessageId).toBe(first.MessageId)
    expect(second.SequenceNumber).toBe(first.SequenceNumber)
    expect(second.MD5OfMessageBody).toBe('feca7f0455b7a6ca58a384e20f72e43e')
    expect(await sqs.bodies(url)).toEqual(['one'])
  })

  it('still knows it after the message was received and deleted', async () => {
    await sqs.send(url, 'one', ids('d'))
    const [message] = await sqs.receive(url)
    await sqs.delete(url, message?.ReceiptHandle ?? '')
    await sqs.send(url, 'one', ids('d'))
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })

  it('forgets it five minutes after the first send, whatever was sent since', async () => {
    const first = await sqs.send(url, 'one', ids('d'))
    sqs.clock.advance(299_999)
    expect((await sqs.send(url, 'one', ids('d'))).MessageId).toBe(first.MessageId)
    sqs.clock.advance(1)
    expect((await sqs.send(url, 'one', ids('d'))).MessageId).not.toBe(first.MessageId)
    expect(await sqs.counts(url)).toEqual([2, 0, 0])
  })

  it('makes the id from the body alone: SHA-256', async () => {
    await sqs.send(url, 'foobar', {MessageGroupId: 'a'})
    await sqs.send(url, 'foobar', {
      MessageGroupId: 'b',
      MessageAttributes: {differs: {DataType: 'String', StringValue: 'yes'}},
    })
    // printf foobar | sha256sum
    const sha256 = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'
    await sqs.send(url, 'explicit', ids(sha256))
    const messages = await sqs.receive(url, {...EVERYTHING, MaxNumberOfMessages: 10})
    expect(messages.map(({Body, Attributes}) => [Body, Attributes?.MessageDeduplicationId])).toEqual([
      ['foobar', sha256],
    ])
  })

  it('an explicit id overrides the one of the content', async () => {
    await sqs.send(url, 'same', ids('d1'))
    await sqs.send(url, 'same', ids('d2'))
    expect(await sqs.bodies(url)).toEqual(['same', 'same'])
  })

  it('counts for the queue, or for each group where the scope says so', async () => {
    await sqs.send(url, 'Test1', ids('1', 'g1'))
    await sqs.send(url, 'Test2', ids('1', 'g2'))
    expect(await sqs.bodies(url)).toEqual(['Test1'])
    url = await sqs.create('fast.fifo', {DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId'})
    await sqs.send(url, 'Test1', ids('1', 'g1'))
    await sqs.send(url, 'Test2', ids('1', 'g2'))
    await sqs.send(url, 'Test3', ids('1', 'g2'))
    expect(await sqs.bodies(url)).toEqual(['Test1', 'Test2'])
  })

  it('works within one batch', async () => {
    const outcome = await sqs.batch('SendMessage', url, [
      {Id: '1', MessageBody: 'a', ...ids('d')},
      {Id: '2', MessageBody: 'b', ...ids('d')},
    ])
    expect(outcome.Successful?.[0]?.MessageId).toBe(outcome.Successful?.[1]?.MessageId)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
  })
})

describe('message groups', () => {
  it('gives several of one group in one receive, in order, before another group', async () => {
    await sendAll('g1-m1', 'g2-m1', 'g1-m2', 'g1-m3')
    expect(await sqs.bodies(url)).toEqual(['g1-m1', 'g1-m2', 'g1-m3', 'g2-m1'])
  })

  it('blocks a group while its head is in flight', async () => {
    await sendAll('g1-m1', 'g1-m2', 'g1-m3', 'g1-m4', 'g2-m1', 'g3-m1')
    expect(await sqs.bodies(url, {MaxNumberOfMessages: 2})).toEqual(['g1-m1', 'g1-m2'])
    expect(await sqs.bodies(url, {MaxNumberOfMessages: 1})).toEqual(['g2-m1'])
    expect(await sqs.bodies(url)).toEqual(['g3-m1'])
    expect(await sqs.bodies(url)).toEqual([])
    expect(await sqs.counts(url)).toEqual([2, 4, 0])
    await sendAll('g1-m5')
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('takes turns among groups, also with VisibilityTimeout 0', async () => {
    await sendAll('g1-m1', 'g2-m1', 'g2-m2', 'g3-m1', 'g1-m2')
    expect(await sqs.bodies(url, {MaxNumberOfMessages: 3, VisibilityTimeout: 0})).toEqual(['g1-m1', 'g1-m2', 'g2-m1'])
    expect(await sqs.bodies(url, {VisibilityTimeout: 0})).toEqual(['g3-m1', 'g1-m1', 'g1-m2', 'g2-m1', 'g2-m2'])
  })

  it('frees a group when all that was received of it is deleted, and not before', async () => {
    await sendAll('g1-m1', 'g2-m1', 'g1-m2', 'g2-m2', 'g1-m3', 'g1-m4')
    const [first, second] = await sqs.receive(url, {MaxNumberOfMessages: 2})
    await sqs.delete(url, first?.ReceiptHandle ?? '')
    expect(await sqs.bodies(url, {VisibilityTimeout: 0})).toEqual(['g2-m1', 'g2-m2'])
    await sqs.delete(url, second?.ReceiptHandle ?? '')
    expect(await sqs.bodies(url)).toEqual(['g2-m1', 'g2-m2', 'g1-m3', 'g1-m4'])
  })

  it('gives the head again that was given back, though a later one is in flight', async () => {
    await sendAll('g1-m1', 'g1-m2', 'g2-m1')
    const [head] = await sqs.receive(url, {MaxNumberOfMessages: 2})
    await sqs.hide(url, head?.ReceiptHandle ?? '', 0)
    expect(await sqs.bodies(url, {MaxNumberOfMessages: 3})).toEqual(['g2-m1', 'g1-m1'])
  })

  it.each([
    [0, []],
    [1, ['g-foo']],
    [2, ['g-foo', 'g-bar']],
  ])('with message %i hidden longer gives what comes before it: %j', async (position, bodies) => {
    await sendAll('g-foo', 'g-bar', 'g-baz')
    const messages = await sqs.receive(url, {MaxNumberOfMessages: 5, VisibilityTimeout: 1})
    await sqs.hide(url, messages[position]?.ReceiptHandle ?? '', 4)
    sqs.clock.advance(2500)
    expect(await sqs.bodies(url)).toEqual(bodies)
  })

  it('a group that ran empty works again', async () => {
    await sendAll('g1-Message 1')
    const [message] = await sqs.receive(url)
    await sqs.delete(url, message?.ReceiptHandle ?? '')
    expect(await sqs.bodies(url)).toEqual([])
    await sendAll('g1-Message 2')
    expect(await sqs.bodies(url)).toEqual(['g1-Message 2'])
  })

  it('a freed group ends a long poll', async () => {
    await sendAll('g1-m1', 'g1-m2')
    const [head] = await sqs.receive(url)
    const waiting = sqs.receive(url, {WaitTimeSeconds: 20})
    await sqs.delete(url, head?.ReceiptHandle ?? '')
    expect((await waiting)[0]?.Body).toBe('g1-m2')
  })

  it('retention frees a group too', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MessageRetentionPeriod: '60'}})
    await sendAll('g1-m1')
    await sqs.receive(url, {VisibilityTimeout: 600})
    sqs.clock.advance(30_000)
    await sendAll('g1-m2')
    sqs.clock.advance(30_000)
    expect(await sqs.bodies(url)).toEqual(['g1-m2'])
  })
})

describe('ReceiveRequestAttemptId', () => {
  const attempt = (ReceiveRequestAttemptId: string, input = {}) =>
    sqs.receive(url, {ReceiveRequestAttemptId, MaxNumberOfMessages: 10, VisibilityTimeout: 30, ...EVERYTHING, ...input})

  it('gives the same messages and handles again, not counted as a receive, hidden anew', async () => {
    await sendAll('g-1', 'g-2')
    const first = await attempt('a')
    sqs.clock.advance(20_000)
    expect(await attempt('a')).toEqual(first)
    sqs.clock.advance(20_000)
    expect(await sqs.counts(url)).toEqual([0, 2, 0])
    await sqs.delete(url, first[0]?.ReceiptHandle ?? '')
  })

  it('receives afresh when one was deleted, changed, or came back', async () => {
    await sendAll('g-1', 'h-1')
    const [first] = await attempt('a')
    await sqs.delete(url, first?.ReceiptHandle ?? '')
    expect(await attempt('a')).toEqual([])
    sqs.clock.advance(30_000)
    const [second] = await attempt('c')
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2')
    await sqs.hide(url, second?.ReceiptHandle ?? '', 60)
    expect(await attempt('c')).toEqual([])
    await sqs.hide(url, second?.ReceiptHandle ?? '', 0)
    expect((await attempt('c'))[0]?.Attributes?.ApproximateReceiveCount).toBe('3')
  })

  it('is another receive with another id, and after five minutes', async () => {
    await sendAll('g-1')
    await attempt('a', {VisibilityTimeout: 600})
    expect(await attempt('b')).toEqual([])
    sqs.clock.advance(300_000)
    expect(await attempt('a')).toEqual([])
  })

  it('is refused on a standard queue and with other characters', async () => {
    await expect(attempt('a b')).rejects.toMatchObject({code: 'InvalidParameterValueException'})
    url = await sqs.create('orders')
    await expect(attempt('a')).rejects.toMatchObject(
      invalid('a', 'ReceiveRequestAttemptId', 'The request include parameter that is not valid for this queue type.'),
    )
  })
})
