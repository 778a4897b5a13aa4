import {numberOf} from './decimal.js'
import type {Json} from './json.js'
import {ExpressionError} from './steps.js'

/** Deeper than any document that means something; keeps every recursion over a value within the stack. */
const MAX_NESTING = 1000

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
const PLAIN_TEXT = /[ !#-[\]-\uffff]*/y

/** The text is not JSON. */
export class NotJsonError extends Error {
  override readonly name = 'NotJsonError'
}

/**
 * Reads a JSON text (RFC 8259, as JSON.parse accepts it) without losing digits of numbers or the order of names.
 * Throws NotJsonError; throws ExpressionError for JSON that has no one meaning or no end in sight: a name that an object has twice
 * (readers differ on which value counts), and nesting past 1,000.
 */
export function parseJson(text: string): Json {
  return new JsonReader(text).read()
}

class JsonReader {
  readonly #text: string
  #at = 0
  #depth = 0
  #repeated: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  read(): Json {
    const value = this.#value()
    if (this.#at < this.#text.length) throw this.#unexpected()
    if (this.#repeated !== undefined) {
      throw new ExpressionError(`the JSON has the name ${JSON.stringify(this.#repeated)} twice in one object`)
    }
    return value
  }

  #value(): Json {
    this.#skip(SPACE)
    const value = this.#bare()
    this.#skip(SPACE)
    return value
  }

  #bare(): Json {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object())
      case '[':
        return this.#nested(() => this.#array())
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return numberOf(this.#skip(NUMBER) || this.#fail())
    }
  }

  #nested<Value>(read: () => Value): Value {
    if (++this.#depth > MAX_NESTING) throw new ExpressionError(`the JSON is nested deeper than ${MAX_NESTING} levels`)
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): Map<string, Json> {
    const members = new Map<string, Json>()
    this.#skip(SPACE)
    if (this.#take('}')) return members
    do {
      this.#skip(SPACE)
      const name = this.#string()
      if (members.has(name)) this.#repeated ??= name
      this.#skip(SPACE)
      this.#expect(':')
      members.set(name, this.#value())
    } while (this.#take(','))
    this.#expect('}')
    return members
  }

  #array(): Json[] {
    const items: Json[] = []
    this.#skip(SPACE)
    if (this.#take(']')) return items
    do items.push(this.#value())
    while (this.#take(','))
    this.#expect(']')
    return items
  }

  #string(): string {
    const start = this.#at
    this.#expect('"')
    const plain = this.#skip(PLAIN_TEXT)
    if (this.#take('"')) return plain
    while (this.#take('\\')) {
      this.#at++
      this.#skip(PLAIN_TEXT)
    }
    this.#expect('"')
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch {
      throw this.#unexpected()
    }
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected()
    this.#at += word.length
    return value
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#unexpected()
  }

  #fail(): never {
    throw this.#unexpected()
  }

  #unexpected(): NotJsonError {
    return new NotJsonError(this.#at < this.#text.length ? `unexpected character at ${this.#at}` : 'unexpected end')
  }
}
