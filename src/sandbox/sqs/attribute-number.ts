const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/
const MAX_DIGITS = 38
const MIN_EXPONENT = -128
const MAX_EXPONENT = 126

/**
 * Whether a text is a value of a Number attribute: "Numbers can have up to 38 digits of precision, and they can be between 10^-128 and
 * 10^+126" (SQS developer guide, message attributes).
 */
export function isAttributeNumber(value: string): boolean {
  if (!NUMBER.test(value)) return false
  const [mantissa = '', exponent = '0'] = value.toLowerCase().split('e')
  const digits = mantissa.replace(/[^0-9]/g, '').replace(/^0+/, '')
  return digits.length <= MAX_DIGITS && Number(exponent) >= MIN_EXPONENT && Number(exponent) <= MAX_EXPONENT
}
