import {UuidTable} from '../journal/uuid-table.js'
import type {KnownMessage, MessageState} from './journal.js'

/**
 * `held`: seen and not to be sent in this run (not selected, arrived late, damaged, behind a stopped group). `unresolved`: an earlier run
 * may have sent it, and it is to be sent again. `lost`: as if never seen.
 */
export type LedgerState = Exclude<MessageState, 'rejected'> | 'rejected' | 'received' | 'held' | 'unresolved'

/** A message that is gone from the source. */
const DELETED = 1
/** A MessageId that a FIFO send returned: it belongs to a copy. */
const COPY = 2

/**
 * What this run knows of every message it has seen, by MessageId in the source, so that a message which comes again is deleted if
 * its copy is known to be there, and never sent twice (redrive.md, catalogue 8, 17, 18). A message that is done with takes 17 bytes.
 */
export class Ledger {
  private readonly done = new UuidTable()
  /** Messages that are not deleted. */
  private readonly live = new Map<string, LedgerState>()
  /** The newest receipt handle of messages under way: an older one deletes nothing. */
  private readonly handles = new Map<string, string>()
  /** MessageId of the copy, of messages that are sent and not yet deleted. */
  private readonly copies = new Map<string, string | undefined>()
  /** Messages whose copy may be there, or may not be whole. */
  private readonly doubtful = new Set<string>()

  /**
   * `known`: what a journal of an earlier run says. An intent without an outcome is an unknown outcome: such messages are `unresolved`
   * where they are to be sent again, and `unknown` where they are not.
   */
  constructor(
    known: Iterable<KnownMessage> = [],
    {onUnknown = 'hold', keep = false}: {onUnknown?: 'resend' | 'hold'; keep?: boolean} = {},
  ) {
    for (const {messageId, state, newMessageId} of known) {
      if (state === 'rejected') continue
      if (state === 'sent' && !keep) this.sent(messageId, newMessageId)
      else if (state !== 'intent' && state !== 'unknown') this.set(messageId, state)
      else this.set(messageId, onUnknown === 'resend' ? 'unresolved' : 'unknown')
    }
  }

  state(messageId: string): LedgerState | undefined {
    return this.live.get(messageId) ?? ((this.done.get(messageId) & DELETED) === 0 ? undefined : 'deleted')
  }

  set(messageId: string, state: LedgerState): void {
    if (state === 'deleted') {
      this.live.delete(messageId)
      this.done.update(messageId, byte => byte | DELETED)
    } else this.live.set(messageId, state)
    if (state === 'unknown' || state === 'unverified') this.doubtful.add(messageId)
    else this.doubtful.delete(messageId)
  }

  /** A message is another consumer's by now, or will be: it is neither held nor decided upon. */
  lose(messageId: string): void {
    this.live.delete(messageId)
    this.handles.delete(messageId)
    this.doubtful.delete(messageId)
  }

  hold(messageId: string, receiptHandle: string): void {
    this.handles.set(messageId, receiptHandle)
  }

  sent(messageId: string, newMessageId: string | undefined): void {
    this.set(messageId, 'sent')
    this.copies.set(messageId, newMessageId)
  }

  /** Returns whether the message is deleted for the first time; a copy's id is forgotten with it. */
  deleted(messageId: string): {first: boolean; copy: string | undefined; discarded: boolean} {
    const before = this.state(messageId)
    const copy = this.copies.get(messageId)
    this.set(messageId, 'deleted')
    this.copies.delete(messageId)
    this.handles.delete(messageId)
    return {first: before === 'sent' || before === 'discarded', copy, discarded: before === 'discarded'}
  }

  letGo(messageId: string): void {
    this.handles.delete(messageId)
  }

  handle(messageId: string): string | undefined {
    return this.handles.get(messageId)
  }

  /** Messages we have received and neither deleted nor given back. */
  heldIds(): string[] {
    return [...this.handles.keys()]
  }

  get heldCount(): number {
    return this.handles.size
  }

  /** Messages whose copy is verified while the delete is not, with the MessageId of the copy. */
  undeleted(): Iterable<readonly [string, string | undefined]> {
    return this.copies
  }

  /** Messages of which nobody knows whether there is a whole copy. */
  get inDoubt(): ReadonlySet<string> {
    return this.doubtful
  }

  /**
   * Whether a MessageId that a FIFO send returned belongs to another message: then SQS took the send for a repetition and put
   * nothing into the queue (redrive.md, catalogue 34). Remembers the copy otherwise. A message is never sent again once it has a copy.
   */
  isSwallowed(messageId: string, newMessageId: string): boolean {
    if (newMessageId === messageId || this.live.has(newMessageId) || this.done.get(newMessageId) !== 0) return true
    this.done.update(newMessageId, () => COPY)
    return false
  }
}
