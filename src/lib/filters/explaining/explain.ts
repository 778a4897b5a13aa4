import type {AlternativeExplanation, BranchExplanation, Explanation, KeyExplanation, NearMiss} from '../explanation.js'
import {compileMatcher} from '../matching/compile-matcher.js'
import type {Alternative, FieldEntry, PatternEntry} from '../pattern/alternative.js'
import {branchesOf, overriddenFields} from '../pattern/branches.js'
import type {Overridden} from '../pattern/branches.js'
import {lastOfEachPath} from '../pattern/last-of-name.js'
import {alternativeText} from './alternative-text.js'
import {leafText, takes} from './leaf.js'
import type {Leaf, Leaves} from './leaf.js'
import {mismatch, passedByType} from './mismatch.js'
import {nearKey} from './near-key.js'
import type {Surroundings} from './near-key.js'
import {nearMiss} from './near-miss.js'
import type {Service} from './near-miss.js'
import type {Subject} from './subject.js'

const VALUES_SHOWN = 10

/** What an explanation is made from. */
export interface Context {
  /** The values of the pattern's fields. */
  readonly leaves: Leaves
  readonly subject: Subject
  /** Who decides: they document different operators. */
  readonly service: Service
  readonly surroundings: Surroundings
  /** Why not even `exists: false` is met: there is nothing that a policy looks at. */
  readonly nothing?: string
}

/** A context, and what is known of the pattern's keys by now. */
interface Work extends Context {
  readonly overridden: Overridden
  readonly met: Map<FieldEntry, boolean>
}

/** Reasons for a decision that was taken: each key for itself, and what decided when the keys alone do not say it. Pure. */
export function explainEntries(entries: readonly PatternEntry[], context: Context, matched: boolean): Explanation {
  const work = {...context, overridden: overriddenFields(entries), met: new Map<FieldEntry, boolean>()}
  const keys = keysOf(entries, work)
  const each = allMet(keys)
  if (each && matched) return {matched, keys}
  // The conjunctions hold the fields that count, in each branch those that count there.
  const conjunction = branchesOf(entries).find(fields => fields.every(field => work.met.get(field) === true))
  if (conjunction === undefined) {
    return matched
      ? {matched, reason: '`exists: false` looks only at the array element that the keys before it lie in', keys}
      : {matched, keys}
  }
  if (matched) return {matched, reason: overridingReason(conjunction, work), keys}
  return {
    matched,
    reason: `each key${each ? '' : ' that counts'} is met, but not by one element of an array: values in different elements cannot be combined`,
    keys,
  }
}

/** Why a policy matches although a key is not met: the branch that is met has that key itself. */
function overridingReason(conjunction: readonly FieldEntry[], {overridden, met}: Work): string {
  const paths = new Set(conjunction.map(({path}) => path))
  const unmet = [...overridden.inBranches].filter(field => paths.has(field.path) && met.get(field) === false)
  const names = [...new Set(unmet.map(({path}) => `\`${path}\``))].join(' and ')
  return `the branch of \`$or\` that is met has ${names} itself, and there that takes the place of the one before it`
}

/** Whether the keys that count are met. */
function allMet(keys: readonly KeyExplanation[]): boolean {
  return keys.every(({matched, overridden}) => matched || overridden === 'everywhere')
}

function keysOf(entries: readonly PatternEntry[], work: Work): KeyExplanation[] {
  return lastOfEachPath(entries).flatMap(entry => {
    switch (entry.kind) {
      case 'nested':
        return keysOf(entry.entries, work)
      case 'or':
        return [orKey(entry.path, entry.branches, work)]
      case 'field':
        return [fieldKey(entry, work)]
    }
  })
}

function orKey(path: string, entries: readonly (readonly PatternEntry[])[], work: Work): KeyExplanation {
  const branches: BranchExplanation[] = entries.map(branch => {
    const keys = keysOf(branch, work)
    return {matched: allMet(keys), keys}
  })
  return {path, matched: branches.some(branch => branch.matched), values: [], alternatives: [], branches}
}

function fieldKey(field: FieldEntry, work: Work): KeyExplanation {
  const {path, alternatives} = field
  const leaves = work.leaves.at(path)
  const explained = alternatives.map(alternative => explainAlternative(alternative, leaves, path, work))
  const matched = explained.some(alternative => alternative.matched)
  const near = matched || leaves.length > 0 ? undefined : nearKey(path, alternatives, work.surroundings)
  const {everywhere, inBranches} = work.overridden
  work.met.set(field, matched)
  return {
    path,
    matched,
    values: leaves.slice(0, VALUES_SHOWN).map(leafText),
    alternatives: explained,
    ...(near !== undefined && {nearMiss: near}),
    ...(everywhere.has(field) && {overridden: 'everywhere' as const}),
    ...(inBranches.has(field) && {overridden: 'inBranches' as const}),
  }
}

function explainAlternative(
  alternative: Alternative,
  leaves: readonly Leaf[],
  path: string,
  {subject, service, nothing}: Context,
): AlternativeExplanation {
  const {operator} = alternative
  const text = alternativeText(alternative)
  if (operator === 'exists' && !alternative.expected) {
    const [leaf] = leaves
    if (leaf === undefined)
      return nothing === undefined ? {text, operator, matched: true} : {text, operator, matched: false, reason: nothing}
    return {text, operator, matched: false, reason: mismatch(alternative, leaf, path, subject)}
  }
  const matcher = compileMatcher(alternative)
  const taken = leaves.find(leaf => takes(matcher, leaf))
  if (taken !== undefined) {
    const reason = operator === 'anything-but' ? passedByType(alternative, taken, path, subject) : undefined
    return {text, operator, matched: true, ...(reason !== undefined && {reason})}
  }
  const [first] = leaves
  if (first === undefined) {
    return {text, operator, matched: false, reason: subject.missing(path)}
  }
  const near = nearOf(alternative, leaves.slice(0, VALUES_SHOWN), service)
  const reason = mismatch(alternative, first, path, subject)
  const others = otherValues(leaves.length - 1)
  return {text, operator, matched: false, reason: reason + others, ...(near !== undefined && {nearMiss: near})}
}

function otherValues(count: number): string {
  if (count === 0) return ''
  return count === 1 ? ' (nor is it met by the other value)' : ` (nor is it met by the ${count} other values)`
}

/** The first value that nearly matches; named where there are several. */
function nearOf(alternative: Alternative, leaves: readonly Leaf[], service: Service): NearMiss | undefined {
  for (const leaf of leaves) {
    const near = nearMiss(alternative, leaf, service)
    if (near !== undefined) return leaves.length === 1 ? near : {...near, text: `${leafText(leaf)}: ${near.text}`}
  }
  return undefined
}
