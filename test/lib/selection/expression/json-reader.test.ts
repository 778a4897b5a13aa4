import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Decimal} from '../../../../src/lib/selection/expression/decimal.js'
import type {Json} from '../../../../src/lib/selection/expression/json.js'
import {jsonText} from '../../../../src/lib/selection/expression/json.js'
import {NotJsonError, parseJson} from '../../../../src/lib/selection/expression/json-reader.js'
import {ExpressionError, Steps} from '../../../../src/lib/selection/expression/steps.js'

const rewritten = (text: string): string => jsonText(parseJson(text), new Steps())

describe('parseJson', () => {
  it.each([
    ['null', null],
    [' true ', true],
    ['false', false],
    ['0', 0],
    ['-12.5', -12.5],
    ['9007199254740992', 9007199254740992],
    ['"a\\"b\\u00e9\\n"', 'a"bé\n'],
    ['"\u2028\uD83D\uDE00"', '\u2028😀'],
    ['[]', []],
    ['[1, "2"]', [1, '2']],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  it.each(['9007199254740993', '1.0', '-0', '1e3', '1E400', '0.1000000000000000055'])('keeps the text of %s', text => {
    expect(parseJson(text)).toEqual(new Decimal(text))
    expect(rewritten(`[${text}]`)).toBe(`[${text}]`)
  })

  it('keeps names in their order, numbers among them, and __proto__ as a name', () => {
    const text = '{"b":1,"10":2,"9":{"__proto__":{"x":1},"constructor":null},"a":[]}'
    expect(rewritten(text)).toBe(text)
    expect(rewritten(' { "b" : [ 1 , {} ] } ')).toBe('{"b":[1,{}]}')
  })

  it.each(['{"a":1,"a":1}', '[{"a":{"b":1,"c":2,"b":3}}]', '{"\\u0061":1,"a":2}'])('refuses a name twice: %s', text => {
    expect(() => parseJson(text)).toThrow(ExpressionError)
    expect(() => parseJson(text)).toThrow(/^the JSON has the name "[ab]" twice in one object$/)
  })

  it('says that a text is no JSON rather than that a name is there twice', () => {
    expect(() => parseJson('{"a":1,"a":1')).toThrow(NotJsonError)
  })

  it('reads 1,000 levels and refuses more', () => {
    expect(rewritten('['.repeat(1000) + ']'.repeat(1000))).toBe('['.repeat(1000) + ']'.repeat(1000))
    expect(() => parseJson('['.repeat(1001) + ']'.repeat(1001))).toThrow('the JSON is nested deeper than 1000 levels')
    expect(() => parseJson('{"a":'.repeat(500_000))).toThrow(ExpressionError)
  })

  it('accepts what JSON.parse accepts and nothing else', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '"a"',
        '"b"',
        '0',
        '-1',
        '01',
        '1.',
        '.5',
        '1e',
        '1e+5',
        'true',
        'nul',
      ],
      ...[' ', '\n', '\u00a0', '\ufeff', '\\u12', '"\t"', '"\\x"', '+', '//'],
    )
    const texts = fc.oneof(
      fc.array(pieces, {maxLength: 12}).map(parts => parts.join('')),
      fc.json(),
      fc.json({stringUnit: 'binary'}).chain(json => fc.nat(json.length).map(cut => json.slice(0, cut))),
    )
    fc.assert(
      fc.property(texts, text => {
        const [expected, actual] = [outcome(() => JSON.parse(text) as unknown), outcome(() => plain(parseJson(text)))]
        if (actual === 'twice') return
        expect(actual).toEqual(expected)
      }),
      {numRuns: 3000},
    )
  })

  it('writes back every document that has no spaces to the byte', () => {
    fc.assert(
      fc.property(fc.jsonValue({stringUnit: 'binary'}), value => {
        const text = JSON.stringify(value)
        expect(rewritten(text)).toBe(text)
      }),
      {numRuns: 1000},
    )
  })
})

function outcome(read: () => unknown): unknown {
  try {
    return {value: read()}
  } catch (error) {
    return error instanceof ExpressionError ? 'twice' : 'not JSON'
  }
}

function plain(value: Json): unknown {
  if (value instanceof Decimal) return Number(value.text)
  if (Array.isArray(value)) return value.map(item => plain(item as Json))
  if (value instanceof Map) {
    return Object.fromEntries(Array.from(value, ([name, member]) => [name, plain(member as Json)]))
  }
  return value
}
