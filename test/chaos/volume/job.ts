import type {Figures} from '../figures.js'
import {chainOfKills, killChains} from '../kills.js'
import {flood, floodCaseOf} from './flood.js'
import {killAtRandom} from './random-kills.js'

/** One redrive, or one chain of them, known by its seed. */
export type Job =
  | {readonly campaign: 'flood'; readonly seed: number; readonly most: number}
  | {readonly campaign: 'targeted kills'; readonly seed: number}
  | {readonly campaign: 'random kills'; readonly seed: number; readonly kills: number}

/** Clocks run so many times as fast as the wall: a process that waits for a busy core must not take it for a dead network. */
const FACTOR = 20

/** Does a job with the program at `bin`. */
export function perform(job: Job, bin: string): Promise<Figures> {
  const options = {bin, factor: FACTOR}
  switch (job.campaign) {
    case 'flood':
      return flood(floodCaseOf(job.seed, job.most), options)
    case 'targeted kills':
      return killChains([chainOfKills({nth: 1 + (job.seed % 3), seed: job.seed})], {
        ...options,
        fifo: job.seed % 4 === 3,
        soon: job.seed % 5 === 4,
      })
    case 'random kills':
      return killAtRandom(job.seed, job.kills, options)
  }
}
