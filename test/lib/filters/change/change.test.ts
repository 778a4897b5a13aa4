import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {bridgePolicy, trialPolicy} from '../../../../src/lib/filters/change/bridge.js'
import {changeEffect} from '../../../../src/lib/filters/change/effect.js'
import {diffPolicies} from '../../../../src/lib/filters/change/policy-diff.js'
import {isSamePolicy, isSameState} from '../../../../src/lib/filters/change/policy-state.js'
import {changeSteps} from '../../../../src/lib/filters/change/steps.js'
import type {FilteredMessage} from '../../../../src/lib/filters/filter-policy.js'
import {compileFilterPolicy} from '../../../../src/lib/filters/filter-policy.js'
import {prettyPolicy} from '../../../../src/lib/filters/pretty-policy.js'

describe('two policies are one', () => {
  it.each([
    ['{"a":["b"]}', '{ "a" : [ "b" ] }\n', true],
    ['{"a":["b c"]}', '{"a":["bc"]}', false],
    [String.raw`{"a":["\" b"]}`, String.raw`{"a":["\"b"]}`, false],
    ['{"a":[300]}', '{"a":[300.0]}', false],
    [undefined, undefined, true],
    [undefined, '{"a":["b"]}', false],
  ])('%s and %s: %s', (one, other, expected) => expect(isSamePolicy(one, other)).toBe(expected))

  it('without a policy the scope means nothing', () => {
    expect(isSameState({filterPolicyScope: 'MessageBody'}, {filterPolicyScope: 'MessageAttributes'})).toBe(true)
    const filterPolicy = '{"a":["b"]}'
    expect(
      isSameState(
        {filterPolicy, filterPolicyScope: 'MessageBody'},
        {filterPolicy, filterPolicyScope: 'MessageAttributes'},
      ),
    ).toBe(false)
  })
})

describe('the difference', () => {
  it('is told key by key, alternatives as they are written', () => {
    const before = '{"gone":[1],"kept":["x"],"order":{"total":[{"numeric":[">",300.0]},7]}}'
    const after = '{"kept":["x"],"order":{"total":[7,{"prefix":"8"}]},"come":[{"exists":false}]}'
    expect(diffPolicies(before, after)).toEqual([
      {path: 'gone', change: 'removed', added: [], removed: ['1'], kept: []},
      {path: 'kept', change: 'same', added: [], removed: [], kept: ['"x"']},
      {
        path: 'order.total',
        change: 'changed',
        added: ['{"prefix":"8"}'],
        removed: ['{"numeric":[">",300.0]}'],
        kept: ['7'],
      },
      {path: 'come', change: 'added', added: ['{"exists":false}'], removed: [], kept: []},
    ])
  })

  it('names the branch of a $or', () => {
    const changes = diffPolicies(undefined, '{"a":["1"],"$or":[{"b":["2"]},{"c":["3"],"d":["4"]}]}')
    expect(changes.map(({path}) => path)).toEqual(['a', '$or[1] b', '$or[2] c', '$or[2] d'])
  })

  it('takes a policy that cannot be read for none', () => {
    expect(diffPolicies('{"a":', '{"a":["1"]}').map(({change}) => change)).toEqual(['added'])
  })
})

