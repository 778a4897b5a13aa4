import type {Run} from './run.js'

/**
 * Who may receive, and how many. One worker alone until a message has gone all the way, so that a missing permission costs one
 * message and not a batch of each worker; one alone while the queue answers empty, so that the end costs few requests.
 */
export class Turns {
  private active = 0
  private receiving = 0
  private probing = false
  private parked: (() => void)[] = []

  constructor(private readonly run: Run) {
    run.signal.addEventListener('abort', () => this.wake(), {once: true})
  }

  /** Resolves with how many messages to receive, or 0 when there is nothing more to do. */
  async next(): Promise<number> {
    for (;;) {
      if (this.run.stopped) return 0
      const alone = (!this.run.proven && this.active > 0) || (this.probing && this.receiving > 0)
      const count = alone ? 0 : this.run.reserve(this.run.batchSize)
      if (count > 0) {
        this.active++
        this.receiving++
        return count
      }
      if (this.active === 0) this.run.stop('completed')
      else await this.change()
    }
  }

  /** A receive is over: `reserved` messages were asked for, `selected` of them count. */
  received(reserved: number, selected: number, news: boolean): void {
    this.receiving--
    this.run.refund(reserved - selected)
    this.probing = !news
    this.wake()
  }

  /** The worker has settled what it received. */
  settled(): void {
    this.active--
    this.wake()
  }

  /** Whether other workers are still settling: the queue cannot be judged empty before they are done. */
  get othersActive(): boolean {
    return this.active > 1
  }

  /** Resolves when a worker has received or settled, or the run has ended. */
  change(): Promise<void> {
    if (this.run.stopped) return Promise.resolve()
    return new Promise(resolve => this.parked.push(resolve))
  }

  private wake(): void {
    const waiting = this.parked
    this.parked = []
    for (const resolve of waiting) resolve()
  }
}
