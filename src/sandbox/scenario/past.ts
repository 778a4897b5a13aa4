import type {Letter} from './player.js'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Something that was sent in the past. */
export interface PastLetter {
  readonly queue: string
  /** How long ago. */
  readonly ageMs: number
  /** Made when its moment comes: bodies carry the times of their day. */
  readonly letter: (sentAt: Date) => Letter
  /** How often a consumer failed at it; the queue's maxReceiveCount plus one sends it to the DLQ. 0: nobody has tried yet. */
  readonly attempts: number
}
