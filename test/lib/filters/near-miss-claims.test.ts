import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {NearMiss, NearMissKind} from '../../../src/lib/filters/explanation.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'

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

describe('what a near miss says "would match" of, matches', () => {
  it('when the value or the alternative is changed so', () => {
    const seen = new Set<NearMissKind>()
    fc.assert(
      fc.property(alternative, value, (one, found) => {
        const near = nearMissOf({path: 'k', alternative: one, event: {k: found}})
        if (near?.text.startsWith('would match') !== true) return
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
        if (near?.text.startsWith('would match') !== true) return
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

describe('what a near miss says "would match" of in a message, matches', () => {
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
        if (near?.text.startsWith('would match') !== true) return
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
