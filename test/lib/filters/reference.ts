/**
 * A second implementation of the matching rules, as slow and as plain as they read: every pattern is spelled out into conjunctions,
 * every event into leaves, and every choice of leaves is tried. It shares no code with src.
 */
export type Json = string | number | boolean | null | Json[] | JsonObject
// An interface, for a type alias may not refer to itself through Record.
export interface JsonObject {
  [name: string]: Json
}

interface Leaf {
  readonly path: string
  readonly value: string | number | boolean | null
  /** Element by array: which member of which array the leaf lies in. */
  readonly elements: ReadonlyMap<number, number>
}

type Branch = Map<string, Json[]>

/** Whether an event meets a pattern that is known to be valid. */
export function referenceMatches(pattern: JsonObject, event: JsonObject): boolean {
  const leaves = leavesOf(event)
  return branchesOf(pattern, '', [new Map<string, Json[]>()]).some(branch => {
    const fields = [...branch].sort(([one], [other]) => (one < other ? -1 : 1))
    return combine(fields, 0, new Map(), leaves)
  })
}

/** Fields in the order of their names; one after another picks a leaf, or its absence, that goes with what was picked before. */
function combine(
  fields: readonly (readonly [string, Json[]])[],
  index: number,
  chosen: ReadonlyMap<number, number>,
  leaves: readonly Leaf[],
): boolean {
  const field = fields[index]
  if (field === undefined) return true
  const [path, alternatives] = field
  const candidates = leaves.filter(leaf => leaf.path === path && agrees(leaf.elements, chosen))
  if (alternatives.some(isExistsFalse) && candidates.length === 0 && combine(fields, index + 1, chosen, leaves)) {
    return true
  }
  return candidates.some(
    leaf =>
      alternatives.some(alternative => meets(leaf.value, alternative)) &&
      combine(fields, index + 1, new Map([...chosen, ...leaf.elements]), leaves),
  )
}

function agrees(elements: ReadonlyMap<number, number>, chosen: ReadonlyMap<number, number>): boolean {
  return [...elements].every(([array, element]) => !chosen.has(array) || chosen.get(array) === element)
}

function isExistsFalse(alternative: Json): boolean {
  return isObject(alternative) && alternative.exists === false
}

function branchesOf(pattern: JsonObject, parent: string, open: Branch[]): Branch[] {
  let branches = open
  for (const [name, value] of Object.entries(pattern)) {
    if (name === '$or') {
      const before = branches
      branches = (value as JsonObject[]).flatMap(branch =>
        branchesOf(
          branch,
          parent,
          before.map(one => new Map(one)),
        ),
      )
    } else {
      const path = parent === '' ? name : `${parent}.${name}`
      if (Array.isArray(value)) branches.forEach(branch => branch.set(path, value))
      else branches = branchesOf(value as JsonObject, path, branches)
    }
  }
  return branches
}

function leavesOf(event: JsonObject): Leaf[] {
  const leaves: Leaf[] = []
  let arrays = 0
  const walk = (value: Json, path: string, elements: ReadonlyMap<number, number>): void => {
    if (Array.isArray(value)) {
      const array = arrays
      arrays += 1
      value.forEach((member, index) => {
        const inside = typeof member === 'object' && member !== null
        walk(member, path, inside ? new Map([...elements, [array, index]]) : elements)
      })
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) walk(member, path === '' ? name : `${path}.${name}`, elements)
    } else leaves.push({path, value, elements})
  }
  walk(event, '', new Map())
  return leaves
}

function meets(value: Leaf['value'], alternative: Json): boolean {
  if (!isObject(alternative)) return value === alternative
  const [[operator, operand] = ['', null]] = Object.entries(alternative)
  switch (operator) {
    case 'exists':
      return operand === true
    case 'prefix':
      return typeof value === 'string' && value.startsWith(operand as string)
    case 'suffix':
      return typeof value === 'string' && value.endsWith(operand as string)
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === (operand as string).toLowerCase()
    case 'wildcard':
      return typeof value === 'string' && wildcardMeets(value, operand as string)
    case 'numeric':
      return typeof value === 'number' && numericMeets(value, operand as (string | number)[])
    case 'anything-but':
      return anythingBut(value, operand ?? null)
    default:
      throw new Error(`unknown operator ${operator}`)
  }
}

function wildcardMeets(value: string, wildcard: string): boolean {
  if (wildcard === '') return value === ''
  if (wildcard.startsWith('*')) {
    return wildcardMeets(value, wildcard.slice(1)) || (value !== '' && wildcardMeets(value.slice(1), wildcard))
  }
  const literal = wildcard.startsWith('\\') ? wildcard.slice(0, 2) : wildcard.slice(0, 1)
  return value.startsWith(literal.slice(-1)) && wildcardMeets(value.slice(1), wildcard.slice(literal.length))
}

function numericMeets(value: number, terms: readonly (string | number)[]): boolean {
  for (let at = 0; at < terms.length; at += 2) {
    const bound = terms[at + 1] as number
    const met = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }
    if (!met[terms[at] as '=']) return false
  }
  return true
}

function anythingBut(value: Leaf['value'], operand: Json): boolean {
  if (isObject(operand)) {
    const [[operator, inner] = ['', null]] = Object.entries(operand)
    const values = Array.isArray(inner) ? inner : [inner]
    return !values.some(one => meets(value, {[operator]: one}))
  }
  return !(Array.isArray(operand) ? operand : [operand]).includes(value)
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
