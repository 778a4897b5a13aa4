// Loaded into a child before msgops: its clocks run TIME_LAPSE times as fast as the wall, as does that of the local AWS it talks to, so
// that a visibility timeout of a minute passes in seconds and neither of them can tell. TIME_LAPSE_FROM is where its wall clock starts.
import {performance} from 'node:perf_hooks'

const factor = Number(process.env.TIME_LAPSE)

const {setTimeout: wait, setInterval: repeat} = globalThis
const wallMs = Date.now
const monotonicMs = performance.now.bind(performance)
const startWallMs = wallMs()
const fromMs = Number(process.env.TIME_LAPSE_FROM)
const startMonotonicMs = monotonicMs()

Date.now = () => Math.floor(fromMs + (wallMs() - startWallMs) * factor)
performance.now = () => startMonotonicMs + (monotonicMs() - startMonotonicMs) * factor
Object.assign(globalThis, {
  setTimeout: (callback, delayMs = 0, ...rest) => wait(callback, delayMs / factor, ...rest),
  setInterval: (callback, delayMs = 0, ...rest) => repeat(callback, delayMs / factor, ...rest),
})
