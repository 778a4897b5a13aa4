/** What happens later, in the order of its time. */
interface Event {
  readonly atMs: number
  readonly happen: () => void
}

/**
 * Time that passes only while nothing can be done without it. Workers, processes and other consumers overlap as they would, and a
 * schedule that takes an hour takes a millisecond.
 */
export class Scheduler {
  nowMs = 0
  private readonly events: Event[] = []

  at(atMs: number, happen: () => void): void {
    this.events.push({atMs: Math.max(atMs, this.nowMs), happen})
  }

  wait(delayMs: number): Promise<void> {
    return new Promise(resolve => this.at(this.nowMs + delayMs, resolve))
  }

  /** Runs until the work is done; rejects where it waits for something that never comes, or has taken more than so many events. */
  run<Result>(work: () => Promise<Result>, limit: number): Promise<Result> {
    // The journal collects what comes in one turn of the event loop, which is no turn here: nothing but these events happens.
    const {setImmediate} = globalThis
    globalThis.setImmediate = ((happen: () => void) => {
      this.at(this.nowMs, happen)
    }) as typeof setImmediate
    return new Promise<Result>((resolve, reject) => {
      let over = false
      work().then(
        result => {
          over = true
          resolve(result)
        },
        (error: unknown) => {
          over = true
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      )
      let happened = 0
      // A tick that a promise asks for comes when every promise that can go on has done so.
      const tick = (): void => {
        if (over) return
        const event = this.next()
        if (event === undefined || happened++ > limit) {
          over = true
          reject(new Error(event === undefined ? 'waits for nothing' : 'does not come to an end'))
          return
        }
        this.nowMs = Math.max(this.nowMs, event.atMs)
        event.happen()
        queueMicrotask(() => process.nextTick(tick))
      }
      queueMicrotask(() => process.nextTick(tick))
    }).finally(() => {
      globalThis.setImmediate = setImmediate
    })
  }

  private next(): Event | undefined {
    let first = 0
    for (let index = 1; index < this.events.length; index++) {
      if ((this.events[index]?.atMs ?? 0) < (this.events[first]?.atMs ?? 0)) first = index
    }
    const [event] = this.events.splice(first, 1)
    return event
  }
}
