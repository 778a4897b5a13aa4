import type {Alternative, Bound, NumberOperand} from '../pattern/alternative.js'

/** An alternative as the JSON text it has in a pattern, without white space. */
export function alternativeText(alternative: Alternative): string {
  const {operator} = alternative
  if (operator === 'equals') {
    if ('number' in alternative) return alternative.number.text
    if ('literal' in alternative) return alternative.literal
    const text = JSON.stringify(alternative.string)
    return alternative.written === undefined ? text : `{"${alternative.written}":${text}}`
  }
  return `{"${operator}":${operandText(alternative)}}`
}

function operandText(alternative: Exclude<Alternative, {readonly operator: 'equals'}>): string {
  switch (alternative.operator) {
    case 'exists':
      return String(alternative.expected)
    case 'prefix':
    case 'suffix': {
      const text = JSON.stringify(alternative.value)
      return alternative.ignoreCase ? `{"equals-ignore-case":${text}}` : text
    }
    case 'equals-ignore-case':
    case 'wildcard':
    case 'cidr':
      return JSON.stringify(alternative.value)
    case 'numeric':
      return numericText(alternative)
    case 'anything-but':
      return anythingButText(alternative)
  }
}

function numericText({
  equal,
  low,
  high,
}: {
  readonly equal?: NumberOperand
  readonly low?: Bound
  readonly high?: Bound
}): string {
  const terms: string[] = []
  if (equal !== undefined) terms.push(`"=",${equal.text}`)
  if (low !== undefined) terms.push(`"${low.inclusive ? '>=' : '>'}",${low.text}`)
  if (high !== undefined) terms.push(`"${high.inclusive ? '<=' : '<'}",${high.text}`)
  return `[${terms.join(',')}]`
}

function anythingButText(alternative: Alternative & {readonly operator: 'anything-but'}): string {
  const {list} = alternative
  if ('numbers' in alternative) {
    return listText(
      alternative.numbers.map(({text}) => text),
      list,
    )
  }
  if ('strings' in alternative) return listText(quoted(alternative.strings), list)
  return `{"${alternative.inner}":${listText(quoted(alternative.values), list)}}`
}

function listText(members: readonly string[], list: boolean): string {
  return list ? `[${members.join(',')}]` : members.join(',')
}

function quoted(strings: readonly string[]): string[] {
  return strings.map(string => JSON.stringify(string))
}
