import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {matchesGlob} from '../../../src/sandbox/policies/glob.js'

/** Slow and plain: every way to spend each star. */
function reference(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const [head, rest] = [pattern.charAt(0), pattern.slice(1)]
  if (head === '*') return reference(rest, text) || (text !== '' && reference(pattern, text.slice(1)))
  return text !== '' && (head === '?' || head === text.charAt(0)) && reference(rest, text.slice(1))
}

describe('matchesGlob', () => {
  it.each([
    ['arn:aws:sns:*:000000000000:orders', 'arn:aws:sns:us-east-1:000000000000:orders', true],
    ['arn:aws:sns:us-east-1:000000000000:order?', 'arn:aws:sns:us-east-1:000000000000:orders', true],
    ['*', '', true],
    ['?', '', false],
    ['a*b', 'ab', true],
    ['a*b', 'abc', false],
    ['a.c', 'abc', false],
  ])('%s against %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected)
  })

  it('is the plain definition', () => {
    const letters = (alphabet: string, maxLength: number) =>
      fc.string({unit: fc.constantFrom(...alphabet.split('')), maxLength})
    fc.assert(
      fc.property(letters('ab*?', 8), letters('ab', 8), (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(reference(pattern, text))
      }),
      {numRuns: 2000},
    )
  })
})
