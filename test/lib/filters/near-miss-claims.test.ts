import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import {InvalidPatternError} from '../../../src/lib/filters/errors.js'
import type {KeyExplanation, NearMiss, NearMissKind} from '../../../src/lib/filters/explanation.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import type {FilteredMessage, FilterPolicyScope} from '../../../src/lib/filters/filter-policy.js'

/** What is said of a change that was tried on the key for itself, and of one that was tried on the whole. */
const MET = 'this key would be met'
const WHOLE = 'the whole policy would match'

/** A pattern of one alternative and the event that it is met with, as values. */
interface Try {
  readonly path: string
  readonly alternative: unknown
  readonly event: Readonly<Record<string, unknown>>
}

function matches({path, alternative, event}: Try): boolean {
  return compileEventPattern(JSON.stringify({[path]: [alternative]})).matches(JSON.stringify(event))
}

function nearMissOf({path, alternative, event}: Try): NearMiss | undefined {
  const [key] = compileEventPattern(JSON.stringify({[path]: [alternative]})).explain(JSON.stringify(event)).keys
  return key?.values.length === 0 ? key.nearMiss : key?.alternatives[0]?.nearMiss
}

type Operator = Readonly<Record<string, unknown>>
const unquoted = (value: unknown): unknown => JSON.parse((value as string).trim()) as unknown

/** Does what a near miss asks for: to the value, or to the alternative. */
const CHANGES: Partial<Record<NearMissKind, (one: unknown, value: unknown) => readonly [unknown, unknown][]>> = {
  letterCase: (one, value) => {
    if (typeof one === 'string') return [[{'equals-ignore-case': one}, value]]
    const [[operator, text] = []] = Object.entries(one as Operator)
    if (operator === 'wildcard') return [[{wildcard: (text as string).toLowerCase()}, (value as string).toLowerCase()]]
    return [[{[String(operator)]: {'equals-ignore-case': text}}, value]]
  },
  whiteSpace: (one, value) => [[one, (value as string).trim()]],
  quotedInPattern: (one, value) => [[unquoted(one), value]],
  unquotedInPattern: (_one, value) => [[value, value]],
  sentAsString: (one, value) => [[one, unquoted(value)]],
  notSentAsString: (one, value) => [[one, String(value)]],
  star: (one, value) => [[{wildcard: one}, value]],
  bound: (one, value) => {
    const {numeric} = one as {numeric: unknown[]}
    const inclusive = numeric.map(term => (term === '<' || term === '>' ? `${term}=` : term))
    return [[{numeric: inclusive}, value]]
  },
  partOfValue: (one, value) => [
    [{prefix: one}, value],
    [{suffix: one}, value],
    [{wildcard: `*${one as string}*`}, value],
  ],
}

const word = fc.constantFrom(
  'a',
  'A',
  'ab',
  'aB',
  'abc',
  'xabcx',
  ' ab',
  'ab ',
  'a*',
  '*b',
  '5',
  '5.0',
  ' 5',
  '0x5',
  'true',
  'null',
  'ß',
  '\\a',
  '',
)
const value = fc.oneof(word, fc.constantFrom(5, 5.5, 0, true, false, null))
const alternative = fc.oneof(
  word,
  fc.constantFrom(5, 5.0, true, null),
  word.filter(text => text !== '').map(prefix => ({prefix})),
  word.filter(text => text !== '').map(suffix => ({suffix})),
  word.filter(text => !text.includes('\\')).map(wildcard => ({wildcard})),
  fc.constantFrom({numeric: ['>', 5]}, {numeric: ['<', 5]}, {numeric: ['>', 0, '<', 5]}, {numeric: ['=', 5]}),
  fc.constantFrom({exists: true}, {'anything-but': 'a'}, {'equals-ignore-case': 'AB'}),
)

