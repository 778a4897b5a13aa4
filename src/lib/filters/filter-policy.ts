import {InvalidPatternError, PatternRefusal, UndecidedError} from './errors.js'
import {explainEntries} from './explaining/explain.js'
import type {Context} from './explaining/explain.js'
import {Leaves} from './explaining/leaf.js'
import type {Surroundings} from './explaining/near-key.js'
import {attributesPlace, jsonPlace} from './explaining/place.js'
import type {Place} from './explaining/place.js'
import {JSON_SUBJECT, attributesSubject} from './explaining/subject.js'
import type {Explanation} from './explanation.js'
import {TokenReader} from './json/token-reader.js'
import {Evaluation} from './matching/evaluation.js'
import {compileProgram} from './matching/program.js'
import type {Program} from './matching/program.js'
import {scanAttributes, seenAttributes} from './matching/scan-attributes.js'
import {TextScan} from './matching/scan-text.js'
import type {PatternEntry} from './pattern/alternative.js'
import {branchesOf} from './pattern/branches.js'
import {lastOfEachName} from './pattern/last-of-name.js'
import {parsePattern} from './pattern/parse-pattern.js'
import {countPolicy, POLICY_BYTES} from './pattern/policy-limits.js'
import type {PolicyCounts} from './pattern/policy-limits.js'

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody'

/** The API call that sets a policy: AWS words its refusals by it. */
export type PolicyCall = 'Subscribe' | 'SetSubscriptionAttributes'

export interface FilteredAttribute {
  readonly dataType: string
  readonly stringValue?: string
}

/** What a filter policy looks at: the attributes, or the body as it was published. */
export interface FilteredMessage {
  readonly attributes: Readonly<Record<string, FilteredAttribute>>
  readonly body: string
}

/** An SNS filter policy, compiled: decides one message after another. Throws UndecidedError for a body made too hard to decide. */
export interface FilterPolicy extends PolicyCounts {
  readonly scope: FilterPolicyScope
  /** Whether SNS would deliver the message. */
  matches(message: FilteredMessage): boolean
  /** The decision with its reasons. */
  explain(message: FilteredMessage): Explanation
}

const NO_ATTRIBUTES =
  'the message has no attributes (Binary ones do not count): such a message meets no policy on attributes but {}, not even `exists: false`'
const COMBINATIONS_LIMIT = 150
const KEYS_LIMIT = 5
const STARS_LIMIT = 3
const WILDCARD_POINTS_LIMIT = 100

/**
 * Compiles a filter policy with the checks of the SNS call that sets it; an empty policy (`{}` or no text) lets every message through.
 * Throws InvalidPatternError with SNS's message, or with ours where SNS's is not known.
 */
export function compileFilterPolicy(
  policyText: string,
  scope: FilterPolicyScope,
  call: PolicyCall = 'SetSubscriptionAttributes',
): FilterPolicy {
  return compiled(policyText, {scope, call, checkSize})
}

/** The same of a text that may be larger than SNS takes: for who has more to say of it. */
export function compileLargePolicy(policyText: string, scope: FilterPolicyScope, call: PolicyCall): FilterPolicy {
  return compiled(policyText, {scope, call})
}

interface Checks {
  readonly scope: FilterPolicyScope
  readonly call: PolicyCall
  readonly checkSize?: (text: string) => void
}

function compiled(policyText: string, {scope, call, checkSize: check}: Checks): FilterPolicy {
  const prefix = call === 'Subscribe' ? 'Invalid parameter: Attributes Reason: ' : 'Invalid parameter: '
  try {
    const entries = isEmptyPolicy(policyText) ? [] : lastOfEachName(parsePattern(policyText))
    checkLimits(countPolicy(entries))
    if (scope === 'MessageAttributes' && entries.some(isNested)) {
      const reason = 'Filter policy scope MessageAttributes does not support nested filter policy'
      throw new InvalidPatternError(prefix + reason, reason)
    }
    check?.(policyText)
    return new CompiledFilterPolicy(entries, scope)
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error
    const [reason = ''] = error.reason.split('\n')
    throw new InvalidPatternError(`${prefix}FilterPolicy: ${reason}`, reason, error.location, error.source)
  }
}

/** SNS reads the whole policy as JSON before it looks at its grammar. */
function isEmptyPolicy(text: string): boolean {
  if (text === '') return true
  const reader = new TokenReader(text)
  try {
    let depth = 0
    let tokens = 0
    do {
      const token = reader.next()
      if (token === '{' || token === '[') depth += 1
      else if (token === '}' || token === ']') depth -= 1
      else if (token === 'string') reader.text()
      tokens += 1
    } while (depth > 0)
    return tokens === 2 && reader.token === '}'
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error
    throw new PatternRefusal(`failed to parse JSON. ${error.reason}`, error.location)
  }
}

