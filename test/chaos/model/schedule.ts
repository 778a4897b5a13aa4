import {seededRandom} from '../../../src/sandbox/random.js'

/** Everything that makes a run of the model what it is, but for what goes wrong: that is the tape's. */
export interface Schedule {
  readonly seed: number
  /** Numbers on the tape, or how many of them are drawn from the seed. */
  readonly tape: readonly number[] | number
  readonly fifo: boolean
  readonly messages: number
  readonly groups: number
  readonly concurrency: number
  /** Jobs that redrive the same queue at once (`--shared`). */
  readonly jobs: 1 | 2
  readonly crashes: boolean
  readonly powerCuts: boolean
  readonly onUnknown: 'resend' | 'hold'
  readonly keep: boolean
  readonly max: number | undefined
  readonly canary: boolean
  readonly follow: boolean
  /** Two destinations, each message to the queue it came from. */
  readonly routes: boolean
  /** Every seventh message is skipped, the next refused, changed, given other attributes or, with a backup, discarded. */
  readonly selection: boolean
  readonly backup: boolean
  readonly perSecond: number | undefined
  /** The disk fills up or fails now and then. */
  readonly badDisk: boolean
  /** Another consumer takes messages, or holds them and gives them back. */
  readonly consumer: boolean
  /** Messages arrive after the start. */
  readonly arrivals: boolean
  /** The consumer of the destination fails: copies come back. */
  readonly bounces: boolean
  /** Bodies that are the same in pairs. */
  readonly twins: boolean
  /** Messages of the source expire within the run. */
  readonly expiry: boolean
  /** The user interrupts once. */
  readonly interrupt: boolean
}

/** The schedule of a seed: the same everywhere and at all times. */
export function scheduleOf(seed: number): Schedule {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) >>> 0)
  const among = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  const chance = (percent: number): boolean => random() * 100 < percent
  const fifo = chance(40)
  const follow = chance(6)
  const keep = chance(8)
  const jobs = chance(12) && !follow && !keep ? 2 : 1
  return {
    seed,
    tape: chance(4) ? 0 : among(20, 500),
    fifo,
    messages: chance(10) ? among(20, 40) : among(1, 16),
    groups: among(1, 5),
    concurrency: fifo ? 1 : among(1, 3),
    jobs,
    crashes: chance(70),
    powerCuts: chance(50),
    onUnknown: chance(25) ? 'hold' : 'resend',
    keep,
    max: chance(10) ? among(1, 20) : undefined,
    canary: jobs === 1 && !follow && chance(6),
    follow,
    routes: chance(15),
    selection: chance(20),
    backup: chance(20),
    perSecond: chance(6) ? among(1, 30) : undefined,
    badDisk: chance(8),
    consumer: chance(10),
    arrivals: chance(12),
    bounces: chance(12),
    twins: chance(10),
    expiry: chance(4),
    interrupt: chance(8),
  }
}

/** What is to become of the message with this number, whenever it is asked. */
export function fateOf(
  {selection, backup, keep}: Pick<Schedule, 'selection' | 'backup' | 'keep'>,
  number: number,
): 'move' | 'skip' | 'refuse' | 'changeBody' | 'changeAttributes' | 'discard' {
  if (!selection) return 'move'
  const fates = ['move', 'move', 'skip', 'changeBody', 'refuse', 'changeAttributes', 'discard', 'move'] as const
  const fate = fates[(number * 5 + 1) % fates.length] ?? 'move'
  return fate === 'discard' && (!backup || keep) ? 'skip' : fate
}

/** Without anything that makes a schedule more than a redrive. */
export const PLAIN = {
  jobs: 1,
  crashes: false,
  powerCuts: false,
  keep: false,
  max: undefined,
  canary: false,
  follow: false,
  routes: false,
  selection: false,
  backup: false,
  perSecond: undefined,
  badDisk: false,
  consumer: false,
  arrivals: false,
  bounces: false,
  twins: false,
  expiry: false,
  interrupt: false,
  concurrency: 1,
  groups: 1,
  fifo: false,
} as const satisfies Partial<Schedule>

/** A redrive in a world where nothing fails. */
export function soundSchedule(): Schedule {
  return {...PLAIN, seed: 0, tape: [], messages: 1, groups: 5, onUnknown: 'resend'}
}
