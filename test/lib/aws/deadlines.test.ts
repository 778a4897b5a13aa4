import {Readable} from 'node:stream'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {BoundedHandler, Deadline} from '../../../src/lib/aws/deadlines.js'
import {ConnectTimeoutError, NoReplyError} from '../../../src/lib/aws/network-errors.js'
import {failureOf} from './connection.js'

describe('Deadline', () => {
  beforeEach(() => vi.useFakeTimers({toFake: ['performance', 'setTimeout']}))
  afterEach(() => vi.useRealTimers())

  it('gives a call 10 s an attempt and 13 s in all, so that a black hole ends before 15 s', () => {
    const deadline = new Deadline(0, undefined)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([10_000, false])
    vi.advanceTimersByTime(9000)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([4000, false])
    vi.advanceTimersByTime(3000)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([1000, false])
    vi.advanceTimersByTime(600)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([400, true])
    vi.advanceTimersByTime(60_000)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([1, true])
  })

  it('adds the time that a long poll waits', () => {
    expect(new Deadline(20, undefined).attemptMs()).toBe(30_000)
  })

  it('never gives more than --timeout', () => {
    const deadline = new Deadline(20, 2000)
    expect(deadline.attemptMs()).toBe(2000)
    vi.advanceTimersByTime(1400)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([600, false])
    vi.advanceTimersByTime(200)
    expect([deadline.attemptMs(), deadline.spent]).toEqual([400, true])
  })
})

describe('BoundedHandler', () => {
  type Request = Parameters<NodeHttpHandler['handle']>[0]
  const request = Object.create(null) as Request
  function handlerThat(rejectsWith: Error): BoundedHandler {
    const inner = new NodeHttpHandler()
    vi.spyOn(inner, 'handle').mockRejectedValue(rejectsWith)
    return new BoundedHandler(inner)
  }

  it('tells a connection that was not made from an answer that did not come', async () => {
    const timeout = Object.assign(new Error('t'), {name: 'TimeoutError'})
    expect(await failureOf(handlerThat(timeout).handle(request))).toBeInstanceOf(ConnectTimeoutError)
    const silent = Object.assign(new Error('t'), {name: 'TimeoutError', code: 'ETIMEDOUT'})
    expect(await failureOf(handlerThat(silent).handle(request))).toBeInstanceOf(NoReplyError)
  })

  it('leaves resets and the timeouts of the system alone', async () => {
    const reset = Object.assign(new Error('r'), {name: 'TimeoutError', code: 'ECONNRESET'})
    expect(await failureOf(handlerThat(reset).handle(request))).toBe(reset)
    const system = Object.assign(new Error('t'), {name: 'TimeoutError', code: 'ETIMEDOUT', syscall: 'connect'})
    expect(await failureOf(handlerThat(system).handle(request))).toBe(system)
  })

  it('bounds the body too', async () => {
    vi.useFakeTimers({toFake: ['performance', 'setTimeout', 'clearTimeout']})
    try {
      const body = new Readable({read: () => undefined})
      const inner = new NodeHttpHandler()
      vi.spyOn(inner, 'handle').mockResolvedValue({
        response: Object.assign(Object.create(null), {statusCode: 200, headers: {}, body}),
      })
      await new BoundedHandler(inner).handle(request)
      const failed = new Promise(resolve => body.once('error', resolve))
      vi.advanceTimersByTime(10_000)
      vi.useRealTimers()
      expect(await failed).toBeInstanceOf(NoReplyError)
    } finally {
      vi.useRealTimers()
    }
  })
})
