import type {EngineClock} from './ports.js'

/** Spaces messages so that no more than `perSecond` are sent: each batch waits for the time that those before it have used up. */
export class Pace {
  private nextMs: number

  constructor(
    private readonly clock: EngineClock,
    private readonly perSecond: number | undefined,
  ) {
    this.nextMs = clock.now()
  }

  /** Waits until `count` messages may be sent; returns early when the signal is aborted. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    if (this.perSecond === undefined) return
    const nowMs = this.clock.now()
    const startMs = Math.max(nowMs, this.nextMs)
    this.nextMs = startMs + (count / this.perSecond) * 1000
    if (startMs > nowMs) await this.clock.sleep(startMs - nowMs, signal)
  }
}
