import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {EventPattern} from '../../../src/lib/filters/event-pattern.js'
import {InvalidPatternError} from '../../../src/lib/filters/errors.js'
import {referenceMatches} from './reference.js'
import type {Json, JsonObject} from './reference.js'

// Few names and few values, so that patterns and events meet; dotted names, so that one path has several spellings.
const name = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c')
const string = fc.constantFrom('', 'a', 'ab', 'Ab', 'b*', 'x\\y', 'ü')
const number = fc.constantFrom(0, 1, 2, -1.5)
const scalar = fc.oneof(string, number, fc.constantFrom(true, false, null))
const wildcard = fc.constantFrom('*', 'a*', '*b', 'a*b', '*b*', 'b\\*', 'x\\\\*', '')

const operator = fc.oneof<fc.Arbitrary<Json>[]>(
  fc.record({exists: fc.boolean()}),
  fc.record({prefix: string}),
  fc.record({suffix: string}),
  fc.record({'equals-ignore-case': string}),
  fc.record({wildcard}),
  fc.record({numeric: fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number)}),
  fc.constant({numeric: ['>', 0, '<=', 2]}),
  fc.record({'anything-but': fc.oneof(string, number, fc.array(string, {minLength: 1, maxLength: 3}))}),
  fc.record({'anything-but': fc.record({prefix: fc.constantFrom('a', 'b')})}),
  fc.record({'anything-but': fc.record({wildcard: fc.array(wildcard, {minLength: 1, maxLength: 2})})}),
)
const alternatives = fc.array(fc.oneof({arbitrary: scalar, weight: 3}, {arbitrary: operator, weight: 2}), {
  minLength: 1,
  maxLength: 3,
})

const fields = (depth: number): fc.Arbitrary<JsonObject> =>
  fc.dictionary(
    name,
    depth === 0
      ? alternatives
      : fc.oneof({arbitrary: alternatives, weight: 3}, {arbitrary: fields(depth - 1), weight: 1}),
    {
      minKeys: 1,
      maxKeys: 2,
      noNullPrototype: true,
    },
  )
const withOr = (inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc.tuple(fields(0), fc.array(inner, {minLength: 2, maxLength: 3})).map(([own, $or]) => ({...own, $or}))
const flatOr = withOr(fields(1))
const pattern = fc.oneof(
  {arbitrary: fields(2), weight: 4},
  {arbitrary: flatOr, weight: 2},
  {arbitrary: withOr(fc.oneof(flatOr, fields(0))), weight: 1},
  {arbitrary: fc.tuple(name, flatOr).map(([key, inner]): JsonObject => ({[key]: inner})), weight: 1},
)

const {event} = fc.letrec<{event: JsonObject; value: Json}>(tie => ({
  event: fc.dictionary(name, tie('value'), {maxKeys: 4, noNullPrototype: true}),
  value: fc.oneof({maxDepth: 4, withCrossShrink: true}, scalar, fc.array(tie('value'), {maxLength: 3}), tie('event')),
}))

/** The compiled pattern; one that AWS would call too complex is no case for matching. */
function compiledOf(one: JsonObject): EventPattern {
  try {
    return compileEventPattern(JSON.stringify(one))
  } catch (error) {
    fc.pre(!(error instanceof InvalidPatternError && /^(Rule is too complex|Too many \$or)/.test(error.reason)))
    throw error
  }
}

describe('the engine against a reference that tries everything', () => {
  it('agrees from text and from values', () => {
    let matched = 0
    fc.assert(
      fc.property(pattern, fc.array(event, {minLength: 5, maxLength: 5}), (one, events) => {
        const compiled = compiledOf(one)
        for (const each of events) {
          const expected = referenceMatches(one, each)
          matched += expected ? 1 : 0
          expect(compiled.matches(JSON.stringify(each))).toBe(expected)
          expect(compiled.matches(JSON.stringify(each, null, 2))).toBe(expected)
          expect(compiled.matchesValue(each)).toBe(expected)
          expect(compiled.explain(JSON.stringify(each)).matched).toBe(expected)
        }
      }),
      {numRuns: 2000},
    )
    // Without matches the property would say nothing.
    expect(matched).toBeGreaterThan(200)
  })

  const few = fc.constantFrom<Json>(0, 1, {exists: false}, {exists: true})
  const elements = fc.array(
    fc.dictionary(fc.constantFrom('b', 'c', 'd'), fc.constantFrom<Json>(0, 1, [0], [1, 0]), {noNullPrototype: true}),
    {
      maxLength: 4,
    },
  )

  it('agrees on arrays of objects, where `exists: false` looks at chosen elements', () => {
    let matched = 0
    const keys = fc.dictionary(
      fc.constantFrom('b', 'c', 'd', 'e.b', 'e.c'),
      fc.array(few, {minLength: 1, maxLength: 2}),
      {
        minKeys: 1,
        maxKeys: 5,
        noNullPrototype: true,
      },
    )
    const nested = fc.array(fc.record({b: fc.constantFrom<Json>(0, 1), e: elements}, {requiredKeys: []}), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(keys, fc.oneof(elements, nested), (inner, a) => {
        const expected = referenceMatches({a: inner}, {a})
        matched += expected ? 1 : 0
        const compiled = compiledOf({a: inner})
        expect(compiled.matches(JSON.stringify({a}))).toBe(expected)
        expect(compiled.matchesValue({a})).toBe(expected)
      }),
      {numRuns: 3000},
    )
    expect(matched).toBeGreaterThan(500)
  })

  // Seventy elements that all meet the first key: by the second one the engine remembers what has failed.
  const crowd = Array.from({length: 70}, () => ({v: 1}))

  it('agrees when there is much to try', () => {
    let matched = 0
    const keys = fc.dictionary(
      fc.constantFrom('b', 'c', 'd', 'e.b', 'e.c'),
      fc.array(few, {minLength: 1, maxLength: 2}),
      {
        minKeys: 2,
        maxKeys: 4,
        noNullPrototype: true,
      },
    )
    const nested = fc.array(
      fc.record({b: fc.constantFrom<Json>(0, 1), c: fc.constantFrom<Json>(0, 1), e: elements}, {requiredKeys: []}),
      {maxLength: 4},
    )
    fc.assert(
      fc.property(keys, nested, (inner, a) => {
        const pattern: JsonObject = {A: {v: [1]}, a: inner}
        const event: JsonObject = {A: crowd, a}
        const expected = referenceMatches(pattern, event)
        matched += expected ? 1 : 0
        expect(compiledOf(pattern).matches(JSON.stringify(event))).toBe(expected)
      }),
      {numRuns: 400},
    )
    expect(matched).toBeGreaterThan(40)
  })

  it('takes what failed in one element for no failure in another', () => {
    const elements = [...Array.from({length: 100}, () => ({b: 1, c: 1})), {b: 1, c: 2}]
    const pattern = compiledOf({a: {b: [1], c: [2]}})
    expect(pattern.matches(JSON.stringify({a: elements}))).toBe(true)
    expect(pattern.matches(JSON.stringify({a: [{e: elements}, {e: [{b: 1}, {c: 2}]}]}))).toBe(false)
    const nested = compiledOf({a: {e: {b: [1], c: [2]}, f: [3]}})
    expect(
      nested.matches(
        JSON.stringify({
          a: [
            {e: elements, f: 4},
            {e: elements, f: 3},
          ],
        }),
      ),
    ).toBe(true)
    expect(
      nested.matches(
        JSON.stringify({
          a: [
            {e: elements, f: 4},
            {e: elements.slice(0, -1), f: 3},
          ],
        }),
      ),
    ).toBe(false)
  })
})
