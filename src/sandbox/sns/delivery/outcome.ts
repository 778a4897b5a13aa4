import type {AwsError} from '../../service.js'

/** What came of one attempt. Only a failure on the other side is worth another one (developer guide, message delivery retries). */
export type Outcome = {readonly delivered: true} | Failure

export interface Failure {
  readonly delivered: false
  readonly retryable: boolean
  readonly reason: string
}

export const DELIVERED: Outcome = {delivered: true}

export function refusedBy(error: AwsError): Failure {
  const {status = 400, queryCode = error.code} = error.options
  return {delivered: false, retryable: status >= 500, reason: `${queryCode}: ${error.message}`}
}
