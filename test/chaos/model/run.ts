import {parseArgs} from 'node:util'
import {describeFailure, runCampaign} from './campaign.js'
import type {Figures} from './run-schedule.js'

/** Between two lines of progress. */
const PROGRESS_MS = 10_000

/** The long tier: `npm run chaos -- model [--schedules N] [--seed S] [--shrinks N]`. Returns whether every schedule kept every promise. */
export async function runModel(args: readonly string[]): Promise<boolean> {
  const {values} = parseArgs({
    args: [...args],
    options: {
      schedules: {type: 'string', default: '1000000'},
      seed: {type: 'string', default: '1'},
      shrinks: {type: 'string', default: '400'},
    },
  })
  const schedules = Number(values.schedules)
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(schedules) || schedules < 1 || !Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError('--schedules and --seed are whole numbers')
  const startedMs = performance.now()
  let shownMs = startedMs
  const show = (figures: Figures): void => {
    const perSecond = Math.round(figures.schedules / ((performance.now() - startedMs) / 1000))
    const sums = Object.entries(figures).map(([name, value]) => `${name} ${Number(value)}`)
    process.stdout.write(`seed ${seed}  ${sums.join('  ')}  ${perSecond}/s\n`)
  }
  const {figures, failure} = await runCampaign({
    seed,
    schedules,
    shrinks: Number(values.shrinks),
    progress: sums => {
      if (performance.now() - shownMs < PROGRESS_MS) return
      shownMs = performance.now()
      show(sums)
    },
  })
  show(figures)
  if (failure !== undefined) process.stdout.write(`FAILED ${describeFailure(failure)}\n`)
  return failure === undefined
}
