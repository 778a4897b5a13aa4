import type {MessageState} from './journal.js'

/** `held`: seen and not to be sent in this run (arrived late, damaged, behind a stopped group). */
export type LedgerState = MessageState | 'received' | 'held'

/**
 * What this run knows of every message it has seen, by MessageId in the source, so that a message which comes again is deleted if
 * its copy is known to be there, and never sent twice (redrive.md, catalogue 8, 17, 18).
 */
export class Ledger {
  private readonly states: Map<string, LedgerState>
  /** The newest receipt handle of messages under way: an older one deletes nothing. */
  private readonly handles = new Map<string, string>()
  /** MessageId of the copy, of messages that are sent and not yet deleted. */
  private readonly copies = new Map<string, string>()
  /** FIFO only: source MessageId by the MessageId of its copy. */
  private readonly owners = new Map<string, string>()

  /** `known`: what a journal of an earlier run says. An intent without an outcome is an unknown outcome. */
  constructor(known: Iterable<readonly [string, MessageState]> = []) {
    this.states = new Map()
    for (const [messageId, state] of known) {
      if (state !== 'rejected') this.states.set(messageId, state === 'intent' ? 'unknown' : state)
    }
  }

  state(messageId: string): LedgerState | undefined {
    return this.states.get(messageId)
  }

  set(messageId: string, state: LedgerState): void {
    this.states.set(messageId, state)
  }

  /** A message is another consumer's by now, or will be: it is neither held nor decided upon. */
  lose(messageId: string): void {
    this.states.delete(messageId)
    this.handles.delete(messageId)
  }

  hold(messageId: string, receiptHandle: string): void {
    this.handles.set(messageId, receiptHandle)
  }

  sent(messageId: string, newMessageId: string): void {
    this.states.set(messageId, 'sent')
    this.copies.set(messageId, newMessageId)
  }

  /** Returns the MessageId of the copy the first time a message is deleted, `undefined` when it already was. */
  deleted(messageId: string): string | undefined {
    const copy = this.states.get(messageId) === 'sent' ? (this.copies.get(messageId) ?? '') : undefined
    this.states.set(messageId, 'deleted')
    this.copies.delete(messageId)
    this.handles.delete(messageId)
    return copy
  }

  copyOf(messageId: string): string | undefined {
    return this.copies.get(messageId)
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

  /** Messages whose copy is verified while the delete is not: they are to be deleted when they come again. */
  idsIn(state: LedgerState): string[] {
    return [...this.states].filter(([, value]) => value === state).map(([messageId]) => messageId)
  }

  /**
   * Whether a MessageId that a FIFO send returned belongs to another message: then SQS took the send for a repetition and put
   * nothing into the queue (redrive.md, catalogue 34). Remembers the copy otherwise.
   */
  isSwallowed(messageId: string, newMessageId: string): boolean {
    const owner = this.owners.get(newMessageId)
    if (newMessageId === messageId || this.states.has(newMessageId) || (owner !== undefined && owner !== messageId))
      return true
    this.owners.set(newMessageId, messageId)
    return false
  }
}
