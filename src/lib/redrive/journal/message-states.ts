import type {MessageState} from '../client/journal.js'
import type {MessageRecord} from './records.js'
import {UuidTable} from '../seen/uuid-table.js'

const STATES = [
  'intent',
  'sent',
  'deleted',
  'rejected',
  'unknown',
  'unverified',
  'discarded',
] as const satisfies readonly MessageState[]
const STATE_BITS = 7
/** Set once a send had no known outcome: whatever comes later, there may be a second copy. */
const UNCERTAIN = 8

/** What the journal says of one message besides its state. */
export interface MessageDetails {
  /** `contentDigest` of the message. */
  readonly digest: string | undefined
  readonly newMessageId: string | undefined
  /** Epoch ms. SQS drops a FIFO send that repeats one of the last five minutes: they count from the first attempt it may have taken. */
  readonly firstAttemptMs: number | undefined
  readonly lastAttemptMs: number | undefined
  readonly attempts: number
}

/** A message of which two copies may exist, or one that may have been sent. */
export interface UncertainMessage extends MessageDetails {
  readonly messageId: string
  readonly state: MessageState
}

/**
 * What a journal knows of every message, built record by record. Of most messages that is one byte; details are kept of those that
 * are not deleted yet and of those that may exist twice.
 */
export class MessageStates {
  private table: UuidTable
  private readonly details = new Map<string, MessageDetails>()
  private readonly totals: Record<MessageState, number> = {
    intent: 0,
    sent: 0,
    deleted: 0,
    rejected: 0,
    unknown: 0,
    unverified: 0,
    discarded: 0,
  }

  /**
   * `keepsSource`: the run copies, so that every message stays `sent` for good and its details are not kept. `expected`: how many
   * messages there will be, about.
   */
  constructor(
    private readonly keepsSource: boolean,
    expected = 0,
  ) {
    this.table = new UuidTable(expected)
  }

  /** Takes in a record; returns what it says that no run following the protocol would write, for `verify`. */
  apply(record: MessageRecord): string[] {
    const {messageIds} = record
    return messageIds.flatMap((messageId, index) => this.change(messageId, index, record) ?? [])
  }

  get(messageId: string): MessageState | undefined {
    return stateOf(this.table.get(messageId))
  }

  /** Whether a send of it had no known outcome, whatever came later. */
  isUncertain(messageId: string): boolean {
    return (this.table.get(messageId) & UNCERTAIN) !== 0
  }

  detailsOf(messageId: string): MessageDetails | undefined {
    return this.details.get(messageId)
  }

  /** Messages by the state they are in. */
  get counts(): Readonly<Record<MessageState, number>> {
    return this.totals
  }

  /** For the engine's ledger, in no particular order. */
  *entries(): Generator<readonly [string, MessageState]> {
    for (const [messageId, byte] of this.table.entries()) yield [messageId, stateOf(byte) ?? 'unknown']
  }

  /** Every message that may have a second copy, or whose only copy is not proven, in the order of their first attempts. */
  *uncertain(): Generator<UncertainMessage> {
    for (const [messageId, details] of this.details) {
      const byte = this.table.get(messageId)
      const state = stateOf(byte)
      if (state !== undefined && ((byte & UNCERTAIN) !== 0 || state === 'intent')) yield {messageId, state, ...details}
    }
  }

  /** Gives up the memory: from now on it knows the counts alone. */
  forget(): void {
    this.table = new UuidTable()
    this.details.clear()
  }

  private change(messageId: string, index: number, record: MessageRecord): string | undefined {
    let irregularity: string | undefined
    this.table.update(messageId, byte => {
      const before = stateOf(byte)
      const uncertain = (byte & UNCERTAIN) !== 0 || opensDoubt(record.type, before)
      const after = successor(before, record.type, uncertain)
      if (before !== undefined) this.totals[before]--
      this.totals[after]++
      const isSettled =
        after === 'deleted' || after === 'discarded' || after === 'rejected' || (after === 'sent' && this.keepsSource)
      if (isSettled && !uncertain) this.details.delete(messageId)
      else this.note(messageId, index, record)
      irregularity = irregularityOf(messageId, before, record.type)
      return codeOf(after) | (uncertain ? UNCERTAIN : 0)
    })
    return irregularity
  }

  private note(messageId: string, index: number, record: MessageRecord): void {
    if (record.type === 'deleted' || record.type === 'discarded') return
    const known = this.details.get(messageId) ?? NO_DETAILS
    if (record.type === 'intent') {
      this.details.set(messageId, {
        digest: record.digests?.[index] ?? known.digest,
        newMessageId: known.newMessageId,
        firstAttemptMs: known.firstAttemptMs ?? record.atMs,
        lastAttemptMs: record.atMs,
        attempts: known.attempts + 1,
      })
    } else {
      this.details.set(messageId, {...known, newMessageId: record.newMessageIds[index] ?? known.newMessageId})
    }
  }
}

const NO_DETAILS: MessageDetails = {
  digest: undefined,
  newMessageId: undefined,
  firstAttemptMs: undefined,
  lastAttemptMs: undefined,
  attempts: 0,
}

// An intent on top of one without an outcome is the second of two sends that may both have arrived.
function opensDoubt(type: MessageRecord['type'], before: MessageState | undefined): boolean {
  if (type === 'unknown' || type === 'unverified') return true
  return type === 'intent' && before !== undefined && before !== 'rejected'
}

/**
 * The state after a record. A verified copy stays one whatever is recorded later, and a definite no to the second attempt says nothing
 * of the first: both would otherwise be sent again as if nothing were known of them.
 */
function successor(before: MessageState | undefined, type: MessageRecord['type'], uncertain: boolean): MessageState {
  if (type !== 'deleted' && (before === 'sent' || before === 'deleted' || before === 'discarded')) return before
  if (type === 'rejected' && uncertain) return 'unknown'
  return type
}

function irregularityOf(
  messageId: string,
  before: MessageState | undefined,
  type: MessageRecord['type'],
): string | undefined {
  const isCopied = before === 'sent' || before === 'deleted'
  if (type === 'discarded') return isCopied ? `message ${messageId}: discarded although a copy is recorded` : undefined
  if (type === 'deleted')
    return isCopied || before === 'discarded' ? undefined : `message ${messageId}: deleted although no copy is recorded`
  if (type === 'intent') return isCopied ? `message ${messageId}: intent although a copy is recorded` : undefined
  return before === 'intent' ? undefined : `message ${messageId}: ${type} without an intent`
}

function stateOf(byte: number): MessageState | undefined {
  return STATES[(byte & STATE_BITS) - 1]
}

function codeOf(state: MessageState): number {
  return STATES.indexOf(state) + 1
}
