import {beforeEach, describe, expect, it} from 'vitest'
import {arn, EVERYTHING, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
beforeEach(() => {
  sqs = new LocalSqs()
})

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'

/** Receives and at once gives back. */
const tryOnce = (url: string, input = {}) => sqs.receive(url, {VisibilityTimeout: 0, ...EVERYTHING, ...input})

describe('dead-lettering', () => {
  it('happens on the receive after maxReceiveCount receives, which gets nothing', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 2)
    await sqs.send(url, 'x')
    expect(await tryOnce(url)).toHaveLength(1)
    expect(await tryOnce(url)).toHaveLength(1)
    expect(await sqs.counts(dlqUrl)).toEqual([0, 0, 0])
    expect(await tryOnce(url)).toEqual([])
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
  })

  it('keeps id, body, attributes, trace header, group, sent time and receive count, and names the source', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    const {MessageId} = await sqs.send(url, 'message-1', {
      MessageAttributes: {MyAttribute: {DataType: 'String', StringValue: 'foobar'}},
      MessageSystemAttributes: {AWSTraceHeader: {DataType: 'String', StringValue: TRACE}},
      MessageGroupId: 'tenant',
    })
    const [first] = await tryOnce(url)
    expect(first?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
    sqs.clock.advance(60_000)
    await tryOnce(url)
    sqs.clock.advance(60_000)
    const [dead] = await sqs.receive(dlqUrl, EVERYTHING)
    // Recorded on AWS with maxReceiveCount 1: count 2 and the source's ARN at the first receive from the DLQ.
    expect(dead).toMatchObject({
      MessageId,
      Body: 'message-1',
      MD5OfMessageAttributes: 'adb59cd4678ea5a855436b949cd07ab6',
      MessageAttributes: {MyAttribute: {DataType: 'String', StringValue: 'foobar'}},
      Attributes: {
        ApproximateReceiveCount: '2',
        SentTimestamp: '1767225600000',
        ApproximateFirstReceiveTimestamp: '1767225600000',
        DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
        AWSTraceHeader: TRACE,
        MessageGroupId: 'tenant',
      },
    })
  })

  it('lets the same receive go on to other messages', async () => {
    const {url} = await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.send(url, 'poison')
    await tryOnce(url)
    await sqs.send(url, 'fine')
    expect(await sqs.bodies(url)).toEqual(['fine'])
  })

  it('follows a lower maxReceiveCount at the next receive', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 10)
    await sqs.send(url, 'x')
    for (let times = 0; times < 3; times += 1) await tryOnce(url)
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 2})
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {RedrivePolicy}})
    expect(await tryOnce(url)).toEqual([])
    const [dead] = await sqs.receive(dlqUrl, EVERYTHING)
    expect(dead?.Attributes?.ApproximateReceiveCount).toBe('4')
  })

  it('delivers on when the dead-letter queue is gone, and dead-letters once it is back', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.send(url, 'x')
    await tryOnce(url)
    await sqs.call('DeleteQueue', {QueueUrl: dlqUrl})
    expect(await tryOnce(url)).toHaveLength(1)
    sqs.clock.advance(60_000)
    await sqs.create('dlq')
    expect(await tryOnce(url)).toEqual([])
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
  })

  it('old handles of the source delete nothing', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.send(url, 'x')
    const [held] = await sqs.receive(url, {VisibilityTimeout: 1})
    sqs.clock.advance(1000)
    await sqs.receive(url)
    await sqs.delete(url, held?.ReceiptHandle ?? '')
    await expect(sqs.delete(dlqUrl, held?.ReceiptHandle ?? '')).rejects.toMatchObject({code: 'ReceiptHandleIsInvalid'})
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
  })

  it('wakes a long poll on the dead-letter queue', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.send(url, 'x')
    await tryOnce(url)
    const waiting = sqs.receive(dlqUrl, {WaitTimeSeconds: 20})
    await tryOnce(url)
    expect(await waiting).toHaveLength(1)
  })

  it('counts each queue of a chain by itself and shows the receives of all', async () => {
    const dlq = await sqs.createWithDlq('dlq', 'graveyard', 1)
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 1})
    const url = await sqs.create('orders', {RedrivePolicy})
    await sqs.send(url, 'x')
    await tryOnce(url)
    expect(await tryOnce(url)).toEqual([])
    expect((await tryOnce(dlq.url))[0]?.Attributes?.ApproximateReceiveCount).toBe('2')
    expect(await tryOnce(dlq.url)).toEqual([])
    const [dead] = await tryOnce(dlq.dlqUrl)
    expect(dead?.Attributes).toMatchObject({
      ApproximateReceiveCount: '3',
      DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:dlq',
    })
  })

  it('into the queue itself starts its count anew', async () => {
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('loop'), maxReceiveCount: 1})
    const url = await sqs.create('loop', {RedrivePolicy})
    await sqs.send(url, 'x')
    await tryOnce(url)
    expect((await tryOnce(url))[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: '2',
      DeadLetterQueueSourceArn: arn('loop'),
    })
  })
})

