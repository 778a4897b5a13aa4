import {slope} from './slope.js'

/** What a program was at one moment of its life, sizes in bytes. */
export interface Sample {
  /** Since it started. */
  readonly atMs: number
  readonly rss: number
  readonly heapUsed: number
  readonly descriptors: number
}

/** What a soak is judged by. */
export interface Growth {
  readonly samples: number
  readonly rssMbPerHour: number
  readonly heapMbPerHour: number
  readonly rssMb: number
  readonly descriptors: {readonly least: number; readonly most: number; readonly perHour: number}
}

const MEBIBYTE = 1_048_576
const HOUR_MS = 3_600_000

/** How memory grew after the warm-up, by least squares, and between which numbers of open files; undefined where there are not two samples. Pure. */
export function growth(samples: readonly Sample[], warmUpMs: number): Growth | undefined {
  const warm = samples.filter(({atMs}) => atMs >= warmUpMs)
  const last = warm.at(-1)
  if (last === undefined || warm.length < 2) return undefined
  const perHour = (of: (sample: Sample) => number): number =>
    slope(warm.map(sample => [sample.atMs / HOUR_MS, of(sample)]))
  const open = warm.map(({descriptors}) => descriptors)
  return {
    samples: warm.length,
    rssMbPerHour: perHour(({rss}) => rss / MEBIBYTE),
    heapMbPerHour: perHour(({heapUsed}) => heapUsed / MEBIBYTE),
    rssMb: last.rss / MEBIBYTE,
    descriptors: {least: Math.min(...open), most: Math.max(...open), perHour: perHour(({descriptors}) => descriptors)},
  }
}
