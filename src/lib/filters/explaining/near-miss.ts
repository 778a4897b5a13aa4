import {compileMatcher} from '../matching/compile-matcher.js'
import type {Alternative} from '../pattern/alternative.js'
import {takes} from './leaf.js'
import type {Leaf} from './leaf.js'

/** What small change would have made the value match, or undefined when none of those that people miss would. */
export function nearMiss(alternative: Alternative, leaf: Leaf): string | undefined {
  switch (alternative.operator) {
    case 'equals':
      return nearEquals(alternative, leaf)
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return nearString(alternative, leaf)
    case 'numeric':
      return nearNumber(alternative, leaf)
    case 'cidr':
    case 'exists':
    case 'anything-but':
      return undefined
  }
}

function nearNumber(alternative: Alternative, leaf: Leaf): string | undefined {
  const text = leaf.text.trim()
  if (leaf.kind !== 'string' || text === '' || !Number.isFinite(Number(text))) return undefined
  return tried(alternative, {kind: 'number', text}, 'would match if it were sent as a number')
}

function nearEquals(alternative: Alternative & {readonly operator: 'equals'}, leaf: Leaf): string | undefined {
  if ('number' in alternative) {
    return leaf.kind === 'string' && leaf.text === alternative.number.text
      ? `would match if the pattern had the string ${JSON.stringify(leaf.text)}`
      : undefined
  }
  if ('literal' in alternative) {
    return leaf.kind === 'string' && leaf.text === alternative.literal
      ? `would match if the pattern had the string ${JSON.stringify(leaf.text)}`
      : undefined
  }
  if (leaf.kind !== 'string') {
    return leaf.text === alternative.string ? `would match if the pattern had ${leaf.text} without quotes` : undefined
  }
  const {string} = alternative
  return (
    ignoringSpace(alternative, leaf) ??
    tried({operator: 'equals-ignore-case', value: string}, leaf, 'would match with `equals-ignore-case`') ??
    (string === '' ? undefined : nearPart(string, leaf.text))
  )
}

function nearPart(string: string, text: string): string | undefined {
  if (text.startsWith(string)) return 'would match with `prefix`'
  if (text.endsWith(string)) return 'would match with `suffix`'
  if (string.includes('*')) return 'a `*` stands for itself here: `wildcard` gives it its meaning'
  return text.includes(string) ? 'would match with `wildcard` and a `*` on both sides' : undefined
}

function nearString(
  alternative: Alternative & {readonly operator: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard'},
  leaf: Leaf,
): string | undefined {
  if (leaf.kind !== 'string') {
    return takesInstead(alternative, {kind: 'string', text: leaf.text})
      ? 'would match if the value were sent as a string'
      : undefined
  }
  const spaced = ignoringSpace(alternative, leaf)
  if (spaced !== undefined || alternative.operator === 'equals-ignore-case') return spaced
  if (alternative.operator === 'wildcard') {
    const folded: Alternative = {operator: 'wildcard', value: alternative.value.toLowerCase()}
    return tried(folded, {...leaf, text: leaf.text.toLowerCase()}, 'would match but for upper and lower case')
  }
  const folded: Alternative = {operator: alternative.operator, value: alternative.value, ignoreCase: true}
  return tried(folded, leaf, 'would match with `equals-ignore-case` inside')
}

function ignoringSpace(alternative: Alternative, leaf: Leaf & {readonly kind: 'string'}): string | undefined {
  const text = leaf.text.trim()
  return text === leaf.text
    ? undefined
    : tried(alternative, {...leaf, text}, 'would match without the white space around it')
}

function tried(alternative: Alternative, leaf: Leaf, words: string): string | undefined {
  return takesInstead(alternative, leaf) ? words : undefined
}

function takesInstead(alternative: Alternative, leaf: Leaf): boolean {
  return takes(compileMatcher(alternative), leaf)
}
