import {describe, expect, test} from 'vitest'
import {humanAge, humanDuration, humanSize} from '../../../src/lib/output/humanise.js'

describe('humanDuration', () => {
  test.each([
    [0, '0s'],
    [1, '1s'],
    [59, '59s'],
    [60, '1m'],
    [90, '1m 30s'],
    [3600, '1h'],
    [3661, '1h 1m'],
    [5400, '1h 30m'],
    [43_200, '12h'],
    [86_399, '23h 59m'],
    [86_400, '1d'],
    [345_600, '4d'],
    [1_209_600, '14d'],
    [90_000, '1d 1h'],
    [86_405, '1d'],
    [0.4, '0s'],
    [-90, '-1m 30s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text)
  })
})

describe('humanAge', () => {
  const now = Date.parse('2026-11-21T03:00:00.000Z')
  test.each([
    ['2026-11-21T03:00:00.000Z', 'now'],
    ['2026-11-21T02:59:59.001Z', 'now'],
    ['2026-11-21T02:59:59.000Z', '1s ago'],
    ['2026-11-21T02:00:01.000Z', '59m ago'],
    ['2026-11-21T00:00:00.000Z', '3h ago'],
    ['2026-11-19T02:00:00.000Z', '2d ago'],
    ['2025-11-21T03:00:00.000Z', '365d ago'],
    ['2026-11-21T03:00:30.000Z', 'in 30s'],
    ['2026-11-25T03:00:00.000Z', 'in 4d'],
    ['2026-11-21T05:00:00.000+02:00', 'now'],
    ['no date', 'no date'],
  ])('%s is %s', (iso, text) => {
    expect(humanAge(iso, now)).toBe(text)
  })
})

describe('humanSize', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [10_188, '9.9 KiB'],
    [10_189, '10 KiB'],
    [262_144, '256 KiB'],
    [1_048_063, '1023 KiB'],
    [1_048_064, '1.0 MiB'],
    [1_048_576, '1.0 MiB'],
    [1_073_741_824, '1.0 GiB'],
    [5_497_558_138_880, '5.0 TiB'],
    [5_629_499_534_213_120, '5120 TiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(humanSize(bytes)).toBe(text)
  })
})
