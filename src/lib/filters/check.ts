import {trialOfPattern, trialOfPolicy, type Trial} from './trial.js'
import type {PolicyCall} from './filter-policy.js'
import type {FilterCase, Outcome, PatternCase, SuiteCase} from './suite.js'

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
  /** What AWS says of an invalid policy, pattern or event; where another text was expected, that as well. */
  readonly error?: string
  readonly passed: boolean
  readonly doubt?: true
}

/** Tries each case of a suite of filter policies. Pure. */
export function checkFilterSuite(cases: readonly FilterCase[]): SuiteResult {
  return summed(
    cases.map(one => resultOf(one, trialOfPolicy(one.policyText, one.scope, one.message, {call: one.call}), one.call)),
  )
}

/** Tries each case of a suite of event patterns. Pure. */
export function checkPatternSuite(cases: readonly PatternCase[]): SuiteResult {
  return summed(
    cases.map(one => resultOf(one, trialOfPattern(one.patternText, one.eventText, {wholeEvent: one.wholeEvent}))),
  )
}

function summed(results: readonly CaseResult[]): SuiteResult {
  const failed = results.filter(({passed, doubt}) => !passed && doubt !== true).length
  const doubtful = results.filter(({passed, doubt}) => !passed && doubt === true).length
  return {total: results.length, passed: results.length - failed - doubtful, failed, doubtful, results}
}

function resultOf({id, expect, error, doubt}: SuiteCase, trial: Trial, call?: PolicyCall): CaseResult {
  const sameText = error === undefined || isSaid(error, trial, call)
  const said =
    sameText || trial.error === undefined ? trial.error : `${trial.error} (expected: ${error.split('\n', 1)[0] ?? ''})`
  return {
    id,
    expected: expect,
    actual: trial.result,
    ...(said === undefined ? {} : {error: said}),
    passed: trial.result === expect && sameText,
    ...(doubt ? {doubt: true} : {}),
  }
}

/** AWS's text counts to the end of its first line: what follows is the place in the policy, which newer answers leave out. */
function isSaid(expected: string, {error, reason}: Trial, call: PolicyCall | undefined): boolean {
  const [line = ''] = expected.split('\n', 1)
  return line === error || line === reason || (call === undefined && line === error?.replace(' Attributes Reason:', ''))
}
