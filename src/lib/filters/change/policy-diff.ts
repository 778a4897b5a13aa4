import {PatternRefusal} from '../errors.js'
import {alternativeText} from '../explaining/alternative-text.js'
import type {PatternEntry} from '../pattern/alternative.js'
import {lastOfEachName} from '../pattern/last-of-name.js'
import {parsePattern} from '../pattern/parse-pattern.js'

/** One key of two policies: its alternatives as JSON texts, by what becomes of them. */
export interface KeyChange {
  /** Dotted path; within a `$or` the branch stands before it, as in `$or[2] price`. */
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed' | 'same'
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly kept: readonly string[]
}

/**
 * What changes from one policy to another, key by key: the keys of the old policy in its order, then the new ones. No policy has no keys,
 * and one that cannot be read here counts as none. Pure.
 */
export function diffPolicies(before: string | undefined, after: string | undefined): KeyChange[] {
  const [old, next] = [keysOf(before), keysOf(after)]
  return [...new Set([...old.keys(), ...next.keys()])].map(path => keyChange(path, old.get(path), next.get(path)))
}

function keyChange(path: string, old: readonly string[] | undefined, next: readonly string[] | undefined): KeyChange {
  const [had, has] = [old ?? [], next ?? []]
  const added = has.filter(text => !had.includes(text))
  const removed = had.filter(text => !has.includes(text))
  const kept = has.filter(text => had.includes(text))
  const same = added.length === 0 && removed.length === 0
  const change = old === undefined ? 'added' : next === undefined ? 'removed' : same ? 'same' : 'changed'
  return {path, change, added, removed, kept}
}

function keysOf(policyText: string | undefined): ReadonlyMap<string, readonly string[]> {
  if (policyText === undefined) return new Map()
  try {
    return new Map(labelled(lastOfEachName(parsePattern(policyText)), ''))
  } catch (error) {
    if (error instanceof PatternRefusal) return new Map()
    throw error
  }
}

function labelled(entries: readonly PatternEntry[], before: string): [string, string[]][] {
  return entries.flatMap((entry): [string, string[]][] => {
    switch (entry.kind) {
      case 'field':
        return [[`${before}${entry.path}`, [...new Set(entry.alternatives.map(alternativeText))]]]
      case 'nested':
        return labelled(entry.entries, before)
      case 'or':
        return entry.branches.flatMap((branch, index) => labelled(branch, `${before}${entry.path}[${index + 1}] `))
    }
  })
}
