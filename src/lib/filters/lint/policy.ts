import type {FilteredMessage, FilterPolicyScope} from '../filter-policy.js'
import {compileEventPattern} from '../event-pattern.js'
import {compileLargePolicy} from '../filter-policy.js'
import type {Alternative, FieldEntry} from '../pattern/alternative.js'
import {alternativeText} from '../explaining/alternative-text.js'
import {parsePattern} from '../pattern/parse-pattern.js'
import type {PolicyCounts} from '../pattern/policy-limits.js'
import {POLICY_BYTES} from '../pattern/policy-limits.js'
import {alternativeFindings} from './alternatives.js'
import {sampleFindings} from './against-sample.js'
import {fieldsOf, listFindings, nameFindings} from './fields.js'
import type {Lint, LintFinding} from './finding.js'
import {afterEndFindings, bySeverity, refusedLint} from './finding.js'
import {sampleOfAttributes, sampleOfJson} from './sample.js'

/** AWS's limits: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const LIMITS = {keys: 5, combinations: 150, wildcardPoints: 100, bytes: POLICY_BYTES}
const NEAR = 0.8
/** The one finding that SNS refuses a policy for, without words of its own that are known. */
const TOO_LARGE = 'PolicyTooLarge'

type Counts = Omit<PolicyCounts, 'stars'>

/**
 * True of every policy that SNS takes, so none of the findings:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
 */
export const PROPAGATION = 'A changed policy takes up to 15 minutes until it is in force.'

/** The findings of `filter lint`. */
export interface PolicyLint extends Lint {
  readonly scope: FilterPolicyScope
  /** What SNS counts; null for a policy that it refuses. */
  readonly counts: Counts | null
}

/**
 * Looks for what a filter policy does not do although it seems to, the gravest first; of one that SNS refuses, the refusal alone, unless
 * it is for the size.
 * Pure. Rules: https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html and its pages.
 */
export function lintPolicy(policyText: string, scope: FilterPolicyScope, sample?: FilteredMessage): PolicyLint {
  try {
    const {topLevelKeys, leafKeys, combinations, wildcardPoints} = compileLargePolicy(policyText, scope, 'Subscribe')
    const counts = {topLevelKeys, leafKeys, combinations, wildcardPoints}
    const findings = bySeverity(findingsOf(policyText, scope, counts, sample))
    return {valid: !findings.some(({code}) => code === TOO_LARGE), scope, counts, findings}
  } catch (error) {
    return {...refusedLint(error, policyText), scope, counts: null}
  }
}

function findingsOf(
  policyText: string,
  scope: FilterPolicyScope,
  counts: Counts,
  sample: FilteredMessage | undefined,
): LintFinding[] {
  const {leafKeys} = counts
  const entries = leafKeys === 0 ? [] : parsePattern(policyText)
  const fields = fieldsOf(entries)
  return [
    ...(leafKeys === 0 ? [NO_POLICY] : []),
    ...limitFindings(counts, policyText),
    ...afterEndFindings(policyText),
    ...nameFindings(entries),
    ...listFindings(fields),
    ...alternativeFindings(fields),
    ...fields.flatMap(field => [...scopeFindings(field, scope)]),
    ...(sample === undefined ? [] : messageFindings(fields, scope, sample)),
  ]
}

const NO_POLICY: LintFinding = {
  code: 'NoPolicy',
  severity: 'info',
  path: null,
  message: 'An empty policy is none: every message is delivered',
}

function* limitFindings(
  {topLevelKeys, leafKeys, combinations, wildcardPoints}: Counts,
  text: string,
): Generator<LintFinding> {
  if (leafKeys > LIMITS.keys) {
    const message = `It has ${leafKeys} keys that hold values, and AWS documents 5 as the most; a policy with no more than 5 keys at the top has been accepted`
    yield {code: 'KeysOverLimit', severity: 'warn', path: null, message}
  } else if (Math.max(leafKeys, topLevelKeys) === LIMITS.keys) {
    yield {code: 'KeysNearLimit', severity: 'info', path: null, message: 'It has 5 keys, the most that SNS takes'}
  }
  yield* near('CombinationsNearLimit', combinations, LIMITS.combinations, 'combinations of values')
  yield* near('WildcardPointsNearLimit', wildcardPoints, LIMITS.wildcardPoints, 'wildcard points')
  const bytes = new TextEncoder().encode(text).length
  if (bytes > LIMITS.bytes) {
    const message = `It has ${bytes} bytes, and SNS refuses more than ${LIMITS.bytes} (256 KB)`
    yield {code: TOO_LARGE, severity: 'bad', path: null, message}
  }
}

function* near(code: string, count: number, limit: number, what: string): Generator<LintFinding> {
  if (count < limit * NEAR) return
  yield {code, severity: 'warn', path: null, message: `It comes to ${count} ${what}; SNS refuses more than ${limit}`}
}

