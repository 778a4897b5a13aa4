import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {followTask} from '../../../src/lib/redrive/redrive.js'
import {resolveQueue} from '../../../src/lib/queues/resolve-queue.js'
import type {RedriveEvent} from '../../../src/lib/redrive/events.js'
import {ARN, numbered, SandboxQueues} from './sandbox-queues.js'

let queues: SandboxQueues

beforeEach(async () => {
  queues = await SandboxQueues.start()
  await queues.createPair('orders', 'orders-dlq')
})
afterEach(() => queues.sandbox.close())

async function attach({leaveAtOnce = false} = {}): Promise<RedriveEvent[]> {
  const events: RedriveEvent[] = []
  const leaving = new AbortController()
  const source = await resolveQueue(queues.aws, 'orders-dlq')
  for await (const event of followTask(queues.aws, source, {signal: leaving.signal, clock: queues.clock()})) {
    events.push(event)
    if (leaveAtOnce) leaving.abort()
  }
  return events
}

describe("a redrive by AWS's move task", () => {
  test('is what auto takes, starts one task and follows it to its end', async () => {
    await queues.deadLetter('orders', numbered(25))
    const {events, summary} = await queues.redrive('orders-dlq')
    expect(events[0]).toMatchObject({
      event: 'planned',
      plan: {engine: 'native', reason: "AWS's own move task can do all that is asked"},
    })
    expect(summary).toMatchObject({
      engine: 'native',
      state: 'completed',
      source: `${ARN}orders-dlq`,
      destination: null,
      moved: 25,
      selected: 25,
      left: 0,
      failed: 0,
      remaining: 0,
      possibleDuplicates: [],
      counted: {sourceBefore: 25, sourceAfter: 0, destinationBefore: 0, destinationAfter: 25},
    })
    expect(summary.job).toMatch(/^[A-Za-z0-9+/=_-]{20,}$/)
    expect(queues.requests('StartMessageMoveTask')).toBe(1)
    expect(queues.requests('ReceiveMessage')).toBeGreaterThan(0)
    expect((await queues.drain('orders')).map(message => message.Body)).toHaveLength(25)
  })

  test('each message goes to the queue it came from', async () => {
    await queues.createPair('previews', 'orders-dlq')
    await queues.deadLetter('orders', numbered(3, 'order'))
    await queues.deadLetter('previews', numbered(2, 'preview'))
    const {events, summary} = await queues.redrive('orders-dlq')
    expect(events[0]).toMatchObject({plan: {destination: null, destinations: [{name: 'orders'}, {name: 'previews'}]}})
    expect(summary).toMatchObject({
      state: 'completed',
      moved: 5,
      counted: {sourceBefore: 5, sourceAfter: 0, destinationBefore: null, destinationAfter: null},
    })
    expect((await queues.drain('orders')).map(message => message.Body).sort()).toEqual([
      'order 0',
      'order 1',
      'order 2',
    ])
    expect((await queues.drain('previews')).map(message => message.Body).sort()).toEqual(['preview 0', 'preview 1'])
  })

  test('--to and --rate are passed on to AWS', async () => {
    await queues.create('retry')
    await queues.deadLetter('orders', numbered(4))
    const {summary} = await queues.redrive('orders-dlq', {to: 'retry', perSecond: 2})
    expect(summary).toMatchObject({engine: 'native', state: 'completed', destination: `${ARN}retry`, moved: 4})
    expect(summary.durationMs).toBeGreaterThanOrEqual(1000)
    expect(await queues.drain('retry')).toHaveLength(4)
  })

  test('an interruption cancels the task and follows it to the end: what was moved stays moved', async () => {
    await queues.deadLetter('orders', numbered(20))
    const interruption = new AbortController()
    const {events, summary} = await queues.redrive('orders-dlq', {
      perSecond: 2,
      signal: interruption.signal,
      onEvent: event => {
        if (event.event === 'progress' && event.moved > 0) interruption.abort()
      },
    })
    expect(queues.requests('CancelMessageMoveTask')).toBe(1)
    expect(summary).toMatchObject({
      state: 'interrupted',
      reason: 'the task was cancelled; what it had moved stays moved',
    })
    expect(summary.moved).toBeGreaterThan(0)
    expect(summary.left).toBe(20 - summary.moved)
    expect(events.filter(event => event.event === 'progress').at(-1)).toMatchObject({toMove: 20})
    const there = await queues.drain('orders')
    expect(there).toHaveLength(summary.moved)
    expect(await queues.drain('orders-dlq')).toHaveLength(20 - there.length)
  })

  test('without waiting it returns as soon as AWS has the task; attaching follows it, and leaving it does not cancel it', async () => {
    await queues.deadLetter('orders', numbered(6))
    const {summary} = await queues.redrive('orders-dlq', {perSecond: 1, wait: false})
    expect(summary).toMatchObject({state: 'running', engine: 'native', moved: 0, left: 0})
    await expect(queues.redrive('orders-dlq')).rejects.toMatchObject({code: 'MoveTaskActive', exitCode: 7})
    expect((await attach({leaveAtOnce: true})).at(-1)).toMatchObject({
      event: 'done',
      state: 'interrupted',
      reason: 'the task goes on without being watched',
    })
    const events = await attach()
    expect(events[0]).toEqual({event: 'started', job: summary.job, attached: true})
    expect(events.at(-1)).toMatchObject({event: 'done', state: 'completed', moved: 6, job: summary.job})
    expect(queues.requests('CancelMessageMoveTask')).toBe(0)
    await expect(attach()).rejects.toMatchObject({code: 'NoMoveTask', exitCode: 5})
  })

  test('a task that fails is told with what it means and what is left', async () => {
    await queues.deadLetter('orders', numbered(2))
    await queues.send('orders-dlq', [{MessageBody: 'sent directly'}])
    const {summary} = await queues.redrive('orders-dlq')
    expect(summary).toMatchObject({state: 'failed', moved: 2, left: 1, remaining: 1})
    expect(summary.reason).toMatch(/^CouldNotDetermineMessageSource: a message did not come here from an SQS queue/)
  })

  test('a start whose answer was lost is looked for, not repeated', async () => {
    await queues.deadLetter('orders', numbered(3))
    queues.sandbox.faults.add({kind: 'reset-after', action: 'StartMessageMoveTask', times: 1})
    const {summary} = await queues.redrive('orders-dlq')
    expect(queues.requests('StartMessageMoveTask')).toBe(1)
    expect(summary).toMatchObject({state: 'completed', moved: 3})
  })

  test('a start that is nowhere to be seen is said to be unknown, whatever tasks there were before', async () => {
    await queues.deadLetter('orders', numbered(1))
    await queues.redrive('orders-dlq')
    expect(await queues.drain('orders')).toHaveLength(1)
    await queues.deadLetter('orders', numbered(3))
    queues.sandbox.faults.add({kind: 'reset-before', action: 'StartMessageMoveTask', times: 1})
    await expect(queues.redrive('orders-dlq')).rejects.toMatchObject({code: 'StartUnknown', exitCode: 6})
    expect(queues.requests('StartMessageMoveTask')).toBe(2)
    expect(await queues.counts('orders-dlq')).toEqual({visible: 3, inFlight: 0})
  })

  test('a start that is denied names the permission', async () => {
    queues.sandbox.faults.add({kind: 'access-denied', action: 'StartMessageMoveTask'})
    await expect(queues.redrive('orders-dlq')).rejects.toMatchObject({exitCode: 4, action: 'StartMessageMoveTask'})
  })

  test('counters that may not be read are no obstacle', async () => {
    await queues.create('retry')
    await queues.deadLetter('orders', numbered(2))
    queues.sandbox.faults.add({kind: 'access-denied', action: 'GetQueueAttributes', resource: 'retry', skip: 1})
    expect((await queues.redrive('orders-dlq', {to: 'retry'})).summary).toMatchObject({
      state: 'completed',
      moved: 2,
      counted: {sourceBefore: 2, destinationBefore: null, destinationAfter: null},
    })
  })

  test('where move tasks cannot be read, auto takes the client engine and says why', async () => {
    await queues.deadLetter('orders', numbered(1))
    queues.sandbox.faults.add({kind: 'access-denied', action: 'ListMessageMoveTasks'})
    const {events, summary} = await queues.redrive('orders-dlq', {max: undefined})
    expect(events[0]).toMatchObject({
      plan: {
        engine: 'client',
        reason: expect.stringMatching(/^AWS's move tasks cannot be watched here \(AccessDenied/),
      },
    })
    expect(summary).toMatchObject({engine: 'client', moved: 1})
  })

  test('polls that fail in passing are no end', async () => {
    await queues.deadLetter('orders', numbered(2))
    queues.sandbox.faults.add({
      kind: 'error',
      action: 'ListMessageMoveTasks',
      code: 'InternalFailure',
      status: 400,
      skip: 2,
      times: 3,
    })
    expect((await queues.redrive('orders-dlq')).summary).toMatchObject({state: 'completed', moved: 2})
  })
})
