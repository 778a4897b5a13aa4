import type {Alternative, InnerOperator, NumberOperand} from '../pattern/alternative.js'
import type {Matcher} from './matcher.js'
import {NoValue} from './matcher.js'
import {AnyValue, ExactNumbers, Except, Literal, NumberRange} from './other-matchers.js'
import {
  Cidr,
  EqualsIgnoreCase,
  ExactStrings,
  Prefix,
  PrefixIgnoreCase,
  SameAddress,
  Suffix,
  SuffixIgnoreCase,
  Wildcard,
} from './string-matchers.js'

/** The matcher of one alternative. `exists: false` takes no value: it is about there being none. */
export function compileMatcher(alternative: Alternative): Matcher {
  switch (alternative.operator) {
    case 'equals':
      return compileEquals(alternative)
    case 'exists':
      return alternative.expected ? new AnyValue() : new NoValue()
    case 'prefix':
      return alternative.ignoreCase ? new PrefixIgnoreCase(alternative.value) : new Prefix(alternative.value)
    case 'suffix':
      return alternative.ignoreCase ? new SuffixIgnoreCase(alternative.value) : new Suffix(alternative.value)
    case 'equals-ignore-case':
      return new EqualsIgnoreCase(alternative.value)
    case 'wildcard':
      return new Wildcard(alternative.value)
    case 'numeric':
      return alternative.equal === undefined
        ? new NumberRange(alternative.low, alternative.high)
        : new ExactNumbers([alternative.equal])
    case 'cidr':
      return new Cidr(alternative.range)
    case 'anything-but':
      return new Except(excludedBy(alternative))
  }
}

/** Matchers for several alternatives: plain strings, and plain numbers, are looked up together. */
export function compileMatchers(alternatives: readonly Alternative[]): readonly Matcher[] {
  const strings: string[] = []
  const numbers: NumberOperand[] = []
  const others: Matcher[] = []
  for (const alternative of alternatives) {
    if (alternative.operator === 'exists' && !alternative.expected) continue
    if (alternative.operator !== 'equals') others.push(compileMatcher(alternative))
    else if ('number' in alternative) numbers.push(alternative.number)
    else if ('string' in alternative && alternative.address === undefined) strings.push(alternative.string)
    else others.push(compileMatcher(alternative))
  }
  const first: Matcher[] = strings.length === 0 ? [] : [new ExactStrings(strings)]
  return first.concat(numbers.length === 0 ? [] : new ExactNumbers(numbers), others)
}

function compileEquals(alternative: Alternative & {readonly operator: 'equals'}): Matcher {
  if ('number' in alternative) return new ExactNumbers([alternative.number])
  if ('literal' in alternative) return new Literal(alternative.literal)
  return alternative.address === undefined
    ? new ExactStrings([alternative.string])
    : new SameAddress(alternative.address)
}

function excludedBy(alternative: Alternative & {readonly operator: 'anything-but'}): readonly Matcher[] {
  if ('strings' in alternative) return [new ExactStrings(alternative.strings)]
  if ('numbers' in alternative) return [new ExactNumbers(alternative.numbers)]
  return alternative.values.map(value => innerMatcher(alternative.inner, value))
}

function innerMatcher(inner: InnerOperator, value: string): Matcher {
  switch (inner) {
    case 'prefix':
      return new Prefix(value)
    case 'suffix':
      return new Suffix(value)
    case 'equals-ignore-case':
      return new EqualsIgnoreCase(value)
    case 'wildcard':
      return new Wildcard(value)
  }
}
