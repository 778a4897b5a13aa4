import {compileEventPattern} from '../event-pattern.js'
import type {Alternative, FieldEntry} from '../pattern/alternative.js'
import {alternativeText} from '../explaining/alternative-text.js'
import type {LintFinding} from './finding.js'

/** Pairs that are looked at in one policy. Beyond them are lists that a program wrote, and each with each would take too long. */
const MAX_PAIRS = 50_000

/** What is idle or says too much among the alternatives of each field, in either dialect. */
export function* alternativeFindings(fields: readonly FieldEntry[]): Generator<LintFinding> {
  let pairs = 0
  for (const {path, alternatives} of fields) {
    yield* anyFindings(path, alternatives)
    pairs += alternatives.length ** 2
    if (pairs <= MAX_PAIRS) yield* idleFindings(path, alternatives)
  }
}

function* anyFindings(path: string, alternatives: readonly Alternative[]): Generator<LintFinding> {
  const exists = alternatives.flatMap(one => (one.operator === 'exists' ? [one.expected] : []))
  if (exists.includes(true) && exists.includes(false)) {
    const message = 'exists is both true and false here, so the field may have any value or none: leave it out'
    yield {code: 'NoCondition', severity: 'warn', path, message}
  }
  if (alternatives.filter(({operator}) => operator === 'anything-but').length > 1) {
    const message =
      'Several anything-but are alternatives: what one excludes, another lets through. Put all values in the list of one'
    yield {code: 'AnythingButRepeated', severity: 'bad', path, message}
  }
}

function* idleFindings(path: string, alternatives: readonly Alternative[]): Generator<LintFinding> {
  for (const [index, idle] of alternatives.entries()) {
    // Of two that take the same, the second is the idle one.
    const covers = (one: Alternative, at: number): boolean =>
      at !== index && takesAllOf(one, idle) && (at < index || !takesAllOf(idle, one))
    const by = alternatives.find(covers)
    if (by === undefined) continue
    const message =
      alternativeText(by) === alternativeText(idle)
        ? `${alternativeText(idle)} stands here twice`
        : `${alternativeText(idle)} adds nothing: ${alternativeText(by)} takes all that it takes`
    yield {code: 'AlternativeIdle', severity: 'warn', path, message}
  }
}

/** Whether one alternative takes every value that another takes, as far as that can be told by looking at them. */
function takesAllOf(one: Alternative, other: Alternative): boolean {
  if (one.operator === 'exists') return one.expected === (other.operator !== 'exists' || other.expected)
  if (other.operator === 'exists') return false
  if (alternativeText(one) === alternativeText(other)) return true
  const value = onlyValueOf(other)
  if (value !== undefined) return takes(one, value)
  if (one.operator === 'numeric' && other.operator === 'numeric') return includesRange(one, other)
  if (one.operator === 'anything-but' || other.operator === 'anything-but') return false
  return includesStrings(one, other)
}

/** The JSON text of the one value that an alternative takes. */
function onlyValueOf(alternative: Alternative): string | undefined {
  if (alternative.operator === 'numeric') return alternative.equal?.text
  if (alternative.operator !== 'equals' || ('string' in alternative && alternative.address !== undefined))
    return undefined
  return 'string' in alternative ? JSON.stringify(alternative.string) : alternativeText(alternative)
}

function takes(alternative: Alternative, value: string): boolean {
  return compileEventPattern(`{"v":[${alternativeText(alternative)}]}`).matches(`{"v":${value}}`)
}

function includesStrings(one: Alternative, other: Alternative): boolean {
  if (one.operator !== 'prefix' && one.operator !== 'suffix') return false
  const strings = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'cidr'].includes(other.operator)
  if (one.value === '') return strings
  if (one.operator !== other.operator || one.ignoreCase || other.ignoreCase) return false
  return one.operator === 'prefix' ? other.value.startsWith(one.value) : other.value.endsWith(one.value)
}

type Numeric = Alternative & {readonly operator: 'numeric'}

function includesRange(one: Numeric, other: Numeric): boolean {
  if (one.equal !== undefined) return false
  const [bottom, top] = [one.low, one.high]
  const fromBelow =
    bottom === undefined ||
    (other.low !== undefined &&
      (other.low.value > bottom.value ||
        (other.low.value === bottom.value && (bottom.inclusive || !other.low.inclusive))))
  const fromAbove =
    top === undefined ||
    (other.high !== undefined &&
      (other.high.value < top.value || (other.high.value === top.value && (top.inclusive || !other.high.inclusive))))
  return fromBelow && fromAbove
}
