import type {Steps} from './steps.js'
import {ExpressionError} from './steps.js'

/** A number whose text no double gives back (`9007199254740993`, `1.0`, `-0`): kept as that text. */
export class Decimal {
  constructor(readonly text: string) {}
}

/** A number of a message: a double where its text is that of the double, so that nothing is lost either way. */
export type JsonNumber = number | Decimal

interface Digits {
  readonly sign: -1 | 0 | 1
  /** Of the value 0.DIGITS x 10^point, without zeros at either end. */
  readonly digits: string
  readonly point: number
}

const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,12}))?$/

/** The number that a JSON number text stands for. */
export function numberOf(text: string): JsonNumber {
  const double = Number(text)
  return SHORT_INTEGER.test(text) || String(double) === text ? double : new Decimal(text)
}

/** The text that a number is written as in JSON. */
export function textOfNumber(number: JsonNumber): string {
  return typeof number === 'number' ? String(number) : number.text
}

/** Below zero, zero or above as the first number is less, equal or greater: exactly, whatever their length. */
export function compareNumbers(left: JsonNumber, right: JsonNumber, steps: Steps): number {
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0
  const [a, b] = [textOfNumber(left), textOfNumber(right)]
  steps.spendStoring(4)
  steps.spendText(a.length + b.length)
  const order = compareDecimals(a, b)
  if (order === undefined) throw new ExpressionError('a number has an exponent that is out of any range')
  return order
}

/** Compares two texts of decimal numbers (`+.5`, `1e3`, `007`); undefined where one of them is no number. */
export function compareDecimals(left: string, right: string): number | undefined {
  const [a, b] = [digitsOf(left), digitsOf(right)]
  if (a === undefined || b === undefined) return undefined
  if (a.sign !== b.sign) return a.sign - b.sign
  if (a.point !== b.point) return a.sign * (a.point - b.point)
  return a.digits === b.digits ? 0 : a.sign * (a.digits < b.digits ? -1 : 1)
}

/** The double that is this very number; throws ExpressionError where there is none, rather than compute with another number. */
export function exactDouble(number: JsonNumber): number {
  if (typeof number === 'number') return number
  const double = Number(number.text)
  if (Number.isFinite(double) && compareDecimals(String(double), number.text) === 0) return double + 0
  throw new ExpressionError(`${abridged(number.text)} cannot be computed with exactly; compare it instead`)
}

/** The result of an arithmetic operation; throws ExpressionError where it is no finite number or past what a double counts exactly. */
export function exactResult(result: number): number {
  if (Number.isInteger(result) ? Number.isSafeInteger(result) : Number.isFinite(result))
    return result === 0 ? 0 : result
  throw new ExpressionError(`the result of a computation, ${result}, is out of the range of exact numbers`)
}

function digitsOf(text: string): Digits | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? []
  if (sign === undefined || whole.length + fraction.length === 0) return undefined
  const all = whole + fraction
  let start = 0
  let end = all.length
  while (start < end && all.charCodeAt(start) === 48) start++
  while (end > start && all.charCodeAt(end - 1) === 48) end--
  if (start === end) return {sign: 0, digits: '', point: 0}
  return {
    sign: sign === '-' ? -1 : 1,
    digits: all.slice(start, end),
    point: whole.length - start + Number(exponent),
  }
}

function abridged(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
