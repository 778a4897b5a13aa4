import {getHeapSpaceStatistics, setFlagsFromString} from 'node:v8'

/** Two halves of 8 MB: V8 would go on to 32 MB, and to more from Node 24 on. */
const YOUNG_BYTES = 16 * 1024 * 1024
const LOOK_MS = 50

/** Messages from which on memory counts for more than an eighth of the speed. */
const MANY = 250_000

/**
 * Sets V8 for a redrive. A run is seconds of the same few functions: they collect what the optimiser needs from their first call on
 * and, on Node 20, are optimised after a tenth of the usual use (later V8s have a quick compiler in between, and not that setting).
 * Messages live just long enough to be taken for lasting, so V8 would let both generations grow: it collects the old one when that has
 * grown by a third, and not when it has doubled or more; where there are many messages, it stops the young one at 16 MB, which can be
 * told only once it is there. Figures: docs/figures.md. Returns what ends the watch.
 */
export function setV8ForRedrive(messages: number): () => void {
  setFlagsFromString('--no-lazy-feedback-allocation')
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=15000')
  setFlagsFromString('--heap-growing-percent=30')
  if (messages < MANY) return () => undefined
  const timer = setInterval(() => {
    if (youngBytes() < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, LOOK_MS).unref()
  return () => clearInterval(timer)
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(space => space.space_name === 'new_space')?.space_size ?? 0
}
