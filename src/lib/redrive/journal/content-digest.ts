import {hash} from 'node:crypto'
import {base64} from '../../base64.js'
import type {DigestedAttribute} from '../../messages/digest.js'
import {namesInOrder} from '../../messages/digest.js'

/**
 * SHA-256 (base64url, 43 characters) of a message's body and attributes, by which the same content is known again under another
 * MessageId. Every part stands behind its length, attributes in the order of their names, so that no two contents look alike.
 */
export function contentDigest(body: string, attributes: Readonly<Record<string, DigestedAttribute>> = {}): string {
  let text = framed(body)
  for (const name of namesInOrder(attributes)) {
    const {DataType, StringValue, BinaryValue} = attributes[name] ?? {}
    text += framed(name) + framed(DataType) + framed(StringValue) + framed(BinaryValue && base64(BinaryValue))
  }
  return hash('sha256', text, 'base64url')
}

/** An absent value differs from an empty one. */
function framed(part: string | undefined): string {
  return part === undefined ? '-' : `${Buffer.byteLength(part)}:${part}`
}
