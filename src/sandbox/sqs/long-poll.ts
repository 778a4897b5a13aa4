import type {Clock} from '../clock.js'

interface Waiter {
  attempt(): boolean
  abandon(error?: Error): void
}

/**
 * Receives that wait for a message. They are tried again, in the order of their arrival, when a message is sent or given back and at
 * the instants at which a visibility timeout or a delay ends.
 */
export class LongPolls {
  readonly #waiters = new Set<Waiter>()
  readonly #clock: Clock
  readonly #nextChangeAtMs: () => number | undefined
  #cancelTimer: (() => void) | undefined
  #wakeIsDue = false

  constructor(clock: Clock, nextChangeAtMs: () => number | undefined) {
    this.#clock = clock
    this.#nextChangeAtMs = nextChangeAtMs
  }

  get size(): number {
    return this.#waiters.size
  }

  /** Resolves with what `attempt` gets, or with undefined at the deadline or when the caller hung up (then nothing is attempted). */
  wait<T>(attempt: () => T | undefined, deadlineMs: number, signal: AbortSignal): Promise<T | undefined> {
    if (signal.aborted) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter)
        cancelDeadline()
        signal.removeEventListener('abort', giveUp)
        if (this.#waiters.size === 0) this.#disarm()
      }
      const giveUp = () => {
        end()
        resolve(undefined)
      }
      const waiter: Waiter = {
        attempt() {
          const result = attempt()
          if (result === undefined) return false
          end()
          resolve(result)
          return true
        },
        abandon(error) {
          end()
          if (error === undefined) resolve(undefined)
          else reject(error)
        },
      }
      const cancelDeadline = this.#clock.at(deadlineMs, giveUp)
      signal.addEventListener('abort', giveUp)
      this.#waiters.add(waiter)
      this.#arm()
    })
  }

  /** Something may have become receivable; the waiters are tried once the present request is done. */
  wakeSoon(): void {
    if (this.#waiters.size === 0 || this.#wakeIsDue) return
    this.#wakeIsDue = true
    queueMicrotask(() => {
      this.#wakeIsDue = false
      this.#wake()
    })
  }

  /** Ends every wait: with nothing, or with an error (the queue is gone). */
  abandon(error?: Error): void {
    for (const waiter of [...this.#waiters]) waiter.abandon(error)
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) {
      try {
        waiter.attempt()
      } catch (error) {
        waiter.abandon(error instanceof Error ? error : new Error(String(error)))
      }
    }
    this.#arm()
  }

  #arm(): void {
    this.#disarm()
    if (this.#waiters.size === 0) return
    const nextMs = this.#nextChangeAtMs()
    if (nextMs !== undefined) this.#cancelTimer = this.#clock.at(nextMs, () => this.#wake())
  }

  #disarm(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }
}
