import {createHash} from 'node:crypto'
import type {MessageView} from '../messages/message-view.js'
import {bodyFault} from './content.js'
import {compileExpression} from './expression/expression.js'
import {jsonText} from './expression/json.js'
import {ExpressionError} from './expression/steps.js'

/** The new body of a message, or why there is none: the message then stays where it is, and is reported. */
export type Transformed = {readonly body: string} | {readonly error: string}

export interface Transform {
  /** In words, for prompts. */
  readonly text: string
  /** SHA-256 (hex); journals and plans are bound to it. */
  readonly hash: string
  /** Pure: the same message always has the same new body. */
  readonly apply: (view: MessageView) => Transformed
}

/** Rises when the same expression comes to mean something else. */
const SCHEME = 'msgops-transform-1'

/**
 * Compiles a JMESPath expression that makes the new body from the message view: a string is the body, anything else its JSON, with every
 * digit of every number and names in their order; `body` gives back each body to the byte, and is
 * text where it is no JSON object or array. Attributes stay. Null, and what SQS would not
 * take, is an error of that message. Throws OpsError TransformInvalid (exit 2) for an expression that is none.
 */
export async function compileTransform(expression: string): Promise<Transform> {
  const {evaluate} = await compileExpression(expression, {
    flag: '--transform',
    code: 'TransformInvalid',
    scalarBody: 'text',
  })
  return {
    text: `body changed to ${expression}`,
    hash: createHash('sha256')
      .update(JSON.stringify([SCHEME, expression]))
      .digest('hex'),
    apply: view => {
      try {
        const {result, message, steps} = evaluate(view)
        if (result === null) return {error: '--transform: the result is null'}
        const body = message.isBody(result) ? view.body : typeof result === 'string' ? result : jsonText(result, steps)
        const fault = bodyFault({...view, body})
        return fault === undefined ? {body} : {error: `--transform: ${fault}`}
      } catch (error) {
        if (error instanceof ExpressionError) return {error: `--transform: ${error.message}`}
        throw error
      }
    },
  }
}
