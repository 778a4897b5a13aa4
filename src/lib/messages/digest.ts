import {hash} from 'node:crypto'

/** A message attribute as SendMessage takes it and ReceiveMessage gives it; `DataType` may carry a custom label (`Number.float`). */
export interface DigestedAttribute {
  readonly DataType?: string
  readonly StringValue?: string
  readonly BinaryValue?: Uint8Array
}

const STRING_VALUE = 1
const BINARY_VALUE = 2
/** Three lengths of four bytes and the byte for the kind of value. */
const FRAME_BYTES = 13

/** The hex MD5 that SQS answers as `MD5OfMessageBody` and `MD5OfBody`: over the UTF-8 bytes of the body. */
export function md5OfBody(body: string): string {
  return hash('md5', body)
}

/**
 * The hex MD5 that SQS answers as `MD5OfMessageAttributes` (or `MD5OfMessageSystemAttributes`), undefined where there is no attribute.
 * The form is AWS's "Calculating the MD5 message digest for message attributes": names in ascending order, each of name, type and
 * value behind its length as four bytes, and one byte that tells string (1) from binary (2) values.
 */
export function md5OfMessageAttributes(attributes: Readonly<Record<string, DigestedAttribute>>): string | undefined {
  const names = namesInOrder(attributes)
  if (names.length === 0) return undefined
  const bytes = scratchOf(messageSize('', attributes) + names.length * FRAME_BYTES)
  let end = 0
  for (const name of names) {
    const attribute = attributes[name] ?? {}
    const type = attribute.DataType ?? ''
    const binary = isBinary(type)
    end = writeSized(bytes, end, name)
    end = writeSized(bytes, end, type)
    bytes[end++] = binary ? BINARY_VALUE : STRING_VALUE
    end = writeSized(bytes, end, (binary ? attribute.BinaryValue : attribute.StringValue) ?? '')
  }
  return hash('md5', bytes.subarray(0, end))
}

/** The bytes that count towards the 1 MiB limit: the UTF-8 body plus name, type and value of every message attribute. */
export function messageSize(body: string, attributes: Readonly<Record<string, DigestedAttribute>> = {}): number {
  let size = Buffer.byteLength(body)
  for (const name of Object.keys(attributes)) {
    const attribute = attributes[name] ?? {}
    size += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType ?? '')
    size += Buffer.byteLength(attribute.StringValue ?? '') + (attribute.BinaryValue?.byteLength ?? 0)
  }
  return size
}

/** The names of attributes in ascending order, by insertion: they are ten at most, of each of a million messages. */
export function namesInOrder(attributes: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(attributes)
  for (let index = 1; index < names.length; index++) {
    const name = names[index] ?? ''
    let place = index
    for (; place > 0 && (names[place - 1] ?? '') > name; place--) names[place] = names[place - 1] ?? ''
    names[place] = name
  }
  return names
}

/** Used again and again: what it holds is hashed before anything else runs. */
const scratch = Buffer.allocUnsafeSlow(4096)

function scratchOf(bytes: number): Buffer {
  if (bytes > scratch.length) return Buffer.allocUnsafe(bytes)
  return scratch
}

/** Whether the value of this data type is in `BinaryValue`; custom labels (`Binary.png`) included. */
function isBinary(dataType: string): boolean {
  return dataType === 'Binary' || dataType.startsWith('Binary.')
}

/** A text this short is copied faster than Node is called. */
const SHORT_TEXT = 48

/** Writes a text as UTF-8; returns how many bytes it took. */
function writeText(target: Buffer, start: number, text: string): number {
  if (text.length > SHORT_TEXT) return target.write(text, start)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return target.write(text, start)
    target[start + index] = code
  }
  return text.length
}

/** Writes a value behind its length; returns where it ends. */
function writeSized(target: Buffer, start: number, value: string | Uint8Array): number {
  const content = start + 4
  let length: number
  if (typeof value === 'string') length = writeText(target, content, value)
  else {
    target.set(value, content)
    length = value.byteLength
  }
  target[start] = length >>> 24
  target[start + 1] = length >>> 16
  target[start + 2] = length >>> 8
  target[start + 3] = length
  return content + length
}
