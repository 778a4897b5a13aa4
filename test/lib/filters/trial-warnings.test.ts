import {describe, expect, it} from 'vitest'
import type {FilteredAttribute} from '../../../src/lib/filters/filter-policy.js'
import {lintPattern} from '../../../src/lib/filters/lint/pattern.js'
import {lintPolicy} from '../../../src/lib/filters/lint/policy.js'
import {explainPattern, explainPolicy, trialOfPolicy} from '../../../src/lib/filters/trial.js'
import {patternTrialWarnings, policyTrialWarnings} from '../../../src/lib/filters/trial-warnings.js'

function ofPolicy(
  policyText: string,
  attributes: Readonly<Record<string, FilteredAttribute>> = {},
  scope: 'MessageAttributes' | 'MessageBody' = 'MessageAttributes',
): string[] {
  const message = {attributes, body: '{}'}
  const {explanation} = explainPolicy(policyText, scope, message)
  return policyTrialWarnings({policyText, scope, message, explanation})
}

const ofPattern = (pattern: string) => patternTrialWarnings(pattern, '{}', explainPattern(pattern, '{}'))

describe('a policy', () => {
  it('of 262,144 bytes is decided, one more is invalid: in our words, after those of SNS', () => {
    // ä has two bytes.
    const policy = (bytes: number) => `{"a":["${'ä'.repeat(100)}${'x'.repeat(bytes - 210)}"]}`
    const message = {attributes: {}, body: '{}'}
    const tried = (text: string) => explainPolicy(text, 'MessageBody', message)
    expect(tried(policy(262_144)).result).toBe('no-match')
    expect(tried(policy(262_145))).toEqual({
      result: 'invalid',
      error:
        'Invalid parameter: Attributes Reason: FilterPolicy: Filter policy has 262145 bytes, at most 262144 (256 KB) are allowed',
      reason: 'Filter policy has 262145 bytes, at most 262144 (256 KB) are allowed',
      errorSource: 'msgops',
      explanation: null,
    })
    expect(trialOfPolicy(policy(262_145), 'MessageBody', message).result).toBe('invalid')
    expect(tried(`{}${' '.repeat(262_143)}`).result).toBe('invalid')
    expect(tried(`{"a":1}${' '.repeat(262_144)}`).errorSource).toBe('aws')
    expect(ofPolicy(policy(262_145))).toEqual([])
  })

  it.each(['{"a":[1]}', '{"a":["}"]} \n', '{}', '', '{"a":[{"prefix":"\\"}"}]}\r\n\t'])(
    '%j ends at its end',
    policy => {
      expect(ofPolicy(policy)).toEqual([])
    },
  )

  it('that goes on after its end is decided without the rest, as AWS does, and it is said', () => {
    const text = '{"a":["}"]} , {"b":["y"]}'
    const warning = 'is read to its end only, as AWS’s library does; not read: , {"b":["y"]}'
    expect(explainPolicy(text, 'MessageBody', {attributes: {}, body: '{"a":"}"}'}).result).toBe('match')
    expect(ofPolicy(text)).toEqual([`The policy ${warning}`])
    expect(ofPattern(text)).toEqual([`The pattern ${warning}`])
    const finding = {code: 'TextAfterEnd', severity: 'warn', path: null, message: `It ${warning}`}
    expect(lintPolicy(text, 'MessageBody').findings).toContainEqual(finding)
    expect(lintPattern(text).findings).toContainEqual(finding)
    expect(ofPolicy(`{} ${'x'.repeat(100)}`)[0]).toMatch(/: x{40}…$/)
    // One line, whatever stands there.
    expect(ofPolicy('{} y\n\tWarning: z\n')[0]).toMatch(/not read: y Warning: z$/)
  })

  it('that is refused is told no more', () => {
    expect(ofPolicy(`{"a":"x"} ${'x'.repeat(300_000)}`)).toEqual([])
  })
})

describe('a pattern', () => {
  it('of more than 2,048 characters is more than EventBridge takes', () => {
    const pattern = (length: number) => `{"a":["${'x'.repeat(length - 10)}"]}`
    expect(ofPattern(pattern(2048))).toEqual([])
    expect(ofPattern(pattern(2049))).toEqual(['The pattern has 2049 characters; EventBridge takes 2048 by default.'])
  })
})

