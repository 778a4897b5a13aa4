import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {InvalidEventError, InvalidPatternError, UndecidedError} from '../../../src/lib/filters/errors.js'
import {assertEvent, compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import {pieceSearch} from '../../../src/lib/filters/matching/piece-search.js'
import {Wildcard} from '../../../src/lib/filters/matching/string-matchers.js'

const KB = 1024

function stepsOf(wildcard: string, text: string): {steps: number; matched: boolean} {
  const count = {steps: 0}
  const matched = new Wildcard(wildcard, count).string(text, 0, text.length)
  return {steps: count.steps, matched}
}

describe('work of a wildcard', () => {
  const long = 'a'.repeat(64 * KB)
  it.each([
    ['stars that could each stand anywhere', `${'*a'.repeat(500)}*b*`, long],
    ['a long piece that nearly fits everywhere', `*${'a'.repeat(500)}b*`, long],
    ['a long piece that repeats itself', `*${'ab'.repeat(400)}c*`, 'ab'.repeat(32 * KB)],
    ['short pieces that nearly fit everywhere', `${'*aaaaaab'.repeat(100)}*`, long],
    ['an end that does not fit', '*a*a*a*a*a*a*a*a*b', `${long}c`],
  ])('is bounded by the text: %s', (_what, wildcard, text) => {
    const {steps, matched} = stepsOf(wildcard, text)
    expect(matched).toBe(false)
    expect(steps).toBeLessThanOrEqual(8 * text.length)
  })

  it('finds a piece wherever it first lies, as indexOf does', () => {
    const text = fc.string({unit: fc.constantFrom('a', 'b'), maxLength: 60})
    const piece = fc.string({unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12})
    fc.assert(
      fc.property(text, piece, (where, what) => {
        expect(pieceSearch(what).find(where, 0, where.length)).toBe(where.indexOf(what))
      }),
      {numRuns: 2000},
    )
  })
})

describe('texts that are anything', () => {
  const fragment = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '"a"',
    '"$or"',
    '"prefix"',
    '1',
    '-',
    'e9',
    '.',
    'true',
    'nul',
    '\\',
    '\\u12',
    '\n',
    '\u0000',
    '\ud800',
    '*',
    ' ',
  )
  const garbage = fc.oneof(
    fc.string(),
    fc.array(fragment, {maxLength: 30}).map(parts => parts.join('')),
    fc.json(),
  )

  /** What the call gives, where only the two errors of this folder may be thrown. */
  function settled(call: () => unknown): void {
    try {
      call()
    } catch (error) {
      if (!(error instanceof InvalidPatternError) && !(error instanceof InvalidEventError)) throw error
      expect(error.message.split('\n')).toHaveLength(1)
    }
  }

  it('are refused with the two errors only', () => {
    const pattern = compileEventPattern('{"a":{"b":[{"exists":false},1]},"c":["x"]}')
    const policy = compileFilterPolicy('{"a":["x",{"numeric":[">",1]}]}', 'MessageAttributes')
    const attributes = (stringValue: string) => ({
      attributes: {a: {dataType: 'String.Array', stringValue}, b: {dataType: 'Number', stringValue}},
      body: stringValue,
    })
    fc.assert(
      fc.property(garbage, text => {
        settled(() => compileEventPattern(text).matches(text))
        settled(() => compileFilterPolicy(text, 'MessageBody').explain({attributes: {}, body: text}))
        settled(() => pattern.explain(text))
        settled(() => pattern.explain(`{"a":${text}}`))
        settled(() => assertEvent(text))
        expect(policy.explain(attributes(text)).matched).toBe(policy.matches(attributes(text)))
      }),
      {numRuns: 2000},
    )
  })

  it('are JSON to the engine exactly when they are to JSON.parse', () => {
    const pattern = compileEventPattern('{"a":[{"exists":false},{"exists":true}]}')
    fc.assert(
      fc.property(garbage, text => {
        const whole = `{"a":${text}}`
        let sound = true
        try {
          JSON.parse(whole)
        } catch {
          sound = false
        }
        if (sound) expect(pattern.matches(whole)).toBe(true)
        else expect(() => pattern.matches(whole)).toThrow(InvalidEventError)
      }),
      {numRuns: 2000},
    )
  })
})

