import path from 'node:path'
import {ExitCode, OpsError} from '../ops-error.js'
import type {TextKind} from '../read-text.js'
import {readText} from '../read-text.js'

/** Far above what AWS takes of any policy, pattern or message. */
const MAX_BYTES = 4 * 1_048_576

/** Of a sample: more than a thousand messages of the largest kind are not looked at. */
export const SAMPLE_BYTES = 64 * 1_048_576

const FORMS = ['Give the path of a file, JSON text, or - for standard input.']
const FORMS_WITHOUT_STDIN = ['Give the path of a file, or JSON text.']

interface TextOptions {
  readonly maxBytes?: number
  /** Refuses `-`: the command needs standard input for something else, which this names. */
  readonly stdinIsFor?: string
}

/** Whether what was given for a flag is the JSON itself. */
export function isJsonText(given: string): boolean {
  return /^\s*[[{"]/.test(given)
}

/** What to call such a text in a report: the name of its file, `inline` or `stdin`. */
export function nameOfText(given: string): string {
  return isJsonText(given) ? 'inline' : given === '-' ? 'stdin' : path.basename(given)
}

/**
 * The text that a flag or argument names: JSON as it stands (it begins with `{`, `[` or `"`), `-` for standard input, or the path of a
 * file. Throws OpsError InputInvalid or InputUnreadable (exit 2).
 */
export async function readTextArgument(
  given: string,
  what: string,
  {maxBytes = MAX_BYTES, stdinIsFor}: TextOptions = {},
): Promise<string> {
  if (isJsonText(given)) return given
  const suggestions = stdinIsFor === undefined ? FORMS : FORMS_WITHOUT_STDIN
  const refuse = (why: string): never => {
    throw new OpsError(`${what} ${why}`, {code: 'InputInvalid', exitCode: ExitCode.usage, suggestions})
  }
  if (given.trim() === '') refuse('is empty')
  if (given === '-' && stdinIsFor !== undefined) refuse(`cannot be - here: standard input is for ${stdinIsFor}`)
  const kind: TextKind = {
    what,
    maxBytes,
    limit: `${maxBytes / 1_048_576} MiB`,
    invalid: 'InputInvalid',
    unreadable: 'InputUnreadable',
    suggestions: [...pathAlone(given), ...suggestions],
  }
  return readText(given === '-' ? {stdin: process.stdin} : {file: given}, kind)
}

// As the AWS CLI and curl write it.
function pathAlone(given: string): string[] {
  const [, bare] = /^(?:file:\/\/|fileb:\/\/|@)(.+)$/s.exec(given) ?? []
  return bare === undefined ? [] : [`The path stands alone here: ${bare}`]
}

/** Refuses standard input for two things at once; throws OpsError UsageError (exit 2). */
export function assertOneStdin(...given: readonly (string | undefined)[]): void {
  if (given.filter(one => one === '-').length < 2) return
  throw new OpsError('Standard input can be read once: only one of these can be -', {
    code: 'UsageError',
    exitCode: ExitCode.usage,
  })
}
