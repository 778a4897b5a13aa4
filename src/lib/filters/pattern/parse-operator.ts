import {PatternRefusal} from '../errors.js'
import type {TokenReader} from '../json/token-reader.js'
import {parseCidr} from '../values/cidr.js'
import type {Alternative} from './alternative.js'
import {parseAnythingBut} from './parse-anything-but.js'
import {parseNumeric} from './parse-numeric.js'
import {wildcardFault} from '../values/wildcard.js'

const ONE_KEY = 'Only one key allowed in match expression'

/** Reads an operator object whose opening brace is behind, to after its closing one. Throws PatternRefusal in AWS's words. */
export function parseOperator(reader: TokenReader): Alternative {
  if (reader.next() !== 'name') reader.refuse('Match expression name not found')
  const operator = reader.fieldName
  switch (operator) {
    case 'exactly':
      return closed(reader, {operator: 'equals', string: stringOperand(reader, 'exact'), written: 'exactly'})
    case 'prefix':
    case 'suffix':
      return parseAffix(reader, operator)
    case 'equals-ignore-case':
      return closed(reader, {operator, value: stringOperand(reader, operator)})
    case 'wildcard':
      return closed(reader, {operator, value: wildcardOperand(reader)})
    case 'numeric':
      return parseNumeric(reader)
    case 'anything-but':
      return parseAnythingBut(reader)
    case 'exists':
      return closed(reader, {operator, expected: booleanOperand(reader)})
    case 'cidr':
      return closed(reader, cidrOperand(reader))
    default:
      reader.refuse(`Unrecognized match type ${operator}`)
  }
}

function closed(reader: TokenReader, alternative: Alternative): Alternative {
  if (reader.next() !== '}') reader.refuse(ONE_KEY)
  return alternative
}

function stringOperand(reader: TokenReader, operator: string): string {
  if (reader.next() !== 'string') reader.refuse(`${operator} match pattern must be a string`)
  return reader.text()
}

function parseAffix(reader: TokenReader, operator: 'prefix' | 'suffix'): Alternative {
  const token = reader.next()
  if (token === 'string') return closed(reader, {operator, value: reader.text(), ignoreCase: false})
  if (token !== '{') reader.refuse(`${operator} match pattern must be a string`)
  const word = operator === 'prefix' ? 'Prefix' : 'Suffix'
  if (reader.next() !== 'name') reader.refuse(`${word} expression name not found`)
  const inner = reader.fieldName
  if (inner !== 'equals-ignore-case') reader.refuse(`Unsupported ${operator} pattern: ${inner}`)
  const value = stringOperand(reader, inner)
  if (reader.next() !== '}') reader.refuse(ONE_KEY)
  return closed(reader, {operator, value, ignoreCase: true})
}

function wildcardOperand(reader: TokenReader): string {
  const value = stringOperand(reader, 'wildcard')
  const fault = wildcardFault(value)
  if (fault !== undefined) reader.refuse(fault)
  return value
}

function booleanOperand(reader: TokenReader): boolean {
  const token = reader.next()
  if (token !== 'true' && token !== 'false') reader.refuse('exists match pattern must be either true or false.')
  return token === 'true'
}

function cidrOperand(reader: TokenReader): Alternative {
  // AWS says "prefix" here too.
  const value = stringOperand(reader, 'prefix')
  const range = parseCidr(value)
  // AWS names no place for these.
  if (typeof range === 'string') throw new PatternRefusal(range)
  return {operator: 'cidr', value, range}
}
