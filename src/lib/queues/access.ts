import {OpsError} from '../ops-error.js'

/** Whether AWS denied this one action on this one resource: a matter of permissions, not of missing or expired credentials. */
export function isAccessDenied(error: unknown): error is OpsError {
  return error instanceof OpsError && (error.code === 'AccessDenied' || error.code === 'AccessDeniedException')
}
