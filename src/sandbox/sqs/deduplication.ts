import {Deque} from './deque.js'
import type {StoredMessage} from './message.js'

/** "The 5-minute deduplication interval", also the life of a ReceiveRequestAttemptId. */
const INTERVAL_MS = 300_000

interface Remembered<T> {
  readonly key: string
  readonly value: T
  readonly atMs: number
}

/** What was said within the last five minutes, by key. Forgets by age only: a deleted message still deduplicates. */
class FiveMinuteMemory<T> {
  readonly #byKey = new Map<string, Remembered<T>>()
  readonly #byAge = new Deque<Remembered<T>>()

  get(key: string, nowMs: number): T | undefined {
    this.#forget(nowMs)
    return this.#byKey.get(key)?.value
  }

  remember(key: string, value: T, nowMs: number): void {
    this.#forget(nowMs)
    const remembered = {key, value, atMs: nowMs}
    this.#byKey.set(key, remembered)
    this.#byAge.push(remembered)
  }

  clear(): void {
    this.#byKey.clear()
    this.#byAge.keep(() => false)
  }

  #forget(nowMs: number): void {
    for (;;) {
      const oldest = this.#byAge.at(0)
      if (oldest === undefined || oldest.atMs + INTERVAL_MS > nowMs) return
      this.#byAge.shift()
      if (this.#byKey.get(oldest.key) === oldest) this.#byKey.delete(oldest.key)
    }
  }
}

/** The answer that a send with a known deduplication id gets again. */
export interface Accepted {
  readonly messageId: string
  readonly sequenceNumber: string
}

/** The messages of one receive, with the handles they were given. */
export interface Attempt {
  readonly received: readonly {readonly message: StoredMessage; readonly receive: number; readonly turn: number}[]
}

/** Five-minute memories of a FIFO queue. */
export class Deduplication {
  readonly sends = new FiveMinuteMemory<Accepted>()
  readonly receives = new FiveMinuteMemory<Attempt>()

  clear(): void {
    this.sends.clear()
    this.receives.clear()
  }
}
