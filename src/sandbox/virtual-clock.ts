import type {Clock} from './clock.js'

interface Timer {
  readonly instantMs: number
  readonly order: number
  callback: (() => void) | undefined
}

// setTimeout fires at once for anything longer; a later wake-up just re-arms.
const LONGEST_TIMEOUT_MS = 2_147_483_647

/**
 * The clock of one local AWS: wall time plus an offset, or standing still after {@link freeze}. Milliseconds everywhere.
 * Timers due at the same instant fire in the order in which they were set.
 */
export class VirtualClock implements Clock {
  #offsetMs = 0
  #frozenAtMs: number | undefined
  readonly #heap: Timer[] = []
  #order = 0
  #cancelled = 0
  #wakeUp: NodeJS.Timeout | undefined
  #wakeUpAtMs = Infinity

  now(): number {
    return this.#frozenAtMs ?? Date.now() + this.#offsetMs
  }

  /** How far the clock is ahead of the wall clock. */
  get offsetMs(): number {
    return this.now() - Date.now()
  }

  get frozen(): boolean {
    return this.#frozenAtMs !== undefined
  }

  at(instantMs: number, callback: () => void): () => void {
    const timer: Timer = {instantMs, order: this.#order++, callback}
    this.#push(timer)
    this.#arm()
    return () => {
      if (timer.callback === undefined) return
      timer.callback = undefined
      this.#cancelled++
      if (this.#cancelled > 64 && this.#cancelled > this.#heap.length / 2) this.#sweep()
    }
  }

  /** Moves time forward and runs every timer that falls due on the way, in order, each at its own instant. */
  advance(ms: number): void {
    if (!(ms >= 0) || !Number.isFinite(ms)) throw new RangeError(`cannot advance the clock by ${ms} ms`)
    const wasFrozen = this.frozen
    const target = this.now() + ms
    for (let timer = this.#due(target); timer; timer = this.#due(target)) {
      this.#frozenAtMs = Math.max(timer.instantMs, this.#frozenAtMs ?? -Infinity)
      timer.callback?.()
    }
    this.#frozenAtMs = target
    if (!wasFrozen) this.resume()
    this.#arm()
  }

  /** Stops time, now or at a given instant (which may lie in the past: the scenario plays history that way). */
  freeze(atMs = this.now()): void {
    this.#frozenAtMs = atMs
    this.#arm()
  }

  /** Lets time run on from where it stands. */
  resume(): void {
    if (this.#frozenAtMs === undefined) return
    this.#offsetMs = this.#frozenAtMs - Date.now()
    this.#frozenAtMs = undefined
    this.#arm()
  }

  /** Back to wall time, running. Timers that are set stay set. */
  reset(): void {
    this.#offsetMs = 0
    this.#frozenAtMs = undefined
    this.#arm()
  }

  /** Drops every timer. */
  close(): void {
    this.#heap.length = 0
    this.#cancelled = 0
    this.#arm()
  }

  #due(target: number): Timer | undefined {
    for (;;) {
      const top = this.#heap[0]
      if (!top || (top.callback && top.instantMs > target)) return undefined
      this.#pop()
      if (!top.callback) this.#cancelled--
      else {
        const {callback} = top
        top.callback = undefined
        return {...top, callback}
      }
    }
  }

  #fire(): void {
    this.#wakeUp = undefined
    this.#wakeUpAtMs = Infinity
    for (let timer = this.#due(this.now()); timer; timer = this.#due(this.now())) timer.callback?.()
    this.#arm()
  }

  #arm(): void {
    const next = this.#heap[0]?.instantMs ?? Infinity
    const waitMs = next - this.now()
    const wanted = this.frozen && waitMs > 0 ? Infinity : Date.now() + Math.max(0, waitMs)
    if (wanted === this.#wakeUpAtMs) return
    if (this.#wakeUp) clearTimeout(this.#wakeUp)
    this.#wakeUp = undefined
    this.#wakeUpAtMs = wanted
    if (wanted === Infinity) return
    this.#wakeUp = setTimeout(() => this.#fire(), Math.min(LONGEST_TIMEOUT_MS, Math.ceil(Math.max(0, waitMs)))).unref()
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let child = heap.push(timer) - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      const above = heap[parent]
      if (!above || !before(timer, above)) break
      heap[child] = above
      child = parent
    }
    heap[child] = timer
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      let below = heap[child]
      const right = heap[child + 1]
      if (below && right && before(right, below)) {
        below = right
        child++
      }
      if (!below || !before(below, last)) break
      heap[hole] = below
      hole = child
    }
    heap[hole] = last
  }

  #sweep(): void {
    const live = this.#heap.filter(timer => timer.callback)
    this.#heap.length = 0
    this.#cancelled = 0
    for (const timer of live) this.#push(timer)
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.instantMs < b.instantMs || (a.instantMs === b.instantMs && a.order < b.order)
}