describe('size and depth', () => {
  it('takes a policy of 256 KB, and SNS refuses one for its combinations', () => {
    const values = Array.from({length: 20_000}, (_, n) => `"value-${n}"`).join(',')
    const text = `{"key":[${values}]}`
    expect(text.length).toBeGreaterThan(256 * KB)
    const pattern = compileEventPattern(text)
    expect(pattern.matches('{"key":"value-19999"}')).toBe(true)
    expect(pattern.matches('{"key":"value-20000"}')).toBe(false)
    expect(() => compileFilterPolicy(text, 'MessageBody')).toThrow('Filter policy is too complex')
  })

  it('takes a key of 256 KB and one of a hundred thousand parts', () => {
    const name = 'k'.repeat(256 * KB)
    expect(compileEventPattern(`{"${name}":["x"]}`).matches(`{"${name}":"x"}`)).toBe(true)
    const path = 'p.'.repeat(100_000) + 'p'
    const dotted = compileEventPattern(`{"${path}":["x"]}`)
    expect(dotted.matches(`{"${path}":"x"}`)).toBe(true)
    expect(dotted.matchesValue({[path]: 'x'})).toBe(true)
    expect(dotted.matches('{"p":{"p":"x"}}')).toBe(false)
  })

  it.each([999, 1000])('refuses nesting as the parser of AWS does: %i objects inside', depth => {
    const pattern = `${'{"a":'.repeat(depth)}["x"]${'}'.repeat(depth)}`
    const event = `${'{"a":'.repeat(depth)}"x"${'}'.repeat(depth)}`
    if (depth < 1000) expect(compileEventPattern(pattern).matches(event)).toBe(true)
    else {
      expect(() => compileEventPattern(pattern)).toThrow(
        'Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)',
      )
    }
  })

  it('refuses an event that is nothing but brackets, however many', () => {
    const pattern = compileEventPattern('{"a":["x"]}')
    for (const text of [`{"a":${'['.repeat(500_000)}`, `{"b":${'['.repeat(500_000)}`, '{"a":'.repeat(500_000)]) {
      expect(() => pattern.matches(text)).toThrow(InvalidEventError)
    }
  })

  it('refuses a pattern whose $or would spell out more than a thousand conjunctions, without spelling them out', () => {
    const or = '"$or":[{"a":["x"]},{"b":["x"]}]'
    const nested = (depth: number): string => (depth === 0 ? or : `"n${depth}":{${or},${nested(depth - 1)}}`)
    expect(compileEventPattern(`{${nested(8)}}`).combinations).toBe(512)
    expect(() => compileEventPattern(`{${nested(40)}}`)).toThrow(InvalidPatternError)
  })
})

describe('arrays made to be hard', () => {
  it('decides keys over many elements without trying every pair', () => {
    const elements = Array.from({length: 20_000}, (_, n) => ({b: 1, c: n === 19_999 ? 2 : 1, d: 3}))
    const pattern = compileEventPattern('{"a":{"b":[1],"c":[2],"d":[3]}}')
    expect(pattern.matches(JSON.stringify({a: elements}))).toBe(true)
    expect(pattern.matches(JSON.stringify({a: elements.slice(0, -1)}))).toBe(false)
  })

  it('decides keys over many independent arrays without trying every combination', () => {
    const names = Array.from({length: 12}, (_, n) => `k${n}`)
    const arrays = Object.fromEntries(names.map(name => [name, Array.from({length: 100}, () => ({v: 1}))]))
    const last = {z: [{v: 1}, {w: 2}]}
    const fields = Object.fromEntries([...names.map(name => [name, {v: [1]}]), ['z', {v: [1], w: [2]}]])
    const pattern = compileEventPattern(JSON.stringify(fields))
    expect(pattern.matches(JSON.stringify({outer: 0, ...arrays, ...last}))).toBe(false)
    expect(pattern.matches(JSON.stringify({...arrays, z: [{v: 1, w: 2}]}))).toBe(true)
  })

  it('decides or gives up on an event that repeats one key to make a riddle', () => {
    // Each array is a variable, each key a clause with three of them: twenty variables and a hundred clauses that cannot all hold.
    const clauses = Array.from({length: 100}, (_, clause) =>
      [0, 1, 2].map(term => ({array: (clause * 7 + term * 5 + (clause >> 3)) % 20, side: (clause * (term + 3)) % 2})),
    )
    const element = (array: number, side: number) =>
      `{${clauses.flatMap((terms, clause) => (terms.some(term => term.array === array && term.side === side) ? [`"c${clause}":1`] : [])).join(',')}}`
    const event = `{${Array.from({length: 20}, (_, array) => `"a":[${element(array, 0)},${element(array, 1)}]`).join(',')}}`
    const pattern = compileEventPattern(
      JSON.stringify({a: Object.fromEntries(clauses.map((_, clause) => [`c${clause}`, [1]]))}),
    )
    let outcome: unknown
    try {
      outcome = pattern.matches(event)
    } catch (error) {
      outcome = error
    }
    expect(typeof outcome === 'boolean' || outcome instanceof UndecidedError).toBe(true)
  })
})
