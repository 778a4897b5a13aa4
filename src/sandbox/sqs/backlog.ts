import type {StoredMessage} from './message.js'

/** taken: counts against the limit · removed: left the queue another way · stop: not taken, and nothing after it either. */
export type Verdict = 'taken' | 'removed' | 'stop'

/** The order in which a queue hands out its receivable messages. Neither form scans what is not receivable. */
export interface Backlog {
  /** The message entered the queue, in whatever place. */
  enter(message: StoredMessage): void
  /** The message became receivable. */
  offer(message: StoredMessage): void
  /** The message was in flight and is no longer: given back, expired or removed. */
  landed(message: StoredMessage): void
  /** The message left the queue. */
  left(message: StoredMessage): void
  /** Offers messages to `judge`, which changes their place, until `limit` were taken or none is left. */
  take(limit: number, judge: (message: StoredMessage) => Verdict): StoredMessage[]
  clear(): void
}
