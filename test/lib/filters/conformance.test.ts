import {describe, expect, it} from 'vitest'
import {InvalidEventError, InvalidPatternError} from '../../../src/lib/filters/errors.js'
import {assertEvent, compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import type {JsonValue} from '../../../src/lib/filters/event-pattern.js'
import {compileFilterPolicy} from '../../../src/lib/filters/filter-policy.js'
import type {PatternCase, PolicyCase} from './conformance-cases.js'
import {complexityCases, messageOf, patternCases, policyCases} from './conformance-cases.js'

interface Outcome {
  readonly result: 'match' | 'no-match' | 'invalid'
  readonly error?: string
}

function policyOutcome(one: PolicyCase): Outcome {
  const call = one.api === 'Subscribe' ? 'Subscribe' : 'SetSubscriptionAttributes'
  return outcomeOf(() => compileFilterPolicy(one.policyText, one.scope, call).matches(messageOf(one)))
}

function patternOutcome({patternText, eventText}: PatternCase): Outcome {
  return outcomeOf(() => {
    const pattern = compileEventPattern(patternText)
    return pattern.matches(eventText)
  })
}

function outcomeOf(decide: () => boolean): Outcome {
  try {
    return {result: decide() ? 'match' : 'no-match'}
  } catch (error) {
    if (!(error instanceof InvalidPatternError) && !(error instanceof InvalidEventError)) throw error
    return {result: 'invalid', error: error.message}
  }
}

const sure = <One extends {doubt?: boolean}>(cases: readonly One[]) => cases.filter(({doubt}) => doubt !== true)

describe('SNS filter policies', () => {
  it.each(sure(policyCases).map(one => [one.id, one] as const))('%s', (_id, one) => {
    const outcome = policyOutcome(one)
    expect(outcome.result).toBe(one.expect)
    if (one.error !== undefined && one.errorDoubt !== true && one.errorFromPeer !== true) {
      expect(outcome.error).toBe(one.error)
    }
  })

  // Sources disagree on these: what this engine answers is written down, so that a change is seen.
  it('names the cases in doubt and what it answers', () => {
    const answers = policyCases.filter(({doubt}) => doubt).map(one => `${one.id}: ${policyOutcome(one).result}`)
    expect(answers).toMatchInlineSnapshot(`
      [
        "ls-validate_policy_nested_anything_but_operator-error-condition-anything-but-suffix: no-match",
        "docs-string-value-matching-anything-but-suffix-1: match",
        "docs-string-value-matching-anything-but-suffix-2: no-match",
        "lsunit-attr-002: invalid",
        "lsunit-attr-003: invalid",
        "lsunit-attr-005: invalid",
        "moto-filtering_exact_number_float_accuracy_message_body-1: no-match",
        "moto-subscribe_invalid_filter_policy-5: no-match",
        "queueloom-only-binary-exists-false: no-match",
      ]
    `)
  })
})

describe('EventBridge event patterns', () => {
  it.each(sure(patternCases).map(one => [one.id, one] as const))('%s', (_id, one) => {
    if (one.invalidPart === 'event') {
      expect(() => assertEvent(one.eventText)).toThrow(new InvalidEventError('Parameter Event is not valid.'))
      return
    }
    const outcome = patternOutcome(one)
    expect(outcome.result).toBe(one.expect)
    if (one.error !== undefined) expect(outcome.error).toBe(one.error.split('\n')[0])
  })

  it.each(
    sure(patternCases)
      .filter(({expect: expected, lossy}) => expected !== 'invalid' && lossy !== true)
      .map(one => [one.id, one] as const),
  )('%s, parsed', (_id, {patternText, eventText, expect: expected}) => {
    const event = JSON.parse(eventText) as JsonValue
    expect(compileEventPattern(patternText).matchesValue(event)).toBe(expected === 'match')
  })
})

describe('what SNS counts', () => {
  it.each(complexityCases.map(one => [one.id, one] as const))('%s', (_id, one) => {
    const text = JSON.stringify(one.policy)
    const limit = 150
    if (one.combinations !== undefined && one.combinations > limit) {
      expect(() => compileFilterPolicy(text, one.scope)).toThrow('Filter policy is too complex')
      return
    }
    const policy = compileFilterPolicy(text, one.scope)
    if (one.combinations !== undefined) expect(policy.combinations).toBe(one.combinations)
    if (one.wildcardPoints !== undefined) expect(policy.wildcardPoints).toBe(one.wildcardPoints)
  })
})
