import {ExitCode, OpsError} from '../ops-error.js'
import type {OutputMode} from '../output/writer.js'

export const OUTPUT_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const
/** Of the commands that check something; the others refuse junit, also where the environment says it. */
export const CHECK_FORMATS = [...OUTPUT_FORMATS, 'junit'] as const
export type OutputFormat = (typeof CHECK_FORMATS)[number]

/** What was said about the output on the command line and in the environment. */
export interface OutputChoice {
  /** `--output`, from the command line only. */
  readonly output: OutputFormat | undefined
  /** `--json`, from the command line only. */
  readonly json: boolean
  readonly env: NodeJS.ProcessEnv
  readonly stdoutIsTTY: boolean
}

/**
 * The mode of the output: the command line before MSGOPS_OUTPUT before MSGOPS_JSON; without any, a table on a terminal and
 * the same columns tab-separated on a pipe. Throws OpsError (exit 2) when `--json` and another `--output` contradict each other.
 */
export function chooseOutput(choice: OutputChoice): OutputMode {
  const {output, json, env, stdoutIsTTY} = choice
  if (json && output !== undefined && output !== 'json')
    throw usage(`--json and --output ${output} contradict each other`, 'Give one of them.')
  if (json) return 'json'
  const format = output ?? formatOf(env.MSGOPS_OUTPUT)
  if (format) return format
  if (truthy(env.MSGOPS_JSON)) return 'json'
  return stdoutIsTTY ? 'table' : 'tsv'
}

/**
 * The same read off the bare words, for failures before or while the command line is parsed. Never throws: where it cannot
 * tell, the failure is shown as text.
 */
export function guessOutput(args: readonly string[], env: NodeJS.ProcessEnv, stdoutIsTTY: boolean): OutputMode {
  const end = args.indexOf('--')
  const words = end === -1 ? args : args.slice(0, end)
  const last = words.findLastIndex(word => word === '--output' || word.startsWith('--output='))
  const word = words[last]
  const named = word === undefined ? undefined : word === '--output' ? words[last + 1] : word.slice('--output='.length)
  const output = OUTPUT_FORMATS.find(format => format === named)
  const fromEnvironment = OUTPUT_FORMATS.find(format => format === env.MSGOPS_OUTPUT)
  if (words.includes('--json')) return output === 'ndjson' ? 'ndjson' : 'json'
  const safe = {MSGOPS_OUTPUT: fromEnvironment, MSGOPS_JSON: env.MSGOPS_JSON}
  return chooseOutput({output, json: false, env: safe, stdoutIsTTY})
}

function formatOf(value: string | undefined): OutputFormat | undefined {
  if (!value) return undefined
  // Which of them the command has was asked when its flags were read.
  const format = CHECK_FORMATS.find(candidate => candidate === value)
  if (format) return format
  throw usage(`MSGOPS_OUTPUT is "${value}"`, `It must be one of ${CHECK_FORMATS.join(', ')}.`)
}

function truthy(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|y|on)$/i.test(value.trim())
}

function usage(message: string, suggestion: string): OpsError {
  return new OpsError(message, {code: 'UsageError', exitCode: ExitCode.usage, suggestions: [suggestion]})
}
