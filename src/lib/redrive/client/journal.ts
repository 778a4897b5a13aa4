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

export interface OutcomeRecord {
  readonly messageId: string
  readonly state: 'sent' | 'rejected' | 'unknown' | 'unverified'
  readonly newMessageId?: string
}

/**
 * The write-ahead record of a redrive (redrive.md section 2). `intent` and `outcome` must be durable when they resolve: nothing is
 * sent before its intent is, nothing is deleted before its `sent` is. `deleted` is advisory. A rejection stops the redrive.
 */
export interface Journal {
  intent(messageIds: readonly string[]): Promise<void>
  outcome(records: readonly OutcomeRecord[]): Promise<void>
  deleted(messageIds: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** A journal that lives and dies with the process: an interrupted redrive cannot be resumed from it. */
export class MemoryJournal implements Journal {
  private readonly states = new Map<string, MessageState>()

  intent(messageIds: readonly string[]): Promise<void> {
    for (const messageId of messageIds) this.states.set(messageId, 'intent')
    return Promise.resolve()
  }

  outcome(records: readonly OutcomeRecord[]): Promise<void> {
    for (const {messageId, state} of records) this.states.set(messageId, state)
    return Promise.resolve()
  }

  deleted(messageIds: readonly string[]): Promise<void> {
    for (const messageId of messageIds) this.states.set(messageId, 'deleted')
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** What a later run would know: the last record of each message. */
  known(): Iterable<readonly [string, MessageState]> {
    return this.states
  }
}