describe('the policy between two scopes', () => {
  it.each([
    ['flat ones', '{"a":["1"]}', '{"b":[2]}', '{"$or":[{"a":["1"]},{"b":[2]}]}'],
    [
      'nested keys, with dots',
      '{"a":["1"]}',
      '{"b":{"c":[2],"d":{"e":[{"exists":true}]}}}',
      '{"$or":[{"a":["1"]},{"b.c":[2],"b.d.e":[{"exists":true}]}]}',
    ],
    [
      'a nested $or',
      '{"a":["1"]}',
      '{"b":{"$or":[{"c":[2]},{"d":[3]}]}}',
      '{"$or":[{"a":["1"]},{"$or":[{"b.c":[2]},{"b.d":[3]}]}]}',
    ],
  ])('of %s', (_, before, after, expected) => expect(bridgePolicy(before, after)).toBe(expected))

  it.each([
    ['more than five keys', '{"a":["1"],"b":["1"],"c":["1"]}', '{"d":{"e":["1"],"f":["1"],"g":["1"]}}'],
    [
      'two $or that would have one name',
      '{"a":["1"]}',
      '{"$or":[{"b":[1]},{"c":[1]}],"d":{"$or":[{"e":[1]},{"f":[1]}]}}',
    ],
    ['a path that is there twice', '{"a":["1"]}', '{"b.c":[1],"b":{"c":[2]}}'],
    ['a name that a $or may not have', '{"prefix":["1"]}', '{"b":[1]}'],
  ])('is none for %s', (_, before, after) => expect(bridgePolicy(before, after)).toBeUndefined())

  it('never holds back what either lets through', () => {
    const value = fc.constantFrom('1', '2', '3')
    const alternative = fc.oneof(
      value,
      fc.record({prefix: value}),
      fc.record({'anything-but': fc.array(value, {minLength: 1, maxLength: 2})}),
      fc.record({exists: fc.boolean()}),
    )
    const alternatives = fc.array(alternative, {minLength: 1, maxLength: 2})
    const name = fc.constantFrom('a', 'b')
    const flat = fc.dictionary(name, alternatives, {minKeys: 1, maxKeys: 2})
    const nested = fc.oneof(flat, fc.dictionary(fc.constantFrom('c', 'd'), flat, {minKeys: 1, maxKeys: 1}))
    const leaf = fc.dictionary(name, value, {maxKeys: 2})
    const messages = fc.array(
      fc.record({attributes: leaf, body: fc.oneof(leaf, fc.dictionary(fc.constantFrom('c', 'd'), leaf, {maxKeys: 2}))}),
      {minLength: 1, maxLength: 8},
    )
    fc.assert(
      fc.property(flat, nested, messages, (ofAttributes, ofBody, sample) => {
        const [old, next] = [JSON.stringify(ofAttributes), JSON.stringify(ofBody)]
        const bridge = bridgePolicy(old, next)
        if (bridge === undefined) return
        const [first, then] = [
          compileFilterPolicy(bridge, 'MessageAttributes'),
          compileFilterPolicy(bridge, 'MessageBody'),
        ]
        for (const {attributes, body} of sample) {
          const message: FilteredMessage = {
            attributes: Object.fromEntries(
              Object.entries(attributes).map(([key, stringValue]) => [key, {dataType: 'String', stringValue}]),
            ),
            body: JSON.stringify(body),
          }
          if (compileFilterPolicy(old, 'MessageAttributes').matches(message)) expect(first.matches(message)).toBe(true)
          if (compileFilterPolicy(next, 'MessageBody').matches(message)) expect(then.matches(message)).toBe(true)
        }
      }),
      {numRuns: 500},
    )
  })
})

describe('the policy that shows SNS a new one', () => {
  it.each([
    ['a flat one', '{"a":["1"]}', '{"$or":[{"a":["1"]},{"msgops-no-such-key":[{"exists":false}]}]}'],
    ['a nested one', '{"a":{"b":["1"]}}', '{"$or":[{"a.b":["1"]},{"msgops-no-such-key":[{"exists":false}]}]}'],
    ['five keys: a sixth is too many', '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1]}', undefined],
    ['a name that a $or may not have', '{"prefix":["1"]}', undefined],
  ])('of %s', (_, policy, expected) => expect(trialPolicy(policy)).toBe(expected))

  it('holds nothing back that a policy of either scope can let through', () => {
    const trial = '{"$or":[{"a":["1"]},{"msgops-no-such-key":[{"exists":false}]}]}'
    const message = {attributes: {b: {dataType: 'String', stringValue: '2'}}, body: '{"b":"2"}'}
    expect(compileFilterPolicy(trial, 'MessageAttributes').matches(message)).toBe(true)
    expect(compileFilterPolicy(trial, 'MessageBody').matches(message)).toBe(true)
    expect(compileFilterPolicy(trial, 'MessageBody').matches({attributes: {}, body: '{}'})).toBe(true)
    const old = {filterPolicy: '{"b":["2"],"c":["3"],"prefix":["4"]}', filterPolicyScope: 'MessageAttributes'} as const
    const [first] = changeSteps(old, {filterPolicy: '{"a":["1"]}', filterPolicyScope: 'MessageBody'})
    expect(compileFilterPolicy(first?.value ?? '', 'MessageAttributes').matches(message)).toBe(true)
  })
})

