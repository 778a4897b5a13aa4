import type {Child} from '../child.js'

type Victim = Pick<Child, 'ended' | 'kill'>

/**
 * Kills a process a moment after so many of its requests have come: how far it got then does not depend on how busy the machine is, as it
 * would after so many milliseconds, and where in its code it was is still anybody's guess.
 */
export class Aim {
  /** Where the runs that were killed had got to -> how many. */
  readonly killed = new Map<string, number>()
  #target: {readonly child: Victim; requests: number; readonly thenMs: number} | undefined
  #shotAfter: string | undefined

  /** Takes aim at a process that was just started. */
  at(child: Victim, {requests, thenMs}: {readonly requests: number; readonly thenMs: number}): void {
    this.#target = {child, requests, thenMs}
  }

  /** To be called for each request, as it comes. */
  requested(operation: string): void {
    const target = this.#target
    if (target === undefined || --target.requests > 0) return
    this.#target = undefined
    setTimeout(() => {
      if (target.child.ended) return
      this.#shotAfter = operation
      target.child.kill('SIGKILL')
    }, target.thenMs)
  }

  /** To be called when a run has ended, with the signal that ended it. */
  ended(signal: NodeJS.Signals | null): void {
    const place = this.#shotAfter === undefined ? 'random, by the clock' : `random, after ${this.#shotAfter}`
    if (signal === 'SIGKILL') this.killed.set(place, (this.killed.get(place) ?? 0) + 1)
    this.#target = undefined
    this.#shotAfter = undefined
  }
}
