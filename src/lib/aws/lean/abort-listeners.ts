/** Hears of the abort of signals with one listener a signal, however many requests share it. */
export class AbortListeners {
  readonly #stops = new WeakMap<AbortSignal, Set<() => void>>()

  /** Has `stop` called when the signal is aborted from now on. */
  add(signal: AbortSignal, stop: () => void): void {
    let stops = this.#stops.get(signal)
    if (!stops) {
      const added = new Set<() => void>()
      stops = added
      this.#stops.set(signal, added)
      signal.addEventListener('abort', () => added.forEach(each => each()), {once: true})
    }
    stops.add(stop)
  }

  /** The work's result, or an AbortError as soon as the signal is aborted. */
  async race<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
    let stop: () => void = () => undefined
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(abortError(signal))
    })
    if (signal.aborted) stop()
    this.add(signal, stop)
    try {
      return await Promise.race([work, aborted])
    } finally {
      this.remove(signal, stop)
    }
  }

  remove(signal: AbortSignal, stop: () => void): void {
    this.#stops.get(signal)?.delete(stop)
  }
}

/** What an aborted call rejects with: by its name, neither a failure of the service nor of the network. */
export function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error('Request aborted', {cause: signal.reason}), {name: 'AbortError'})
}
