import {describe, expect, it} from 'vitest'
import {HTTP_RETRIES, MANAGED_RETRIES, retryDelayMs, type RetryPolicy} from '../../../src/sandbox/sns/retry-policy.js'

const delays = (policy: Partial<RetryPolicy>, count = 10) =>
  Array.from({length: count}, (_, retry) => retryDelayMs({...HTTP_RETRIES, ...policy}, retry))

describe('delays between retries', () => {
  it('of HTTP are three of twenty seconds', () => {
    expect(delays({}, 4)).toEqual([20_000, 20_000, 20_000, undefined])
  })

  it('go through the phases in AWS’s order', () => {
    const policy = {minDelayTarget: 2, maxDelayTarget: 10, numRetries: 8}
    const phases = {numNoDelayRetries: 2, numMinDelayRetries: 1, numMaxDelayRetries: 2}
    expect(delays({...policy, ...phases}, 9)).toEqual([0, 0, 2000, 2000, 6000, 10_000, 10_000, 10_000, undefined])
  })

  it.each([
    ['linear', [1000, 4000, 7000, 10_000, 13_000]],
    ['arithmetic', [1000, 1750, 4000, 7750, 13_000]],
    ['geometric', [1000, 1188, 2500, 6063, 13_000]],
  ] as const)('%s', (backoffFunction, expected) => {
    expect(delays({minDelayTarget: 1, maxDelayTarget: 13, numRetries: 5, backoffFunction}, 5)).toEqual(expected)
  })

  it('exponential doubles', () => {
    const policy = {minDelayTarget: 1, maxDelayTarget: 16, numRetries: 5, backoffFunction: 'exponential'} as const
    expect(delays(policy, 5)).toEqual([1000, 2000, 4000, 8000, 16_000])
  })

  it('of queues and functions are 100,015 over more than 23 days', () => {
    const first = Array.from({length: 5}, (_, retry) => retryDelayMs(MANAGED_RETRIES, retry))
    expect(first).toEqual([0, 0, 0, 1000, 1000])
    expect([5, 14, 15, 100_014, 100_015].map(retry => retryDelayMs(MANAGED_RETRIES, retry))).toEqual([
      1000,
      20_000,
      20_000,
      20_000,
      undefined,
    ])
  })
})
