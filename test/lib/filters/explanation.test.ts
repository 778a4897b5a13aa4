import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {AlternativeExplanation, KeyExplanation} from '../../../src/lib/filters/explanation.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import type {FilteredAttribute} from '../../../src/lib/filters/filter-policy.js'

/** The keys and those within branches, each with where it does not count. */
function namesOf(keys: readonly KeyExplanation[]): string[] {
  return keys.flatMap(({path, overridden, branches = []}) => [
    overridden === undefined ? path : `${path} ${overridden}`,
    ...branches.flatMap(branch => namesOf(branch.keys)),
  ])
}

/** What is said of the one alternative of the key `a`. */
function said(alternative: string, attribute: FilteredAttribute): AlternativeExplanation | undefined {
  const policy = compileFilterPolicy(`{"a":[${alternative}]}`, 'MessageAttributes')
  return policy.explain({attributes: {a: attribute}, body: ''}).keys[0]?.alternatives[0]
}

const text = (stringValue: string): FilteredAttribute => ({dataType: 'String', stringValue})
const number = (stringValue: string): FilteredAttribute => ({dataType: 'Number', stringValue})

describe('an alternative', () => {
  it.each([
    [
      '{"numeric":["<=",100]}',
      text('5'),
      '`a` is a String attribute; numeric needs a Number attribute',
      'sentAsString',
      'this key would be met if it were sent as a number',
    ],
    ['"x"', text('X'), '"X" is not equal', 'letterCase', 'this key would be met with `equals-ignore-case`'],
    [
      '"x"',
      text('x '),
      '"x " is not equal',
      'whiteSpace',
      'this key would be met without the white space around the value',
    ],
    ['"x"', text('xyz'), '"xyz" is not equal', 'partOfValue', 'this key would be met with `prefix`'],
    [
      '"a*c"',
      text('abc'),
      '"abc" is not equal',
      'star',
      'this key would be met with `wildcard`: without it, a `*` stands for itself',
    ],
    [
      '"5"',
      number('5.0'),
      '`a` is a Number attribute; a string in the pattern needs a String attribute',
      'quotedInPattern',
      'this key would be met if the pattern had 5 without quotes',
    ],
    [
      '5',
      text('5.0'),
      '`a` is a String attribute; a number in the pattern needs a Number attribute',
      'unquotedInPattern',
      'this key would be met if the pattern had the string "5.0"',
    ],
    [
      '{"prefix":"ab"}',
      text('ABC'),
      '"ABC" does not begin with "ab"',
      'letterCase',
      'this key would be met with `equals-ignore-case` inside, which SNS does not document',
    ],
    [
      '{"wildcard":"A*"}',
      text('abc'),
      '"abc" does not fit',
      'letterCase',
      'this key would be met if both were in lower case: `wildcard` compares by case',
    ],
    [
      '{"prefix":"1"}',
      number('12'),
      '`a` is a Number attribute; prefix needs a String attribute',
      'notSentAsString',
      'this key would be met if it were sent as a string',
    ],
    [
      '{"numeric":["<",100]}',
      number('100'),
      '100 is not < 100',
      'bound',
      'this key would be met with `<=` instead of `<`',
    ],
    [
      '{"cidr":"10.0.0.0/8"}',
      text(' 10.0.0.1'),
      '" 10.0.0.1" is no IP address',
      'whiteSpace',
      'this key would be met without the white space around the value',
    ],
  ])('%s on %j: the reason and the near miss', (alternative, attribute, reason, kind, words) => {
    const explained = said(alternative, attribute)
    expect(explained).toEqual({
      text: alternative,
      operator: explained?.operator,
      matched: false,
      reason,
      nearMiss: {kind, text: words},
    })
  })

  it.each([
    ['{"numeric":[">",1,"<=",100]}', number('120'), '120 is not <= 100'],
    ['{"numeric":["=",5]}', text('0x5'), '`a` is a String attribute; numeric needs a Number attribute'],
    ['"x"', text('y'), '"y" is not equal'],
    ['true', text('yes'), '"yes" is a String attribute, and not true'],
    ['null', number('0'), '0 is a Number attribute, and not null'],
    ['true', {dataType: 'String.Array', stringValue: '[false]'}, 'false is not true'],
    [
      '{"numeric":[">",1]}',
      {dataType: 'String.Array', stringValue: '[null]'},
      '`a` is null in a String.Array attribute; numeric needs a Number attribute',
    ],
    ['"a**c"', text('abc'), '"abc" is not equal'],
    ['{"cidr":"10.0.0.0/8"}', text('11.0.0.1'), '"11.0.0.1" is not in 10.0.0.0/8'],
    [
      '{"cidr":"::/1"}',
      text('::ffff:10.0.0.1'),
      '"::ffff:10.0.0.1" is an IP address in a spelling that AWS does not read',
    ],
    [
      '{"cidr":"::/1"}',
      text('64:ff9b::1.2.3.4'),
      '"64:ff9b::1.2.3.4" is an IP address in a spelling that AWS does not read',
    ],
    ['{"cidr":"::/1"}', text('fe80::1%eth0'), '"fe80::1%eth0" is an IP address in a spelling that AWS does not read'],
    ['{"cidr":"::/1"}', text('::ffff:10.0.0.256'), '"::ffff:10.0.0.256" is no IP address'],
    ['{"cidr":"::/1"}', text('1:2:3:4:5:6:7:1.2.3.4'), '"1:2:3:4:5:6:7:1.2.3.4" is no IP address'],
    ['{"cidr":"::/1"}', text('1.2.3.4%eth0'), '"1.2.3.4%eth0" is no IP address'],
    ['{"cidr":"::/1"}', text('1.2.3'), '"1.2.3" is no IP address'],
    ['{"anything-but":["x"]}', text('x'), '"x" is excluded'],
    ['{"exists":false}', text('x'), 'there is a value: "x"'],
    ['"x"', {dataType: 'Binary'}, undefined],
  ])('%s on %j: nothing is near', (alternative, attribute, reason) => {
    const explained = said(alternative, attribute)
    expect(explained).toMatchObject({text: alternative, matched: false})
    expect(explained).not.toHaveProperty('nearMiss')
    if (reason !== undefined) expect(explained?.reason).toBe(reason)
  })

  it.each([
    [
      '{"anything-but":["5"]}',
      number('5'),
      '`a` is a Number attribute, and only as a String attribute would 5 be excluded',
    ],
    [
      '{"anything-but":[5]}',
      text('5.0'),
      '`a` is a String attribute, and only as a Number attribute would "5.0" be excluded',
    ],
    [
      '{"anything-but":{"prefix":"5"}}',
      number('51'),
      '`a` is a Number attribute, and only as a String attribute would 51 be excluded',
    ],
    ['{"anything-but":["5"]}', number('6'), undefined],
    ['{"anything-but":[5]}', text('x'), undefined],
    ['{"anything-but":["true"]}', {dataType: 'String.Array', stringValue: '[true]'}, undefined],
  ])('%s lets %j through: by its type?', (alternative, attribute, reason) => {
    const explained = said(alternative, attribute)
    expect([explained?.matched, explained?.reason]).toEqual([true, reason])
  })

  it.each([
    '"x"',
    '{"exactly":"x"}',
    '3.0e2',
    'null',
    '{"exists":true}',
    '{"prefix":{"equals-ignore-case":"x"}}',
    '{"suffix":"x"}',
    '{"equals-ignore-case":"x"}',
    '{"wildcard":"x*"}',
    '{"numeric":[">",0,"<=",1.50]}',
    '{"numeric":["=",7]}',
    '{"cidr":"10.0.0.0/8"}',
    '{"anything-but":"x"}',
    '{"anything-but":[1,2.0]}',
    '{"anything-but":{"prefix":["x","y"]}}',
  ])('is quoted as it stands in the pattern: %s', alternative => {
    expect(said(alternative, text('q'))?.text).toBe(alternative)
  })
})

