import {VISIBILITY_SECONDS} from './options.js'
import type {Depth} from './ports.js'

/** Empty long polls in a row, each with the counters at zero, that make an empty queue believable. */
const EMPTY_POLLS = 2
/** Empty long polls after which the rest is behind messages that we hold ourselves. */
const HELD_POLLS = 4
/** Time for a message that has come back to be received again before the queue is judged. */
const RETURN_MARGIN_MS = 5000

/** Without anything new for so long, whatever dead processes had in flight at its beginning has come back. */
const LULL_MS = VISIBILITY_SECONDS * 1000 + RETURN_MARGIN_MS
/** Not even signs of life of others are waited for longer: what a killed redrive holds is visible by then. */
const LIFE_MS = 300_000

/** How long messages that others hold are waited for, from the last that came: a visibility timeout such as ours, and a margin. */
export const PATIENCE_MS = (VISIBILITY_SECONDS + 30) * 1000

export interface EmptyPoll {
  readonly nowMs: number
  readonly depth: Depth
  /** Messages that we have received and still hold. */
  readonly heldByUs: number
  /** Whether messages we hold can keep others of their group from being received (FIFO). */
  readonly heldBlocks: boolean
  /** Of a redrive that is shared with other hosts: messages it has had to move so far, done or not. */
  readonly shared?: {readonly selected: number}
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
  /** From when on patience counts. */
  private progressMs: number
  /** When anything new came last. */
  private newsMs: number
  private selected = 0
  private total = 0
  /** Shared: there has been a lull since the last sign that something is left to move. */
  private lulled = false

  /** `patienceMs`: how long messages that others hold are waited for, from the last that came. */
  constructor(
    nowMs: number,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.progressMs = nowMs
    this.newsMs = nowMs
  }

  /** Empty polls in a row. */
  get polls(): number {
    return this.emptyPolls
  }

  /** A receive brought something. */
  received(nowMs: number): void {
    this.emptyPolls = 0
    this.zeroReadings = 0
    this.newsMs = nowMs
    if (!this.lulled) this.progressMs = nowMs
  }

  /** Messages received or touched now may be in flight with nobody: they come back when their visibility ends. */
  expectReturn(nowMs: number): void {
    this.quietUntilMs = Math.max(this.quietUntilMs, nowMs + VISIBILITY_SECONDS * 1000 + RETURN_MARGIN_MS)
  }

  /** Judges after a receive that brought nothing to do. */
  judge({nowMs, depth, heldByUs, heldBlocks, shared}: EmptyPoll): Emptiness {
    if (shared !== undefined) this.watchOthers(nowMs, depth, shared.selected)
    const inFlightElsewhere = Math.max(0, depth.inFlight - heldByUs)
    const nothing = depth.visible === 0 && depth.delayed === 0 && inFlightElsewhere === 0
    this.emptyPolls++
    this.zeroReadings = nothing ? this.zeroReadings + 1 : 0
    const quiet = nowMs >= this.quietUntilMs
    if (nothing && quiet && this.zeroReadings >= EMPTY_POLLS) return 'empty'
    if (heldBlocks && quiet && inFlightElsewhere === 0 && this.emptyPolls >= HELD_POLLS) return 'behind-held-messages'
    const impatient = quiet && nowMs - this.progressMs >= this.patienceMs
    return impatient && !nothing ? 'others-hold-the-rest' : 'poll-again'
  }

  /**
   * Every host that ends gives back what it held unselected, which is new to the others: once there has been a lull that does not keep
   * them, or they would end one after the other, a patience apart. What was selected does, and so does a queue that gets emptier: another
   * host is at work, and should it die, what it holds is for those who are still there.
   */
  private watchOthers(nowMs: number, {visible, inFlight, delayed}: Depth, selected: number): void {
    const total = visible + inFlight + delayed
    const lifeElsewhere = total < this.total && nowMs - this.newsMs < LIFE_MS
    if (selected > this.selected || lifeElsewhere) {
      this.progressMs = nowMs
      this.lulled = false
    }
    this.selected = selected
    this.total = total
    if (nowMs - Math.max(this.progressMs, this.newsMs) >= LULL_MS) this.lulled = true
  }
}
