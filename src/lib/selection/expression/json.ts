import type {JsonNumber} from './decimal.js'
import {compareNumbers, Decimal, textOfNumber} from './decimal.js'
import type {Steps} from './steps.js'

/** A JSON object as a Map shows it: names keep their order, and `__proto__` is a name like any other. */
export interface JsonObject {
  readonly size: number
  get(name: string): Json | undefined
  entries(): Iterable<[string, Json]>
}

/** A JSON value that loses nothing: numbers keep their text, objects the order of their names. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject

export function isNumber(value: Json): value is JsonNumber {
  return typeof value === 'number' || value instanceof Decimal
}

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value) && !(value instanceof Decimal)
}

/** JMESPath's falsehood: null, false, and an empty text, list or object. Zero is true. */
export function isFalse(value: Json): boolean {
  if (value === null || value === false || value === '') return true
  return isArray(value) ? value.length === 0 : isObject(value) && value.size === 0
}

/** Whether two values are the same: numbers by value (1.0 is 1), objects whatever the order of their names. */
export function isEqual(left: Json, right: Json, steps: Steps): boolean {
  steps.spend(1)
  if (left === right) return true
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false
    steps.spendText(left.length)
    return left === right
  }
  if (isNumber(left)) return isNumber(right) && compareNumbers(left, right, steps) === 0
  if (isArray(left)) {
    return (
      isArray(right) && left.length === right.length && left.every((item, i) => isEqual(item, right[i] ?? null, steps))
    )
  }
  return isObject(left) && isObject(right) && isEqualObject(left, right, steps)
}

function isEqualObject(left: JsonObject, right: JsonObject, steps: Steps): boolean {
  if (left.size !== right.size) return false
  steps.spendStoring(2 * left.size)
  for (const [name, value] of left.entries()) {
    const other = right.get(name)
    if (other === undefined || !isEqual(value, other, steps)) return false
  }
  return true
}

/** The order of two texts by code point, as JMESPath sorts; UTF-16 would put U+1F600 before U+FF5E. */
export function compareTexts(left: string, right: string, steps: Steps): number {
  const length = Math.min(left.length, right.length)
  steps.spendText(length)
  for (let i = 0; i < length; i++) {
    const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)]
    if (a !== b) return inCodePointOrder(a) - inCodePointOrder(b)
  }
  return left.length - right.length
}

/** Surrogates stand for the code points above all others. */
function inCodePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Making text of a value takes several times as long as looking at it. */
const STEPS_TO_WRITE = 6

/** The JSON text of a value, without white space; numbers as they were written. */
export function jsonText(value: Json, steps: Steps): string {
  const parts: string[] = []
  write(value, parts, steps)
  return parts.join('')
}

function write(value: Json, parts: string[], steps: Steps): void {
  steps.spend(STEPS_TO_WRITE)
  if (typeof value === 'string') parts.push(quoted(value, steps))
  else if (isNumber(value)) parts.push(textOfNumber(value))
  else if (isArray(value)) {
    parts.push('[')
    value.forEach((item, index) => {
      if (index > 0) parts.push(',')
      write(item, parts, steps)
    })
    parts.push(']')
  } else if (isObject(value)) {
    let separator = '{'
    for (const [name, member] of value.entries()) {
      parts.push(separator, quoted(name, steps), ':')
      separator = ','
      write(member, parts, steps)
    }
    parts.push(separator === '{' ? '{}' : '}')
  } else parts.push(String(value))
}

function quoted(text: string, steps: Steps): string {
  steps.spendText(text.length)
  return JSON.stringify(text)
}
