import {NESTING_LIMIT} from '../json/parser-words.js'
import {ArrayMark} from './array-element.js'
import type {ArrayElement} from './array-element.js'
import type {FieldNode} from './field-tree.js'
import type {LeafSink} from './findings.js'
import type {Matcher} from './matcher.js'

/** A parsed JSON value. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | {readonly [name: string]: JsonValue | undefined}

export type JsonObject = Readonly<Record<string, JsonValue | undefined>>

/** Walks a parsed event and hands the values under wanted paths to a sink. Deeper than AWS's parser goes, nothing is seen. */
export function scanObject(
  object: JsonObject,
  node: FieldNode,
  sink: LeafSink,
  element?: ArrayElement,
  depth = 1,
): void {
  if (depth > NESTING_LIMIT) return
  for (const name in object) {
    const step = node.step(name)
    const value = object[name]
    if (step !== undefined && value !== undefined && Object.hasOwn(object, name)) {
      scanValue(value, step, sink, element, depth)
    }
  }
}

function scanValue(
  value: JsonValue,
  node: FieldNode,
  sink: LeafSink,
  element: ArrayElement | undefined,
  depth: number,
): void {
  if (isArray(value)) scanArray(value, node, sink, element, depth + 1)
  else if (typeof value === 'object' && value !== null) {
    if (!node.isLast) scanObject(value, node, sink, element, depth + 1)
  } else if (node.field < 0) return
  else if (typeof value === 'string') sink.string(node, value, 0, value.length, element)
  else if (typeof value === 'number') sink.number(node, String(value), element)
  else sink.literal(node, value === null ? 'null' : value ? 'true' : 'false', element)
}

function scanArray(
  values: readonly JsonValue[],
  node: FieldNode,
  sink: LeafSink,
  element: ArrayElement | undefined,
  depth: number,
): void {
  if (depth > NESTING_LIMIT) return
  let array: ArrayMark | undefined
  for (const value of values) {
    if (typeof value === 'object' && value !== null) {
      array ??= new ArrayMark()
      scanValue(value, node, sink, sink.enter(array, element), depth)
    } else scanValue(value, node, sink, element, depth)
  }
  if (array !== undefined) sink.leave(array)
}

/** Whether one of the matchers takes a value that is no array and no object. */
export function scalarMeets(value: JsonValue, matchers: readonly Matcher[]): boolean {
  if (typeof value === 'string') {
    for (const matcher of matchers) if (matcher.string(value, 0, value.length)) return true
  } else if (typeof value === 'number') {
    const operand = {text: String(value), value}
    for (const matcher of matchers) if (matcher.number(operand)) return true
  } else {
    const word = value === null ? 'null' : value === true ? 'true' : 'false'
    for (const matcher of matchers) if (matcher.literal(word)) return true
  }
  return false
}

/** Array.isArray, for a type that holds read-only arrays. */
export function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
