import {inspect} from 'node:util'
import {CLIError} from '@oclif/core/errors'
import {ExitCode, OpsError} from '../ops-error.js'
import type {FailureReport} from '../output/failure-text.js'
import {Interrupted} from './interruption.js'
import {nearest} from '../nearest.js'
import {inWordsOfVariables, type FlagVariables} from './environment.js'
import {unwrapped, usageWords, type UsageWords} from './usage-words.js'

/** What to say of a failure, and the exit code. No report: end quietly. */
export interface Failure {
  readonly exitCode: number
  readonly report?: FailureReport
}

export interface FailureContext {
  /** Show stacks and causes. */
  readonly debug: boolean
  /** The command that explains the flags, e.g. `msgops queue list --help`. */
  readonly help?: string
  /** The flags that the command has, with their dashes. */
  readonly flags?: readonly string[]
  /** The flags whose values came from the environment. */
  readonly variables?: FlagVariables
}

const REPORT_BUG =
  'This is a bug in msgops. Please report it with the command you ran and what the same command says with --debug.'

/**
 * The one place where errors become exit codes (docs/exit-codes.md): an OpsError has its own, a command line that does not
 * parse is 2, an interruption is quiet with the code of its signal, and everything else is a bug, 70.
 */
export function failureOf(error: unknown, context: FailureContext): Failure {
  if (error instanceof Interrupted) return {exitCode: error.exitCode}
  if (error instanceof OpsError) {
    const {code, requestId, facts, exitCode} = error
    const {message, suggestions} = opsWords(error, context)
    const details = context.debug ? inspect(error, {colors: false}) : undefined
    return {exitCode, report: {code, message, suggestions, requestId, facts, details}}
  }
  return error instanceof CLIError ? usageFailure(error, context) : bug(error, context)
}

function opsWords({message, suggestions, exitCode}: OpsError, {variables = new Map()}: FailureContext): UsageWords {
  if (exitCode !== ExitCode.usage) return {message: unwrapped(message), suggestions}
  const words = inWordsOfVariables(unwrapped(message), variables)
  return {message: words.message, suggestions: [...suggestions, ...words.suggestions]}
}

function usageFailure(error: CLIError, {flags = [], help, variables = new Map()}: FailureContext): Failure {
  const exitCode = error.oclif.exit ?? ExitCode.usage
  // `this.exit(0)` of oclif is an error by form only.
  if (error.code === 'EEXIT') return {exitCode}
  const unknown = 'flags' in error && Array.isArray(error.flags) ? error.flags.map(String) : []
  const alike = unknown.flatMap(flag => nearest(flag, flags, 1))
  const {message, suggestions} = usageWords(error)
  const words = inWordsOfVariables(message, variables)
  return {
    exitCode,
    report: {
      code: 'UsageError',
      message: words.message,
      suggestions: [
        ...suggestions,
        ...words.suggestions,
        ...(alike.length > 0 ? [`Did you mean ${alike.join(', ')}?`] : []),
        ...(help === undefined ? [] : [`All flags and arguments: ${help}`]),
      ],
    },
  }
}

function bug(error: unknown, {debug}: FailureContext): Failure {
  return {
    exitCode: ExitCode.bug,
    report: {
      code: 'InternalError',
      message: error instanceof Error ? sentence(error) : `Something threw ${inspect(error)}`,
      suggestions: [REPORT_BUG],
      details: debug ? inspect(error, {colors: false}) : undefined,
    },
  }
}

function sentence({name, message}: Error): string {
  return name === 'Error' ? message : `${name}: ${message}`
}
