import {MAX_ENTRIES} from './outgoing.js'
import type {Run} from './run.js'

/** Messages that are held to the end of the pass are renewed for this long: what a killed process leaves behind is visible by then. */
export const HOLD_SECONDS = 300
/** They are renewed when less than this is left. */
const RENEW_MS = 25_000
/** A message that expires this soon is worth a word. */
const EXPIRY_MS = 15 * 60_000

/**
 * The messages that stay in the source and must not come again and again in the same pass: not selected, arrived late, failed. Each is
 * held until the end of the run, by renewing its visibility; one that cannot be renewed comes again and is held again.
 */
export class Holds {
  /** When the visibility of each ends by the engine's time, in that order: as received, and as renewed. */
  private readonly received = new Map<string, number>()
  private readonly renewed = new Map<string, number>()
  private renewing: Promise<void> | undefined
  private warned = false

  constructor(private readonly run: Run) {}

  /** A message that was received, and whose visibility ends then, is to be held. */
  add(messageId: string, expiresMs: number): void {
    this.forget(messageId)
    this.received.set(messageId, expiresMs)
  }

  private forget(messageId: string): void {
    this.received.delete(messageId)
    this.renewed.delete(messageId)
  }

  /** Says once that a message which is held will expire, in so many milliseconds, while it is. */
  warnOfExpiry(expiresInMs: number): void {
    if (this.warned || !(expiresInMs <= EXPIRY_MS)) return
    this.warned = true
    const minutes = Math.max(0, Math.round(expiresInMs / 60_000))
    this.run.events.put({
      event: 'warning',
      message: `messages that stay expire within ${minutes} minutes: SQS deletes them then, held or not`,
    })
  }

  /** Renews what is about to become visible; the workers call it between two receives. */
  async renew(): Promise<void> {
    if (this.renewing !== undefined) return this.renewing
    this.renewing = this.renewDue().finally(() => {
      this.renewing = undefined
    })
    return this.renewing
  }

  private async renewDue(): Promise<void> {
    for (let due = this.due(); due.length > 0; due = this.due()) await this.renewBatch(due)
  }

  private due(): string[] {
    const beforeMs = this.run.options.clock.now() + RENEW_MS
    const due: string[] = []
    for (const queue of [this.received, this.renewed]) {
      for (const [messageId, expiresMs] of queue) {
        if (expiresMs > beforeMs || due.length === MAX_ENTRIES) break
        due.push(messageId)
      }
    }
    return due
  }

  private async renewBatch(messageIds: readonly string[]): Promise<void> {
    const {run} = this
    const {clock, source} = run.options
    for (const messageId of messageIds) this.forget(messageId)
    const held = messageIds.flatMap(messageId => {
      const receiptHandle = run.ledger.handle(messageId)
      return receiptHandle === undefined ? [] : [{messageId, receiptHandle}]
    })
    if (held.length === 0) return
    const startedMs = clock.now()
    try {
      run.requests++
      const results = await source.setVisibility(held, HOLD_SECONDS)
      held.forEach(({messageId}, index) => {
        if (results[index]?.ok === true) this.renewed.set(messageId, startedMs + HOLD_SECONDS * 1000)
      })
    } catch {
      // They come again, and are held again.
      return
    }
  }
}
