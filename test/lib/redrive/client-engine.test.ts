import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {ARN, binary, numbered, SandboxQueues, text} from './sandbox-queues.js'

let queues: SandboxQueues

beforeEach(async () => {
  queues = await SandboxQueues.start()
  await queues.createPair('orders', 'orders-dlq')
})
afterEach(() => queues.sandbox.close())

const bodies = (messages: readonly {Body?: string}[]) => messages.map(message => message.Body).sort()

describe('a redrive by the client engine over HTTP', () => {
  test('moves everything back and believes the end only after empty polls with the counters at zero', async () => {
    await queues.deadLetter('orders', numbered(25))
    const {summary} = await queues.redrive('orders-dlq', {engine: 'client'})
    expect(summary).toMatchObject({
      engine: 'client',
      state: 'completed',
      source: `${ARN}orders-dlq`,
      destination: `${ARN}orders`,
      selected: 25,
      moved: 25,
      failed: 0,
      remaining: 0,
      possibleDuplicates: [],
    })
    expect(await queues.drain('orders')).toHaveLength(25)
    expect(await queues.counts('orders-dlq')).toEqual({visible: 0, inFlight: 0})
  })

  test('keeps the exact body, attributes of every type and label, the trace header and the fair-queue group', async () => {
    const entry = {
      MessageBody: '{"n": 1.00,\t"s":"é ✓ \u{202e}"}\n',
      MessageAttributes: {
        text: text('plain'),
        label: text('a9', 'String.uuid'),
        number: text('1.250E+3', 'Number'),
        float: text('2.5', 'Number.float'),
        binary: binary(Uint8Array.of(0, 255, 10)),
        image: binary(Uint8Array.of(137, 80, 78, 71), 'Binary.png'),
        a7: text('7'),
        a8: text('8'),
        a9: text('9'),
        a10: text('10'),
      },
      MessageSystemAttributes: {
        AWSTraceHeader: {DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'},
      },
      MessageGroupId: 'tenant-north',
    }
    await queues.deadLetter('orders', [entry])
    const {summary} = await queues.redrive('orders-dlq', {max: 1})
    expect(summary).toMatchObject({engine: 'client', moved: 1})
    const [copy] = await queues.drain('orders')
    expect(copy?.Body).toBe(entry.MessageBody)
    const attributes = Object.entries(copy?.MessageAttributes ?? {}).map(
      ([name, {DataType, StringValue, BinaryValue}]) => [name, DataType, StringValue ?? [...(BinaryValue ?? [])]],
    )
    expect(Object.fromEntries(attributes.map(([name, ...rest]) => [name, rest]))).toEqual({
      text: ['String', 'plain'],
      label: ['String.uuid', 'a9'],
      number: ['Number', '1.250E+3'],
      float: ['Number.float', '2.5'],
      binary: ['Binary', [0, 255, 10]],
      image: ['Binary.png', [137, 80, 78, 71]],
      a7: ['String', '7'],
      a8: ['String', '8'],
      a9: ['String', '9'],
      a10: ['String', '10'],
    })
    expect(copy?.Attributes).toMatchObject({
      AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
      MessageGroupId: 'tenant-north',
    })
  })

  test('one of ten refused: nine are moved, one stays, nothing is twice (catalogue 5, 6)', async () => {
    await queues.deadLetter('orders', numbered(11))
    queues.sandbox.faults.add({
      kind: 'partial-batch',
      action: 'SendMessageBatch',
      resource: 'orders',
      skip: 1,
      entries: [3],
      code: 'InvalidMessageContents',
      status: 400,
    })
    const {summary} = await queues.redrive('orders-dlq', {max: 10, concurrency: 1})
    expect(summary).toMatchObject({moved: 9, failed: 1, possibleDuplicates: []})
    const moved = bodies(await queues.drain('orders'))
    const stayed = bodies(await queues.drain('orders-dlq'))
    expect(new Set(moved).size).toBe(9)
    expect([...moved, ...stayed].sort()).toEqual(bodies(numbered(11).map(({MessageBody}) => ({Body: MessageBody}))))
  })

  test.each(['reset-after', 'half-reply'] as const)(
    'held, a lost answer (%s): one request, one copy, kept and listed (catalogue 9)',
    async kind => {
      await queues.deadLetter('orders', numbered(10))
      queues.sandbox.faults.add({kind, action: 'SendMessageBatch', resource: 'orders', skip: 1, times: 1})
      const before = queues.requests('SendMessageBatch')
      const {summary} = await queues.redrive('orders-dlq', {max: 10, concurrency: 1, onUnknown: 'hold'})
      expect(queues.requests('SendMessageBatch') - before).toBe(2)
      expect(summary).toMatchObject({moved: 1, failed: 0, selected: 10})
      const kept = await queues.drain('orders-dlq')
      expect(bodies(await queues.drain('orders'))).toHaveLength(10)
      expect(kept.map(message => message.MessageId).sort()).toEqual(
        summary.possibleDuplicates.map(({messageId}) => messageId).sort(),
      )
      expect(new Set(summary.possibleDuplicates.map(({reason}) => reason))).toEqual(new Set(['unknownOutcome']))
    },
  )

  test('a lost answer: sent once more by default, moved, and listed; the second copy is one of those listed (catalogue 9)', async () => {
    await queues.deadLetter('orders', numbered(10))
    queues.sandbox.faults.add({kind: 'reset-after', action: 'SendMessageBatch', resource: 'orders', skip: 1, times: 1})
    const {summary} = await queues.redrive('orders-dlq', {max: 10, concurrency: 1})
    expect(summary).toMatchObject({state: 'completed', moved: 10, failed: 0, selected: 10, remaining: 0})
    expect(summary.possibleDuplicates).toHaveLength(9)
    expect(await queues.drain('orders')).toHaveLength(19)
    expect(await queues.drain('orders-dlq')).toHaveLength(0)
  })

  test('a connection that broke before the request was applied looks the same, so it is treated the same (catalogue 10)', async () => {
    await queues.deadLetter('orders', numbered(3))
    queues.sandbox.faults.add({kind: 'reset-before', action: 'SendMessageBatch', resource: 'orders', skip: 1, times: 1})
    const {summary} = await queues.redrive('orders-dlq', {max: 3, concurrency: 1, onUnknown: 'hold'})
    expect(summary.possibleDuplicates).toHaveLength(2)
    expect(await queues.drain('orders')).toHaveLength(1)
    expect(await queues.drain('orders-dlq')).toHaveLength(2)
  })

  test('an answer with a wrong MD5 keeps the source copy (catalogue 11)', async () => {
    await queues.deadLetter('orders', numbered(2))
    queues.sandbox.faults.add({kind: 'bad-md5', action: 'SendMessageBatch', resource: 'orders', skip: 1, times: 1})
    const {summary} = await queues.redrive('orders-dlq', {max: 2, concurrency: 1})
    expect(summary.possibleDuplicates).toMatchObject([{reason: 'unverified', code: 'SentMd5Mismatch'}])
    expect(await queues.counts('orders-dlq')).toEqual({visible: 1, inFlight: 0})
  })

  test('received messages with a wrong MD5 are given back unsent', async () => {
    await queues.deadLetter('orders', numbered(2))
    queues.sandbox.faults.add({kind: 'bad-md5', action: 'ReceiveMessage', resource: 'orders-dlq', times: 1})
    const {summary} = await queues.redrive('orders-dlq', {max: 2, concurrency: 1})
    expect(summary).toMatchObject({moved: 0, failed: 2})
    expect(queues.requests('SendMessageBatch')).toBe(1)
    expect(await queues.counts('orders-dlq')).toEqual({visible: 2, inFlight: 0})
  })

  test('throttled sends are sent again until they pass, and count as nothing (catalogue 14)', async () => {
    await queues.deadLetter('orders', numbered(12))
    queues.sandbox.faults.add({kind: 'throttle', action: 'SendMessageBatch', resource: 'orders', times: 6})
    const {summary} = await queues.redrive('orders-dlq', {max: 12})
    expect(summary).toMatchObject({state: 'completed', moved: 12, failed: 0, possibleDuplicates: []})
    expect(await queues.drain('orders')).toHaveLength(12)
  })

  test('deletes that fail for some entries are repeated for those (catalogue 7)', async () => {
    await queues.deadLetter('orders', numbered(11))
    queues.sandbox.faults.add({
      kind: 'partial-batch',
      action: 'DeleteMessageBatch',
      resource: 'orders-dlq',
      skip: 1,
      times: 2,
      entries: [0],
    })
    const {summary} = await queues.redrive('orders-dlq', {max: 11, concurrency: 1})
    expect(summary).toMatchObject({moved: 11, possibleDuplicates: []})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 0, inFlight: 0})
  })

  test('a send that is denied costs nothing: everything is given back, and the error names action and queue', async () => {
    await queues.deadLetter('orders', numbered(30))
    queues.sandbox.faults.add({kind: 'access-denied', action: 'SendMessageBatch', resource: 'orders'})
    await expect(queues.redrive('orders-dlq', {engine: 'client'})).rejects.toMatchObject({
      exitCode: 4,
      action: 'SendMessageBatch',
      resource: `${ARN}orders`,
    })
    expect(await queues.counts('orders-dlq')).toEqual({visible: 30, inFlight: 0})
  })

  test('large messages are packed by their bytes, never more than 1 MiB in a request (catalogue 39)', async () => {
    const large = Array.from({length: 10}, (_, index) => ({MessageBody: `${index}`.repeat(220_000)}))
    for (const entry of large) await queues.deadLetter('orders', [entry])
    const {summary} = await queues.redrive('orders-dlq', {max: 10})
    expect(summary).toMatchObject({moved: 10, failed: 0})
    expect((await queues.drain('orders')).map(message => message.Body?.length)).toEqual(
      Array.from({length: 10}, () => 220_000),
    )
  })

  test('a message longer than the destination takes stays where it is', async () => {
    await queues.create('small', {MaximumMessageSize: '1024'})
    await queues.deadLetter('orders', [{MessageBody: 'x'.repeat(1025)}, {MessageBody: 'ok'}])
    const {events, summary} = await queues.redrive('orders-dlq', {to: 'small', max: 2})
    expect(summary).toMatchObject({moved: 1, failed: 1})
    expect(events).toContainEqual(expect.objectContaining({event: 'failed', stage: 'check', code: 'MessageTooLong'}))
    expect(bodies(await queues.drain('small'))).toEqual(['ok'])
  })

  test('messages that come while it runs are left, given back and told', async () => {
    await queues.deadLetter('orders', numbered(3))
    let late: Promise<void> | undefined
    const {summary} = await queues.redrive('orders-dlq', {
      engine: 'client',
      onEvent: event => {
        if (event.event !== 'moved' || late !== undefined) return
        queues.sandbox.clock.advance(5000)
        late = queues.send('orders-dlq', [{MessageBody: 'late'}])
      },
    })
    await late
    expect(summary).toMatchObject({state: 'completed', moved: 3, skipped: 1, remaining: 1})
    expect(bodies(await queues.drain('orders-dlq'))).toEqual(['late'])
  })

  test('an answer that never comes is an unknown outcome, in time', async () => {
    await queues.sandbox.close()
    queues = await SandboxQueues.start({requestTimeoutMs: 300})
    await queues.createPair('orders', 'orders-dlq')
    await queues.deadLetter('orders', numbered(2))
    queues.sandbox.faults.add({
      kind: 'hang',
      action: 'SendMessageBatch',
      resource: 'orders',
      skip: 1,
      times: 1,
      applied: true,
    })
    const {summary} = await queues.redrive('orders-dlq', {max: 2, concurrency: 1, onUnknown: 'hold'})
    expect(summary).toMatchObject({moved: 1, possibleDuplicates: [{reason: 'unknownOutcome', code: 'NoReply'}]})
  })
})

