import type {FieldEntry} from '../pattern/alternative.js'
import {compileMatchers} from './compile-matcher.js'
import {FieldNode} from './field-tree.js'
import type {FieldTest} from './field-tree.js'

/** A pattern made ready to be met by many events. */
export interface Program {
  readonly root: FieldNode
  readonly tests: readonly FieldTest[]
  readonly fields: number
  /** The conjunctions, any of which suffices; the tests of each in the order of their paths, which `exists: false` depends on. */
  readonly branches: readonly (readonly FieldTest[])[]
}

export function compileProgram(branches: readonly ReadonlyMap<string, FieldEntry>[]): Program {
  const root = new FieldNode('')
  const tests = new Map<FieldEntry, FieldTest>()
  let fields = 0
  const testOf = (entry: FieldEntry): FieldTest => {
    const known = tests.get(entry)
    if (known !== undefined) return known
    const node = root.make(entry.path)
    if (node.field < 0) {
      node.field = fields
      fields += 1
    }
    const test = {
      index: tests.size,
      path: entry.path,
      matchers: compileMatchers(entry.alternatives),
      absent: entry.alternatives.some(one => one.operator === 'exists' && !one.expected),
      field: node.field,
    }
    node.tests.push(test)
    tests.set(entry, test)
    return test
  }
  const compiled = branches.map(branch => [...branch.values()].map(testOf).sort(byPath))
  return {root, tests: [...tests.values()], fields, branches: compiled}
}

/** By UTF-16 units, as event-ruler sorts. */
function byPath(one: FieldTest, other: FieldTest): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0
}
