import type {Apply, BuiltIn} from './built-in.js'
import {arity} from './built-in.js'
import type {Evaluate, Node, Run} from './evaluator.js'
import {MeaninglessError} from './meaningless-error.js'
import type {Json} from './json.js'
import {LIST_FUNCTIONS} from './list-functions.js'
import {TEXT_FUNCTIONS} from './text-functions.js'
import {VALUE_FUNCTIONS} from './value-functions.js'

type Call = Extract<Node, {type: 'Function'}>

const FUNCTIONS: ReadonlyMap<string, BuiltIn> = new Map([
  ...Object.entries(LIST_FUNCTIONS),
  ...Object.entries(TEXT_FUNCTIONS),
  ...Object.entries(VALUE_FUNCTIONS),
])

/** The function that a node calls; throws MeaninglessError where there is none or it takes another number of arguments. */
export function builtInOf({name, children}: Call): BuiltIn {
  const builtIn = FUNCTIONS.get(name)
  if (builtIn === undefined) throw new MeaninglessError(`there is no function ${name}()`)
  const [least, most] = arity(builtIn)
  if (children.length >= least && children.length <= most) return builtIn
  const range = most === Infinity ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`
  throw new MeaninglessError(
    `${name}() takes ${range} argument${most === 1 || (most === Infinity && least === 1) ? '' : 's'}, not ${children.length}`,
  )
}

/** Evaluates the arguments of a call; one after `&` becomes a function. Throws MeaninglessError where `&` is missing or too many. */
export function argumentsOf(
  {parameters}: BuiltIn,
  {name, children}: Call,
  evaluatorOf: (node: Node) => Evaluate,
): (value: Json, run: Run) => (Json | Apply)[] {
  const args = children.map((child, index) => {
    const isReference = child.type === 'ExpressionReference'
    if (isReference !== (parameters[index] === 'expression')) {
      throw new MeaninglessError(`argument ${index + 1} of ${name}() is written ${isReference ? 'without' : 'with'} &`)
    }
    if (!isReference) return evaluatorOf(child)
    const inner = evaluatorOf(child.child)
    return (_value: Json, run: Run) => (item: Json) => inner(item, run)
  })
  return (value, run) => args.map(argument => argument(value, run))
}
