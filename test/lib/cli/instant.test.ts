import {describe, expect, test} from 'vitest'
import {parseInstant} from '../../../src/lib/cli/instant.js'

const now = Date.parse('2026-11-21T03:00:00.000Z')

describe('parseInstant', () => {
  test.each([
    ['now', '2026-11-21T03:00:00.000Z'],
    ['-15m', '2026-11-21T02:45:00.000Z'],
    ['15m', '2026-11-21T02:45:00.000Z'],
    ['15m ago', '2026-11-21T02:45:00.000Z'],
    ['-1h30m', '2026-11-21T01:30:00.000Z'],
    ['+2h', '2026-11-21T05:00:00.000Z'],
    ['in 2h', '2026-11-21T05:00:00.000Z'],
    ['2d ago', '2026-11-19T03:00:00.000Z'],
    ['-90', '2026-11-21T02:58:30.000Z'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00Z', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00.123Z', '2026-11-20T12:00:00.123Z'],
    ['2026-11-20T12:00:00+09:00', '2026-11-20T03:00:00.000Z'],
    ['2026-11-20T23:30:00-05:30', '2026-11-21T05:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseInstant(text, now)).toBe(iso)
  })

  test.each([
    '',
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-20T25:00:00Z',
    '-15m ago',
    'in 2h ago',
    '1.5h',
    '2h30',
    '21/11/2026',
    '-999999999w',
  ])('%j is refused', text => {
    expect(() => parseInstant(text, now)).toThrow(expect.objectContaining({exitCode: 2}))
  })

  test.each(['2026-11-20', '2026-11-20T12:00:00', '2026-11-20 12:00'])('%s does not say in which zone', text => {
    expect(() => parseInstant(text, now)).toThrow('does not say in which time zone')
  })
})