/** What a field asks of attributes that they cannot have, and what it may be surprised by. */
function* scopeFindings({path, alternatives}: FieldEntry, scope: FilterPolicyScope): Generator<LintFinding> {
  for (const one of alternatives) {
    const outside = numbersOf(one).filter(text => !isDocumented(Number(text)))
    if (outside.length > 0) {
      const what = outside.length === 1 ? `${outside.join('')} is` : `${outside.join(', ')} are`
      const message = `SNS documents numbers from -1,000,000,000 to 1,000,000,000 with five decimals; ${what} outside of that`
      yield {code: 'NumberPrecision', severity: 'warn', path, message}
    }
    const inner = ignoreCaseInside(one)
    if (inner !== undefined) {
      const message = `${alternativeText(one)}: SNS documents equals-ignore-case for itself, not inside of ${inner}, and whether it takes that is not recorded`
      yield {code: 'IgnoreCaseInside', severity: 'warn', path, message}
    }
  }
  if (scope === 'MessageAttributes') yield* attributeFindings(path, alternatives)
}

/** Texts of the numbers that an alternative compares with. */
function numbersOf(alternative: Alternative): string[] {
  switch (alternative.operator) {
    case 'equals':
      return 'number' in alternative ? [alternative.number.text] : []
    case 'numeric':
      return [alternative.equal, alternative.low, alternative.high].flatMap(one => one?.text ?? [])
    case 'anything-but':
      return 'numbers' in alternative ? alternative.numbers.map(({text}) => text) : []
    default:
      return []
  }
}

function isDocumented(value: number): boolean {
  return Math.abs(value) <= 1e9 && Number(value.toFixed(5)) === value
}

/** The operator that an alternative has `equals-ignore-case` inside of. */
function ignoreCaseInside(alternative: Alternative): string | undefined {
  if ('ignoreCase' in alternative) return alternative.ignoreCase ? alternative.operator : undefined
  return 'inner' in alternative && alternative.inner === 'equals-ignore-case' ? alternative.operator : undefined
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** Whether the alternatives take the same number without quotes. */
function takesNumber(alternatives: FieldEntry['alternatives'], number: string): boolean {
  const numbers = alternatives.filter(({operator}) => ['equals', 'numeric', 'exists'].includes(operator))
  return compileEventPattern(`{"v":[${numbers.map(alternativeText).join()}]}`).matches(`{"v":${number}}`)
}

function* attributeFindings(path: string, alternatives: FieldEntry['alternatives']): Generator<LintFinding> {
  if (alternatives.some(one => one.operator === 'exists' && !one.expected)) {
    const message =
      'exists: false does not match a message without any attribute: SNS drops such a message whatever the policy says'
    yield {code: 'ExistsFalseWithoutAttributes', severity: 'warn', path, message}
  }
  if (alternatives.some(({operator}) => operator === 'anything-but')) {
    const message =
      'On a String.Array, anything-but matches as soon as one element is not excluded, and never where the attribute is missing'
    yield {code: 'AnythingButArray', severity: 'info', path, message}
  }
  for (const one of alternatives) {
    if (one.operator !== 'equals') continue
    const text = alternativeText(one)
    if ('literal' in one) {
      const message = `${text} matches nothing but an element of a String.Array: an attribute is text or a number`
      yield {code: 'LiteralInAttributes', severity: 'warn', path, message}
    } else if ('string' in one && one.string === '') {
      yield {code: 'NeverMatches', severity: 'bad', path, message: 'SNS takes no attribute with an empty value'}
    } else if ('string' in one && /["\\]/.test(one.string)) {
      const message = `${text} holds a quote or a backslash; AWS says that these match only when they are escaped twice`
      yield {code: 'EscapedTwice', severity: 'warn', path, message}
    } else if ('string' in one && JSON_NUMBER.test(one.string) && !takesNumber(alternatives, one.string)) {
      const message = `${text} is text and does not match an attribute of type Number; ${one.string} without quotes does`
      yield {code: 'NumberAsText', severity: 'info', path, message}
    }
  }
}

function* messageFindings(
  fields: readonly FieldEntry[],
  scope: FilterPolicyScope,
  {attributes, body}: FilteredMessage,
): Generator<LintFinding> {
  if (scope === 'MessageAttributes') {
    if (Object.keys(attributes).length > 0) yield* sampleFindings(fields, sampleOfAttributes(attributes))
    else if (fields.length > 0) {
      const message = 'The sample has no attributes, and a message without any never passes a policy on attributes'
      yield {code: 'NoAttributes', severity: 'bad', path: null, message}
    }
    return
  }
  const sample = sampleOfJson(body)
  if (sample !== undefined) yield* sampleFindings(fields, sample)
  else if (fields.length > 0) {
    const message = 'The body of the sample is no JSON object, and such a message never passes a policy on the body'
    yield {code: 'BodyNotJson', severity: 'bad', path: null, message}
  }
}
