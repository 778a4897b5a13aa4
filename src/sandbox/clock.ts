/**
 * The time of the local AWS. It follows the wall clock plus an offset that `sandbox clock advance` raises, so that visibility
 * timeouts, delays, retention and schedules can be crossed without waiting. Timers fire when their virtual moment is reached.
 */
export interface Clock {
  /** Milliseconds since the epoch, virtual. */
  now(): number
  /** Calls back once at or after the virtual instant; returns the function that cancels it. Keeps no process alive. */
  at(instantMs: number, callback: () => void): () => void
}
