import type {RedrivePlan} from './plan.js'

/** A message that may now exist twice: every one is listed, none is hidden (redrive.md section 2). */
export interface PossibleDuplicate {
  /** MessageId in the dead-letter queue. */
  readonly messageId: string
  /** MessageId of the copy, where the destination named it. */
  readonly newMessageId?: string
  /**
   * `unknownOutcome`: no answer to the send, so the destination may hold a copy. `unverified`: SQS took the message but its MD5 is
   * not the one of what was sent. `notDeleted`: the copy is there and verified, and the delete from the source could not be confirmed.
   */
  readonly reason: 'unknownOutcome' | 'unverified' | 'notDeleted'
  /**
   * True: it was sent again and moved, so that both copies, if there are two, are in the destination. False: it is still in the
   * dead-letter queue.
   */
  readonly resent: boolean
  readonly code: string
  readonly message: string
}

/** A message that could not be moved, and is where it was. */
export interface FailedMessage {
  /** MessageId in the dead-letter queue. */
  readonly messageId: string
  readonly stage: 'receive' | 'select' | 'check' | 'send'
  readonly code: string
  readonly message: string
}

/** How a redrive ended. `stopped`: by itself, before the end; `running`: AWS goes on after we left. */
export type RedriveState = 'completed' | 'failed' | 'cancelled' | 'interrupted' | 'stopped' | 'running'

/** The end of every redrive: the JSON document and the last NDJSON line. Counts are messages. */
export interface RedriveSummary {
  readonly event: 'done'
  readonly engine: 'native' | 'client'
  /** Client engine: the job, as `msgops job` takes it. Native engine: AWS's task handle, null where AWS gives none any more. */
  readonly job: string | null
  readonly state: RedriveState
  /** ARN of the dead-letter queue. */
  readonly source: string
  /** ARN of the destination; null where every message goes to the queue it came from. */
  readonly destination: string | null
  /** `keep`: the messages were copied and the dead-letter queue is as it was. */
  readonly mode: 'move' | 'keep'
  /** Messages that were to be moved: moved, discarded, failed, in doubt or left. AWS's approximation for the native engine. */
  readonly selected: number
  readonly moved: number
  /** Deleted without a copy, as the program of `--through` said. */
  readonly discarded: number
  /** Seen, but not to be moved: not selected, or arrived after the start. */
  readonly skipped: number
  /** Messages that came back to the dead-letter queue after they had been moved, by the content of their bodies. */
  readonly returned: number
  readonly failed: number
  /** Selected and never sent: interrupted, stopped, or behind a failed message of their group. */
  readonly left: number
  /** Messages in the source at the end by its counters, which AWS calls approximate; null where they could not be read. */
  readonly remaining: number | null
  /** The first thousand of those that failed. */
  readonly failures: readonly FailedMessage[]
  readonly possibleDuplicates: readonly PossibleDuplicate[]
  /** Requests made, retries of the SDK not counted. */
  readonly requests: number
  readonly durationMs: number
  /** Native engine: AWS's approximate counters of both queues, consumers and producers included; null where not counted. */
  readonly counted?: {
    readonly sourceBefore: number | null
    readonly sourceAfter: number | null
    readonly destinationBefore: number | null
    readonly destinationAfter: number | null
  }
  /** Why it ended, in words, where that is not simply the end of the queue. */
  readonly reason?: string
}

/** What happens during a redrive; table, NDJSON and dashboard are readers of the same events. */
export type RedriveEvent =
  | {readonly event: 'planned'; readonly plan: RedrivePlan}
  | {readonly event: 'started'; readonly job: string; readonly attached: boolean}
  | ProgressEvent
  | MessageEvent
  | {
      readonly event: 'failed'
      readonly messageId: string
      readonly stage: 'receive' | 'select' | 'check' | 'send' | 'delete' | 'release'
      readonly code: string
      readonly message: string
    }
  | {readonly event: 'returned'; readonly messageId: string}
  | CanaryEvent
  | ({readonly event: 'unknown'} & PossibleDuplicate)
  | {readonly event: 'released'; readonly count: number}
  | {readonly event: 'warning'; readonly message: string}
  | RedriveSummary

/** What became of one message where nothing is wrong with it. */
export type MessageEvent =
  | {readonly event: 'moved'; readonly messageId: string; readonly newMessageId: string}
  | {readonly event: 'skipped'; readonly messageId: string; readonly reason: string}
  | {readonly event: 'discarded'; readonly messageId: string}

export interface ProgressEvent {
  readonly event: 'progress'
  readonly moved: number
  readonly failed: number
  readonly skipped: number
  /** Messages there were to move, by approximate counters; absent where unknown. */
  readonly toMove?: number
  readonly perSecond?: number
  readonly etaSeconds?: number
  readonly note?: string
}

/** What a canary came to: `returned` of `moved` were seen in the dead-letter queue again after `waitedMs`. */
export interface CanaryEvent {
  readonly event: 'canary'
  readonly moved: number
  readonly returned: number
  readonly waitedMs: number
  /** `counters`: not every message could be looked at, and the counter of the queue rose by so many. */
  readonly measuredBy: 'content' | 'counters'
  readonly passed: boolean
}
