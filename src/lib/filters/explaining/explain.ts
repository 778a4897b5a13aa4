import type {AlternativeExplanation, BranchExplanation, Explanation, KeyExplanation, NearMiss} from '../explanation.js'
import {compileMatcher} from '../matching/compile-matcher.js'
import type {Alternative, PatternEntry} from '../pattern/alternative.js'
import {lastOfEachPath} from '../pattern/last-of-name.js'
import {alternativeText} from './alternative-text.js'
import {leafText, takes} from './leaf.js'
import type {Leaf, Leaves} from './leaf.js'
import {mismatch} from './mismatch.js'
import {nearKey} from './near-key.js'
import type {Surroundings} from './near-key.js'
import {nearMiss} from './near-miss.js'
import type {Subject} from './subject.js'

const VALUES_SHOWN = 10

/** What an explanation is made from. */
export interface Context {
  /** The values of the pattern's fields. */
  readonly leaves: Leaves
  readonly subject: Subject
  readonly surroundings: Surroundings
  /** Why not even `exists: false` is met: there is nothing that a policy looks at. */
  readonly nothing?: string
}

/** Reasons for a decision that was taken: each key for itself, and what decided when the keys alone do not say it. */
export function explainEntries(entries: readonly PatternEntry[], context: Context, matched: boolean): Explanation {
  const keys = keysOf(entries, context)
  const each = keys.every(key => key.matched)
  if (each === matched) return {matched, keys}
  return {
    matched,
    reason: matched
      ? '`exists: false` looks only at the array element that the keys before it lie in, or a key inside `$or` takes the place of the same key outside'
      : 'each key is met, but not by one element of an array: values in different elements cannot be combined',
    keys,
  }
}

function keysOf(entries: readonly PatternEntry[], context: Context): KeyExplanation[] {
  return lastOfEachPath(entries).flatMap(entry => {
    switch (entry.kind) {
      case 'nested':
        return keysOf(entry.entries, context)
      case 'or':
        return [orKey(entry.path, entry.branches, context)]
      case 'field':
        return [fieldKey(entry.path, entry.alternatives, context)]
    }
  })
}

function orKey(path: string, entries: readonly (readonly PatternEntry[])[], context: Context): KeyExplanation {
  const branches: BranchExplanation[] = entries.map(branch => {
    const keys = keysOf(branch, context)
    return {matched: keys.every(key => key.matched), keys}
  })
  return {path, matched: branches.some(branch => branch.matched), values: [], alternatives: [], branches}
}

function fieldKey(path: string, alternatives: readonly Alternative[], context: Context): KeyExplanation {
  const leaves = context.leaves.at(path)
  const explained = alternatives.map(alternative => explainAlternative(alternative, leaves, path, context))
  const matched = explained.some(alternative => alternative.matched)
  const near = matched || leaves.length > 0 ? undefined : nearKey(path, alternatives, context.surroundings)
  return {
    path,
    matched,
    values: leaves.slice(0, VALUES_SHOWN).map(leafText),
    alternatives: explained,
    ...(near !== undefined && {nearMiss: near}),
  }
}

function explainAlternative(
  alternative: Alternative,
  leaves: readonly Leaf[],
  path: string,
  {subject, nothing}: Context,
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
  if (leaves.some(leaf => takes(matcher, leaf))) return {text, operator, matched: true}
  const [first] = leaves
  if (first === undefined) {
    return {text, operator, matched: false, reason: subject.missing(path)}
  }
  const near = nearOf(alternative, leaves.slice(0, VALUES_SHOWN))
  const reason = mismatch(alternative, first, path, subject)
  const others = otherValues(leaves.length - 1)
  return {text, operator, matched: false, reason: reason + others, ...(near !== undefined && {nearMiss: near})}
}

function otherValues(count: number): string {
  if (count === 0) return ''
  return count === 1 ? ' (nor is it met by the other value)' : ` (nor is it met by the ${count} other values)`
}

/** The first value that nearly matches; named where there are several. */
function nearOf(alternative: Alternative, leaves: readonly Leaf[]): NearMiss | undefined {
  for (const leaf of leaves) {
    const near = nearMiss(alternative, leaf)
    if (near !== undefined) return leaves.length === 1 ? near : {...near, text: `${leafText(leaf)}: ${near.text}`}
  }
  return undefined
}
