import {checkEnd, checkNothingForgotten, checkSession} from './invariants.js'
import {Job} from './job.js'
import {playSession} from './play.js'
import type {Schedule} from './schedule.js'
import {World} from './world.js'

const MAX_CRASHES = 5
const MAX_SESSIONS = 9
/** Events of a schedule after which it counts as endless. */
const MAX_EVENTS = 40_000
/** What another consumer, a producer or a failing consumer does, and how often. */
const OTHERS_EVERY_MS = 7000
const OTHERS_TIMES = 5
/** After it, whatever a dead process held is visible again. */
const HOLD_MS = 310_000

export interface Played {
  readonly violations: readonly string[]
  /** What was drawn, to be shortened. */
  readonly tape: readonly number[]
  readonly figures: Figures
}

/** Sums over schedules. */
export interface Figures {
  readonly schedules: number
  readonly messages: number
  readonly sessions: number
  readonly crashes: number
  readonly unknownSends: number
  readonly duplicates: number
  readonly inBoth: number
  readonly lost: number
  /** Sends without a durable outcome at one crash, at most. */
  readonly openAtCrash: number
}

/** Plays a schedule to its end, resumes it once more in a sound world, and again to see that this changes nothing. */
export async function runSchedule(schedule: Schedule): Promise<Played> {
  const world = new World(schedule)
  const jobs = Array.from({length: schedule.jobs}, (_, index) => new Job(world, `job-${index}`))
  let openAtCrash = 0
  try {
    await world.scheduler.run(async () => {
      liveOn(world)
      const most = await Promise.all(jobs.map(job => live(job)))
      openAtCrash = Math.max(...most)
      world.tape.end()
      await finish(world, jobs)
    }, MAX_EVENTS)
    checkEnd(world, jobs)
  } catch (error) {
    world.violate('P10', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  return {violations: [...world.violations], tape: world.tape.written, figures: figuresOf(world, jobs, openAtCrash)}
}

/** Sessions of a job, each from what the one before has left, until one comes to its end and its user leaves it at that. */
async function live(job: Job): Promise<number> {
  const {world} = job
  const {tape, schedule} = world
  let most = 0
  while (job.sessions < MAX_SESSIONS) {
    const session = await playSession(job, schedule.crashes && job.crashes < MAX_CRASHES)
    checkSession(job, session)
    if (session.ending.how === 'died') {
      job.crashes++
      most = Math.max(most, session.open)
      await world.scheduler.wait(pauseMs(tape.pick(4), tape.pick(60_000)))
      continue
    }
    const isOver = session.ending.how === 'ended' && job.summary?.state === 'completed'
    if (isOver || tape.pick(3) === 0) break
    await world.scheduler.wait(tape.pick(60_000))
  }
  return most
}

/** Short, or beyond the visibility, or just within or beyond the five minutes that SQS remembers a deduplication id. */
function pauseMs(kind: number, extra: number): number {
  return [extra / 60, extra + 30_000, extra + 230_000, extra * 10 + 301_000][kind] ?? 0
}

async function finish(world: World, jobs: readonly Job[]): Promise<void> {
  const {schedule, scheduler} = world
  // Whatever came to its end in one session has nothing to show that most of those before it have not shown.
  const isPlain = jobs.every(({sessions, summary}) => sessions === 1 && summary?.state === 'completed')
  if (isPlain && schedule.seed % 8 !== 0) return
  const patient = schedule.seed % 2 === 0
  if (patient) await scheduler.wait(HOLD_MS)
  for (const job of jobs) await resume(job)
  if (!patient || jobs.length > 1) return
  const [job] = jobs
  if (job === undefined) return
  checkNothingForgotten(world, job)
  if (schedule.seed % 4 !== 0) return
  // With `--max` another resume may take others in the place of those that could not be moved.
  if (job.summary?.state !== 'completed' || schedule.follow || schedule.max !== undefined) return
  const before = stateOf(world, job)
  await resume(job)
  const after = stateOf(world, job)
  if (before !== after) world.violate('P9', `another resume changes it from ${before} to ${after}`)
}

async function resume(job: Job): Promise<void> {
  const session = await playSession(job, false)
  checkSession(job, session)
  if (session.ending.how === 'failed')
    job.world.violate('P10', `a sound session failed: ${String(session.ending.error)}`)
}

function stateOf({sends, removes}: World, {summary}: Job): string {
  const listed = summary?.possibleDuplicates.map(({messageId}) => messageId).sort()
  return JSON.stringify({sends, removes, listed})
}

/** What goes on beside the redrive. */
function liveOn(world: World): void {
  const {schedule, tape, scheduler} = world
  for (let time = 1; time <= OTHERS_TIMES; time++) {
    scheduler.at(world.nowMs + time * OTHERS_EVERY_MS, () => {
      if (tape.over) return
      if (schedule.arrivals && tape.chance(60)) world.arrive()
      if (schedule.bounces) bounce(world)
      if (schedule.consumer) consume(world)
    })
  }
}

function bounce(world: World): void {
  const whole = world.copies.filter(({damaged, bounced, key}) => !damaged && !bounced && key !== undefined)
  const copy = whole[world.tape.pick(Math.max(1, whole.length))]
  if (copy !== undefined && world.tape.chance(60)) world.bounce(copy)
}

function consume(world: World): void {
  const {tape} = world
  const [message] = world.ready()
  if (message === undefined || !tape.chance(70)) return
  message.receives++
  message.owner = undefined
  if (tape.pick(2) === 0) message.visibleMs = world.nowMs + 20_000
  else message.state = 'taken'
}

function figuresOf(world: World, jobs: readonly Job[], openAtCrash: number): Figures {
  const keys = [...new Set(world.source.map(({key}) => key))]
  const {source, schedule} = world
  return {
    schedules: 1,
    messages: source.length,
    sessions: jobs.reduce((sum, {sessions}) => sum + sessions, 0),
    crashes: jobs.reduce((sum, {crashes}) => sum + crashes, 0),
    unknownSends: [...world.unknownEvents.values()].reduce((sum, count) => sum + count, 0),
    duplicates: keys.reduce((sum, key) => sum + Math.max(0, world.copiesOf(key) - world.sendable(key)), 0),
    inBoth: schedule.keep ? 0 : source.filter(({state, key}) => state === 'here' && world.copiesOf(key) > 0).length,
    lost: [...world.violations].filter(violation => violation.startsWith('P1')).length,
    openAtCrash,
  }
}
