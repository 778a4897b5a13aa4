import type {MessageView} from '../../messages/message-view.js'
import type {Json, JsonObject} from './json.js'
import {NotJsonError, parseJson} from './json-reader.js'

/**
 * A message as expressions see it: the view, with `body` parsed where it is a JSON object or array. Any other body is its text, so that
 * "4711" (a JSON number) and "\"x\"" (a JSON string) keep every character. The body is read when an expression first asks for it: one
 * that cannot be read (see parseJson) is no obstacle to a selection by attributes.
 */
export class MessageValue implements JsonObject {
  readonly #view: MessageView
  readonly #names: readonly string[]
  readonly #values = new Map<string, Json>()

  constructor(view: MessageView) {
    this.#view = view
    this.#names = Object.entries(view).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  }

  get size(): number {
    return this.#names.length
  }

  get(name: string): Json | undefined {
    if (!this.#names.includes(name)) return undefined
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const value = name === 'body' ? bodyValue(this.#view) : valueOf(this.#view[name as keyof MessageView])
    this.#values.set(name, value)
    return value
  }

  /** Whether a value is the body as it was read, an object or array whose text is still known. */
  isBody(value: Json): boolean {
    return typeof value === 'object' && value === this.#values.get('body')
  }

  *entries(): Generator<[string, Json]> {
    for (const name of this.#names) yield [name, this.get(name) ?? null]
  }
}

function bodyValue({body, bodyEncoding}: MessageView): Json {
  if (bodyEncoding !== undefined || !/^[ \t\n\r]*[[{]/.test(body)) return body
  try {
    return parseJson(body)
  } catch (error) {
    if (error instanceof NotJsonError) return body
    throw error
  }
}

function valueOf(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null) return null
  return new Map(Object.entries(value).map(([name, member]) => [name, valueOf(member)]))
}
