import type {NearMiss, NearMissKind} from '../explanation.js'
import {compileMatcher} from '../matching/compile-matcher.js'
import type {Alternative} from '../pattern/alternative.js'
import {comparableNumber, isJsonNumber} from '../values/comparable-number.js'
import {takes} from './leaf.js'
import type {Leaf} from './leaf.js'

export type Service = 'SNS' | 'EventBridge'

type StringLeaf = Leaf & {readonly kind: 'string'}

/** What is shorter lies within many texts by chance. */
const SHORTEST_PART = 3

/**
 * What small change would have made the value meet its key, or undefined when none of those that people miss would. The words "this key would
 * be met" are said only of a change that has been tried on the key: the other keys, and arrays that they share with it, are not looked at.
 */
export function nearMiss(alternative: Alternative, leaf: Leaf, service: Service): NearMiss | undefined {
  switch (alternative.operator) {
    case 'equals':
      return nearEquals(alternative, leaf)
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return nearString(alternative, leaf, service)
    case 'numeric':
      return nearNumber(alternative, leaf)
    case 'cidr':
      return leaf.kind === 'string' ? ignoringSpace(alternative, leaf) : undefined
    case 'exists':
    case 'anything-but':
      return undefined
  }
}

function nearNumber(alternative: Alternative & {readonly operator: 'numeric'}, leaf: Leaf): NearMiss | undefined {
  if (leaf.kind === 'string') return sentAsNumber(alternative, leaf)
  const {low, high} = alternative
  if (leaf.kind !== 'number') return undefined
  return (
    (low &&
      tried(
        {...alternative, low: {...low, inclusive: true}},
        leaf,
        'bound',
        `this key would be met with \`>=\` instead of \`>\``,
      )) ??
    (high &&
      tried(
        {...alternative, high: {...high, inclusive: true}},
        leaf,
        'bound',
        `this key would be met with \`<=\` instead of \`<\``,
      ))
  )
}

function sentAsNumber(alternative: Alternative, {text}: StringLeaf): NearMiss | undefined {
  const number = text.trim()
  if (!isJsonNumber(number)) return undefined
  return tried(
    alternative,
    {kind: 'number', text: number},
    'sentAsString',
    'this key would be met if it were sent as a number',
  )
}

function nearEquals(alternative: Alternative & {readonly operator: 'equals'}, leaf: Leaf): NearMiss | undefined {
  if (!('string' in alternative)) return leaf.kind === 'string' ? nearUnquoted(alternative, leaf) : undefined
  const {string} = alternative
  if (leaf.kind !== 'string') return nearQuoted(string, leaf)
  return (
    ignoringSpace(alternative, leaf) ??
    tried(
      {operator: 'equals-ignore-case', value: string},
      leaf,
      'letterCase',
      'this key would be met with `equals-ignore-case`',
    ) ??
    (string === '' ? undefined : nearPart(string, leaf))
  )
}

/** The pattern has a number, or true, false or null, and the value is a text. */
function nearUnquoted(
  alternative: Alternative & {readonly operator: 'equals'},
  leaf: StringLeaf,
): NearMiss | undefined {
  const quoted = `this key would be met if the pattern had the string ${JSON.stringify(leaf.text)}`
  if ('literal' in alternative) {
    return leaf.text === alternative.literal ? {kind: 'unquotedInPattern', text: quoted} : undefined
  }
  const number = isJsonNumber(leaf.text) && takesInstead(alternative, {kind: 'number', text: leaf.text})
  return number ? {kind: 'unquotedInPattern', text: quoted} : sentAsNumber(alternative, leaf)
}

/** The pattern has a text, and the value is a number, or true, false or null. */
function nearQuoted(string: string, leaf: Leaf): NearMiss | undefined {
  const words = `this key would be met if the pattern had ${string} without quotes`
  if (leaf.kind === 'literal') return leaf.text === string ? {kind: 'quotedInPattern', text: words} : undefined
  if (!isJsonNumber(string)) return undefined
  const number = {text: string, value: comparableNumber(string)}
  return tried({operator: 'equals', number}, leaf, 'quotedInPattern', words)
}

function nearPart(string: string, leaf: StringLeaf): NearMiss | undefined {
  const {text} = leaf
  if (text.startsWith(string)) return {kind: 'partOfValue', text: 'this key would be met with `prefix`'}
  if (text.endsWith(string)) return {kind: 'partOfValue', text: 'this key would be met with `suffix`'}
  // Stars that follow each other and what a backslash may stand before are rules of their own.
  if (string.includes('\\') || string.includes('**')) return undefined
  if (!string.includes('*')) {
    return string.length >= SHORTEST_PART && text.includes(string)
      ? {kind: 'partOfValue', text: 'this key would be met with `wildcard` and a `*` on both sides'}
      : undefined
  }
  const words = 'this key would be met with `wildcard`: without it, a `*` stands for itself'
  return tried({operator: 'wildcard', value: string}, leaf, 'star', words)
}

function nearString(
  alternative: Alternative & {readonly operator: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard'},
  leaf: Leaf,
  service: Service,
): NearMiss | undefined {
  if (leaf.kind !== 'string') {
    const {text} = leaf
    return tried(
      alternative,
      {kind: 'string', text},
      'notSentAsString',
      'this key would be met if it were sent as a string',
    )
  }
  const spaced = ignoringSpace(alternative, leaf)
  if (spaced !== undefined || alternative.operator === 'equals-ignore-case') return spaced
  if (alternative.operator === 'wildcard') {
    const folded: Alternative = {operator: 'wildcard', value: alternative.value.toLowerCase()}
    const lower = {...leaf, text: leaf.text.toLowerCase()}
    return tried(
      folded,
      lower,
      'letterCase',
      'this key would be met if both were in lower case: `wildcard` compares by case',
    )
  }
  const folded: Alternative = {operator: alternative.operator, value: alternative.value, ignoreCase: true}
  const caveat = service === 'SNS' ? ', which SNS does not document' : ''
  return tried(folded, leaf, 'letterCase', `this key would be met with \`equals-ignore-case\` inside${caveat}`)
}

function ignoringSpace(alternative: Alternative, leaf: StringLeaf): NearMiss | undefined {
  const text = leaf.text.trim()
  return text === leaf.text
    ? undefined
    : tried(
        alternative,
        {...leaf, text},
        'whiteSpace',
        'this key would be met without the white space around the value',
      )
}

function tried(alternative: Alternative, leaf: Leaf, kind: NearMissKind, words: string): NearMiss | undefined {
  return takesInstead(alternative, leaf) ? {kind, text: words} : undefined
}

function takesInstead(alternative: Alternative, leaf: Leaf): boolean {
  return takes(compileMatcher(alternative), leaf)
}
