import type {Evaluate, Node} from './evaluator.js'
import type {JsonNumber} from './decimal.js'
import {compareNumbers, exactDouble, exactResult} from './decimal.js'
import type {Json} from './json.js'
import {isEqual, isNumber} from './json.js'
import {typeOf} from './built-in.js'
import {ExpressionError} from './steps.js'

type Comparator = Extract<Node, {type: 'Comparator'}>['name']
type Operator = Extract<Node, {type: 'Arithmetic'}>['operator']

/** `==` and `!=` of any values; the others of numbers only, and null of anything else, as JMESPath has it. */
export function comparatorOf(name: Comparator, left: Evaluate, right: Evaluate): Evaluate {
  if (name === 'EQ') return (value, run) => isEqual(left(value, run), right(value, run), run.steps)
  if (name === 'NE') return (value, run) => !isEqual(left(value, run), right(value, run), run.steps)
  return (value, run) => {
    const [first, second] = [left(value, run), right(value, run)]
    if (!isNumber(first) || !isNumber(second)) return null
    const order = compareNumbers(first, second, run.steps)
    if (name === 'GT') return order > 0
    if (name === 'GTE') return order >= 0
    return name === 'LT' ? order < 0 : order <= 0
  }
}

/** Arithmetic in doubles; ExpressionError for anything but numbers and where a double cannot hold an operand or the result. */
export function arithmeticOf(operator: Operator, left: Evaluate, right: Evaluate): Evaluate {
  const compute = COMPUTATIONS[operator]
  return (value, run) => exactResult(compute(operand(left(value, run)), operand(right(value, run))))
}

/** The number with its sign changed. */
export function negative(of: Evaluate): Evaluate {
  return arithmeticOf('Minus', () => 0, of)
}

function operand(value: Json): number {
  if (isNumber(value)) return exactDouble(value satisfies JsonNumber)
  throw new ExpressionError(`arithmetic takes numbers, not ${typeOf(value)}`)
}

const COMPUTATIONS: Readonly<Record<`${Operator}`, (left: number, right: number) => number>> = {
  Plus: (left, right) => left + right,
  Minus: (left, right) => left - right,
  Multiply: (left, right) => left * right,
  Star: (left, right) => left * right,
  Divide: (left, right) => left / divisor(right),
  Div: (left, right) => Math.floor(left / divisor(right)),
  Modulo: (left, right) => left % divisor(right),
}

function divisor(number: number): number {
  if (number === 0) throw new ExpressionError('a division by zero')
  return number
}
