import type {AlternativeExplanation, BranchExplanation, Explanation, KeyExplanation} from '../explanation.js'
import {compileMatcher} from '../matching/compile-matcher.js'
import type {Alternative, PatternEntry} from '../pattern/alternative.js'
import {lastOfEachPath} from '../pattern/last-of-name.js'
import {alternativeText} from './alternative-text.js'
import {leafText, takes} from './leaf.js'
import type {Leaf, Leaves} from './leaf.js'
import {mismatch} from './mismatch.js'
import {nearMiss} from './near-miss.js'
import type {Subject} from './subject.js'

const VALUES_SHOWN = 10

/** Reasons for a decision that was taken: each key for itself, and what decided when the keys alone do not say it. */
export function explainEntries(
  entries: readonly PatternEntry[],
  leaves: Leaves,
  subject: Subject,
  matched: boolean,
): Explanation {
  const keys = keysOf(entries, leaves, subject)
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

function keysOf(entries: readonly PatternEntry[], leaves: Leaves, subject: Subject): KeyExplanation[] {
  return lastOfEachPath(entries).flatMap(entry => {
    switch (entry.kind) {
      case 'nested':
        return keysOf(entry.entries, leaves, subject)
      case 'or':
        return [orKey(entry.path, entry.branches, leaves, subject)]
      case 'field':
        return [fieldKey(entry.path, entry.alternatives, leaves.at(entry.path), subject)]
    }
  })
}

function orKey(
  path: string,
  entries: readonly (readonly PatternEntry[])[],
  leaves: Leaves,
  subject: Subject,
): KeyExplanation {
  const branches: BranchExplanation[] = entries.map(branch => {
    const keys = keysOf(branch, leaves, subject)
    return {matched: keys.every(key => key.matched), keys}
  })
  return {path, matched: branches.some(branch => branch.matched), values: [], alternatives: [], branches}
}

function fieldKey(
  path: string,
  alternatives: readonly Alternative[],
  leaves: readonly Leaf[],
  subject: Subject,
): KeyExplanation {
  const explained = alternatives.map(alternative => explainAlternative(alternative, leaves, path, subject))
  return {
    path,
    matched: explained.some(alternative => alternative.matched),
    values: leaves.slice(0, VALUES_SHOWN).map(leafText),
    alternatives: explained,
  }
}

function explainAlternative(
  alternative: Alternative,
  leaves: readonly Leaf[],
  path: string,
  subject: Subject,
): AlternativeExplanation {
  const {operator} = alternative
  const text = alternativeText(alternative)
  if (operator === 'exists' && !alternative.expected) {
    const [leaf] = leaves
    return leaf === undefined
      ? {text, operator, matched: true}
      : {text, operator, matched: false, reason: mismatch(alternative, leaf, path, subject)}
  }
  const matcher = compileMatcher(alternative)
  if (leaves.some(leaf => takes(matcher, leaf))) return {text, operator, matched: true}
  const [first] = leaves
  if (first === undefined) {
    const near = 'a key that is not there matches only {"exists":false}'
    return {text, operator, matched: false, reason: subject.missing(path), nearMiss: near}
  }
  const few = leaves.slice(0, VALUES_SHOWN)
  const near = few.map(leaf => nearMiss(alternative, leaf)).find(found => found !== undefined)
  const reason = mismatch(alternative, first, path, subject)
  const others = leaves.length > 1 ? ` (nor does any of ${leaves.length - 1} other values)` : ''
  return {text, operator, matched: false, reason: reason + others, nearMiss: near}
}
