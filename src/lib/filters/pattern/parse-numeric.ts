import type {TokenReader} from '../json/token-reader.js'
import {comparableNumber} from '../values/comparable-number.js'
import type {Alternative, Bound} from './alternative.js'

const TOO_MANY = 'Too many elements in numeric expression'

/** Reads the operand of `numeric` and the brace behind it, checking in AWS's order. Throws PatternRefusal in AWS's words. */
export function parseNumeric(reader: TokenReader): Alternative {
  if (reader.next() !== '[') reader.refuse('Value of numeric must be an array.')
  const alternative = parseTerms(reader)
  if (reader.next() !== '}') reader.refuse(TOO_MANY)
  return alternative
}

function parseTerms(reader: TokenReader): Alternative {
  const first = reader.next()
  if (first !== 'string') reader.refuse(`Invalid member in numeric match: ${reader.text()}`)
  const sign = reader.text()
  const operand = reader.next()
  switch (sign) {
    case '=': {
      const text = numberText(reader, operand, 'equals')
      if (reader.next() !== ']') reader.refuse(TOO_MANY)
      return {operator: 'numeric', equal: {text, value: comparable(reader, text)}}
    }
    case '<':
    case '<=': {
      const text = numberText(reader, operand, sign)
      if (reader.next() !== ']') reader.refuse(TOO_MANY)
      return {operator: 'numeric', high: bound(reader, text, sign === '<=')}
    }
    case '>':
    case '>=': {
      const text = numberText(reader, operand, sign)
      if (reader.next() === ']') return {operator: 'numeric', low: bound(reader, text, sign === '>=')}
      return parseUpper(reader, text, sign === '>=')
    }
    default:
      reader.refuse(`Unrecognized numeric range operator: ${sign}`)
  }
}

function parseUpper(reader: TokenReader, bottom: string, inclusive: boolean): Alternative {
  if (reader.token !== 'string') reader.refuse(`Bad value in numeric range: ${reader.text()}`)
  const sign = reader.text()
  if (sign !== '<' && sign !== '<=') reader.refuse(`Bad numeric range operator: ${sign}`)
  const top = numberText(reader, reader.next(), sign)
  if (reader.next() !== ']') reader.refuse('Too many terms in numeric range expression')
  const low = bound(reader, bottom, inclusive)
  const high = bound(reader, top, sign === '<=')
  if (low.value >= high.value) reader.refuse('Bottom must be less than top')
  return {operator: 'numeric', low, high}
}

function numberText(reader: TokenReader, token: string, word: string): string {
  if (token !== 'number') reader.refuse(`Value of ${word} must be numeric`)
  return reader.text()
}

function bound(reader: TokenReader, text: string, inclusive: boolean): Bound {
  return {value: comparable(reader, text), text, inclusive}
}

function comparable(reader: TokenReader, text: string): number {
  const value = comparableNumber(text)
  if (value === undefined) reader.refuse(`Cannot compare number : ${text}`)
  return value
}
