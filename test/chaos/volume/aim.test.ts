import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {Aim} from './aim.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function victim(): {ended: boolean; readonly signals: string[]; kill(signal: NodeJS.Signals): void} {
  const signals: string[] = []
  return {ended: false, signals, kill: signal => void signals.push(signal)}
}

test('kills so many requests and milliseconds after it took aim, and tells after which', () => {
  const aim = new Aim()
  const child = victim()
  aim.at(child, {requests: 3, thenMs: 5})
  for (const operation of ['GetQueueUrl', 'ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch'])
    aim.requested(operation)
  vi.advanceTimersByTime(4)
  expect(child.signals).toEqual([])
  vi.advanceTimersByTime(1)
  expect(child.signals).toEqual(['SIGKILL'])
  aim.ended('SIGKILL')
  expect([...aim.killed]).toEqual([['random, after SendMessageBatch', 1]])
})

test('a run that ended before is neither killed nor counted, and its requests are not those of the next', () => {
  const aim = new Aim()
  const child = victim()
  aim.at(child, {requests: 2, thenMs: 5})
  aim.requested('ReceiveMessage')
  aim.ended(null)
  const next = victim()
  aim.at(next, {requests: 1, thenMs: 5})
  aim.requested('ReceiveMessage')
  next.ended = true
  vi.advanceTimersByTime(5)
  aim.ended(null)
  expect([...child.signals, ...next.signals]).toEqual([])
  expect(aim.killed.size).toBe(0)
})

test('who was killed by another hand is counted as such', () => {
  const aim = new Aim()
  aim.ended('SIGKILL')
  expect([...aim.killed]).toEqual([['random, by the clock', 1]])
})
