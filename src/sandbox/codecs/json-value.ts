import {isUtf8} from 'node:buffer'
import {needsTranslation, type Shape} from '../models/shape.js'
import {AwsError} from '../service.js'

type Members = Record<string, unknown>

/** The value of a request body, {} where there is none. Throws SerializationException for what is no JSON in UTF-8. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  // Decoding would replace stray bytes by U+FFFD, a silent change of a message's body.
  if (!isUtf8(body)) throw new AwsError('SerializationException', 'Invalid UTF-8 in the request body.')
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    throw new AwsError('SerializationException', `The request body is not JSON: ${(error as Error).message}`)
  }
}

/** Checks a parsed value against its shape and decodes blobs in place. Members that the shape does not know are dropped, as AWS does. */
export function readJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string' ? value : unfit(value, 'a String')
    case 'integer':
      return Number.isInteger(value) ? value : unfit(value, 'an Integer')
    case 'boolean':
      return typeof value === 'boolean' ? value : unfit(value, 'a Boolean')
    case 'timestamp':
      return typeof value === 'number' ? new Date(value * 1000) : unfit(value, 'a Timestamp')
    case 'blob':
      return typeof value === 'string' ? base64(value) : unfit(value, 'a Blob')
    case 'list': {
      if (!Array.isArray(value)) return unfit(value, 'a List')
      const items: unknown[] = value
      for (let i = 0; i < items.length; i++) items[i] = readJson(shape.member, items[i])
      return items
    }
    case 'map': {
      const entries = members(value)
      for (const key of Object.keys(entries)) {
        const entry = entries[key]
        if (entry === null) Reflect.deleteProperty(entries, key)
        else if (!needsTranslation(shape.value)) readJson(shape.value, entry)
        // A key of a map is the user's: `__proto__` must stay a key.
        else
          Object.defineProperty(entries, key, {
            value: readJson(shape.value, entry),
            enumerable: true,
            configurable: true,
            writable: true,
          })
      }
      return entries
    }
    case 'structure': {
      const fields = members(value)
      for (const key of Object.keys(fields)) {
        const member = shape.members.get(key)
        const field = fields[key]
        if (member === undefined || field === null) Reflect.deleteProperty(fields, key)
        else if (member.kind !== 'string' || typeof field !== 'string') fields[key] = readJson(member, field)
      }
      return fields
    }
  }
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : unfit(value, 'a Structure')
}

function unfit(value: unknown, wanted: string): never {
  const got =
    value === null
      ? 'NULL_VALUE'
      : Array.isArray(value)
        ? 'LIST_VALUE'
        : typeof value === 'object'
          ? 'STRUCTURE_VALUE'
          : `${typeof value}_VALUE`.toUpperCase()
  throw new AwsError('SerializationException', `${got} can not be converted to ${wanted}`)
}

function base64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // Buffer.from skips what is not base64; AWS refuses it.
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    throw new AwsError('SerializationException', 'A blob is not base64.')
  }
  return bytes
}

/** Builds the JSON value of an output that may hold blobs or times; what holds neither is passed through as it is. */
export function writeJson(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null || !needsTranslation(shape)) return value
  switch (shape.kind) {
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'timestamp':
      return (value as Date).getTime() / 1000
    case 'list':
      return (value as unknown[]).map(item => writeJson(shape.member, item))
    case 'map':
      return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, writeJson(shape.value, entry)]))
    case 'structure':
      return Object.fromEntries(
        Object.entries(value).map(([key, field]) => {
          const member = shape.members.get(key)
          return [key, member ? writeJson(member, field) : field]
        }),
      )
    default:
      return value
  }
}
