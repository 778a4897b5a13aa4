import {FAILPOINTS, type FailpointName} from '../../src/lib/failpoint.js'
import {seededRandom} from '../../src/sandbox/random.js'
import {inWorld, workers} from './campaigns.js'
import type {Figures} from './figures.js'
import {travel} from './journey.js'
import {loseUnsynced} from './power-cut.js'
import {Tape} from './tape.js'
import type {Stage, WorldOptions} from './world.js'

/** A place to be killed at, and at which passage of it. */
export interface Kill {
  readonly at: FailpointName
  readonly nth: number
}

/** Passed by a run that begins a journal, before anything else: one that was killed there is begun once more. */
const BEGINNINGS = ['lockTaken', 'journalCreated', 'headerSynced'] as const
/** Passed by a run that goes on with one. */
const GOING_ON = ['resumeLocked', 'resumeReplayed', 'resumedRecord'] as const
/** Passed once, at the end of a run that gives something back. */
const ENDINGS = [
  'beforeRelease',
  'releaseWritten',
  'afterRelease',
  'beforeEnd',
  'afterEnd',
  'beforeJournalClose',
  'beforeTrim',
  'afterTrim',
  'lockReleased',
] as const
const ONCE: ReadonlySet<FailpointName> = new Set([...BEGINNINGS, ...GOING_ON, ...ENDINGS, 'tornCut'])
/** Passed with every batch. */
const MIDDLES = FAILPOINTS.filter(name => !ONCE.has(name))
/** What was written there is not synced yet. */
const UNSYNCED: ReadonlySet<FailpointName> = new Set(['intentWritten', 'outcomeWritten'])

/** A torn end is there to be cut only after a power cut in the middle of a line. */
const TORN_CUT: Kill = {at: 'tornCut', nth: 1}

/** What a killed run had received is visible again by then, and what it held to the end of its pass. */
export const RECEIVED_BACK_MS = 61_000
export const HELD_BACK_MS = 301_000
/** A run that is killed at the n-th batch has moved up to n batches. */
const MESSAGES_A_KILL = 26

/**
 * One redrive that is killed at every failpoint in turn, and after the last goes on to its end: the kills of one chain. `nth` is the
 * passage at which the places in the middle kill.
 */
export function chainOfKills({nth, seed}: {readonly nth: number; readonly seed: number}): readonly Kill[] {
  const random = seededRandom(seed)
  const shuffled = MIDDLES.map(at => ({at, order: random()})).sort((a, b) => a.order - b.order)
  const middles = shuffled.flatMap(({at}): Kill[] => (at === 'intentWritten' ? [{at, nth}, TORN_CUT] : [{at, nth}]))
  return [...BEGINNINGS.map(once), ...middles, ...GOING_ON.map(once), ...ENDINGS.map(once)]
}

function once(at: FailpointName): Kill {
  return {at, nth: 1}
}

export interface KillOptions extends WorldOptions {
  readonly bin: string
  readonly fifo: boolean
  /** Go on as soon as what was received is back, while SQS still knows deduplication ids. */
  readonly soon?: boolean
}

/** Takes redrives through chains of kills, each to its end. */
export async function killChains(
  chains: readonly (readonly Kill[])[],
  {fifo, soon = false, ...options}: KillOptions,
): Promise<Figures> {
  return inWorld(options, async (world, figures) => {
    for (const chain of chains) {
      const middles = chain.filter(({at}) => !ONCE.has(at)).length
      // What is too long for the destination stays, and is given back at the end of each run.
      const stage = await world.stage({count: 60 + middles * MESSAGES_A_KILL, fifo, groups: 12, maximumBytes: 2048})
      const kills = [...chain]
      const journey = await travel(stage, {
        runs: chain.map(({at, nth}) => ({env: {FAIL_AT: `${at}:${nth}`}})),
        flags: workers(fifo),
        between: ({signal}) => afterRun(stage, signal === 'SIGKILL' ? kills.shift() : undefined, soon),
      })
      figures.addKills(chain.slice(0, chain.length - kills.length).map(({at}) => [at, 1]))
      figures.add(
        `kills ${chain.map(({at, nth}) => `${at}:${nth}`).join(' ')}${fifo ? ' FIFO' : ''}, journals in ${stage.state}`,
        journey,
        chain.length,
      )
    }
  })
}

export interface RandomKills extends WorldOptions {
  readonly fifo: boolean
  /** Kills a redrive. */
  readonly kills: number
  /** Requests are spoilt between the kills as well. */
  readonly faults: boolean
}

/** Takes redrives, one a seed, through kills at random moments. */
export async function randomKills(
  seeds: readonly number[],
  {fifo, kills, faults, ...options}: RandomKills,
): Promise<Figures> {
  return inWorld(options, async (world, figures) => {
    for (const seed of seeds) {
      const random = seededRandom(seed)
      const stage = await world.stage({count: kills * MESSAGES_A_KILL, fifo, groups: 12})
      const tape = new Tape({seed, faults: faults ? 2 * kills : 0, rate: 0.1})
      world.proxy.fate = operation => tape.next(operation)
      const journey = await travel(stage, {
        // The youngest is killed while it loads, the oldest when it has moved a good part.
        runs: Array.from({length: kills}, () => ({killAfterMs: 150 + random() * 450})),
        flags: workers(fifo),
        between: ({signal}) => {
          if (signal === 'SIGKILL') world.sandbox.clock.advance(RECEIVED_BACK_MS)
        },
      })
      world.proxy.calm()
      figures.add(`random kills ${seed}${fifo ? ' FIFO' : ''}${faults ? ' with faults' : ''}`, journey)
    }
  })
}

async function afterRun(stage: Stage, kill: Kill | undefined, soon: boolean): Promise<void> {
  if (kill === undefined) return
  if (UNSYNCED.has(kill.at)) await loseUnsynced(stage.state)
  stage.world.sandbox.clock.advance(soon ? RECEIVED_BACK_MS : HELD_BACK_MS)
}
