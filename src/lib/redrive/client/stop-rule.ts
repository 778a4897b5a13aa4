import {VISIBILITY_SECONDS} from './options.js'
import type {Depth} from './ports.js'

/** Empty long polls in a row, each with the counters at zero, that make an empty queue believable. */
const EMPTY_POLLS = 2
/** Empty long polls after which the rest is behind messages that we hold ourselves. */
const HELD_POLLS = 4
/** Time for a message that has come back to be received again before the queue is judged. */
const RETURN_MARGIN_MS = 5000

/** How long messages that others hold are waited for, from the last that came: a visibility timeout such as ours, and a margin. */
export const PATIENCE_MS = (VISIBILITY_SECONDS + 30) * 1000

export interface EmptyPoll {
  readonly nowMs: number
  readonly depth: Depth
  /** Messages that we have received and still hold. */
  readonly heldByUs: number
  /** Whether messages we hold can keep others of their group from being received (FIFO). */
  readonly heldBlocks: boolean
}

export type Emptiness = 'poll-again' | 'empty' | 'others-hold-the-rest' | 'behind-held-messages'

/**
 * When an empty answer is believed: one empty poll never proves an empty queue, counters are late, and messages whose receive was
 * lost come back only after their visibility timeout (redrive.md, catalogue 19, 20, 22). Pure but for what it remembers.
 */
export class StopRule {
  private emptyPolls = 0
  private zeroReadings = 0
  private quietUntilMs = 0
  private progressMs: number

  constructor(nowMs: number) {
    this.progressMs = nowMs
  }

  /** A receive brought something. */
  received(nowMs: number): void {
    this.emptyPolls = 0
    this.zeroReadings = 0
    this.progressMs = nowMs
  }

  /** Messages received or touched now may be in flight with nobody: they come back when their visibility ends. */
  expectReturn(nowMs: number): void {
    this.quietUntilMs = Math.max(this.quietUntilMs, nowMs + VISIBILITY_SECONDS * 1000 + RETURN_MARGIN_MS)
  }

  /** Judges after a receive that brought nothing to do. */
  judge({nowMs, depth, heldByUs, heldBlocks}: EmptyPoll): Emptiness {
    const inFlightElsewhere = Math.max(0, depth.inFlight - heldByUs)
    const nothing = depth.visible === 0 && depth.delayed === 0 && inFlightElsewhere === 0
    this.emptyPolls++
    this.zeroReadings = nothing ? this.zeroReadings + 1 : 0
    const quiet = nowMs >= this.quietUntilMs
    if (nothing && quiet && this.zeroReadings >= EMPTY_POLLS) return 'empty'
    if (heldBlocks && quiet && inFlightElsewhere === 0 && this.emptyPolls >= HELD_POLLS) return 'behind-held-messages'
    const impatient = quiet && nowMs - this.progressMs >= PATIENCE_MS
    return impatient && !nothing ? 'others-hold-the-rest' : 'poll-again'
  }
}
