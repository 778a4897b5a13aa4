import {PatternRefusal} from '../errors.js'
import type {Token, TokenReader} from '../json/token-reader.js'
import {comparableNumber} from '../values/comparable-number.js'
import {wildcardFault} from '../values/wildcard.js'
import type {Alternative, InnerOperator, NumberOperand} from './alternative.js'

const TOO_MANY = 'Too many elements in numeric expression'

/** Reads the operand of `anything-but` and the brace behind it. Throws PatternRefusal in AWS's words. */
export function parseAnythingBut(reader: TokenReader): Alternative {
  let token = reader.next()
  const inner = token === '{' ? innerOperator(reader) : undefined
  if (inner !== undefined) token = reader.next()
  if (token !== '[' && token !== 'string' && token !== 'number') {
    reader.refuse('Value of anything-but must be an array or single string/number value.')
  }
  const alternative = inner === undefined ? parseValues(reader, token) : parseInner(reader, token, inner)
  if (reader.next() !== '}') reader.refuse(TOO_MANY)
  if (inner !== undefined && reader.next() !== '}') reader.refuse(TOO_MANY)
  return alternative
}

function innerOperator(reader: TokenReader): InnerOperator {
  if (reader.next() !== 'name') reader.refuse('Anything-But expression name not found')
  const name = reader.fieldName
  switch (name) {
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return name
    default:
      reader.refuse(`Unsupported anything-but pattern: ${name}`)
  }
}

function parseValues(reader: TokenReader, token: Token): Alternative {
  if (token === 'string') return {operator: 'anything-but', list: false, strings: [reader.text()]}
  if (token === 'number') return {operator: 'anything-but', list: false, numbers: [singleNumber(reader)]}
  const strings: string[] = []
  const numbers: NumberOperand[] = []
  for (let member = reader.next(); member !== ']'; member = reader.next()) {
    if (member === 'string') strings.push(reader.text())
    else if (member === 'number') numbers.push(listedNumber(reader))
    else reader.refuse('Inside anything but list, start|null|boolean is not supported.')
  }
  if (strings.length > 0 === numbers.length > 0) {
    reader.refuse('Inside anything but list, either all values are number or string, mixed type is not supported')
  }
  return numbers.length > 0
    ? {operator: 'anything-but', list: true, numbers}
    : {operator: 'anything-but', list: true, strings}
}

/** AWS names no place for a number that stands alone, and one for a number in a list. */
function singleNumber(reader: TokenReader): NumberOperand {
  const text = reader.text()
  const value = comparableNumber(text)
  if (value === undefined) throw new PatternRefusal(`Cannot compare number : ${text}`)
  return {text, value}
}

function listedNumber(reader: TokenReader): NumberOperand {
  const text = reader.text()
  const value = comparableNumber(text)
  if (value === undefined) reader.refuse(`Cannot compare number : ${text}`)
  return {text, value}
}

function parseInner(reader: TokenReader, token: Token, inner: InnerOperator): Alternative {
  const values: string[] = []
  if (token === '[') {
    for (let member = reader.next(); member !== ']'; member = reader.next()) {
      values.push(innerOperand(reader, member, inner))
    }
  } else values.push(innerOperand(reader, token, inner))
  // AWS looks at wildcards when the list has ended.
  const fault = inner === 'wildcard' ? values.map(wildcardFault).find(found => found !== undefined) : undefined
  if (fault !== undefined) reader.refuse(fault)
  return {operator: 'anything-but', list: token === '[', inner, values}
}

function innerOperand(reader: TokenReader, token: Token, inner: InnerOperator): string {
  if (token !== 'string') {
    reader.refuse(
      inner === 'wildcard'
        ? 'wildcard match pattern must be a string'
        : inner === 'equals-ignore-case'
          ? 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
          : 'prefix/suffix match pattern must be a string',
    )
  }
  const value = reader.text()
  if (value === '' && (inner === 'prefix' || inner === 'suffix')) reader.refuse('Null prefix/suffix not allowed')
  return value
}
