import type {Run} from './run.js'

/** One receive: how many messages to ask for, and how many of `--max` are set aside for it. */
export interface Turn {
  readonly count: number
  readonly reserved: number
}

/** Workers that begin; more join for as long as the process has time to spare. */
const FIRST_WORKERS = 16
/** They become so many times as many in one step, at most. */
const MOST_GROWTH = 4
/** Receives at once when by the counters nothing is left: they may be late, and each that finds nothing costs a request. */
const LAST_RECEIVES = 2

/**
 * Who may receive, and how many. One worker alone until a message has gone all the way, so that a missing permission costs one
 * message and not a batch of each worker; one alone while the queue answers empty, so that the end costs few requests. In between as
 * many as latency leaves room for: more of them than that hold messages, and memory, for nothing.
 */
export class Turns {
  private active = 0
  private allowed = FIRST_WORKERS
  private receives = 0
  private taken = 0
  private receiving = 0
  private probing = false
  /** Workers that wait for a turn, and those that wait for anything to happen. */
  private queued: (() => void)[] = []
  private watching: (() => void)[] = []

  constructor(private readonly run: Run) {
    run.signal.addEventListener('abort', () => this.wakeAll(), {once: true})
  }

  /** Resolves with what to receive, or undefined when there is nothing more to do. */
  async next(): Promise<Turn | undefined> {
    for (;;) {
      if (this.run.stopped) return undefined
      const turn = this.mustWait ? undefined : this.reserve()
      if (turn !== undefined) {
        this.active++
        this.receiving++
        this.wakeNext()
        return turn
      }
      if (this.active > 0) {
        await new Promise<void>(resolve => this.queued.push(resolve))
        continue
      }
      // The canary is out: every worker ends, and the run goes on when it has been looked after.
      if (this.run.budget.inCanary) {
        this.wakeAll()
        return undefined
      }
      this.run.stop('completed')
    }
  }

  private get mustWait(): boolean {
    if (this.active === 0) return false
    if (!this.run.proven || this.active >= this.allowed) return true
    const {toMove = Number.POSITIVE_INFINITY} = this.run.options
    const receives = Math.max(LAST_RECEIVES, Math.ceil((toMove - this.taken) / this.run.batchSize))
    return this.receiving >= (this.probing ? 1 : receives)
  }

  // Those that joined last must have had a turn each, or they would not show in the answer.
  private grow(): void {
    const {options, proven, workers} = this.run
    if (!proven || this.allowed >= workers || ++this.receives < this.allowed) return
    this.receives = 0
    this.allowed = Math.min(workers, Math.ceil(this.allowed * (options.room?.() ?? MOST_GROWTH)))
  }

  // What is selected shows after the receive only: then what is asked for is no more than a bound of what will count.
  private reserve(): Turn | undefined {
    const {run} = this
    if (run.options.selective === true) return run.budget.isOpen ? {count: run.batchSize, reserved: 0} : undefined
    const count = run.budget.reserve(run.batchSize)
    return count > 0 ? {count, reserved: count} : undefined
  }

  /** A receive is over: of the messages reserved for it, `selected` count. */
  received({reserved}: Turn, selected: number, news: boolean): void {
    this.receiving--
    this.taken += selected
    this.grow()
    if (reserved > 0) this.run.budget.refund(reserved - selected)
    this.probing = !news
    this.wakeNext()
    this.tellWatching()
  }

  /** The worker has settled what it received. */
  settled(): void {
    this.active--
    this.wakeNext()
    this.tellWatching()
  }

  /** Whether other workers are still settling: the queue cannot be judged empty before they are done. */
  get othersActive(): boolean {
    return this.active > 1
  }

  /** Resolves when a worker has received or settled, or the run has ended. */
  change(): Promise<void> {
    if (this.run.stopped) return Promise.resolve()
    return new Promise(resolve => this.watching.push(resolve))
  }

  // One, and it wakes the next when it has found a turn: to ask each of a hundred workers for every batch costs more than the batch.
  private wakeNext(): void {
    if (this.queued.length > 0 && !this.mustWait) this.queued.shift()?.()
  }

  private tellWatching(): void {
    const watching = this.watching
    this.watching = []
    for (const resolve of watching) resolve()
  }

  private wakeAll(): void {
    const queued = this.queued
    this.queued = []
    for (const resolve of queued) resolve()
    this.tellWatching()
  }
}
