import {isJson} from '../json/skip-value.js'
import type {FieldNode} from './field-tree.js'
import type {LeafSink} from './findings.js'
import type {TextScan} from './scan-text.js'

export type Attributes = Readonly<Record<string, {readonly dataType: string; readonly stringValue?: string}>>

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Whether there is an attribute that a filter sees at all: without one, no policy matches. */
export function seenAttributes(attributes: Attributes): boolean {
  for (const name in attributes) if (!isBinary(attributes[name]?.dataType ?? '')) return true
  return false
}

/** Hands the attributes that a policy asks for to a sink; `scan`, of the same sink, reads the arrays among them. */
export function scanAttributes(attributes: Attributes, root: FieldNode, sink: LeafSink, scan: TextScan): void {
  for (const name in attributes) {
    const node = root.step(name)
    const {dataType = '', stringValue = ''} = attributes[name] ?? {}
    if (node === undefined || node.field < 0 || isBinary(dataType)) continue
    if (isList(dataType)) {
      // Half of a list must not count: what is no JSON matches nothing.
      if (isJson(stringValue)) scan.value(stringValue, node)
    } else if (!isNumber(dataType)) sink.string(node, stringValue, 0, stringValue.length, undefined)
    else if (isNumberText(stringValue)) sink.number(node, stringValue, undefined)
  }
}

/** Binary attributes are no part of what is filtered (AWS: message filtering). */
export function isBinary(dataType: string): boolean {
  return dataType === 'Binary' || dataType.startsWith('Binary.')
}

export function isNumber(dataType: string): boolean {
  return dataType === 'Number' || dataType.startsWith('Number.')
}

/** Whether SNS takes a text as the value of a Number attribute; it refuses to publish a message with another. */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text)
}

/** `Number.Array` stands in one example of the documentation and nowhere else. */
export function isList(dataType: string): boolean {
  return dataType === 'String.Array' || dataType === 'Number.Array'
}
