/** AWS's own "2026" retry behaviour waits 1 s where it was throttled (redrive.md, fact 6). */
const THROTTLED_BASE_MS = 1000
const BASE_MS = 100
const CAP_MS = 20_000

/** Full jitter, doubling: a random share of the base times 2 to the attempt (from 0), at most 20 s. `random` is in [0, 1). */
export function backoffMs(attempt: number, random: () => number, {throttled = false} = {}): number {
  const baseMs = throttled ? THROTTLED_BASE_MS : BASE_MS
  return Math.ceil(random() * Math.min(CAP_MS, baseMs * 2 ** Math.min(attempt, 20)))
}
