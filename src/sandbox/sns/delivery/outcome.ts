import type {AwsError} from '../../service.js'

/** What came of one attempt. Only a failure on the other side is worth another one (developer guide, message delivery retries). */
export type Outcome = {readonly delivered: true} | Failure

export interface Failure {
  readonly delivered: false
  readonly retryable: boolean
  readonly reason: string
}

export const DELIVERED: Outcome = {delivered: true}

const TOO_MANY_REQUESTS = 429

/** A throttle passes, as a fault of the other side does; what the other side refuses it will refuse again. */
export function refusedBy(error: AwsError): Failure {
  const {status = 400, queryCode = error.code} = error.options
  return {
    delivered: false,
    retryable: status >= 500 || status === TOO_MANY_REQUESTS,
    reason: `${queryCode}: ${error.message}`,
  }
}
