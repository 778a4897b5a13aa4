import type {FieldEntry, PatternEntry} from '../pattern/alternative.js'
import {overriddenFields} from '../pattern/branches.js'
import type {LintFinding} from './finding.js'

/** Every field of a policy or pattern, those within `$or` included. */
export function fieldsOf(entries: readonly PatternEntry[]): FieldEntry[] {
  return entries.flatMap(entry => {
    if (entry.kind === 'field') return [entry]
    return entry.kind === 'nested' ? fieldsOf(entry.entries) : entry.branches.flatMap(fieldsOf)
  })
}

/** Names that an object has twice (the last one counts), and paths that differ by upper and lower case alone. */
export function* nameFindings(entries: readonly PatternEntry[]): Generator<LintFinding> {
  for (const path of repeatedPaths(entries)) {
    const message = `${path} stands here twice; of each key AWS takes what the last one says`
    yield {code: 'NameRepeated', severity: 'bad', path, message}
  }
  yield* overrideFindings(entries)
  const seen = new Map<string, string>()
  for (const {path} of fieldsOf(entries)) {
    const other = seen.get(path.toLowerCase())
    seen.set(path.toLowerCase(), path)
    if (other === undefined || other === path) continue
    const message = `${path} and ${other} differ by upper and lower case alone; to AWS they are two fields`
    yield {code: 'NamesDifferByCase', severity: 'warn', path, message}
  }
}

/** Fields that do not count, as one of the same path further on takes their place; names that one object has twice are a finding of their own. */
function* overrideFindings(entries: readonly PatternEntry[]): Generator<LintFinding> {
  const {everywhere, inBranches} = overriddenFields(entries)
  const repeated = [...repeatedPaths(entries)]
  for (const path of new Set([...everywhere].map(field => field.path))) {
    if (repeated.some(one => path === one || path.startsWith(`${one}.`))) continue
    const message = `${path} stands here again further on, and AWS takes that one alone: the first never counts`
    yield {code: 'KeyOverridden', severity: 'bad', path, message}
  }
  for (const path of new Set([...inBranches].map(field => field.path))) {
    const message = `${path} does not count in a branch of $or that has ${path} itself: AWS takes that one alone there, not both`
    yield {code: 'KeyOverridden', severity: 'warn', path, message}
  }
}

/**
 * What `exists: false` means where the object around it stands in a list: event-ruler tries fields in the order of their names, and looks
 * at the element that those before have chosen.
 */
export function* listFindings(fields: readonly FieldEntry[]): Generator<LintFinding> {
  for (const {path, alternatives} of fields) {
    const parent = path.slice(0, path.lastIndexOf('.') + 1)
    if (parent === '' || !alternatives.some(one => one.operator === 'exists' && !one.expected)) continue
    const siblings = fields.filter(other => other.path !== path && other.path.startsWith(parent))
    if (siblings.length === 0) continue
    const before = siblings.find(other => other.path < path)
    const where =
      before === undefined
        ? 'has to be missing in every element, as its name comes before those of the other fields'
        : `has to be missing in the element that ${before.path} matches, and may be in the others`
    const message = `Where ${parent.slice(0, -1)} is a list of objects, the field ${where}`
    yield {code: 'ExistsFalseInList', severity: 'info', path, message}
  }
}

function repeatedPaths(entries: readonly PatternEntry[]): Set<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const entry of entries) {
    if (seen.has(entry.path)) repeated.add(entry.path)
    seen.add(entry.path)
    const inner = entry.kind === 'nested' ? [entry.entries] : entry.kind === 'or' ? entry.branches : []
    for (const path of inner.flatMap(list => [...repeatedPaths(list)])) repeated.add(path)
  }
  return repeated
}
