import {Figures} from '../figures.js'
import type {Job} from './job.js'

/** Jobs that are done until their figures are what was asked for. */
export interface Campaign {
  /** The job of a seed, and what is to be expected of it. */
  readonly jobOf: (seed: number) => {readonly job: Job; readonly name: string; readonly expected: number}
  /** What counts towards the goal. */
  readonly measure: (figures: Figures) => number
  readonly goal: number
}

export interface CampaignOptions {
  readonly seed: number
  readonly atOnce: number
  readonly perform: (job: Job) => Promise<Figures>
  /** Whether no further job is to be begun. */
  readonly stopped: () => boolean
  readonly report: (name: string, figures: Figures, seconds: number) => void
}

/** Does jobs, seed after seed, until the goal is reached, one of them fails or it is stopped; returns the figures of what was done. */
export async function carryOut(
  {jobOf, measure, goal}: Campaign,
  {seed, atOnce, perform, stopped, report}: CampaignOptions,
): Promise<Figures> {
  let total = new Figures()
  let next = seed
  let underWay = 0
  const isDue = (): boolean => total.ok && !stopped() && measure(total) + underWay < goal
  const lane = async (): Promise<void> => {
    while (isDue()) {
      const {job, name, expected} = jobOf(next++)
      underWay += expected
      const startedMs = performance.now()
      const figures = await perform(job)
      underWay -= expected
      total = Figures.of([total, figures])
      report(name, figures, (performance.now() - startedMs) / 1000)
    }
  }
  // A job can fall short of what was expected of it when the lanes are at their end.
  while (isDue()) await Promise.all(Array.from({length: atOnce}, lane))
  return total
}
