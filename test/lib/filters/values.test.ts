import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {JsonValue} from '../../../src/lib/filters/event-pattern.js'

function meets(alternative: string, valueText: string): boolean {
  const pattern = compileEventPattern(`{"a":[${alternative}]}`)
  return pattern.matches(`{"a":${valueText}}`)
}

describe('wildcards', () => {
  it.each([
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*ab*b', 'ab', false],
    ['*ab*b', 'abb', true],
    ['a*b*a*b', 'abab', true],
    ['a*b*a*b', 'aba', false],
    ['*aa*aa*', 'aaa', false],
    ['*aa*aa*', 'aaaa', true],
    ['*aba*aba*', 'xababa', false],
    ['*aba*aba*', 'xababba', false],
    ['*aba*aba*', 'abaxaba', true],
    // Long pieces are searched in another way.
    ['*aabaabaaa*', 'aabaabaabaaa', true],
    ['*aabaabaaa*', 'aabaabaabaab', false],
    ['*abababababac*', 'xababababababac', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*', 'A', false],
    ['\\\\*', '*', true],
    ['\\\\*', 'a', false],
    ['*.txt', 'log.txt', true],
    ['*.txt', 'log.txt.gz', false],
  ])('%s on %j: %s', (wildcard, value, expected) => {
    expect(meets(`{"wildcard":"${wildcard}"}`, JSON.stringify(value))).toBe(expected)
    expect(meets(`{"anything-but":{"wildcard":"${wildcard}"}}`, JSON.stringify(value))).toBe(!expected)
  })
})

describe('numbers', () => {
  it.each([
    ['300', '3.0e2', true],
    ['300', '300.00', true],
    ['-0', '0', true],
    ['123456789012345678', '123456789012345678', true],
    ['123456789012345678', '123456789012345679', false],
    ['123456789012345678', '123456789012345678.0', false],
    ['{"numeric":[">",0]}', '123456789012345678', false],
    ['{"numeric":[">",0]}', '12345678901234567e1', false],
    ['{"anything-but":[1]}', '123456789012345678', true],
    ['{"anything-but":[1]}', '1.0', false],
    ['{"numeric":["=",0.1]}', '0.10', true],
  ])('%s on %s: %s', (alternative, value, expected) => {
    expect(meets(alternative, value)).toBe(expected)
  })
})

describe('addresses', () => {
  it.each([
    ['"10.0.0.1"', '010.0.0.1', true],
    ['"2001:db8::1"', '2001:0DB8:0:0:0:0:0:1', true],
    ['"10.0.0.1"', '::ffff:a00:1', true],
    ['"10.0.0.1"', '10.0.0.2', false],
    ['{"cidr":"10.0.0.77/24"}', '10.0.0.1', true],
    ['{"cidr":"10.0.0.0/31"}', '10.0.0.1', true],
    ['{"cidr":"10.0.0.0/31"}', '10.0.0.2', false],
    ['{"cidr":"0.0.0.0/0"}', '::1', true],
    ['{"cidr":"::/0"}', '0.0.0.0', false],
    ['{"cidr":"10.0.0.0/8"}', 'host', false],
    ['{"cidr":"10.0.0.0/8"}', '10.0.0.256', false],
  ])('%s on %s: %s', (alternative, value, expected) => {
    expect(meets(alternative, JSON.stringify(value))).toBe(expected)
  })
})

describe('case', () => {
  it.each([
    ['{"equals-ignore-case":"Ü"}', 'ü', true],
    ['{"equals-ignore-case":"ß"}', 'ss', false],
    ['{"equals-ignore-case":"ß"}', 'SS', true],
    ['{"equals-ignore-case":"SS"}', 'ß', false],
    ['{"equals-ignore-case":"k"}', '\u212a', false],
    ['{"prefix":{"equals-ignore-case":"AB"}}', 'abc', true],
    ['{"suffix":{"equals-ignore-case":"BC"}}', 'abc', true],
    ['{"prefix":"AB"}', 'abc', false],
  ])('%s on %j: %s', (alternative, value, expected) => {
    expect(meets(alternative, JSON.stringify(value))).toBe(expected)
  })
})

describe('names', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'of every object are no fields of an event: %s',
    name => {
      const present = compileEventPattern(`{"${name}":[{"exists":true}]}`)
      const inner = compileEventPattern(`{"${name}":{"name":[{"exists":true}],"length":[{"exists":true}]}}`)
      for (const pattern of [present, inner]) {
        expect(pattern.matchesValue({})).toBe(false)
        expect(pattern.matches('{}')).toBe(false)
      }
      expect(present.matches(`{"${name}":1}`)).toBe(true)
      expect(present.matchesValue(JSON.parse(`{"${name}":1}`) as JsonValue)).toBe(true)
    },
  )

  it('may be written with escapes', () => {
    expect(compileEventPattern('{"\\u0061":["\\u0062"]}').matches('{"a":"b"}')).toBe(true)
    expect(compileEventPattern('{"a":["b\\n\\"\\\\"]}').matches('{"\\u0061":"\\u0062\\n\\"\\\\"}')).toBe(true)
  })
})
