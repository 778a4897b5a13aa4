import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {visible, visibleJson} from '../../../src/lib/output/visible.js'
import {dangersIn, harmlessStrings, hostileStrings, isDangerous} from '../../fixtures/hostile-strings.js'

const anyText = fc.string({unit: 'binary', maxLength: 60})
const spicedText = fc
  .array(
    fc.oneof(anyText, fc.constantFrom(...hostileStrings.map(({text}) => text)), fc.constantFrom('\ud83d', '\ude00')),
  )
  .map(parts => parts.join(''))

describe('visible', () => {
  test('the corpus holds at least 60 strings, each of them dangerous', () => {
    expect(hostileStrings.length).toBeGreaterThanOrEqual(60)
    for (const {what, text} of hostileStrings) expect(dangersIn(text), what).not.toEqual([])
  })

  test.each(hostileStrings)('leaves nothing of: $what', ({text}) => {
    expect(dangersIn(visible(text))).toEqual([])
  })

  test.each(harmlessStrings)('leaves alone: $what', ({text}) => {
    expect(visible(text)).toBe(text)
  })

  test.each([
    ['\u001b[31m', String.raw`\u{1b}[31m`],
    ['\u009d52;c;\u009c', String.raw`\u{9d}52;c;\u{9c}`],
    ['a\rb', String.raw`a\u{d}b`],
    ['a\nb\tc', String.raw`a\u{a}b\u{9}c`],
    ['x\u202ey', String.raw`x\u{202e}y`],
    ['\u{e0041}', String.raw`\u{e0041}`],
    ['\ud800', String.raw`\u{d800}`],
    ['👩\u200d💻', String.raw`👩\u{200d}💻`],
  ])('writes %j as %j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  test('keeps newlines and tabs, and nothing else, for text over several lines', () => {
    expect(visible('a\n\tb\r\u001b[2J\u2028', {layout: true})).toBe('a\n\tb' + String.raw`\u{d}\u{1b}[2J\u{2028}`)
  })

  test('shows nothing dangerous, whatever comes in', () => {
    fc.assert(fc.property(spicedText, text => dangersIn(visible(text)).length === 0))
  })

  test('is idempotent', () => {
    fc.assert(fc.property(spicedText, text => visible(visible(text)) === visible(text)))
  })

  test('changes nothing but those characters', () => {
    fc.assert(
      fc.property(spicedText, text => {
        const expected = Array.from(text, character => {
          const codePoint = character.codePointAt(0) ?? 0
          return isDangerous(codePoint) ? `\\u{${codePoint.toString(16)}}` : character
        })
        expect(visible(text)).toBe(expected.join(''))
      }),
    )
  })
})

describe('visibleJson', () => {
  test.each(hostileStrings)('shows nothing dangerous and parses back: $what', ({text}) => {
    const shown = visibleJson(JSON.stringify({text}, undefined, 2))
    expect(dangersIn(shown.replaceAll('\n', ''))).toEqual([])
    expect(JSON.parse(shown)).toEqual({text})
  })

  test('any document parses back to the same value', () => {
    fc.assert(
      fc.property(spicedText, text => {
        const shown = visibleJson(JSON.stringify([text], undefined, 2))
        return dangersIn(shown.replaceAll('\n', '')).length === 0 && (JSON.parse(shown) as string[])[0] === text
      }),
    )
  })

  test('escapes what JSON leaves raw', () => {
    expect(visibleJson('"\u007f\u009b\u202e\u200b\u{e0041}"')).toBe(String.raw`"\u007f\u009b\u202e\u200b\udb40\udc41"`)
  })
})
