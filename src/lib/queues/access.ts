import {OpsError} from '../ops-error.js'

/** SQS's names of it, and SNS's. */
const NAMES: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
])

/** Whether AWS denied this one action on this one resource: a matter of permissions, not of missing or expired credentials. */
export function isAccessDenied(error: unknown): error is OpsError {
  return error instanceof OpsError && NAMES.has(error.code)
}
