import type {ErrorSource} from './errors.js'
import {UndecidedError} from './errors.js'
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
  /** `undecided`: the message or event was made so hard that it cannot be told. */
  readonly actual: Outcome | 'undecided'
  /** What AWS says of an invalid policy, pattern or event. */
  readonly error?: string
  readonly errorSource?: ErrorSource
  /** First line of the error that was expected, where that is not what came. */
  readonly expectedError?: string
  /** Of a case that failed, and not with `invalid`: what decided, or why nothing did. */
  readonly reason?: string
  readonly passed: boolean
  readonly doubt?: true
}

/** Tries each case of a suite of filter policies. Pure. */
export function checkFilterSuite(cases: readonly FilterCase[]): SuiteResult {
  return summed(
    cases.map(one => {
      const {policyText, scope, message, call} = one
      return resultOf(one, {
        call,
        decide: () => trialOfPolicy(policyText, scope, message, {call}),
        explain: () => explainPolicy(policyText, scope, message),
      })
    }),
  )
}

/** Tries each case of a suite of event patterns. Pure. */
export function checkPatternSuite(cases: readonly PatternCase[]): SuiteResult {
  return summed(
    cases.map(one => {
      const {patternText, eventText, wholeEvent} = one
      return resultOf(one, {
        decide: () => trialOfPattern(patternText, eventText, {wholeEvent}),
        explain: () => explainPattern(patternText, eventText, {wholeEvent}),
      })
    }),
  )
}

function summed(results: readonly CaseResult[]): SuiteResult {
  const failed = results.filter(({passed, doubt}) => !passed && doubt !== true).length
  const doubtful = results.filter(({passed, doubt}) => !passed && doubt === true).length
  return {total: results.length, passed: results.length - failed - doubtful, failed, doubtful, results}
}

interface Judge {
  readonly call?: PolicyCall
  readonly decide: () => Trial
  /** Asked only where the case failed: explaining costs more than deciding. */
  readonly explain: () => ExplainedTrial
}

function resultOf(one: SuiteCase, judge: Judge): CaseResult {
  const {id, expect, doubt} = one
  return {id, expected: expect, ...verdictOn(one, judge), ...(doubt ? {doubt: true} : {})}
}

// One case that cannot be decided must not cost the answers to the others.
function verdictOn(one: SuiteCase, judge: Judge): Omit<CaseResult, 'id' | 'expected' | 'doubt'> {
  try {
    return comparison(one, judge.decide(), judge)
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error
    return {actual: 'undecided', reason: error.message, passed: false}
  }
}

function comparison(
  {expect, error: expectedError}: SuiteCase,
  trial: Trial,
  {call, explain}: Judge,
): Omit<CaseResult, 'id' | 'expected' | 'doubt'> {
  const {result, error, errorSource} = trial
  // Words of ours prove nothing about AWS's.
  const sameText = expectedError === undefined || errorSource === 'msgops' || isSaid(expectedError, trial, call)
  const passed = result === expect && sameText
  const explanation = passed || result === 'invalid' ? null : explain().explanation
  return {
    actual: result,
    ...(error === undefined ? {} : {error}),
    ...(errorSource === undefined ? {} : {errorSource}),
    ...(sameText ? {} : {expectedError: firstLine(expectedError)}),
    ...(explanation === null
      ? {}
      : {reason: `${expect === 'invalid' ? 'AWS takes it: ' : ''}${reasonOf(explanation)}`}),
    passed,
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
