import {setTimeout} from 'node:timers/promises'

/** Waits, and rejects with the signal's reason when that is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>

/** The pause of the real clock. */
export const realPause: Pause = async (ms, signal) => {
  signal.throwIfAborted()
  try {
    await setTimeout(ms, undefined, {signal})
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
