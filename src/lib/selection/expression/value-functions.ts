import type {BuiltIn} from './built-in.js'
import {builtIn, typeOf} from './built-in.js'
import type {JsonNumber} from './decimal.js'
import {exactDouble, exactResult, numberOf} from './decimal.js'
import type {Json} from './json.js'
import {isArray, isNumber, jsonText} from './json.js'
import {ExpressionError} from './steps.js'

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** JMESPath's functions on numbers and objects, and between types: https://jmespath.site/main/#functions */
export const VALUE_FUNCTIONS: Readonly<Record<string, BuiltIn>> = {
  abs: onNumber(Math.abs),
  ceil: onNumber(Math.ceil),
  floor: onNumber(Math.floor),
  from_items: builtIn(['arrays'], (steps, pairs) => {
    steps.spendStoring(pairs.length)
    return new Map(
      pairs.map(pair => {
        const [name, value] = pair
        if (pair.length !== 2 || typeof name !== 'string')
          throw new ExpressionError('from_items() takes pairs of a string and a value')
        return [name, value ?? null]
      }),
    )
  }),
  items: builtIn(['object'], (steps, object) => {
    steps.spendStoring(object.size)
    return [...object.entries()]
  }),
  keys: builtIn(['object'], (steps, object) => {
    steps.spend(2 * object.size)
    return Array.from(object.entries(), ([name]) => name)
  }),
  merge: builtIn(['object...'], (steps, objects) => {
    const merged = new Map<string, Json>()
    for (const object of objects) {
      steps.spendStoring(2 * object.size)
      for (const [name, value] of object.entries()) merged.set(name, value)
    }
    return merged
  }),
  not_null: builtIn(['any...'], (_steps, values) => values.find(value => value !== null) ?? null),
  to_array: builtIn(['any'], (_steps, value) => (isArray(value) ? value : [value])),
  to_number: builtIn(['any'], (steps, value) => {
    if (isNumber(value)) return value
    if (typeof value !== 'string') return null
    steps.spendText(value.length)
    return NUMBER.test(value) ? numberOf(value) : null
  }),
  to_string: builtIn(['any'], (steps, value) => (typeof value === 'string' ? value : jsonText(value, steps))),
  type: builtIn(['any'], (_steps, value) => typeOf(value)),
  values: builtIn(['object'], (steps, object) => {
    steps.spend(2 * object.size)
    return Array.from(object.entries(), ([, value]) => value)
  }),
}

function onNumber(compute: (double: number) => number): BuiltIn {
  return builtIn(['number'], (_steps, number: JsonNumber) => exactResult(compute(exactDouble(number))))
}
