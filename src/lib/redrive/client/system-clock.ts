import type {EngineClock} from './ports.js'

/**
 * Time that counts what a suspended laptop slept (the wall clock does, the monotonic one does not) and never runs backwards
 * (the wall clock may): the greater of both since the start (redrive.md, catalogue 27).
 */
export function systemClock(
  wallMs: () => number = Date.now,
  monotonicMs: () => number = () => performance.now(),
): EngineClock {
  const startWallMs = wallMs()
  const startMonotonicMs = monotonicMs()
  let latestMs = 0
  return {
    now() {
      latestMs = Math.max(latestMs, wallMs() - startWallMs, monotonicMs() - startMonotonicMs)
      return latestMs
    },
    sleep(delayMs, signal) {
      if (signal?.aborted === true || delayMs <= 0) return Promise.resolve()
      return new Promise(resolve => {
        const done = (): void => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, delayMs)
        signal?.addEventListener('abort', done, {once: true})
      })
    },
  }
}
