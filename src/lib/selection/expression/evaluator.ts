import type {compile} from '@jmespath-community/jmespath'
import {arithmeticOf, comparatorOf, negative} from './operators.js'
import type {Json} from './json.js'
import {isArray, isFalse, isObject} from './json.js'
import {argumentsOf, builtInOf} from './functions.js'
import {MeaninglessError} from './meaningless-error.js'
import type {Steps} from './steps.js'
import {flattened, itemAt, projected, sliceOf} from './projection.js'

/** A node of the syntax tree that the JMESPath library makes of an expression. */
export type Node = ReturnType<typeof compile>

/** One evaluation: what it may spend, the whole message, and the variables of `let`. */
export interface Run {
  readonly steps: Steps
  readonly root: Json
  readonly variables?: ReadonlyMap<string, Json>
}

export type Evaluate = (value: Json, run: Run) => Json

/** What is known of the place of a node in its expression. */
export interface Place {
  /** Literals with their numbers whole; the tree has them as doubles. */
  readonly literal: (value: unknown) => Json
  readonly variables: ReadonlySet<string>
  readonly depth: number
}

const MAX_DEPTH = 1000

/**
 * Turns a syntax tree into a function that evaluates it, every node at the cost of a step. The library has an interpreter of its own; this
 * one differs where a wrong verdict would move a wrong message: numbers are compared digit by digit and sorted as numbers, names such as
 * `constructor` are looked up in the message alone, and no message can make an evaluation long.
 */
export function evaluatorOf(node: Node, place: Place): Evaluate {
  if (place.depth > MAX_DEPTH) throw new MeaninglessError('it is nested too deeply')
  const evaluate = nodeEvaluator(node, {...place, depth: place.depth + 1})
  return (value, run) => {
    run.steps.spend(1)
    return evaluate(value, run)
  }
}

function nodeEvaluator(node: Node, place: Place): Evaluate {
  const of = (child: Node): Evaluate => evaluatorOf(child, place)
  switch (node.type) {
    case 'Field':
      return value => (isObject(value) ? (value.get(node.name) ?? null) : null)
    case 'Subexpression': {
      const [left, right] = [of(unnegated(node.left)), of(node.right)]
      return (value, run) => {
        const inner = left(value, run)
        return inner === null ? null : right(inner, run)
      }
    }
    case 'IndexExpression':
    case 'Pipe': {
      const [left, right] = [of(node.left), of(node.right)]
      return (value, run) => right(left(value, run), run)
    }
    case 'Index':
      return value => itemAt(value, node.value)
    case 'Slice':
      return sliceOf(node)
    case 'Projection': {
      const ofText = node.left.type === 'IndexExpression' && node.left.right.type === 'Slice'
      return projected(of(node.left), of(node.right), base => (isArray(base) ? base : undefined), {ofText})
    }
    case 'ValueProjection':
      return projected(of(unnegated(node.left)), of(node.right), base =>
        isObject(base) ? Array.from(base.entries(), ([, member]) => member) : undefined,
      )
    case 'FilterProjection': {
      const condition = of(node.condition)
      return projected(of(unnegated(node.left)), of(node.right), (base, run) =>
        isArray(base) ? base.filter(item => !isFalse(condition(item, run))) : undefined,
      )
    }
    case 'Flatten':
      return flattened(of(unnegated(node.child)))
    case 'Comparator':
      return comparatorOf(node.name, of(node.left), of(node.right))
    case 'Arithmetic':
      return arithmeticOf(node.operator, of(node.left), of(node.right))
    case 'Unary':
      return node.operator === 'Minus' ? negative(of(node.operand)) : arithmeticOf('Plus', () => 0, of(node.operand))
    case 'OrExpression':
    case 'AndExpression': {
      const [left, right] = [of(node.left), of(node.right)]
      const stopsAtFalse = node.type === 'AndExpression'
      return (value, run) => {
        const first = left(value, run)
        return isFalse(first) === stopsAtFalse ? first : right(value, run)
      }
    }
    case 'NotExpression': {
      const child = of(node.child)
      return (value, run) => isFalse(child(value, run))
    }
    case 'Ternary': {
      const [condition, whenTrue, whenFalse] = [of(node.condition), of(node.trueExpr), of(node.falseExpr)]
      return (value, run) => (isFalse(condition(value, run)) ? whenFalse : whenTrue)(value, run)
    }
    case 'MultiSelectList': {
      const children = node.children.map(of)
      return (value, run) => children.map(child => child(value, run))
    }
    case 'MultiSelectHash': {
      const children = node.children.map(({name, value}) => [name, of(value)] as const)
      return (value, run) => {
        run.steps.spendStoring(children.length)
        return new Map(children.map(([name, child]) => [name, child(value, run)]))
      }
    }
    case 'Function': {
      const builtIn = builtInOf(node)
      const args = argumentsOf(builtIn, node, of)
      return (value, run) => builtIn.call(run.steps, args(value, run), node.name)
    }
    case 'LetExpression':
      return letEvaluator(node.bindings, node.expression, place)
    case 'Variable': {
      if (!place.variables.has(node.name)) throw new MeaninglessError(`there is no variable $${node.name}`)
      return (_value, run) => run.variables?.get(node.name) ?? null
    }
    case 'Literal': {
      const literal = place.literal(node.value)
      return () => literal
    }
    case 'Root':
      return (_value, run) => run.root
    case 'Current':
    case 'Identity':
      return value => value
    case 'Binding':
      throw new MeaninglessError('= does not compare; write ==')
    case 'ExpressionReference':
      throw new MeaninglessError('& stands only before an argument that is an expression, as in sort_by(list, &name)')
  }
}

function letEvaluator(bindings: readonly Node[], expression: Node, place: Place): Evaluate {
  const bound = bindings.map(binding => {
    if (binding.type !== 'Binding') throw new MeaninglessError('let takes bindings, as in let $name = value in ...')
    return [binding.variable, evaluatorOf(binding.reference, place)] as const
  })
  const names = bound.map(([name]) => name)
  const body = evaluatorOf(expression, {...place, variables: new Set([...place.variables, ...names])})
  return (value, run) => {
    const values = bound.map(([name, evaluate]) => [name, evaluate(value, run)] as const)
    run.steps.spendStoring((run.variables?.size ?? 0) + values.length)
    return body(value, {...run, variables: new Map([...(run.variables ?? []), ...values])})
  }
}

// `!` binds tighter than a dot, which few expect: !body.done asks for the member `done` of a boolean, and is never true.
function unnegated(node: Node): Node {
  if (node.type !== 'NotExpression') return node
  throw new MeaninglessError('! binds tighter than what follows; write !(a.b) for !a.b')
}
