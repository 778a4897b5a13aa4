import type {JsonNumber} from './decimal.js'
import {exactDouble} from './decimal.js'
import type {Json, JsonObject} from './json.js'
import {isArray, isNumber, isObject} from './json.js'
import type {Steps} from './steps.js'
import {ExpressionError} from './steps.js'

/** Applies an argument written `&expression` to a value. */
export type Apply = (value: Json) => Json

interface Kinds {
  any: Json
  array: readonly Json[]
  arrays: readonly (readonly Json[])[]
  number: JsonNumber
  numbers: readonly JsonNumber[]
  object: JsonObject
  string: string
  strings: readonly string[]
  'array|string': readonly Json[] | string
  'array|object|string': readonly Json[] | JsonObject | string
  'numbers|strings': readonly JsonNumber[] | readonly string[]
  expression: Apply
}

/** What a parameter takes; `?` where it may be left out, `...` where any number of arguments follows, all of one kind. */
export type Parameter = keyof Kinds | `${keyof Kinds}?` | `${keyof Kinds}...`

type Argument<P> = P extends keyof Kinds
  ? Kinds[P]
  : P extends `${infer Kind extends keyof Kinds}?`
    ? Kinds[Kind] | undefined
    : P extends `${infer Kind extends keyof Kinds}...`
      ? readonly Kinds[Kind][]
      : never

type Arguments<P extends readonly Parameter[]> = {[Index in keyof P]: Argument<P[Index]>}

/** A function of JMESPath. */
export interface BuiltIn {
  readonly parameters: readonly Parameter[]
  readonly call: (steps: Steps, args: readonly (Json | Apply)[], name: string) => Json
}

/** A function whose arguments are checked before `body` is given them. */
export function builtIn<const P extends readonly Parameter[]>(
  parameters: P,
  body: (steps: Steps, ...args: Arguments<P>) => Json,
): BuiltIn {
  const last = parameters.at(-1)
  const rest = last?.endsWith('...') === true ? last.slice(0, -3) : undefined
  const kinds = parameters.map(parameter => parameter.replace(/\?$|\.\.\.$/, ''))
  return {
    parameters,
    call: (steps, args, name) => {
      args.forEach((argument, index) => {
        const kind = kinds[index] ?? rest ?? 'any'
        if (!isOf(kind, argument, steps))
          throw new ExpressionError(`${name}() takes ${described(kind)}, not ${kindOf(argument)}`)
      })
      return body(steps, ...((rest === undefined ? args : [args]) as Arguments<P>))
    },
  }
}

/** The least and the greatest number of arguments. */
export function arity({parameters}: Pick<BuiltIn, 'parameters'>): readonly [least: number, most: number] {
  const least = parameters.filter(parameter => !parameter.endsWith('?')).length
  return [least, parameters.some(parameter => parameter.endsWith('...')) ? Infinity : parameters.length]
}

/** JMESPath's name for the type of a value. */
export function typeOf(value: Json): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  return isNumber(value) ? 'number' : isArray(value) ? 'array' : 'object'
}

/** A whole number given as an argument; throws ExpressionError where it is none. */
export function wholeNumber(number: JsonNumber, name: string): number {
  const double = exactDouble(number)
  if (!Number.isSafeInteger(double)) throw new ExpressionError(`${name}() takes a whole number, not ${double}`)
  return double
}

/** The same for a number that must not be negative. */
export function count(number: JsonNumber, name: string): number {
  const whole = wholeNumber(number, name)
  if (whole < 0) throw new ExpressionError(`${name}() takes a number that is not negative, not ${whole}`)
  return whole
}

function isOf(kind: string, argument: Json | Apply, steps: Steps): boolean {
  if (typeof argument === 'function') return kind === 'expression'
  if (kind === 'any') return true
  return kind.split('|').some(one => isOfOne(one, argument, steps))
}

function isOfOne(kind: string, argument: Json, steps: Steps): boolean {
  switch (kind) {
    case 'array':
      return isArray(argument)
    case 'arrays':
      return isListOf(argument, isArray, steps)
    case 'number':
      return isNumber(argument)
    case 'numbers':
      return isListOf(argument, isNumber, steps)
    case 'object':
      return isObject(argument)
    case 'string':
      return isText(argument)
    case 'strings':
      return isListOf(argument, isText, steps)
    default:
      return false
  }
}

function isText(value: Json): boolean {
  return typeof value === 'string'
}

function isListOf(value: Json, test: (item: Json) => boolean, steps: Steps): boolean {
  if (!isArray(value)) return false
  steps.spend(value.length)
  return value.every(test)
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  array: 'an array',
  arrays: 'an array of arrays',
  number: 'a number',
  numbers: 'an array of numbers',
  object: 'an object',
  string: 'a string',
  strings: 'an array of strings',
  expression: 'an expression after &',
}

function described(kind: string): string {
  return kind
    .split('|')
    .map(one => DESCRIPTIONS[one] ?? one)
    .join(' or ')
}

function kindOf(argument: Json | Apply): string {
  if (typeof argument === 'function') return 'an expression after &'
  if (isArray(argument) && argument.length > 0) return 'an array of other values'
  const type = typeOf(argument)
  return type === 'null' ? 'null' : (DESCRIPTIONS[type] ?? `a ${type}`)
}