describe('what a near miss says "this key would be met" of, meets it', () => {
  it('when the value or the alternative is changed so', () => {
    const seen = new Set<NearMissKind>()
    fc.assert(
      fc.property(alternative, value, (one, found) => {
        const near = nearMissOf({path: 'k', alternative: one, event: {k: found}})
        if (near?.text.startsWith(MET) !== true) return
        seen.add(near.kind)
        const changed = CHANGES[near.kind]?.(one, found) ?? []
        expect(changed.some(([other, instead]) => matches({path: 'k', alternative: other, event: {k: instead}}))).toBe(
          true,
        )
      }),
      {numRuns: 5000},
    )
    expect([...seen].toSorted()).toEqual(Object.keys(CHANGES).toSorted())
  })

  it('when the key or the place is changed so', () => {
    const name = fc.constantFrom('a', 'A', 'b', 'a.b')
    const leaf = fc.constantFrom<unknown>('x', 1, null, [], {})
    const inner = fc.dictionary(name, leaf, {maxKeys: 3})
    const any = fc.oneof(
      leaf,
      inner,
      inner.map(object => JSON.stringify(object)),
      fc.array(inner, {maxLength: 2}),
    )
    const event = fc.dictionary(name, any, {maxKeys: 3})
    const path = fc.constantFrom('a', 'b', 'a.b', 'b.a', 'a.b.a')
    const seen = new Set<NearMissKind>()
    fc.assert(
      fc.property(path, fc.constantFrom<unknown>('x', 1, {exists: true}), event, (key, one, found) => {
        if (compileEventPattern(JSON.stringify({[key]: [{exists: true}]})).matches(JSON.stringify(found))) return
        const near = nearMissOf({path: key, alternative: one, event: found})
        if (near?.text.startsWith(MET) !== true) return
        seen.add(near.kind)
        const [, named = ''] = /`([^`]+)`/.exec(near.text) ?? []
        const changed =
          near.kind === 'jsonInText'
            ? {path: key, alternative: one, event: opened(found, named) as Try['event']}
            : {path: named, alternative: one, event: found}
        expect(matches(changed)).toBe(true)
      }),
      {numRuns: 5000},
    )
    expect([...seen].toSorted()).toEqual(['jsonInText', 'nameCase', 'otherPlace'])
  })
})

describe('what a near miss says "this key would be met" of in a message, meets it', () => {
  const name = fc.constantFrom('a', 'A', 'b')
  const value = fc.constantFrom('x', 'X', '1', '["x"]', '{"a":"x"}')
  const attributes = fc.dictionary(
    name,
    value.map(stringValue => ({dataType: 'String', stringValue})),
    {maxKeys: 2},
  )
  const object = fc.dictionary(name, value, {maxKeys: 2}).map(fields => JSON.stringify(fields))
  const body = fc.oneof(
    object,
    object.map(text => JSON.stringify(text)),
    fc.constant('plain'),
  )
  const scopes = ['MessageAttributes', 'MessageBody'] as const

  it('with the other scope, another name, or a body that is encoded once', () => {
    const seen = new Set<NearMissKind>()
    fc.assert(
      fc.property(fc.constantFrom(...scopes), name, attributes, body, (scope, key, attributesOf, bodyOf) => {
        const policy = (path: string) => JSON.stringify({[path]: ['x']})
        const message = {attributes: attributesOf, body: bodyOf}
        const near = compileFilterPolicy(policy(key), scope).explain(message).keys[0]?.nearMiss
        if (near === undefined || !(near.text.startsWith(MET) || near.text.startsWith(WHOLE))) return
        seen.add(near.kind)
        const other = scope === 'MessageBody' ? 'MessageAttributes' : 'MessageBody'
        const [, named = ''] = /`([^`]+)`/.exec(near.text) ?? []
        const matched =
          near.kind === 'nameCase'
            ? compileFilterPolicy(policy(named), scope).matches(message)
            : near.kind === 'jsonInText'
              ? compileFilterPolicy(policy(key), scope).matches({...message, body: JSON.parse(bodyOf) as string})
              : compileFilterPolicy(policy(key), other).matches(message)
        expect(matched).toBe(true)
      }),
      {numRuns: 3000},
    )
    expect([...seen].toSorted()).toEqual(['inAttributes', 'inBody', 'jsonInText', 'nameCase'])
  })
})