describe('retention of dead letters', () => {
  it('on standard queues runs from the original send', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.send(url, 'x')
    sqs.clock.advance(200_000_000)
    await tryOnce(url)
    await tryOnce(url)
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
    sqs.clock.advance(145_599_999)
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
    sqs.clock.advance(1)
    expect(await sqs.counts(dlqUrl)).toEqual([0, 0, 0])
  })

  it('can end in the move: the dead-letter queue keeps less long than the source', async () => {
    const dlqUrl = await sqs.create('dlq', {MessageRetentionPeriod: '60'})
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 1})
    const url = await sqs.create('orders', {RedrivePolicy})
    await sqs.send(url, 'x')
    sqs.clock.advance(61_000)
    await tryOnce(url)
    await tryOnce(url)
    expect(await sqs.counts(dlqUrl)).toEqual([0, 0, 0])
  })

  it('on FIFO queues starts anew with the move', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('pay.fifo', 'dlq.fifo', 1)
    await sqs.send(url, 'x', {MessageGroupId: 'g', MessageDeduplicationId: 'd'})
    sqs.clock.advance(200_000_000)
    await tryOnce(url)
    await tryOnce(url)
    sqs.clock.advance(345_599_999)
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
    sqs.clock.advance(1)
    expect(await sqs.counts(dlqUrl)).toEqual([0, 0, 0])
  })
})

describe('FIFO dead letters', () => {
  const ids = (MessageDeduplicationId: string, MessageGroupId = 'g') => ({MessageGroupId, MessageDeduplicationId})

  it('keep id and group and have the message id for deduplication id', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('pay.fifo', 'dlq.fifo', 1)
    const sent = await sqs.send(url, 'x', ids('producers-own'))
    await tryOnce(url)
    await tryOnce(url)
    const [dead] = await sqs.receive(dlqUrl, EVERYTHING)
    expect(dead?.MessageId).toBe(sent.MessageId)
    expect(dead?.Attributes).toMatchObject({
      MessageGroupId: 'g',
      MessageDeduplicationId: sent.MessageId,
      ApproximateReceiveCount: '2',
      DeadLetterQueueSourceArn: arn('pay.fifo'),
    })
    expect(BigInt(dead?.Attributes?.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(sent.SequenceNumber ?? 0))
  })

  it('free their group in the very receive that moves them, skipping no message', async () => {
    const {url} = await sqs.createWithDlq('pay.fifo', 'dlq.fifo', 1)
    for (const body of ['1', '2', '3', '4']) await sqs.send(url, body, ids(body))
    const [first] = await sqs.receive(url, {MaxNumberOfMessages: 1})
    await sqs.hide(url, first?.ReceiptHandle ?? '', 0)
    expect(await sqs.bodies(url)).toEqual(['2', '3', '4'])
  })

  it('of one group stay in order', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('pay.fifo', 'dlq.fifo', 1)
    for (const body of ['1', '2', '3']) await sqs.send(url, body, ids(body))
    await tryOnce(url, {MaxNumberOfMessages: 10})
    await tryOnce(url, {MaxNumberOfMessages: 10})
    expect(await sqs.bodies(dlqUrl)).toEqual(['1', '2', '3'])
  })

  it('leave their own queue working, with the producer’s id still known', async () => {
    const {url} = await sqs.createWithDlq('pay.fifo', 'dlq.fifo', 1)
    await sqs.send(url, 'x', ids('d'))
    await tryOnce(url)
    await tryOnce(url)
    await sqs.send(url, 'again', ids('d'))
    expect(await sqs.bodies(url)).toEqual([])
    await sqs.send(url, 'new', ids('e'))
    expect(await sqs.bodies(url)).toEqual(['new'])
  })
})
