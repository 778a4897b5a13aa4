import type {Figures, Played} from './run-schedule.js'
import {runSchedule} from './run-schedule.js'
import type {Schedule} from './schedule.js'
import {scheduleOf} from './schedule.js'
import {shrink} from './shrink.js'

/** Schedules played between two turns of the event loop. */
const TURN = 100

export interface Failure {
  readonly schedule: Schedule
  readonly violations: readonly string[]
  /** The smallest schedule that was found to break a promise too. */
  readonly smallest: Schedule
  readonly smallestViolations: readonly string[]
}

export interface Campaign {
  readonly figures: Figures
  readonly failure: Failure | undefined
}

const NOTHING: Figures = {
  schedules: 0,
  messages: 0,
  sessions: 0,
  crashes: 0,
  unknownSends: 0,
  duplicates: 0,
  inBoth: 0,
  lost: 0,
  openAtCrash: 0,
}

/** Plays the schedules of so many seeds in a row, until one breaks a promise; that one is made as small as it gets. */
export async function runCampaign({
  seed,
  schedules,
  shrinks = 400,
  suits = () => true,
  progress,
}: {
  seed: number
  schedules: number
  /** Seeds whose schedule does not suit are passed over. */
  suits?: (schedule: Schedule) => boolean
  /** How many smaller schedules are tried. */
  shrinks?: number
  progress?: (figures: Figures) => void
}): Promise<Campaign> {
  let figures = NOTHING
  // Most errors of a schedule are part of it, and nobody reads where they were made.
  const {stackTraceLimit} = Error
  Error.stackTraceLimit = 0
  try {
    for (let next = seed; figures.schedules < schedules; next++) {
      const schedule = scheduleOf(next)
      if (!suits(schedule)) continue
      const played = await runSchedule(schedule)
      figures = add(figures, played.figures)
      if (played.violations.length > 0) return {figures, failure: await failureOf(schedule, played, shrinks)}
      if (figures.schedules % TURN !== 0) continue
      progress?.(figures)
      await new Promise(resolve => setImmediate(resolve))
    }
    return {figures, failure: undefined}
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

async function failureOf(schedule: Schedule, {violations, tape}: Played, tries: number): Promise<Failure> {
  const {smallest, violations: smallestViolations} = await shrink({...schedule, tape}, violations, tries)
  return {schedule, violations, smallest, smallestViolations}
}

/** The figures of several campaigns together. */
export function add(left: Figures, right: Figures): Figures {
  return {
    schedules: left.schedules + right.schedules,
    messages: left.messages + right.messages,
    sessions: left.sessions + right.sessions,
    crashes: left.crashes + right.crashes,
    unknownSends: left.unknownSends + right.unknownSends,
    duplicates: left.duplicates + right.duplicates,
    inBoth: left.inBoth + right.inBoth,
    lost: left.lost + right.lost,
    openAtCrash: Math.max(left.openAtCrash, right.openAtCrash),
  }
}

/** What broke, and how to have it again. */
export function describeFailure({schedule, violations, smallest, smallestViolations}: Failure): string {
  return [
    `seed ${schedule.seed} breaks ${violations.join('; ')}`,
    `smallest: ${smallestViolations.join('; ')}`,
    JSON.stringify(smallest),
  ].join('\n')
}
