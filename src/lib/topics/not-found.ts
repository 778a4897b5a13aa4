import {OpsError} from '../ops-error.js'

/** The names of it: the third is that of tags alone. */
const NAMES: ReadonlySet<string> = new Set(['NotFound', 'NotFoundException', 'ResourceNotFoundException'])

/** Whether SNS knows nothing of the topic or subscription that was asked for. */
export function isNotFound(error: unknown): error is OpsError {
  return error instanceof OpsError && NAMES.has(error.code)
}
