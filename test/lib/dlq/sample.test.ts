import type {Message} from '@aws-sdk/client-sqs'
import {describe, expect, test} from 'vitest'
import {Grouping} from '../../../src/lib/dlq/group.js'
import {sampleMessages, visibilityFor} from '../../../src/lib/dlq/sample.js'
import type {MessageView} from '../../../src/lib/messages/message-view.js'
import {ExitCode, OpsError} from '../../../src/lib/ops-error.js'
import type {SourceQueue} from '../../../src/lib/redrive/client/ports.js'

/** A source that gives one prepared answer after another, then nothing. */
function source(answers: (readonly Message[] | Error)[]): {queue: SourceQueue; asked: number[]} {
  const asked: number[] = []
  const remaining = [...answers]
  const refuse = () => Promise.reject(new Error('not asked for'))
  return {
    asked,
    queue: {
      receive: ({max}) => {
        asked.push(max)
        const answer = remaining.shift() ?? []
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
      remove: refuse,
      setVisibility: refuse,
      depth: refuse,
    },
  }
}

const message = (id: number, handle = `h${id}`): Message => ({
  MessageId: `m${id}`,
  ReceiptHandle: handle,
  Body: `${id}`,
})
const messages = (from: number, to: number): Message[] =>
  Array.from({length: to - from + 1}, (_, index) => message(from + index))
const signal = new AbortController().signal

async function sampleOf(answers: (readonly Message[] | Error)[], {limit, expected}: {limit: number; expected: number}) {
  const seen: string[] = []
  const {queue, asked} = source(answers)
  const sample = await sampleMessages(queue, ({MessageId = ''}) => seen.push(MessageId), {limit, expected, signal})
  return {sample, seen, asked}
}

describe('a sample', () => {
  test('ends at its limit and asks for no more than that', async () => {
    const {sample, asked} = await sampleOf([messages(1, 10), messages(11, 12)], {limit: 12, expected: 50})
    expect(sample.end).toBe('limit')
    expect(sample.receipts).toHaveLength(12)
    expect(asked).toEqual([10, 2])
  })

  test('ends after one empty poll where everything counted has come, after two otherwise', async () => {
    expect((await sampleOf([messages(1, 3)], {limit: 100, expected: 3})).asked).toHaveLength(2)
    expect((await sampleOf([messages(1, 3)], {limit: 100, expected: 9})).asked).toHaveLength(3)
    expect((await sampleOf([messages(1, 3), [], messages(4, 9)], {limit: 100, expected: 9})).seen).toHaveLength(9)
  })

  test('a message that comes twice is visited once and given back by its newest handle', async () => {
    const {sample, seen} = await sampleOf([[message(1, 'old'), message(2)], [message(1, 'new')]], {
      limit: 100,
      expected: 2,
    })
    expect(seen).toEqual(['m1', 'm2'])
    expect(sample.receipts).toEqual([
      {messageId: 'm1', receiptHandle: 'new'},
      {messageId: 'm2', receiptHandle: 'h2'},
    ])
  })

  const broken = new OpsError('gone', {code: 'ConnectionLost', exitCode: ExitCode.unreachable})

  test('a receive that fails after some have come ends it with what there is', async () => {
    const {sample} = await sampleOf([messages(1, 4), broken], {limit: 100, expected: 9})
    expect(sample).toMatchObject({end: 'failed', failure: {code: 'ConnectionLost', message: 'gone'}})
    expect(sample.receipts).toHaveLength(4)
  })

  test('a receive that fails first is the failure', async () => {
    await expect(sampleOf([broken], {limit: 100, expected: 9})).rejects.toBe(broken)
  })

  test('an interruption ends it before the next receive', async () => {
    const controller = new AbortController()
    const {queue, asked} = source([messages(1, 10), messages(11, 20)])
    const sample = await sampleMessages(queue, () => controller.abort(), {
      limit: 100,
      expected: 20,
      signal: controller.signal,
    })
    expect(sample.end).toBe('interrupted')
    expect(sample.receipts).toHaveLength(10)
    expect(asked).toHaveLength(1)
  })

  test.each([
    [1, 30],
    [100, 30],
    [1000, 50],
    [100_000, 600],
    [Number.POSITIVE_INFINITY, 600],
  ])('of %d messages is held for %d s', (count, seconds) => {
    expect(visibilityFor(count)).toBe(seconds)
  })
})

describe('grouping', () => {
  const view = (id: string, error: string, sentAt?: string, source?: string): MessageView => ({
    messageId: id,
    body: JSON.stringify({error}),
    messageAttributes: {},
    attributes: {},
    sentAt,
    expiresAt: sentAt === undefined ? undefined : sentAt.replace('2026', '2027'),
    source,
  })
  const letters = [
    view('a', 'no stock for 1', '2026-03-01T00:00:00.000Z', 'arn:q1'),
    view('b', 'no stock for 22', '2026-01-01T00:00:00.000Z', 'arn:q1'),
    view('c', 'timeout', '2026-02-01T00:00:00.000Z'),
    view('d', 'no stock for 333', '2026-02-01T00:00:00.000Z', 'arn:q2'),
  ]
  const grouped = (order: readonly MessageView[]): Grouping => {
    const grouping = new Grouping()
    for (const letter of order) grouping.add(letter)
    return grouping
  }

  test('largest first, with count, first, last and the earliest as the example', () => {
    expect(grouped(letters).groups()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}$/),
        signature: 'no stock for <n>',
        origin: 'body',
        errorType: null,
        errorMessage: 'no stock for <n>',
        count: 3,
        firstSentAt: '2026-01-01T00:00:00.000Z',
        lastSentAt: '2026-03-01T00:00:00.000Z',
        firstExpiresAt: '2027-01-01T00:00:00.000Z',
        example: letters[1],
      },
      expect.objectContaining({signature: 'timeout', count: 1, example: letters[2]}),
    ])
  })

  test('the order in which messages come makes no difference', () => {
    expect(grouped([...letters].reverse()).groups()).toEqual(grouped(letters).groups())
    expect(grouped([...letters].reverse()).oldest()).toBe(letters[1])
  })

  test('counts by source; null for what SQS did not move here', () => {
    expect(grouped(letters).sources()).toEqual([
      {sourceArn: 'arn:q1', count: 2},
      {sourceArn: null, count: 1},
      {sourceArn: 'arn:q2', count: 1},
    ])
  })

  test('messages without a sent time are grouped too', () => {
    expect(grouped([view('x', 'e')]).groups()).toMatchObject([
      {count: 1, firstSentAt: null, lastSentAt: null, firstExpiresAt: null},
    ])
  })
})