describe('the calls of a change', () => {
  const attributes = (filterPolicy?: string) => ({filterPolicy, filterPolicyScope: 'MessageAttributes'}) as const
  const body = (filterPolicy?: string) => ({filterPolicy, filterPolicyScope: 'MessageBody'}) as const
  const calls = (...states: Parameters<typeof changeSteps>) =>
    changeSteps(...states).map(({attribute, value}) => [attribute, value])

  it.each([
    ['nothing changes', attributes('{"a":["1"]}'), attributes(' {"a":["1"]}'), []],
    ['a new policy', attributes('{"a":["1"]}'), attributes('{"b":["1"]}'), [['FilterPolicy', '{"b":["1"]}']]],
    ['none any more', attributes('{"a":["1"]}'), attributes(), [['FilterPolicy', '']]],
    ['none, as before', attributes(), body(), []],
    [
      'a first one: the scope may be left of earlier times',
      attributes(),
      attributes('{"a":["1"]}'),
      [
        ['FilterPolicyScope', 'MessageAttributes'],
        ['FilterPolicy', '{"a":["1"]}'],
      ],
    ],
    [
      'the same in the other scope',
      attributes('{"a":["1"]}'),
      body('{"a":["1"]}'),
      [['FilterPolicyScope', 'MessageBody']],
    ],
  ] as const)('%s', (_, before, after, expected) => expect(calls(before, after)).toEqual(expected))
})

describe('the effect on a sample', () => {
  const message = (id: string, body: string) => ({id, message: {attributes: {}, body}})

  it('names what decides: a key, no object, no branch, a key that is not there', () => {
    const effect = changeEffect(
      {filterPolicyScope: 'MessageBody'},
      {filterPolicy: '{"a":["1"],"$or":[{"b":["1"]},{"c":["1"]}]}', filterPolicyScope: 'MessageBody'},
      [
        message('passes', '{"a":"1","c":"1"}'),
        message('other', '{"a":"2","b":"1"}'),
        message('branch', '{"a":"1"}'),
        message('absent', '{"b":"1"}'),
        message('text', 'plain'),
      ],
    )
    expect(effect).toEqual({
      total: 5,
      arriveBefore: 5,
      arriveAfter: 1,
      start: 0,
      stop: 4,
      starting: [],
      stopping: [
        {id: 'other', key: 'a', because: 'is "2"'},
        {id: 'branch', key: '$or', because: 'no branch matches'},
        {id: 'absent', key: 'a', because: 'is not there'},
        {id: 'text', key: null, because: 'the message body is not a JSON object: no policy on the body matches it'},
      ],
    })
  })
})

it('a policy is shown a line a key, every value as it is written', () => {
  expect(prettyPolicy('{"a":[300.0,{"anything-but":["x"]}],"b":{"c":[1e2]},"$or":[{"d":["1"]},{"e":["2"]}]}')).toBe(
    [
      '{',
      '  "a": [300.0, {"anything-but": ["x"]}],',
      '  "b": {',
      '    "c": [1e2]',
      '  },',
      '  "$or": [',
      '    {"d": ["1"]},',
      '    {"e": ["2"]}',
      '  ]',
      '}',
    ].join('\n'),
  )
  expect(prettyPolicy('{"a":')).toBe('{"a":')
})
