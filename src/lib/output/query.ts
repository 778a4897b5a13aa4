import {ExitCode, OpsError} from '../ops-error.js'

/** Applies a compiled `--query` to a document. */
export type Query = (document: object) => unknown

/** Longer than anything a person types or a script should hold; bounds what the parser is given. */
const MAX_EXPRESSION_LENGTH = 10_000

/**
 * Compiles a JMESPath expression (jmespath.org), so that a slip in it fails before the command has done anything.
 * Throws OpsError QueryInvalid (exit 2); the query itself throws QueryFailed (exit 1), as by then the command has run.
 */
export async function compileQuery(expression: string): Promise<Query> {
  if (expression.length > MAX_EXPRESSION_LENGTH) throw invalid(`it is longer than ${MAX_EXPRESSION_LENGTH} characters`)
  const {compile, getRegisteredFunctions, TreeInterpreter} = await import('@jmespath-community/jmespath')
  let tree: ReturnType<typeof compile>
  try {
    tree = compile(expression)
  } catch (error) {
    throw invalid(reason(error), error)
  }
  const known = new Set(getRegisteredFunctions())
  const unknown = functionNames(tree).find(name => !known.has(name))
  if (unknown !== undefined) throw invalid(`there is no function ${unknown}()`)
  return document => {
    try {
      return TreeInterpreter.search(
        tree,
        JSON.parse(JSON.stringify(document)) as Parameters<typeof TreeInterpreter.search>[1],
      )
    } catch (error) {
      throw new OpsError(`The command has run, but --query could not be applied to its result: ${reason(error)}`, {
        code: 'QueryFailed',
        exitCode: ExitCode.failed,
        suggestions: ['The whole result was written to stderr, on one line.'],
        cause: error,
      })
    }
  }
}

/** Every function that the syntax tree calls, at any depth; the library itself would notice only when it gets there. */
function functionNames(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const own = 'type' in node && node.type === 'Function' && 'name' in node ? [String(node.name)] : []
  return [...own, ...Object.values(node).flatMap(functionNames)]
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function invalid(why: string, cause?: unknown): OpsError {
  return new OpsError(`--query is not a JMESPath expression: ${why}`, {
    code: 'QueryInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['The language is described on https://jmespath.org, e.g. --query "queues[].name"'],
    cause,
  })
}