it('equals-ignore-case inside is advised without a caveat where it is documented', () => {
  const [key] = compileEventPattern('{"a":[{"prefix":"ab"}]}').explain('{"a":"ABC"}').keys
  expect(key?.alternatives[0]?.nearMiss?.text).toBe('this key would be met with `equals-ignore-case` inside')
})

describe('the whole', () => {
  it('says when values in different elements of an array cannot be combined', () => {
    const explanation = compileEventPattern('{"a":{"b":[1],"c":[2]}}').explain('{"a":[{"b":1},{"c":2}]}')
    expect(explanation).toEqual({
      matched: false,
      reason: 'each key is met, but not by one element of an array: values in different elements cannot be combined',
      keys: [
        {path: 'a.b', matched: true, values: ['1'], alternatives: [{text: '1', operator: 'equals', matched: true}]},
        {path: 'a.c', matched: true, values: ['2'], alternatives: [{text: '2', operator: 'equals', matched: true}]},
      ],
    })
  })

  it.each([
    [
      '{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}',
      '{"a":"y"}',
      [true, 'the branch of `$or` that is met has `a` itself, and there that takes the place of the one before it'],
      ['a inBranches', '$or', 'a', 'b'],
    ],
    ['{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}', '{"a":"x"}', [false, undefined], ['a inBranches', '$or', 'a', 'b']],
    [
      '{"a":["x"],"$or":[{"a":["y"]},{"b":["z"]}]}',
      '{"a":"x","b":"z"}',
      [true, undefined],
      ['a inBranches', '$or', 'a', 'b'],
    ],
    // The last one counts, wherever it stands.
    ['{"$or":[{"a":["y"]},{"b":["z"]}],"a":["x"]}', '{"a":"x"}', [true, undefined], ['$or', 'a everywhere', 'b', 'a']],
    ['{"$or":[{"a":["y"]},{"b":["z"]}],"a":["x"]}', '{"a":"y"}', [false, undefined], ['$or', 'a everywhere', 'b', 'a']],
    ['{"a":["x"],"$or":[{"a":["y"]},{"a":["z"]}]}', '{"a":"z"}', [true, undefined], ['a everywhere', '$or', 'a', 'a']],
    ['{"n":{"b":["x"]},"n.b":["y"]}', '{"n":{"b":"y"}}', [true, undefined], ['n.b everywhere', 'n.b']],
    [
      '{"n":{"b":[1],"c":[{"exists":false}]}}',
      '{"n":[{"b":1},{"b":2,"c":3}]}',
      [true, '`exists: false` looks only at the array element that the keys before it lie in'],
      ['n.b', 'n.c'],
    ],
    [
      '{"n":{"a":[3],"$or":[{"a":[1]},{"z":[1]}],"b":[2]}}',
      '{"n":[{"a":1},{"b":2}]}',
      [
        false,
        'each key that counts is met, but not by one element of an array: values in different elements cannot be combined',
      ],
      ['n.a inBranches', 'n.$or', 'n.a', 'n.z', 'n.b'],
    ],
  ] as const)(
    'names what decides beyond the keys, and the keys that do not count: %s on %s',
    (pattern, event, decision, names) => {
      const {matched, reason, keys} = compileEventPattern(pattern).explain(event)
      expect([matched, reason]).toEqual(decision)
      expect(namesOf(keys)).toEqual(names)
    },
  )

  it('has a reason exactly where the keys that count do not say it', () => {
    const name = fc.constantFrom('a', 'b', 'n.c')
    const flat = fc.dictionary(name, fc.constantFrom(['x'], ['y']), {minKeys: 1})
    const pattern = fc
      .tuple(flat, flat, flat, fc.boolean())
      .map(([outer, one, other, last]) => (last ? {$or: [one, other], ...outer} : {...outer, $or: [one, other]}))
    const event = fc.dictionary(name, fc.constantFrom('x', 'y'))
    const seen = new Set<string>()
    fc.assert(
      fc.property(pattern, event, (value, found) => {
        const {matched, reason, keys} = compileEventPattern(JSON.stringify(value)).explain(JSON.stringify(found))
        const each = keys.every(key => key.matched || key.overridden === 'everywhere')
        seen.add(`${String(matched)} ${String(each)}`)
        // Without arrays a policy that does not match has a key that counts and is not met.
        expect(matched || !each).toBe(true)
        if (each || !matched) expect(reason).toBeUndefined()
        else expect(reason).toMatch(/^the branch of `\$or` that is met has `/)
      }),
      {numRuns: 2000},
    )
    expect([...seen].toSorted()).toEqual(['false false', 'true false', 'true true'])
  })

  it('nests the branches of a $or', () => {
    const {matched, keys} = compileEventPattern('{"p":{"$or":[{"a":["x"]},{"b":["y"]}]}}').explain('{"p":{"b":"y"}}')
    expect(matched).toBe(true)
    expect(keys.map(({path}) => path)).toEqual(['p.$or'])
    expect(keys[0]?.branches?.map(branch => [branch.matched, branch.keys[0]?.path])).toEqual([
      [false, 'p.a'],
      [true, 'p.b'],
    ])
  })

  it.each([
    ['MessageAttributes', 'the message has no attributes'],
    ['MessageBody', 'the message body is not a JSON object'],
  ] as const)('says what decides beyond the keys: %s', (scope, words) => {
    const policy = compileFilterPolicy('{"a":[{"exists":false}]}', scope)
    const {matched, reason, keys} = policy.explain({attributes: {}, body: 'text'})
    expect(matched).toBe(false)
    expect(keys[0]).toMatchObject({matched: false, alternatives: [{matched: false}]})
    expect(reason).toContain(words)
  })

  it('shows ten values at most and counts the others', () => {
    const event = JSON.stringify({a: Array.from({length: 30}, (_, n) => n)})
    const key = compileEventPattern('{"a":["x"]}').explain(event).keys[0]
    expect(key?.values).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(key?.alternatives[0]?.reason).toBe(
      '`a` is a number; a string in the pattern needs a string (nor is it met by the 29 other values)',
    )
  })
})
