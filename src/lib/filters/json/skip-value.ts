import {
  BACKSLASH,
  CARRIAGE_RETURN,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DOT,
  LETTER_E,
  LETTER_U,
  LINE_FEED,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  QUOTE,
  SPACE,
  TAB,
  ZERO,
  hexDigit,
  simpleEscape,
} from './characters.js'
import {NESTING_LIMIT} from './parser-words.js'

/** Answer of every function here when the text is no JSON at that place. */
export const MALFORMED = -1

/** Index of the first character at or after `at` that is no white space, which may be the end. */
export function skipSpace(text: string, at: number): number {
  let index = at
  for (;;) {
    const code = text.charCodeAt(index)
    if (code > SPACE) return index
    if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) return index
    index += 1
  }
}

/** Whether a text is one JSON value and nothing else. */
export function isJson(text: string): boolean {
  const end = skipValue(text, skipSpace(text, 0), 0, false)
  return end >= 0 && skipSpace(text, end) >= text.length
}

/** Whether a text has neither escapes nor control characters, so that a string in it ends at the next quote. */
export function isPlain(text: string): boolean {
  return !UNPLAIN.test(text)
}

// A test of one character at a time; several times as fast as a loop, for V8 compiles it to machine code that stays in registers.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for: JSON has none in a string
const UNPLAIN = /[\\\u0000-\u001f]/

/**
 * Index after the value at `at`; the whole of it is checked.
 * `depth` counts the objects and arrays around it, `plain` is what isPlain says of the text.
 */
export function skipValue(text: string, at: number, depth: number, plain: boolean): number {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return skipString(text, at + 1, plain)
    case OPEN_BRACE:
      return skipObject(text, at + 1, depth + 1, plain)
    case OPEN_BRACKET:
      return skipArray(text, at + 1, depth + 1, plain)
    case 0x74:
      return text.startsWith('true', at) ? at + 4 : MALFORMED
    case 0x66:
      return text.startsWith('false', at) ? at + 5 : MALFORMED
    case 0x6e:
      return text.startsWith('null', at) ? at + 4 : MALFORMED
    default:
      return skipNumber(text, at)
  }
}

/** Index after the closing quote of a string whose opening quote is before `at`. */
export function skipString(text: string, at: number, plain: boolean): number {
  if (plain) {
    const quote = text.indexOf('"', at)
    return quote < 0 ? MALFORMED : quote + 1
  }
  const {length} = text
  let index = at
  while (index < length) {
    const code = text.charCodeAt(index)
    index += 1
    if (code > BACKSLASH) continue
    if (code === QUOTE) return index
    if (code < SPACE) return MALFORMED
    if (code === BACKSLASH) {
      index = skipEscape(text, index)
      if (index < 0) return MALFORMED
    }
  }
  return MALFORMED
}

/** Index after an escape whose backslash is before `at`. */
export function skipEscape(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code !== LETTER_U) return simpleEscape(code) === undefined ? MALFORMED : at + 1
  for (let digit = 1; digit <= 4; digit += 1) {
    if (!(hexDigit(text.charCodeAt(at + digit)) >= 0)) return MALFORMED
  }
  return at + 5
}

/** The characters of a string that is known to be sound, between its quotes. */
export function unescape(text: string, start: number, end: number): string {
  let result = ''
  let from = start
  for (let at = text.indexOf('\\', start); at >= 0 && at < end; at = text.indexOf('\\', from)) {
    const code = text.charCodeAt(at + 1)
    result += text.slice(from, at)
    result += simpleEscape(code) ?? String.fromCharCode(parseInt(text.slice(at + 2, at + 6), 16))
    from = at + (code === LETTER_U ? 6 : 2)
  }
  return result + text.slice(from, end)
}

/** Index after a number. */
export function skipNumber(text: string, at: number): number {
  let index = text.charCodeAt(at) === MINUS ? at + 1 : at
  const first = index
  index = skipDigits(text, index)
  if (index === first || (index > first + 1 && text.charCodeAt(first) === ZERO)) return MALFORMED
  if (text.charCodeAt(index) === DOT) {
    const from = index + 1
    index = skipDigits(text, from)
    if (index === from) return MALFORMED
  }
  if ((text.charCodeAt(index) | 0x20) === LETTER_E) {
    const sign = text.charCodeAt(index + 1)
    const from = index + (sign === PLUS || sign === MINUS ? 2 : 1)
    index = skipDigits(text, from)
    if (index === from) return MALFORMED
  }
  return index
}

function skipDigits(text: string, at: number): number {
  let index = at
  for (;;) {
    const code = text.charCodeAt(index)
    if (!(code >= ZERO && code <= NINE)) return index
    index += 1
  }
}

function skipObject(text: string, at: number, depth: number, plain: boolean): number {
  if (depth > NESTING_LIMIT) return MALFORMED
  let index = skipSpace(text, at)
  if (text.charCodeAt(index) === CLOSE_BRACE) return index + 1
  for (;;) {
    if (text.charCodeAt(index) !== QUOTE) return MALFORMED
    index = skipString(text, index + 1, plain)
    if (index < 0) return MALFORMED
    index = skipSpace(text, index)
    if (text.charCodeAt(index) !== COLON) return MALFORMED
    index = skipValue(text, skipSpace(text, index + 1), depth, plain)
    if (index < 0) return MALFORMED
    index = skipSpace(text, index)
    const code = text.charCodeAt(index)
    if (code === CLOSE_BRACE) return index + 1
    if (code !== COMMA) return MALFORMED
    index = skipSpace(text, index + 1)
  }
}

function skipArray(text: string, at: number, depth: number, plain: boolean): number {
  if (depth > NESTING_LIMIT) return MALFORMED
  let index = skipSpace(text, at)
  if (text.charCodeAt(index) === CLOSE_BRACKET) return index + 1
  for (;;) {
    index = skipValue(text, index, depth, plain)
    if (index < 0) return MALFORMED
    index = skipSpace(text, index)
    const code = text.charCodeAt(index)
    if (code === CLOSE_BRACKET) return index + 1
    if (code !== COMMA) return MALFORMED
    index = skipSpace(text, index + 1)
  }
}
