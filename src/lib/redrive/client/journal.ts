import type {EndState, RunTotals} from '../journal/records.js'

/** What is known of one message of the source, by its MessageId there. */
export type MessageState =
  /** A send may have been written to the network and has no known outcome. */
  | 'intent'
  /** The destination has it, verified: all that is left to do is to delete it from the source. */
  | 'sent'
  | 'deleted'
  /** Definitely not sent. */
  | 'rejected'
  /** The outcome of the send will never be known. */
  | 'unknown'
  /** Sent, but what came back does not prove that the copy is whole. */
  | 'unverified'
  /** To be deleted without a copy, as the user's program said. */
  | 'discarded'

export interface OutcomeRecord {
  readonly messageId: string
  readonly state: 'sent' | 'rejected' | 'unknown' | 'unverified'
  readonly newMessageId?: string
}

/** What an earlier run of the same job wrote down of a message. */
export interface KnownMessage {
  readonly messageId: string
  readonly state: MessageState
  readonly newMessageId?: string
  /** Time since the first send that may have been taken. */
  readonly attemptedMsAgo?: number
  /** Two copies of it may exist, although a later send had a known outcome. */
  readonly uncertain?: boolean
}

/**
 * The write-ahead record of a redrive (redrive.md section 2). `intent`, `outcome` and `discarded` must be durable when they resolve:
 * nothing is sent before its intent is, nothing is deleted before its `sent` or `discarded` is. `deleted` is advisory. A rejection
 * stops the redrive.
 */
export interface Journal {
  /** `digests`: of the content of each message, in the same order. */
  intent(messageIds: readonly string[], digests?: readonly string[]): Promise<void>
  outcome(records: readonly OutcomeRecord[]): Promise<void>
  discarded(messageIds: readonly string[]): Promise<void>
  deleted(messageIds: readonly string[]): Promise<void>
  /** How the run ended by itself; only `close` follows. */
  end(state: EndState, totals: RunTotals): Promise<void>
  close(): Promise<void>
}
