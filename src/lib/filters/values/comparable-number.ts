const SAFE_LENGTH = 15

/**
 * The double that stands for a JSON number, or undefined when its text says more than a double can hold:
 * AWS then compares the texts (event-ruler: ComparableNumber).
 */
export function comparableNumber(text: string): number | undefined {
  const value = Number(text)
  if (text.length <= SAFE_LENGTH && !hasExponent(text)) return value
  if (!Number.isFinite(value)) return undefined
  return decimalOf(text) === decimalOf(String(value)) ? value : undefined
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether a text is a number as JSON spells it. */
export function isJsonNumber(text: string): boolean {
  return JSON_NUMBER.test(text)
}

function hasExponent(text: string): boolean {
  return text.includes('e') || text.includes('E')
}

/** One spelling for all texts of a decimal: sign, digits without zeros at either end, power of ten. */
function decimalOf(text: string): string {
  const negative = text.startsWith('-')
  const [mantissa = '', exponent = '0'] = text
    .replace('-', negative ? '' : '-')
    .toLowerCase()
    .split('e')
  const point = mantissa.indexOf('.')
  const digits = point < 0 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1)
  let first = 0
  while (digits.charAt(first) === '0') first += 1
  let last = digits.length
  while (last > first && digits.charAt(last - 1) === '0') last -= 1
  if (first === last) return '0'
  const fraction = point < 0 ? 0 : mantissa.length - point - 1
  const power = Number(exponent) - fraction + (digits.length - last)
  return `${negative ? '-' : ''}${digits.slice(first, last)}e${power}`
}
