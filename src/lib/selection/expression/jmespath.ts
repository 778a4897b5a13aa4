import type {Node} from './evaluator.js'
import {evaluatorOf} from './evaluator.js'
import {MeaninglessError} from './meaningless-error.js'
import type {Json} from './json.js'
import {parseJson} from './json-reader.js'
import type {Steps} from './steps.js'

const MAX_LENGTH = 10_000

/** Stands for the literals between backticks, which the library would read as doubles. A noncharacter: no text has it. */
const PLACEHOLDER = '\uFDD0'

/** Parts of an expression in which signs have no meaning of their own: a literal, a raw string, a quoted name. */
const QUOTED = /(["'`])((?:\\.|(?!\1)[^\\])*)(\1?)/gsu

/** What the lexer of the library would read as one number. */
const RUN_TOGETHER = /(?<!\w)-?\d+-|--\d/

/**
 * Compiles a JMESPath expression (the dialect of jmespath.site, as `--query`). Throws an Error that says why for what the library cannot
 * parse, and for what it would accept with a meaning that the reader does not see: `a = b`, `!a.b`, `[1-2]`, a quote that is not closed.
 * The function that is returned throws ExpressionError, and nothing else.
 */
export async function compileJmespath(text: string): Promise<(root: Json, steps: Steps) => Json> {
  if (text.length > MAX_LENGTH) throw new MeaninglessError(`it is longer than ${MAX_LENGTH} characters`)
  const {source, literals} = withoutLiterals(text)
  const {compile} = await import('@jmespath-community/jmespath')
  const tree: Node = compile(source)
  const literal = (value: unknown): Json => {
    const written = String(value)
    return written.startsWith(PLACEHOLDER) ? (literals[Number(written.slice(1))] ?? null) : written
  }
  const evaluate = evaluatorOf(tree, {literal, variables: new Set(), depth: 0})
  return (root, steps) => evaluate(root, {root, steps})
}

function withoutLiterals(text: string): {source: string; literals: readonly Json[]} {
  if (text.includes(PLACEHOLDER)) throw new MeaninglessError('U+FDD0 is no character')
  const literals: Json[] = []
  const source = text.replace(QUOTED, (part: string, quote: string, content: string, end: string) => {
    if (end === '') throw new MeaninglessError(`a ${quote} is not closed`)
    if (quote !== '`') return part
    literals.push(
      parseLiteral(content.replace(/\\(.)/gsu, (pair: string, next: string) => (next === '`' ? '`' : pair))),
    )
    return `'${PLACEHOLDER}${literals.length - 1}'`
  })
  if (RUN_TOGETHER.test(source.replace(QUOTED, ' ')))
    throw new MeaninglessError('a space is needed between numbers and -')
  return {source, literals}
}

function parseLiteral(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new MeaninglessError(`what stands between backticks is not JSON: ${text}`, {cause: error})
  }
}
