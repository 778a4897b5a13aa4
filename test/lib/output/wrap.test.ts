import stringWidth from 'string-width'
import {describe, expect, test} from 'vitest'
import {textWidth, wrapText} from '../../../src/lib/output/wrap.js'

/** Signs of a body of about 300 KB in Japanese. */
const MANY = 100_000
const FAMILY = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'

describe('textWidth', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['注文', 4],
    ['e\u0301', 1],
    [FAMILY, 2],
  ])('%j', (text, width) => {
    expect(textWidth(text)).toBe(width)
    expect(stringWidth(text)).toBe(width)
  })

  test('a long text is as wide as its parts, and no grapheme is cut in two', () => {
    expect(textWidth(FAMILY.repeat(2_000))).toBe(4_000)
    expect(textWidth('注'.repeat(MANY))).toBe(2 * MANY)
    expect(textWidth(`a${'\u0301'.repeat(5_000)}`)).toBe(1)
  })
})

describe('wrapText', () => {
  test('a long text is broken between words', () => {
    const rows = wrapText('four five '.repeat(200), 12)
    expect(rows).toHaveLength(200)
    expect(new Set(rows)).toEqual(new Set(['four five']))
  })

  test('a long word is broken where it has to be, wide characters in one piece, and nothing is lost', () => {
    const text = `注${'注文'.repeat(MANY / 2)}`
    const rows = wrapText(text, 79, {hard: true, trim: false})
    expect(rows.join('')).toBe(text)
    expect(rows.slice(0, -1).every(row => row.length === 39)).toBe(true)
  })

  test('a long word stays whole where it may not be broken', () => {
    const word = 'x'.repeat(3_000)
    expect(wrapText(`see ${word} there`, 20)).toEqual(['see', word, 'there'])
  })

  test('newlines and blanks of a body are kept', () => {
    const text = `  ${'ab '.repeat(500)}\n\n  end`
    const rows = wrapText(text, 30, {hard: true, trim: false})
    expect(rows.slice(-3)).toEqual(['ab ', '', '  end'])
    expect(rows[0]).toBe('  ab ab ab ab ab ab ab ab ab ')
  })
})
