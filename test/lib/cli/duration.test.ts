import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parseDuration} from '../../../src/lib/cli/duration.js'

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['30', 30],
    ['30s', 30],
    ['15m', 900],
    ['2h', 7_200],
    ['1d', 86_400],
    ['14d', 1_209_600],
    ['1w', 604_800],
    ['1h30m', 5_400],
    ['1d2h3m4s', 93_784],
    [' 5m ', 300],
  ])('%j is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each([
    '',
    ' ',
    '-5',
    '1.5h',
    '5x',
    'm',
    '5 m',
    '30m1h',
    '5m5m',
    '1h30',
    's5',
    '5M',
    '１m',
    '9'.repeat(20),
    '9007199254740992',
  ])('%j is refused', text => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({code: 'DurationInvalid', exitCode: 2}))
  })

  test('reads back any whole number of seconds', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        seconds => parseDuration(`${seconds}s`) === seconds && parseDuration(String(seconds)) === seconds,
      ),
    )
  })
})
