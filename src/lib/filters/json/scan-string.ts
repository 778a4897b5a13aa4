import {BACKSLASH, LETTER_U, QUOTE, SPACE, hexDigit, simpleEscape} from './characters.js'
import {charDescription, unexpectedCharacter, unquotedCharacter, unrecognizedEscape} from './parser-words.js'

interface Scanned {
  /** Index after what was read. */
  readonly end: number
  readonly value: string
  /** The parser's words when the text is no string; `end` is then where the parser stood. */
  readonly refusal?: string
}

const END_IN_ESCAPE = 'Unexpected end-of-input in character escape sequence'

/** Reads the string whose opening quote is before `start`. */
export function scanString(text: string, start: number, what: 'name' | 'value'): Scanned {
  let at = start
  let from = start
  let value = ''
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return {end: at + 1, value: value + text.slice(from, at)}
    if (code < SPACE) return refused(at + 1, unquotedCharacter(code, what === 'name' ? 'name' : 'string value'))
    at += 1
    if (code === BACKSLASH) {
      const escape = scanEscape(text, at)
      if (escape.refusal !== undefined) return escape
      value += text.slice(from, at - 1) + escape.value
      at = escape.end
      from = at
    }
  }
  return refused(
    at,
    what === 'name'
      ? 'Unexpected end-of-input in field name'
      : 'Unexpected end-of-input: was expecting closing quote for a string value',
  )
}

function scanEscape(text: string, at: number): Scanned {
  if (at >= text.length) return refused(at, END_IN_ESCAPE)
  const code = text.charCodeAt(at)
  const simple = simpleEscape(code)
  if (simple !== undefined) return {end: at + 1, value: simple}
  if (code !== LETTER_U) return refused(at + 1, unrecognizedEscape(charDescription(code)))
  let unit = 0
  for (let index = at + 1; index <= at + 4; index += 1) {
    if (index >= text.length) return refused(index, END_IN_ESCAPE)
    const hex = text.charCodeAt(index)
    const digit = hexDigit(hex)
    if (digit < 0) {
      return refused(index + 1, unexpectedCharacter(hex, 'expected a hex-digit for character escape sequence'))
    }
    unit = unit * 16 + digit
  }
  return {end: at + 5, value: String.fromCharCode(unit)}
}

function refused(end: number, refusal: string): Scanned {
  return {end, value: '', refusal}
}
