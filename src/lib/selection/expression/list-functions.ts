import type {Apply, BuiltIn} from './built-in.js'
import {builtIn, typeOf} from './built-in.js'
import {characters, lengthOf} from './text-functions.js'
import type {JsonNumber} from './decimal.js'
import {compareNumbers, exactDouble, exactResult} from './decimal.js'
import type {Json} from './json.js'
import {compareTexts, isArray, isEqual, isNumber} from './json.js'
import type {Steps} from './steps.js'
import {ExpressionError} from './steps.js'
import {occurrences} from './text-search.js'

type Key = JsonNumber | string

/** JMESPath's functions on arrays: https://jmespath.site/main/#functions */
export const LIST_FUNCTIONS: Readonly<Record<string, BuiltIn>> = {
  avg: builtIn(['numbers'], (_steps, numbers) =>
    numbers.length === 0 ? null : exactResult(sum(numbers) / numbers.length),
  ),
  contains: builtIn(['array|string', 'any'], (steps, within, value) => {
    if (isArray(within)) return within.some(item => isEqual(item, value, steps))
    if (typeof value !== 'string') return false
    return value === '' || occurrences(within, value, steps, 1).length > 0
  }),
  group_by: builtIn(['array', 'expression'], (steps, items, by) => {
    steps.spendStoring(2 * items.length)
    const groups = new Map<string, Json[]>()
    for (const item of items) {
      const key = by(item)
      if (typeof key !== 'string') throw new ExpressionError(`group_by() groups by strings, not by ${typeOf(key)}`)
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [item])
      else group.push(item)
    }
    return groups
  }),
  length: builtIn(['array|object|string'], (steps, value) => {
    if (typeof value === 'string') return lengthOf(value, steps)
    return isArray(value) ? value.length : value.size
  }),
  map: builtIn(['expression', 'array'], (steps, apply, items) => {
    steps.spend(items.length)
    return items.map(apply)
  }),
  max: builtIn(['numbers|strings'], (steps, items) => furthest(steps, items, 1)),
  max_by: builtIn(['array', 'expression'], (steps, items, by) => furthestBy(steps, items, by, 1)),
  min: builtIn(['numbers|strings'], (steps, items) => furthest(steps, items, -1)),
  min_by: builtIn(['array', 'expression'], (steps, items, by) => furthestBy(steps, items, by, -1)),
  reverse: builtIn(['array|string'], (steps, value) => {
    if (typeof value === 'string') return characters(value, steps).reverse().join('')
    steps.spend(value.length)
    return value.toReversed()
  }),
  sort: builtIn(['numbers|strings'], (steps, items) => {
    steps.spend(items.length)
    return (items as readonly Key[]).toSorted((left, right) => compareKeys(left, right, steps))
  }),
  sort_by: builtIn(['array', 'expression'], (steps, items, by) => {
    const keyed = withKeys(steps, items, by, 'sort_by')
    return keyed.sort((left, right) => compareKeys(left.key, right.key, steps)).map(({item}) => item)
  }),
  sum: builtIn(['numbers'], (_steps, numbers) => sum(numbers)),
  zip: builtIn(['array...'], (steps, lists) => {
    const length = Math.min(...lists.map(list => list.length))
    steps.spend(2 * length * lists.length)
    return Array.from({length}, (_, index) => lists.map(list => list[index] ?? null))
  }),
}

function sum(numbers: readonly JsonNumber[]): number {
  return numbers.reduce<number>((total, number) => exactResult(total + exactDouble(number)), 0)
}

function furthest(steps: Steps, items: readonly Json[], direction: 1 | -1): Json {
  return furthestBy(steps, items, item => item, direction)
}

function furthestBy(steps: Steps, items: readonly Json[], by: Apply, direction: 1 | -1): Json {
  const keyed = withKeys(steps, items, by, direction === 1 ? 'max_by' : 'min_by')
  const [first] = keyed
  if (first === undefined) return null
  return keyed.reduce((best, one) => (compareKeys(one.key, best.key, steps) * direction > 0 ? one : best), first).item
}

/** Each item with its key; throws ExpressionError unless the keys are all numbers or all strings. */
function withKeys(steps: Steps, items: readonly Json[], by: Apply, name: string): {item: Json; key: Key}[] {
  steps.spend(items.length)
  const keyed = items.map(item => ({item, key: by(item)}))
  const type = keyed[0] && typeOf(keyed[0].key)
  const odd = keyed.find(({key}) => typeOf(key) !== type || !isKey(key))
  if (odd !== undefined)
    throw new ExpressionError(`${name}() compares numbers or strings, not ${typeOf(odd.key)} among ${type}`)
  return keyed as {item: Json; key: Key}[]
}

function isKey(value: Json): value is Key {
  return typeof value === 'string' || isNumber(value)
}

function compareKeys(left: Key, right: Key, steps: Steps): number {
  steps.spend(1)
  if (typeof left === 'string') return compareTexts(left, right as string, steps)
  return compareNumbers(left, right as JsonNumber, steps)
}
