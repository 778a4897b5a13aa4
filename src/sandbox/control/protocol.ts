import type {FaultState} from '../faults/rule.js'
import type {LambdaStatus} from '../lambda/service.js'
import type {RequestRecord} from '../request-log.js'
import type {SnsStatus} from '../sns/service.js'
import type {SqsStatus} from '../sqs/service.js'

/** The header without which the control path answers nothing: a web page cannot send it without asking first. */
export const CONTROL_HEADER = 'x-msgops-sandbox'
export const CONTROL_PATH = '/_sandbox/'

/** The clock of the local AWS; `now` is ISO 8601, `offsetMs` how far it is ahead of the wall clock. */
export interface ClockState {
  readonly now: string
  readonly offsetMs: number
  readonly frozen: boolean
}

export interface SandboxState {
  readonly url: string
  readonly clock: ClockState
  /** What each service has to say of itself. */
  readonly services: {
    /** By `ACCOUNT/REGION`. */
    readonly sqs: Readonly<Record<string, SqsStatus>>
    /** By `ACCOUNT/REGION`. */
    readonly sns: Readonly<Record<string, SnsStatus>>
    /** By `ACCOUNT/REGION`. */
    readonly lambda: Readonly<Record<string, LambdaStatus>>
    readonly sts: {readonly sessions: number}
  }
  readonly faults: number
  /** Requests answered since the start or the last reset. */
  readonly requests: number
}

export interface FaultList {
  readonly faults: readonly FaultState[]
}

export interface RequestList {
  readonly total: number
  readonly requests: readonly RequestRecord[]
}

export interface ControlFailure {
  readonly error: {readonly code: string; readonly message: string}
}
