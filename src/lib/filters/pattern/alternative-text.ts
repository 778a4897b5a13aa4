import type {Alternative, Bound} from './alternative.js'

/** An alternative as JSON text, as it would stand in a pattern; numbers as they were written. */
export function alternativeText(alternative: Alternative): string {
  switch (alternative.operator) {
    case 'equals':
      return equalsText(alternative)
    case 'exists':
      return operatorText('exists', String(alternative.expected))
    case 'prefix':
    case 'suffix': {
      const value = JSON.stringify(alternative.value)
      return operatorText(
        alternative.operator,
        alternative.ignoreCase ? operatorText('equals-ignore-case', value) : value,
      )
    }
    case 'equals-ignore-case':
    case 'wildcard':
    case 'cidr':
      return operatorText(alternative.operator, JSON.stringify(alternative.value))
    case 'numeric':
      return operatorText('numeric', `[${numericTerms(alternative).join(',')}]`)
    case 'anything-but':
      return operatorText('anything-but', exceptionText(alternative))
  }
}

function operatorText(operator: string, operand: string): string {
  return `{"${operator}":${operand}}`
}

function equalsText(alternative: Alternative & {readonly operator: 'equals'}): string {
  if ('number' in alternative) return alternative.number.text
  if ('literal' in alternative) return alternative.literal
  const text = JSON.stringify(alternative.string)
  return alternative.written === 'exactly' ? operatorText('exactly', text) : text
}

function numericTerms({equal, low, high}: Alternative & {readonly operator: 'numeric'}): string[] {
  if (equal !== undefined) return ['"="', equal.text]
  const bound = (sign: string, {inclusive, text}: Bound): string[] => [inclusive ? `"${sign}="` : `"${sign}"`, text]
  return [...(low === undefined ? [] : bound('>', low)), ...(high === undefined ? [] : bound('<', high))]
}

function exceptionText(alternative: Alternative & {readonly operator: 'anything-but'}): string {
  const listed = (texts: readonly string[]): string => (alternative.list ? `[${texts.join(',')}]` : (texts[0] ?? ''))
  if ('strings' in alternative) return listed(alternative.strings.map(text => JSON.stringify(text)))
  if ('numbers' in alternative) return listed(alternative.numbers.map(({text}) => text))
  return operatorText(alternative.inner, listed(alternative.values.map(text => JSON.stringify(text))))
}
