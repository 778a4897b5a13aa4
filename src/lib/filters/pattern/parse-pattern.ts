import {TokenReader} from '../json/token-reader.js'
import type {Alternative, OrEntry, PatternEntry} from './alternative.js'
import {parseOperator} from './parse-operator.js'
import {addressDigits} from '../values/ip-address.js'
import {comparableNumber} from '../values/comparable-number.js'

const OR = '$or'

/** Names that AWS keeps for operators of now and later; none may name a field inside `$or`. */
const RESERVED_IN_OR = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
])

/**
 * Reads a pattern in the order and with the refusals of event-ruler's JsonRuleCompiler; like it, looks at nothing after the root object.
 * Throws PatternRefusal.
 */
export function parsePattern(text: string): readonly PatternEntry[] {
  const reader = new TokenReader(text)
  if (reader.next() !== '{') reader.refuse('Filter is not an object')
  return parseEntries(reader, '', false)
}

function parseEntries(reader: TokenReader, parent: string, insideOr: boolean): PatternEntry[] {
  const entries: PatternEntry[] = []
  while (reader.next() !== '}') entries.push(parseEntry(reader, parent, insideOr))
  if (entries.length === 0) reader.refuse('Empty objects are not allowed')
  return trimmed(entries)
}

function parseEntry(reader: TokenReader, parent: string, insideOr: boolean): PatternEntry {
  const name = reader.fieldName
  if (name === OR) return parseOr(reader, parent)
  if (insideOr && RESERVED_IN_OR.has(name)) {
    reader.refuse(`${name} is Ruler reserved fieldName which cannot be used inside ${OR}.`)
  }
  const path = parent === '' ? name : `${parent}.${name}`
  switch (reader.next()) {
    case '{':
      return {kind: 'nested', path, entries: parseEntries(reader, path, insideOr)}
    case '[':
      return {kind: 'field', path, alternatives: parseAlternatives(reader)}
    default:
      reader.refuse(`"${name}" must be an object or an array`)
  }
}

function parseOr(reader: TokenReader, parent: string): OrEntry {
  if (reader.next() !== '[') reader.refuse(`It must be an Array followed with ${OR}.`)
  const branches: PatternEntry[][] = []
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    if (token !== '{') reader.refuse(`Only JSON object is allowed in array of ${OR} relationship.`)
    branches.push(parseEntries(reader, parent, true))
  }
  if (branches.length < 2) reader.refuse(`There must have at least 2 Objects in ${OR} relationship.`)
  return {kind: 'or', path: parent === '' ? OR : `${parent}.${OR}`, branches}
}

function parseAlternatives(reader: TokenReader): Alternative[] {
  const alternatives: Alternative[] = []
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    switch (token) {
      case '{':
        alternatives.push(parseOperator(reader))
        break
      case 'string': {
        const string = reader.text()
        alternatives.push({operator: 'equals', string, address: addressDigits(string)})
        break
      }
      case 'number': {
        const text = reader.text()
        alternatives.push({operator: 'equals', number: {text, value: comparableNumber(text)}})
        break
      }
      case 'true':
      case 'false':
      case 'null':
        alternatives.push({operator: 'equals', literal: token})
        break
      default:
        reader.refuse('Match value must be String, number, true, false, or null')
    }
  }
  if (alternatives.length === 0) reader.refuse('Empty arrays are not allowed')
  return trimmed(alternatives)
}

/** Without the room that V8 leaves for more, several times what most patterns need: they are kept by the thousand. */
function trimmed<Member>(members: Member[]): Member[] {
  return members.slice()
}
