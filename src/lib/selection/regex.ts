import {ExitCode, OpsError} from '../ops-error.js'

/** Whether a text holds a match; a reason instead where the text is too long for the expression. */
export type TextTest = (text: string) => boolean | {readonly error: string}

const MAX_LENGTH = 1000

/** Instructions of the compiled expression: `[a-z]{500}` has 500. */
const MAX_PROGRAM = 2000

/** Instructions times UTF-16 units: 1 MiB for 64 instructions. At most a second of one core, and 10 to 80 ms of it in the common case. */
const MAX_WORK = 2 ** 26

/**
 * Compiles a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax; flags within, as in `(?i)timeout`), which has
 * no backreferences and takes time in proportion to expression and text, whatever they are. Throws OpsError SelectionInvalid (exit 2).
 */
export async function compileRegex(pattern: string, flag: string): Promise<TextTest> {
  if (pattern.length > MAX_LENGTH) throw invalid(flag, `it is longer than ${MAX_LENGTH} characters`)
  const {RE2JS, RE2JSException} = await import('re2js')
  try {
    const regex = RE2JS.compile(pattern)
    const size = regex.programSize()
    if (size > MAX_PROGRAM) throw invalid(flag, `its repetitions come to ${size} steps, more than ${MAX_PROGRAM}`)
    return text =>
      text.length * size > MAX_WORK
        ? {error: `the body is too long (${text.length} characters) for a regular expression of ${size} steps`}
        : regex.test(text)
  } catch (error) {
    throw error instanceof RE2JSException ? invalid(flag, error.message, error) : error
  }
}

function invalid(flag: string, why: string, cause?: unknown): OpsError {
  return new OpsError(`${flag} is not a regular expression: ${why}`, {
    code: 'SelectionInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['The syntax is that of RE2: https://github.com/google/re2/wiki/Syntax'],
    cause,
  })
}
