import {dashed} from '../seen/key.js'
import type {Seen} from '../seen/seen.js'
import {UuidTable} from '../seen/uuid-table.js'
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
/** The MD5 of a body that was sent, as an id. */
const CONTENT = 4

export interface LedgerOptions {
  readonly onUnknown?: 'resend' | 'hold'
  readonly keep?: boolean
  /** Where it is kept what is done with; in memory unless told. */
  readonly seen?: Seen
}

/** A message that is not done with, or that we hold although it is. */
interface Live {
  /** Undefined of a message that is deleted or as if never seen, and held all the same. */
  state: LedgerState | undefined
  /** The newest receipt handle, of a message under way: an older one deletes nothing. */
  handle: string | undefined
  /** Whether it is sent and not yet deleted, and then the MessageId of the copy. */
  isCopied: boolean
  copy: string | undefined
}

/**
 * What this run knows of every message it has seen, by MessageId in the source, so that a message which comes again is deleted if
 * its copy is known to be there, and never sent twice (redrive.md, catalogue 8, 17, 18). A message that is done with is a mark.
 */
export class Ledger {
  private readonly seen: Seen
  private readonly live = new Map<string, Live>()
  private held = 0
  /** Messages whose copy may be there, or may not be whole. */
  private readonly doubtful = new Set<string>()

  /**
   * `known`: what a journal of an earlier run says. An intent without an outcome is an unknown outcome: such messages are `unresolved`
   * where they are to be sent again, and `unknown` where they are not.
   */
  constructor(
    known: Iterable<KnownMessage> = [],
    {onUnknown = 'hold', keep = false, seen = new UuidTable()}: LedgerOptions = {},
  ) {
    this.seen = seen
    for (const {messageId, state, newMessageId} of known) {
      if (state === 'rejected') continue
      if (state === 'deleted') this.deleted(messageId)
      else if (state === 'sent' && !keep) this.sent(messageId, newMessageId)
      else if (state !== 'intent' && state !== 'unknown') this.set(messageId, state)
      else this.set(messageId, onUnknown === 'resend' ? 'unresolved' : 'unknown')
    }
  }

  state(messageId: string): LedgerState | undefined {
    const live = this.live.get(messageId)
    return live?.state ?? ((this.seen.get(messageId) & DELETED) === 0 ? undefined : 'deleted')
  }

  set(messageId: string, state: Exclude<LedgerState, 'deleted'>): void {
    this.entry(messageId).state = state
    if (state === 'unknown' || state === 'unverified') this.doubtful.add(messageId)
    else if (this.doubtful.size > 0) this.doubtful.delete(messageId)
  }

  /** A message is another consumer's by now, or will be: it is neither held nor decided upon. */
  lose(messageId: string): void {
    const live = this.live.get(messageId)
    if (live !== undefined) {
      live.state = undefined
      this.hand(live, undefined)
      if (!live.isCopied) this.live.delete(messageId)
    }
    this.doubtful.delete(messageId)
  }

  hold(messageId: string, receiptHandle: string): void {
    this.hand(this.entry(messageId), receiptHandle)
  }

  sent(messageId: string, newMessageId: string | undefined): void {
    this.set(messageId, 'sent')
    const live = this.entry(messageId)
    live.isCopied = true
    live.copy = newMessageId
  }

  /** Returns whether the message is deleted for the first time; a copy's id is forgotten with it. */
  deleted(messageId: string): {first: boolean; copy: string | undefined; discarded: boolean} {
    const live = this.live.get(messageId)
    if (live !== undefined) this.hand(live, undefined)
    this.live.delete(messageId)
    this.doubtful.delete(messageId)
    this.seen.mark(messageId, DELETED)
    const discarded = live?.state === 'discarded'
    return {first: live?.state === 'sent' || discarded, copy: live?.copy, discarded}
  }

  letGo(messageId: string): void {
    const live = this.live.get(messageId)
    if (live === undefined) return
    this.hand(live, undefined)
    if (live.state === undefined && !live.isCopied) this.live.delete(messageId)
  }

  handle(messageId: string): string | undefined {
    return this.live.get(messageId)?.handle
  }

  /** Messages we have received and neither deleted nor given back. */
  heldIds(): string[] {
    const ids: string[] = []
    for (const [messageId, {handle}] of this.live) if (handle !== undefined) ids.push(messageId)
    return ids
  }

  get heldCount(): number {
    return this.held
  }

  /** Messages whose copy is verified while the delete is not, with the MessageId of the copy. */
  *undeleted(): Generator<readonly [string, string | undefined]> {
    for (const [messageId, {isCopied, copy}] of this.live) if (isCopied) yield [messageId, copy]
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
    if (
      newMessageId === messageId ||
      this.live.has(newMessageId) ||
      (this.seen.get(newMessageId) & (DELETED | COPY)) !== 0
    )
      return true
    this.seen.mark(newMessageId, COPY)
    return false
  }

  /** Remembers that a body of this MD5 (hex) was sent. */
  sentContent(bodyMd5: string): void {
    this.seen.mark(dashed(bodyMd5), CONTENT)
  }

  wasContentSent(bodyMd5: string): boolean {
    return (this.seen.get(dashed(bodyMd5)) & CONTENT) !== 0
  }

  private entry(messageId: string): Live {
    let live = this.live.get(messageId)
    if (live === undefined) {
      live = {state: undefined, handle: undefined, isCopied: false, copy: undefined}
      this.live.set(messageId, live)
    }
    return live
  }

  private hand(live: Live, handle: string | undefined): void {
    if (live.handle !== undefined) this.held--
    if (handle !== undefined) this.held++
    live.handle = handle
  }
}
