import type {MessageView} from '../../messages/message-view.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {compileJmespath} from './jmespath.js'
import type {Json} from './json.js'
import type {ScalarBody} from './message-value.js'
import {MessageValue} from './message-value.js'
import {Steps} from './steps.js'

/** A compiled JMESPath expression over messages. */
export interface Expression {
  readonly text: string
  /** Throws ExpressionError. The same message has the same result, on every machine and in every run. */
  readonly evaluate: (view: MessageView) => Evaluation
}

export interface Evaluation {
  readonly result: Json
  /** The message as the expression saw it. */
  readonly message: MessageValue
  /** What is left to spend on the result. */
  readonly steps: Steps
}

/** As they are typed in a shell. */
const EXAMPLES = {
  '--where': `"body.type == 'order'"`,
  '--transform': "'merge(body, {retried: `true`})'",
} as const

/** Compiles the JMESPath expression of a flag; throws OpsError `code` (exit 2) for what is none. */
export async function compileExpression(
  text: string,
  {
    flag,
    code,
    scalarBody,
  }: {readonly flag: keyof typeof EXAMPLES; readonly code: string; readonly scalarBody: ScalarBody},
): Promise<Expression> {
  try {
    const evaluate = await compileJmespath(text)
    return {
      text,
      evaluate: view => {
        const message = new MessageValue(view, scalarBody)
        const steps = new Steps()
        return {result: evaluate(message, steps), message, steps}
      },
    }
  } catch (error) {
    throw new OpsError(
      `${flag} is not a JMESPath expression: ${error instanceof Error ? error.message : String(error)}`,
      {
        code,
        exitCode: ExitCode.usage,
        suggestions: [`The language is described on https://jmespath.site, e.g. ${flag} ${EXAMPLES[flag]}`],
        cause: error,
      },
    )
  }
}
