import type {PolicyCall} from './filter-policy.js'
import {reasonOf} from './reason.js'
import type {FilterCase, Outcome, PatternCase, SuiteCase} from './suite.js'
import {explainPattern, explainPolicy, trialOfPattern, trialOfPolicy, type ExplainedTrial, type Trial} from './trial.js'

/** What became of a suite: `total` is `passed`, `failed` and `doubtful` together. */
export interface SuiteResult {
  readonly total: number
  readonly passed: number
  readonly failed: number
  /** Cases marked as in doubt that did not come out as expected. */
  readonly doubtful: number
  readonly results: readonly CaseResult[]
}

export interface CaseResult {
  readonly id: string
  readonly expected: Outcome
  readonly actual: Outcome
  /** What AWS says of an invalid policy, pattern or event. */
  readonly error?: string
  /** First line of the error that was expected, where that is not what came. */
  readonly expectedError?: string
  /** Of a case that failed with `match` or `no-match`: what decided. */
  readonly reason?: string
  readonly passed: boolean
  readonly doubt?: true
}

/** Tries each case of a suite of filter policies. Pure. */
export function checkFilterSuite(cases: readonly FilterCase[]): SuiteResult {
  return summed(
    cases.map(one => {
      const {policyText, scope, message, call} = one
      const trial = trialOfPolicy(policyText, scope, message, {call})
      return resultOf(one, trial, {call, explain: () => explainPolicy(policyText, scope, message)})
    }),
  )
}

/** Tries each case of a suite of event patterns. Pure. */
export function checkPatternSuite(cases: readonly PatternCase[]): SuiteResult {
  return summed(
    cases.map(one => {
      const {patternText, eventText, wholeEvent} = one
      const trial = trialOfPattern(patternText, eventText, {wholeEvent})
      return resultOf(one, trial, {explain: () => explainPattern(patternText, eventText, {wholeEvent})})
    }),
  )
}

function summed(results: readonly CaseResult[]): SuiteResult {
  const failed = results.filter(({passed, doubt}) => !passed && doubt !== true).length
  const doubtful = results.filter(({passed, doubt}) => !passed && doubt === true).length
  return {total: results.length, passed: results.length - failed - doubtful, failed, doubtful, results}
}

interface Tried {
  readonly call?: PolicyCall
  /** Asked only where the case failed: explaining costs more than deciding. */
  readonly explain: () => ExplainedTrial
}

function resultOf({id, expect, error, doubt}: SuiteCase, trial: Trial, {call, explain}: Tried): CaseResult {
  const sameText = error === undefined || isSaid(error, trial, call)
  const passed = trial.result === expect && sameText
  const explanation = passed || trial.result === 'invalid' ? null : explain().explanation
  return {
    id,
    expected: expect,
    actual: trial.result,
    ...(trial.error === undefined ? {} : {error: trial.error}),
    ...(sameText ? {} : {expectedError: firstLine(error)}),
    ...(explanation === null
      ? {}
      : {reason: `${expect === 'invalid' ? 'AWS takes it: ' : ''}${reasonOf(explanation)}`}),
    passed,
    ...(doubt ? {doubt: true} : {}),
  }
}

/** AWS's text counts to the end of its first line: what follows is the place in the policy, which newer answers leave out. */
function isSaid(expected: string, {error, reason}: Trial, call: PolicyCall | undefined): boolean {
  const line = firstLine(expected)
  return line === error || line === reason || (call === undefined && line === error?.replace(' Attributes Reason:', ''))
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
