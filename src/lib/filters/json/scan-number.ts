import {DOT, LETTER_E, MINUS, PLUS, ZERO, isDigit} from './characters.js'
import {unexpectedInNumber} from './parser-words.js'

/** Where a number's text ends; `refusal` in the parser's words when it is none, `end` then being where the parser stood. */
export function scanNumber(text: string, start: number): {end: number; refusal?: string} {
  let at = start
  if (text.charCodeAt(at) === MINUS) {
    at += 1
    if (!isDigit(text.charCodeAt(at))) {
      return refused(text, at, 'expected digit (0-9) to follow minus sign, for valid numeric value')
    }
  }
  if (text.charCodeAt(at) === ZERO && isDigit(text.charCodeAt(at + 1))) {
    return {end: at + 1, refusal: 'Invalid numeric value: Leading zeroes not allowed'}
  }
  at = digits(text, at)
  if (text.charCodeAt(at) === DOT) {
    const from = at + 1
    at = digits(text, from)
    if (at === from) return refused(text, at, 'Decimal point not followed by a digit')
  }
  if ((text.charCodeAt(at) | 0x20) === LETTER_E) {
    const sign = text.charCodeAt(at + 1)
    const from = at + (sign === PLUS || sign === MINUS ? 2 : 1)
    at = digits(text, from)
    if (at === from) return refused(text, at, 'Exponent indicator not followed by a digit')
  }
  return {end: at}
}

function digits(text: string, from: number): number {
  let at = from
  while (isDigit(text.charCodeAt(at))) at += 1
  return at
}

function refused(text: string, at: number, comment: string): {end: number; refusal: string} {
  return at >= text.length
    ? {end: at, refusal: 'Unexpected end-of-input: ' + comment}
    : {end: at + 1, refusal: unexpectedInNumber(text.charCodeAt(at), comment)}
}
