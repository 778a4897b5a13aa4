import {describe, expect, it} from 'vitest'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import type {FilteredAttribute} from '../../../src/lib/filters/filter-policy.js'

const message = (attributes: Record<string, FilteredAttribute>, body = 'x') => ({attributes, body})
const text = (stringValue: string): FilteredAttribute => ({dataType: 'String', stringValue})
const number = (stringValue: string): FilteredAttribute => ({dataType: 'Number', stringValue})
const list = (stringValue: string): FilteredAttribute => ({dataType: 'String.Array', stringValue})

function passes(policy: string, attributes: Record<string, FilteredAttribute>): boolean {
  return compileFilterPolicy(policy, 'MessageAttributes').matches(message(attributes))
}

describe('attributes', () => {
  it.each([
    ['a Number is not a string', '{"a":["100"]}', number('100'), false],
    ['a String is not a number', '{"a":[100]}', text('100'), false],
    ['a Number is compared as a number', '{"a":[{"numeric":["=",301.5]}]}', number('3.015e2'), true],
    ['one member of a list is enough', '{"a":["x"]}', list('["y","x",1]'), true],
    ['a list may hold numbers, true, false and null', '{"a":[null]}', list('[true,null,5]'), true],
    ['half a list is no list', '{"a":["x"]}', list('["x",'), false],
    ['an empty list has no value', '{"a":[{"exists":false}]}', list('[]'), true],
    ['Binary is not seen', '{"a":[{"exists":true}]}', {dataType: 'Binary'}, false],
    ['the empty string is a value', '{"a":[{"exists":true}]}', text(''), true],
  ])('%s', (_what, policy, attribute, expected) => {
    expect(passes(policy, {a: attribute, other: text('y')})).toBe(expected)
  })

  it('matches nothing without attributes, not even exists: false', () => {
    expect(passes('{"a":[{"exists":false}]}', {})).toBe(false)
    expect(passes('{"a":[{"exists":false}]}', {b: text('x')})).toBe(true)
  })

  it('takes an attribute name with dots for the same name', () => {
    expect(passes('{"a.b":["x"]}', {'a.b': text('x')})).toBe(true)
  })

  it('is not misled by names that every object has', () => {
    expect(passes('{"constructor":[{"exists":true}]}', {b: text('x')})).toBe(false)
    expect(passes('{"__proto__":[{"exists":true}]}', {b: text('x')})).toBe(false)
  })
})

describe('bodies', () => {
  const policy = compileFilterPolicy('{"a":{"b":["x",{"exists":false}]}}', 'MessageBody')

  it.each([
    ['{"a":{"b":"x"}}', true],
    ['{"a.b":"x"}', true],
    ['{}', true],
    ['{"a":{"b":"y"}}', false],
    ['"{}"', false],
    ['[{"a":{"b":"x"}}]', false],
    ['plain text', false],
    ['{"a":{"b":"x"}', false],
    ['', false],
  ])('%s', (body, expected) => {
    expect(policy.matches(message({}, body))).toBe(expected)
  })
})

describe('setting a policy', () => {
  it.each(['', '{}', ' { } '])('%j lets every message through', empty => {
    expect(compileFilterPolicy(empty, 'MessageAttributes').matches(message({}))).toBe(true)
    expect(compileFilterPolicy(empty, 'MessageBody').matches(message({}, 'no JSON'))).toBe(true)
  })

  it.each([
    ['Subscribe', 'Invalid parameter: Attributes Reason: FilterPolicy: "a" must be an object or an array'],
    ['SetSubscriptionAttributes', 'Invalid parameter: FilterPolicy: "a" must be an object or an array'],
  ] as const)('%s has its own words', (call, words) => {
    expect(() => compileFilterPolicy('{"a":"x"}', 'MessageBody', call)).toThrow(words)
  })

  it.each([
    ['{"a":', 'failed to parse JSON. Unexpected end-of-input within/between Object entries'],
    [
      '{i:1}',
      "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name",
    ],
    [
      '{"a":"x","b":tru}',
      "failed to parse JSON. Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ['{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', 'Filter policy can not have more than 5 keys'],
    ['{"a":[{"wildcard":"*a*b*c*"}]}', 'Filter policy is too complex'],
  ])('%s is refused', (policy, reason) => {
    expect(() => compileFilterPolicy(policy, 'MessageBody')).toThrow(`Invalid parameter: FilterPolicy: ${reason}`)
  })

  it('lets the last of two equal names stand', () => {
    const policy = compileFilterPolicy('{"a":{"b":["x"]},"a":{"c":["y"]}}', 'MessageBody')
    expect(policy.matches(message({}, '{"a":{"c":"y"}}'))).toBe(true)
    expect(policy.combinations).toBe(2)
  })

  it('refuses nesting for attributes, in a $or as well', () => {
    const words = 'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy'
    expect(() => compileFilterPolicy('{"a":{"b":["x"]}}', 'MessageAttributes')).toThrow(words)
    const or = '{"$or":[{"a":{"b":["x"]}},{"c":["x"]}]}'
    expect(() => compileFilterPolicy(or, 'MessageAttributes')).toThrow(words)
  })
})
