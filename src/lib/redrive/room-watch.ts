/** Above this share of its time, more requests at once would only wait for the process. */
const BUSY = 0.9
/** A share this small is more of a pause than a measure. */
const LEAST_USE = 0.25
/** More in flight is also more that waits in line at the other end, so that it takes somewhat more than the share says. */
const MORE = 1.25
/** Less than this says nothing: a collection of garbage, or a pause of the disk, is a large part of it. */
const LOOK_MS = 100

/**
 * Tells how many times as much as since it was asked last this process could do. By its own thread and not by CPU time, which the
 * compiler and the collector use too, beside it, most of all in the first second.
 */
export function roomWatch(): () => number {
  let before = performance.eventLoopUtilization()
  let sinceMs = performance.now()
  return () => {
    const nowMs = performance.now()
    if (nowMs - sinceMs < LOOK_MS) return 1
    const {utilization} = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    sinceMs = nowMs
    return utilization < BUSY ? MORE / Math.max(LEAST_USE, utilization) : 1
  }
}
