import type {PatternEntry} from './alternative.js'

/** Without the entries whose name is given again in the same object: SNS reads the policy as a tree before it compiles it. */
export function lastOfEachName(entries: readonly PatternEntry[]): readonly PatternEntry[] {
  const byPath = new Map<string, PatternEntry>()
  for (const entry of entries) byPath.set(entry.path, withoutDoubles(entry))
  return [...byPath.values()]
}

/** Without the fields whose path is given again later in the same object: event-ruler lets the last one stand. */
export function lastOfEachPath(entries: readonly PatternEntry[]): readonly PatternEntry[] {
  const last = new Map(entries.map(entry => [entry.path, entry]))
  return entries.filter(entry => entry.kind !== 'field' || last.get(entry.path) === entry)
}

function withoutDoubles(entry: PatternEntry): PatternEntry {
  switch (entry.kind) {
    case 'field':
      return entry
    case 'nested':
      return {...entry, entries: lastOfEachName(entry.entries)}
    case 'or':
      return {...entry, branches: entry.branches.map(lastOfEachName)}
  }
}
