import {describe, expect, it} from 'vitest'
import {compileRegex} from '../../../src/lib/selection/regex.js'

/** Expressions that make a backtracking engine run for hours on the text beside them. */
const SLOW_ELSEWHERE: readonly (readonly [pattern: string, text: string])[] = [
  ['(a+)+$', `${'a'.repeat(5000)}!`],
  ['(a|aa)+$', `${'a'.repeat(5000)}!`],
  ['^(a|a?)+$', `${'a'.repeat(5000)}!`],
  ['(.*a){20}$', `${'a'.repeat(5000)}!`],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(5000)],
  ['(x+x+)+y', 'x'.repeat(5000)],
  ['(\\w+\\s?)*$!', 'word '.repeat(1000)],
  ['^(\\d+)*[^\\d]$', '1'.repeat(5000)],
  ['(?:a?){100}a{100}$', `${'a'.repeat(5000)}!`],
  ['.*.*.*.*.*=.*;', 'x'.repeat(5000)],
  ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}$', 'a'.repeat(5000)],
  ['\\s+$', `${' '.repeat(5000)}x`],
]

describe('compileRegex', () => {
  it.each(SLOW_ELSEWHERE)('%s finds nothing in a text made for it', async (pattern, text) => {
    expect((await compileRegex(pattern, '--match'))(text)).toBe(false)
  })

  it('takes the longest expression there may be', async () => {
    const test = await compileRegex('(a*)*'.repeat(200), '--match')
    expect(test('b'.repeat(5000))).toBe(true)
  })

  it('has lone surrogates and NUL in texts', async () => {
    const test = await compileRegex('^[^x]*\\x{0}y$', '--match')
    expect(test('\uD800\u0000y')).toBe(true)
    expect(test('\uDC00\u0000')).toBe(false)
  })
})
