import type {Writer} from '../output/writer.js'
import {failureOf, type FailureContext} from './failure.js'

/** Tells the user of a failure and sets the exit code: the end of every error, in a command or before one. */
export function reportFailure(error: unknown, out: Writer, context: FailureContext): void {
  const {exitCode, report} = failureOf(error, context)
  out.progress(undefined)
  if (report) out.failure(report)
  process.exitCode = exitCode
}
