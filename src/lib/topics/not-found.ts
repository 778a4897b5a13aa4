import {OpsError} from '../ops-error.js'

/** Whether SNS knows nothing of the topic or subscription that was asked for. */
export function isNotFound(error: unknown): error is OpsError {
  return error instanceof OpsError && (error.code === 'NotFoundException' || error.code === 'NotFound')
}
