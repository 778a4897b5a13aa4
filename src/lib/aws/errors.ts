import {OpsError} from '../ops-error.js'
import type {OpsErrorOptions} from '../ops-error.js'

/**
 * Whether a failed call can have taken effect: `rejected`, the service said no; `not-sent`, the request never left;
 * `unknown`, everything else (a broken connection, silence, a 5xx, a reply that cannot be read).
 */
export type Outcome = 'rejected' | 'not-sent' | 'unknown'

export interface AwsOpsErrorOptions extends OpsErrorOptions {
  /** The operation as AWS spells it, e.g. `SendMessageBatch`. */
  readonly action: string
  /** ARN, name or URL of what the call was about; undefined when it was about nothing in particular. */
  readonly resource: string | undefined
  readonly httpStatus: number | undefined
  readonly outcome: Outcome
}

/** A call to AWS that failed. `code` and `awsName` are the same: AWS's error name, or ours where no service answered. */
export class AwsOpsError extends OpsError {
  readonly action: string
  readonly resource: string | undefined
  readonly httpStatus: number | undefined
  readonly outcome: Outcome

  constructor(message: string, options: AwsOpsErrorOptions) {
    super(message, options)
    this.action = options.action
    this.resource = options.resource
    this.httpStatus = options.httpStatus
    this.outcome = options.outcome
  }

  get awsName(): string {
    return this.code
  }
}

/** Whether a failed call can have taken effect, for whatever a client threw: our own refusals were never sent, a stranger's error proves nothing. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof AwsOpsError) return error.outcome
  return error instanceof OpsError ? 'not-sent' : 'unknown'
}