function checkLimits({topLevelKeys, combinations, stars, wildcardPoints}: PolicyCounts): void {
  if (topLevelKeys > KEYS_LIMIT) throw new PatternRefusal(`Filter policy can not have more than ${KEYS_LIMIT} keys`)
  if (combinations > COMBINATIONS_LIMIT) throw new PatternRefusal('Filter policy is too complex')
  // AWS documents these limits, and no message of theirs is known.
  if (stars > STARS_LIMIT || wildcardPoints > WILDCARD_POINTS_LIMIT) {
    throw new PatternRefusal('Filter policy is too complex', undefined, 'msgops')
  }
}

// AWS documents the limit, and no message of theirs is known: what has one comes before.
function checkSize(text: string): void {
  const bytes = new TextEncoder().encode(text).length
  if (bytes <= POLICY_BYTES) return
  const reason = `Filter policy has ${bytes} bytes, at most ${POLICY_BYTES} (256 KB) are allowed`
  throw new PatternRefusal(reason, undefined, 'msgops')
}

function isNested(entry: PatternEntry): boolean {
  return entry.kind === 'nested' || (entry.kind === 'or' && entry.branches.some(branch => branch.some(isNested)))
}

class CompiledFilterPolicy implements FilterPolicy {
  readonly topLevelKeys: number
  readonly leafKeys: number
  readonly combinations: number
  readonly wildcardPoints: number
  readonly stars: number
  private readonly program: Program
  private readonly evaluation: Evaluation

  constructor(
    private readonly entries: readonly PatternEntry[],
    readonly scope: FilterPolicyScope,
  ) {
    const counts = countPolicy(entries)
    this.topLevelKeys = counts.topLevelKeys
    this.leafKeys = counts.leafKeys
    this.combinations = counts.combinations
    this.wildcardPoints = counts.wildcardPoints
    this.stars = counts.stars
    this.program = compileProgram(branchesOf(entries))
    this.evaluation = new Evaluation(this.program)
  }

  matches(message: FilteredMessage): boolean {
    return this.entries.length === 0 || this.matchesIn(this.scope, message)
  }

  explain(message: FilteredMessage): Explanation {
    const matched = this.matches(message)
    if (this.entries.length === 0) return {matched, reason: 'the policy is empty: every message is delivered', keys: []}
    const leaves = new Leaves()
    const scan = new TextScan(this.program.root, leaves)
    const context: Context = {leaves, service: 'SNS', ...this.lookedAt(message)}
    if (this.scope === 'MessageBody') {
      const isObject = scan.object(message.body)
      // Of half an object nothing counts.
      const explanation = explainEntries(
        this.entries,
        isObject ? context : {...context, leaves: new Leaves(), nothing: 'such a body is not met by this either'},
        matched,
      )
      return isObject
        ? explanation
        : {...explanation, reason: 'the message body is not a JSON object: no policy on the body matches it'}
    }
    if (!seenAttributes(message.attributes)) {
      const nothing = 'a message without attributes does not meet this either'
      return {...explainEntries(this.entries, {...context, nothing}, matched), reason: NO_ATTRIBUTES}
    }
    scanAttributes(message.attributes, this.program.root, leaves, scan)
    return explainEntries(this.entries, context, matched)
  }

  private matchesIn(scope: FilterPolicyScope, {attributes, body}: FilteredMessage): boolean {
    return scope === 'MessageBody'
      ? this.evaluation.text(body) === true
      : seenAttributes(attributes) && this.evaluation.attributes(attributes)
  }

  /** What SNS would decide if the policy were of another scope; undefined for a message made too hard to decide. */
  private wouldMatchIn(scope: FilterPolicyScope, message: FilteredMessage): boolean | undefined {
    if (scope === 'MessageAttributes' && this.entries.some(isNested)) return false
    try {
      return this.matchesIn(scope, message)
    } catch (error) {
      if (error instanceof UndecidedError) return undefined
      throw error
    }
  }

  private lookedAt(message: FilteredMessage): Pick<Context, 'subject' | 'surroundings'> {
    const {attributes, body} = message
    const [inBody, inAttributes] = [jsonPlace(body), attributesPlace(attributes)]
    const otherwise = (scope: FilterPolicyScope, place: Place): Surroundings['elsewhere'] => ({
      scope,
      place,
      matches: () => this.wouldMatchIn(scope, message),
    })
    return this.scope === 'MessageBody'
      ? {
          subject: JSON_SUBJECT,
          surroundings: {here: inBody, elsewhere: otherwise('MessageAttributes', inAttributes)},
        }
      : {
          subject: attributesSubject(attributes),
          surroundings: {here: inAttributes, elsewhere: otherwise('MessageBody', inBody)},
        }
  }
}
