import type {Child} from '../child.js'

/**
 * Kills a process a moment after so many of its requests have come: how far it got then does not depend on how busy the machine is, as it
 * would after so many milliseconds, and where in its code it was is still anybody's guess.
 */
export class Aim {
  /** Operation of the last request before a kill -> how many. */
  readonly killed = new Map<string, number>()
  #target: {readonly child: Child; requests: number; readonly thenMs: number} | undefined

  /** Takes aim at a process that was just started. */
  at(child: Child, {requests, thenMs}: {readonly requests: number; readonly thenMs: number}): void {
    this.#target = {child, requests, thenMs}
  }

  /** To be called for each request, as it comes. */
  requested(operation: string): void {
    const target = this.#target
    if (target === undefined || --target.requests > 0) return
    this.#target = undefined
    setTimeout(() => {
      if (target.child.ended) return
      target.child.kill('SIGKILL')
      this.killed.set(operation, (this.killed.get(operation) ?? 0) + 1)
    }, target.thenMs)
  }
}
