import type {ErrorSource, TextLocation} from './errors.js'
import {InvalidEventError, InvalidPatternError} from './errors.js'
import {assertEvent, compileEventPattern} from './event-pattern.js'
import type {Explanation} from './explanation.js'
import type {FilteredMessage, FilterPolicyScope, PolicyCall} from './filter-policy.js'
import {compileFilterPolicy} from './filter-policy.js'
import type {Outcome} from './suite.js'

/** Why AWS takes a policy, pattern or event for invalid. */
export interface Refusal {
  /** The first line of what AWS answers. */
  readonly error: string
  /** The same without what the service puts before it. */
  readonly reason: string
  readonly errorSource: ErrorSource
  /** Where in the text of the policy or pattern. */
  readonly location?: TextLocation
}

/** What came of one policy and message, or one pattern and event; with the refusal where the result is `invalid`. */
export interface Trial extends Partial<Refusal> {
  readonly result: Outcome
}

/** A trial with the reasons for its result; none where it is `invalid`. */
export interface ExplainedTrial extends Trial {
  readonly explanation: Explanation | null
}

interface PolicyOptions {
  readonly call?: PolicyCall
}

interface PatternOptions {
  /** The event is refused, as TestEventPattern does, unless it has all the fields of an event. */
  readonly wholeEvent?: boolean
}

/** Whether a message passes a filter policy. Pure. */
export function trialOfPolicy(
  policyText: string,
  scope: FilterPolicyScope,
  message: FilteredMessage,
  {call = 'Subscribe'}: PolicyOptions = {},
): Trial {
  return orInvalid(() => outcomeOf(compileFilterPolicy(policyText, scope, call).matches(message)))
}

/** The same with the reasons. Pure. */
export function explainPolicy(policyText: string, scope: FilterPolicyScope, message: FilteredMessage): ExplainedTrial {
  return explained(() => compileFilterPolicy(policyText, scope, 'Subscribe').explain(message))
}

/** Whether an event matches an event pattern. Pure. */
export function trialOfPattern(
  patternText: string,
  eventText: string,
  {wholeEvent = false}: PatternOptions = {},
): Trial {
  return orInvalid(() => {
    if (wholeEvent) assertEvent(eventText)
    return outcomeOf(compileEventPattern(patternText).matches(eventText))
  })
}

/** The same with the reasons. Pure. */
export function explainPattern(
  patternText: string,
  eventText: string,
  {wholeEvent = false}: PatternOptions = {},
): ExplainedTrial {
  return explained(() => {
    if (wholeEvent) assertEvent(eventText)
    return compileEventPattern(patternText).explain(eventText)
  })
}

function outcomeOf(matched: boolean): Trial {
  return {result: matched ? 'match' : 'no-match'}
}

function explained(explain: () => Explanation): ExplainedTrial {
  let explanation: Explanation | null = null
  const trial = orInvalid(() => {
    explanation = explain()
    return outcomeOf(explanation.matched)
  })
  return {...trial, explanation}
}

function orInvalid(decide: () => Trial): Trial {
  try {
    return decide()
  } catch (error) {
    return {result: 'invalid', ...refusalOf(error)}
  }
}

/** What AWS says against a policy, pattern or event; throws again what is no such refusal. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof InvalidEventError) {
    return {error: error.message, reason: error.message, errorSource: 'aws'}
  }
  if (!(error instanceof InvalidPatternError)) throw error
  const {message, reason, location, source} = error
  return {error: message, reason, errorSource: source, ...(location === undefined ? {} : {location})}
}