describe('FIFO over HTTP', () => {
  beforeEach(() => queues.createPair('payments.fifo', 'payments-dlq.fifo'))

  test('a producer deduplication id of the last five minutes does not swallow the copy (catalogue 34)', async () => {
    await queues.deadLetter('payments.fifo', [
      {MessageBody: 'pay 1', MessageGroupId: 'a', MessageDeduplicationId: 'p1'},
    ])
    const {summary} = await queues.redrive('payments-dlq.fifo', {max: 1})
    expect(summary).toMatchObject({engine: 'client', moved: 1, possibleDuplicates: []})
    expect(bodies(await queues.drain('payments.fifo'))).toEqual(['pay 1'])
    expect(await queues.counts('payments-dlq.fifo')).toEqual({visible: 0, inFlight: 0})
  })

  test('nor does one that another message of the destination used', async () => {
    await queues.send('payments.fifo', [{MessageBody: 'first', MessageGroupId: 'a', MessageDeduplicationId: 'p1'}])
    await queues.send('payments-dlq.fifo', [{MessageBody: 'second', MessageGroupId: 'b', MessageDeduplicationId: 'p1'}])
    const {summary} = await queues.redrive('payments-dlq.fifo', {max: 1})
    expect(summary).toMatchObject({moved: 1, possibleDuplicates: []})
    expect(bodies(await queues.drain('payments.fifo'))).toEqual(['first', 'second'])
  })

  test('equal bodies are not collapsed by content-based deduplication of the destination (catalogue 35)', async () => {
    await queues.create('content.fifo', {ContentBasedDeduplication: 'true'})
    await queues.deadLetter('payments.fifo', [
      {MessageBody: 'same', MessageGroupId: 'a', MessageDeduplicationId: '1'},
      {MessageBody: 'same', MessageGroupId: 'a', MessageDeduplicationId: '2'},
    ])
    const {summary} = await queues.redrive('payments-dlq.fifo', {to: 'content.fifo', max: 2})
    expect(summary).toMatchObject({moved: 2})
    expect(await queues.drain('content.fifo')).toHaveLength(2)
  })

  test('order within groups is kept, and a group stops at the message that fails', async () => {
    const sent = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3'].map(body => ({
      MessageBody: body,
      MessageGroupId: body.slice(0, 1),
      MessageDeduplicationId: body,
    }))
    for (const entry of sent) await queues.deadLetter('payments.fifo', [entry])
    // Requests: a1 alone first, then b1, then a2 and b2 together: of those the first fails.
    queues.sandbox.faults.add({
      kind: 'partial-batch',
      action: 'SendMessageBatch',
      resource: 'payments.fifo',
      skip: 2,
      times: 1,
      entries: [0],
      code: 'InvalidMessageContents',
      status: 400,
    })
    const {summary} = await queues.redrive('payments-dlq.fifo', {max: 6})
    expect(summary).toMatchObject({moved: 4, failed: 1, left: 1})
    expect((await queues.drain('payments.fifo')).map(message => message.Body)).toEqual(['a1', 'b1', 'b2', 'b3'])
    expect((await queues.drain('payments-dlq.fifo')).map(message => message.Body)).toEqual(['a2', 'a3'])
  })
})
