import type {FieldEntry} from '../pattern/alternative.js'
import {compileMatchers} from './compile-matcher.js'
import {FieldNode, FieldTest} from './field-tree.js'

/** A pattern made ready to be met by many events. */
export interface Program {
  readonly root: FieldNode
  readonly tests: readonly FieldTest[]
  readonly fields: number
  /** The conjunctions, any of which suffices; the tests of each in the order of their paths, which `exists: false` depends on. */
  readonly branches: readonly (readonly FieldTest[])[]
}

/** Compiles conjunctions whose fields are in the order of their paths. */
export function compileProgram(branches: readonly (readonly FieldEntry[])[]): Program {
  const root = new FieldNode()
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
    const absent = entry.alternatives.some(one => one.operator === 'exists' && !one.expected)
    const test = new FieldTest(entry.path, compileMatchers(entry.alternatives), absent, tests.size, node.field)
    node.tests = node.tests.concat(test)
    tests.set(entry, test)
    return test
  }
  const compiled = branches.map(branch => branch.map(testOf))
  return {root, tests: [...tests.values()], fields, branches: compiled}
}
