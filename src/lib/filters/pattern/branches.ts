import {PatternRefusal} from '../errors.js'
import type {FieldEntry, PatternEntry} from './alternative.js'

const FIELDS_LIMIT = 256

/** How many conjunctions a pattern with `$or` stands for; large patterns give Infinity rather than a wrong number. */
export function countBranches(entries: readonly PatternEntry[]): number {
  let count = 1
  for (const entry of entries) {
    if (entry.kind === 'nested') count *= countBranches(entry.entries)
    else if (entry.kind === 'or') count *= entry.branches.reduce((sum, branch) => sum + countBranches(branch), 0)
  }
  return count
}

/**
 * The conjunctions a pattern stands for, any of which may match; the fields of each in the order of their paths (by UTF-16 units, as event-ruler sorts).
 * Built in the order of the text, so that a path given again overrides what stood before it, in every conjunction open at that place (event-ruler).
 * Throws PatternRefusal for a conjunction of more than 256 fields, which event-ruler refuses.
 */
export function branchesOf(entries: readonly PatternEntry[]): readonly (readonly FieldEntry[])[] {
  const branches = extended([new Map<string, FieldEntry>()], entries)
  for (const {size} of branches) {
    if (size <= FIELDS_LIMIT) continue
    throw new PatternRefusal(`Size of rule exceeds max value of ${FIELDS_LIMIT}`, undefined, 'msgops')
  }
  return branches.map(branch => [...branch.values()].sort(byPath))
}

/** Fields that another one of the same path takes the place of: in every conjunction that they could be in, or in some of them. */
export interface Overridden {
  readonly everywhere: ReadonlySet<FieldEntry>
  readonly inBranches: ReadonlySet<FieldEntry>
}

/** Which fields do not count, as a path that is given again overrides what stood before it. */
export function overriddenFields(entries: readonly PatternEntry[]): Overridden {
  const lost = new Set<FieldEntry>()
  const kept = new Set(extended([new Map<string, FieldEntry>()], entries, lost).flatMap(one => [...one.values()]))
  return {
    everywhere: new Set([...lost].filter(field => !kept.has(field))),
    inBranches: new Set([...lost].filter(field => kept.has(field))),
  }
}

function byPath(one: FieldEntry, other: FieldEntry): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0
}

type Branch = Map<string, FieldEntry>

/** The conjunctions with these entries as well; `lost` takes those that another took the place of. */
function extended(open: Branch[], entries: readonly PatternEntry[], lost?: Set<FieldEntry>): Branch[] {
  let branches = open
  for (const entry of entries) {
    switch (entry.kind) {
      case 'field':
        for (const branch of branches) {
          const before = lost === undefined ? undefined : branch.get(entry.path)
          if (before !== undefined) lost?.add(before)
          branch.set(entry.path, entry)
        }
        break
      case 'nested':
        branches = extended(branches, entry.entries, lost)
        break
      case 'or': {
        const before = branches
        branches = entry.branches.flatMap(inner =>
          extended(
            before.map(branch => new Map(branch)),
            inner,
            lost,
          ),
        )
      }
    }
  }
  return branches
}
