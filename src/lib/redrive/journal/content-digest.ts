import {createHash} from 'node:crypto'
import type {DigestedAttribute} from '../../messages/digest.js'

/**
 * SHA-256 (base64url, 43 characters) of a message's body and attributes, by which the same content is known again under another
 * MessageId. Every part stands behind its length, attributes in the order of their names, so that no two contents look alike.
 */
export function contentDigest(body: string, attributes: Readonly<Record<string, DigestedAttribute>> = {}): string {
  const hash = createHash('sha256')
  const add = (part: string | Uint8Array | undefined): void => {
    // An absent value differs from an empty one.
    hash.update(part === undefined ? '-' : `${Buffer.byteLength(part)}:`)
    if (part !== undefined) hash.update(part)
  }
  add(body)
  for (const name of Object.keys(attributes).sort()) {
    const {DataType, StringValue, BinaryValue} = attributes[name] ?? {}
    for (const part of [name, DataType, StringValue, BinaryValue]) add(part)
  }
  return hash.digest('base64url')
}
