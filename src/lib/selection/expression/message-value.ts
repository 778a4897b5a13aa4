import type {MessageView} from '../../messages/message-view.js'
import type {Json, JsonObject} from './json.js'
import {NotJsonError, parseJson} from './json-reader.js'

/**
 * What a body is that is JSON and neither object nor array: its value, as it is for what selects messages, or the text as it was sent, as
 * it is for what makes a new body, where a string is the body itself.
 */
export type ScalarBody = 'value' | 'text'

/**
 * A message as expressions see it: the view, with `body` parsed where it is JSON. The body is read when an expression first asks for it:
 * one that cannot be read (see parseJson) is no obstacle to a selection by attributes.
 */
export class MessageValue implements JsonObject {
  readonly #view: MessageView
  readonly #mayBeJson: RegExp
  readonly #names: readonly string[]
  readonly #values = new Map<string, Json>()

  constructor(view: MessageView, scalarBody: ScalarBody) {
    this.#view = view
    this.#mayBeJson = MAY_BE_JSON[scalarBody]
    this.#names = Object.entries(view).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  }

  get size(): number {
    return this.#names.length
  }

  get(name: string): Json | undefined {
    if (!this.#names.includes(name)) return undefined
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const value =
      name === 'body' ? bodyValue(this.#view, this.#mayBeJson) : valueOf(this.#view[name as keyof MessageView])
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

/** How JSON begins. */
const MAY_BE_JSON: Readonly<Record<ScalarBody, RegExp>> = {
  value: /^[ \t\n\r]*[[{"tfn\d-]/,
  text: /^[ \t\n\r]*[[{]/,
}

function bodyValue({body, bodyEncoding}: MessageView, mayBeJson: RegExp): Json {
  if (bodyEncoding !== undefined || !mayBeJson.test(body)) return body
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
