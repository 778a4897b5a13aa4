import type {FieldTest, Spellings} from './field-tree.js'
import type {Program} from './program.js'
import {isArray, scalarMeets} from './scan-value.js'
import type {JsonObject, JsonValue} from './scan-value.js'

const MET = 1
const SEEN = 2
/** An array with objects or arrays: which of its elements go together is not for a look-up to say. */
const HARD = 4
const MANY_BRANCHES = 16

/**
 * The decision on a parsed event by looking up each wanted path, which is all that most events need;
 * undefined where arrays of objects, or a pattern with many conjunctions, need the whole walk.
 */
export function lookUp({branches}: Program, event: JsonObject): boolean | undefined {
  if (branches.length > MANY_BRANCHES) return undefined
  for (const branch of branches) {
    const met = branchMet(branch, event)
    if (met !== false) return met
  }
  return false
}

function branchMet(branch: readonly FieldTest[], event: JsonObject): boolean | undefined {
  for (const test of branch) {
    const {spellings} = test
    const found = spellings.length === 0 ? HARD : look(event, spellings, 0, test)
    if ((found & MET) !== 0) continue
    if ((found & HARD) !== 0) return undefined
    if (!test.absent || (found & SEEN) !== 0) return false
  }
  return true
}

function look(object: JsonObject, spellings: Spellings, at: number, test: FieldTest): number {
  let found = 0
  for (const {name, next} of spellings[at] ?? []) {
    const value = object[name]
    if (value === undefined || !Object.hasOwn(object, name)) continue
    found |= next < 0 ? leaf(value, test) : inner(value, spellings, next, test)
    if ((found & MET) !== 0) return found
  }
  return found
}

function inner(value: JsonValue, spellings: Spellings, next: number, test: FieldTest): number {
  if (typeof value !== 'object' || value === null) return 0
  if (!isArray(value)) return look(value, spellings, next, test)
  return value.some(isContainer) ? HARD : 0
}

function leaf(value: JsonValue, test: FieldTest): number {
  if (typeof value !== 'object' || value === null) return scalarMeets(value, test.matchers) ? MET : SEEN
  if (!isArray(value)) return 0
  let found = 0
  for (const member of value) {
    if (isContainer(member)) found |= HARD
    else if (scalarMeets(member, test.matchers)) return MET
    else found |= SEEN
  }
  return found
}

function isContainer(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null
}