describe('an attribute that a policy asks for', () => {
  const missing = '{"a":[{"exists":false}]}'

  it.each([
    ['Number', 'abc', 'Number attribute a is no number: SNS refuses it. Taken as missing.'],
    ['String.Array', "['x']", 'String.Array a is no JSON array: taken as missing; SNS may differ.'],
    ['String.Array', '{"x":1}', 'String.Array a is no JSON array: taken as missing; SNS may differ.'],
  ])('%s %s cannot be read', (dataType, stringValue, warning) => {
    const attributes = {a: {dataType, stringValue}}
    expect(ofPolicy(missing, attributes)).toEqual([warning])
    expect(ofPolicy(`{"$or":[{"b":["x"]},{"a":["x"]}]}`, attributes)).toEqual([warning])
    expect(explainPolicy(missing, 'MessageAttributes', {attributes, body: ''}).result).toBe('match')
  })

  it('String.Array 100 is taken for its one member', () => {
    const attributes = {a: {dataType: 'String.Array', stringValue: '100'}}
    expect(ofPolicy('{"a":[100]}', attributes)).toEqual([
      'String.Array a is no JSON array: taken as its one member; SNS may differ.',
    ])
    expect(explainPolicy('{"a":[100]}', 'MessageAttributes', {attributes, body: ''}).result).toBe('match')
  })

  it.each([
    ['Number', '-1.5e3'],
    ['Number', '007'],
    ['String.Array', '[]'],
    ['String', 'abc'],
    ['Binary', ''],
  ])('%s %s is no matter', (dataType, stringValue) => {
    expect(ofPolicy(missing, {a: {dataType, stringValue}})).toEqual([])
  })

  it('is no matter to a policy on the body, or to one that does not ask for it', () => {
    const attributes = {a: {dataType: 'Number', stringValue: 'abc'}}
    expect(ofPolicy(missing, attributes, 'MessageBody')).toEqual([])
    expect(ofPolicy('{"b":["x"]}', attributes)).toEqual([])
  })
})

describe('whose words a refusal is in', () => {
  const message = {attributes: {}, body: '{}'}
  const fields = (count: number, value: string) =>
    `{${Array.from({length: count}, (_, n) => `"k${n}":${value}`).join(',')}}`

  // Four keys of three wildcards with two stars: 81 combinations, and 108 points.
  it.each([
    ['not JSON', '{', 'aws'],
    ['six keys', fields(6, '["x"]'), 'aws'],
    ['151 combinations', `{"a":[${Array.from({length: 151}, (_, n) => n).join()}]}`, 'aws'],
    ['four stars', '{"a":[{"wildcard":"*a*b*c*"}]}', 'msgops'],
    ['too many points', fields(4, `[${Array.from({length: 3}, (_, n) => `{"wildcard":"*a*${n}"}`).join()}]`), 'msgops'],
  ])('of a policy with %s: %s', (_what, policy, source) => {
    const {result, errorSource} = explainPolicy(policy, 'MessageAttributes', message)
    expect([result, errorSource]).toEqual(['invalid', source])
  })

  it.each([
    ['an unknown operator', '{"a":[{"near":1}]}', 'aws'],
    ['wildcards too many', '{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}', 'aws'],
    ['257 fields', fields(257, '[1]'), 'msgops'],
    [
      '1,024 branches',
      `{${Array.from({length: 10}, (_, n) => `"n${n}":{"$or":[{"a":[1]},{"b":[1]}]}`).join()}}`,
      'msgops',
    ],
  ])('of a pattern with %s: %s', (_what, pattern, source) => {
    const {result, errorSource} = explainPattern(pattern, '{}')
    expect([result, errorSource]).toEqual(['invalid', source])
    const {findings, errorSource: lintSource} = lintPattern(pattern)
    expect(lintSource).toBe(source)
    expect(findings[0]?.message.endsWith('(our words: AWS’s are not recorded)')).toBe(source === 'msgops')
  })

  it('of an event: AWS’s', () => {
    expect(explainPattern('{"a":[1]}', 'x')).toMatchObject({result: 'invalid', errorSource: 'aws'})
  })
})
