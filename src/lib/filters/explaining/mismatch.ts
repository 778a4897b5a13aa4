import type {Alternative, Bound, NumberOperand} from '../pattern/alternative.js'
import {compileMatcher} from '../matching/compile-matcher.js'
import {comparableNumber, isJsonNumber} from '../values/comparable-number.js'
import {addressDigits, isUnreadAddress} from '../values/ip-address.js'
import {leafText, takes} from './leaf.js'
import type {Leaf} from './leaf.js'
import type {Subject} from './subject.js'

/** Why a value does not meet an alternative, in a phrase. */
export function mismatch(alternative: Alternative, leaf: Leaf, path: string, subject: Subject): string {
  const needed = neededKind(alternative)
  if (needed !== undefined && needed !== leaf.kind) {
    const name = alternative.operator === 'equals' ? `a ${needed} in the pattern` : alternative.operator
    return `\`${path}\` is ${subject.kindOf(path, leaf)}; ${name} needs ${subject.needed(needed)}`
  }
  const value = leafText(leaf)
  switch (alternative.operator) {
    case 'equals':
      if (!('literal' in alternative)) return `${value} is not equal`
      return leaf.kind === 'literal'
        ? `${value} is not ${alternative.literal}`
        : `${value} is ${subject.kindOf(path, leaf)}, and not ${alternative.literal}`
    case 'exists':
      return `there is a value: ${value}`
    case 'prefix':
      return `${value} does not begin with ${JSON.stringify(alternative.value)}`
    case 'suffix':
      return `${value} does not end with ${JSON.stringify(alternative.value)}`
    case 'equals-ignore-case':
      return `${value} is not equal, whatever the case`
    case 'wildcard':
      return `${value} does not fit`
    case 'numeric':
      return outOfRange(alternative, value)
    case 'cidr':
      if (addressDigits(leaf.text) !== undefined) return `${value} is not in ${alternative.value}`
      return isUnreadAddress(leaf.text)
        ? `${value} is an IP address in a spelling that AWS does not read`
        : `${value} is no IP address`
    case 'anything-but':
      return `${value} is excluded`
  }
}

/** Why an exclusion lets a value through whose characters it names: "5" and 5 are different values. Undefined where it does not name them. */
export function passedByType(alternative: Alternative, leaf: Leaf, path: string, subject: Subject): string | undefined {
  if (leaf.kind === 'literal' || (leaf.kind === 'string' && !isJsonNumber(leaf.text))) return undefined
  const kind = leaf.kind === 'number' ? 'string' : 'number'
  if (takes(compileMatcher(alternative), {...leaf, kind})) return undefined
  return `\`${path}\` is ${subject.kindOf(path, leaf)}, and only as ${subject.needed(kind)} would ${leafText(leaf)} be excluded`
}

function neededKind(alternative: Alternative): 'string' | 'number' | undefined {
  switch (alternative.operator) {
    case 'equals':
      return 'number' in alternative ? 'number' : 'string' in alternative ? 'string' : undefined
    case 'exists':
    case 'anything-but':
      return undefined
    case 'numeric':
      return 'number'
    default:
      return 'string'
  }
}

function outOfRange(
  {equal, low, high}: {readonly equal?: NumberOperand; readonly low?: Bound; readonly high?: Bound},
  shown: string,
): string {
  const value = comparableNumber(shown)
  if (value === undefined) return `${shown} has more digits than a range compares`
  if (equal !== undefined) return `${shown} is not ${equal.text}`
  if (low !== undefined && (low.inclusive ? value < low.value : value <= low.value)) {
    return `${shown} is not ${low.inclusive ? '>=' : '>'} ${low.text}`
  }
  return high === undefined
    ? `${shown} is not in the range`
    : `${shown} is not ${high.inclusive ? '<=' : '<'} ${high.text}`
}
