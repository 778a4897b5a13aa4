import {describe, expect, it} from 'vitest'
import {nearest} from '../../src/lib/nearest.js'

const QUEUES = ['orders', 'orders-dlq', 'payments.fifo', 'payments-dlq.fifo', 'audit', 'emails']

describe('nearest', () => {
  it.each([
    ['oders', ['orders']],
    ['odrers', ['orders']],
    ['ORDERS', ['orders', 'orders-dlq']],
    ['orders-dl', ['orders', 'orders-dlq']],
    ['payments', ['payments-dlq.fifo', 'payments.fifo']],
    ['payment.fifo', ['payments.fifo']],
    ['nothing-like-it', []],
    ['x', []],
  ])('%s -> %j', (typed, expected) => {
    expect(nearest(typed, QUEUES)).toEqual(expected)
  })

  it.each([
    ['queue lits', ['queue list']],
    ['queeu list', ['queue list']],
    ['QUEUE SHOW', ['queue show']],
    ['redrive', ['dlq redrive']],
    ['whomai', ['whoami']],
    ['schedule create', []],
    ['', []],
  ])('of the commands: %j -> %j', (typed, expected) => {
    expect(nearest(typed, ['queue list', 'queue show', 'dlq list', 'dlq redrive', 'whoami'])).toEqual(expected)
  })

  it('names a candidate once, the limit at most, and does not let a short word match everything', () => {
    expect(nearest('ls', ['list', 'ls', 'ls', 'show', 'lo'])).toEqual(['ls', 'lo'])
    expect(nearest('a', ['c', 'ab', 'A'])).toEqual(['A'])
    expect(nearest('ab', ['a', 'ac'])).toEqual(['ac'])
    expect(nearest('abc', ['abc1', 'abc2', 'abc3', 'abc4'], 2)).toEqual(['abc1', 'abc2'])
  })
})