describe('of a policy with several keys', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const value = fc.constantFrom('x', 'y')
  const attributes = fc.dictionary(
    name,
    value.map(stringValue => ({dataType: 'String', stringValue})),
  )
  const body = fc.dictionary(name, value).map(fields => JSON.stringify(fields))
  const flat = fc.dictionary(
    name,
    value.map(one => [one]),
    {minKeys: 1},
  )
  const policy = fc.oneof(
    flat,
    flat.map(inner => ({n: inner})),
    fc.tuple(flat, flat, flat).map(([outer, one, other]) => ({...outer, $or: [one, other]})),
  )

  it('another scope is said to make the whole match only where it does', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        policy,
        fc.constantFrom('MessageAttributes', 'MessageBody'),
        attributes,
        body,
        (value, scope, attributesOf, bodyOf) => {
          const text = JSON.stringify(value)
          if (scope === 'MessageAttributes' && 'n' in value) return
          const message = {attributes: attributesOf, body: bodyOf}
          for (const {path, alternatives, nearMiss} of keysWithin(
            compileFilterPolicy(text, scope).explain(message).keys,
          )) {
            const other = scope === 'MessageBody' ? 'MessageAttributes' : 'MessageBody'
            if (nearMiss?.text.includes(` with the scope ${other}`) !== true) continue
            const whole = nearMiss.text.startsWith(WHOLE)
            seen.add(`${String(whole)} ${nearMiss.kind}`)
            expect(whole || nearMiss.text.startsWith(MET)).toBe(true)
            expect(accepts(text, other, message)).toBe(whole)
            expect(accepts(`{"${path}":[${alternatives.map(one => one.text).join()}]}`, other, message)).toBe(true)
          }
        },
      ),
      {numRuns: 3000},
    )
    expect([...seen].toSorted()).toEqual(['false inAttributes', 'false inBody', 'true inAttributes', 'true inBody'])
  })

  it('every "would" is of the key for itself, or of the whole', () => {
    const event = '{"a":[{"b":1,"C":9},{"C":2}]}'
    const {matched, keys} = compileEventPattern('{"a":{"b":[1],"c":[2]}}').explain(event)
    expect([matched, keys[1]?.nearMiss]).toEqual([
      false,
      {kind: 'nameCase', text: 'this key would be met if it were `a.C`: upper and lower case count in names'},
    ])
    // The key for itself; together they lie in two elements of the list.
    expect(compileEventPattern('{"a":{"C":[2]}}').matches(event)).toBe(true)
    expect(compileEventPattern('{"a":{"b":[1],"C":[2]}}').matches(event)).toBe(false)
  })
})

function accepts(policy: string, scope: FilterPolicyScope, message: FilteredMessage): boolean {
  try {
    return compileFilterPolicy(policy, scope).matches(message)
  } catch (error) {
    // Nested, which the scope of attributes does not take.
    if (error instanceof InvalidPatternError) return false
    throw error
  }
}

function keysWithin(keys: readonly KeyExplanation[]): readonly KeyExplanation[] {
  return keys.flatMap(key =>
    key.branches === undefined ? [key] : key.branches.flatMap(branch => keysWithin(branch.keys)),
  )
}

/** With the text at a path, wherever it stands, replaced by the JSON that it holds. */
function opened(found: unknown, path: string, at = ''): unknown {
  if (Array.isArray(found)) return found.map(item => opened(item, path, at))
  if (typeof found === 'object' && found !== null) {
    return Object.fromEntries(
      Object.entries(found).map(([name, member]) => [name, opened(member, path, at === '' ? name : `${at}.${name}`)]),
    )
  }
  return at === path && typeof found === 'string' && found.startsWith('{') ? (JSON.parse(found) as unknown) : found
}
