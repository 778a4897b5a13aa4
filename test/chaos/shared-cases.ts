import type {FailpointName} from '../../src/lib/failpoint.js'
import {seededRandom} from '../../src/sandbox/random.js'
import {Figures} from './figures.js'
import {redriveShared, type SharedCase} from './shared.js'
import {Tape} from './tape.js'
import type {WorldOptions} from './world.js'

/** Places that a host passes with every batch, or at its end. */
const PLACES: readonly FailpointName[] = [
  'receiveWritten',
  'afterReceive',
  'beforeIntent',
  'intentWritten',
  'afterIntentSync',
  'beforeSend',
  'sendWritten',
  'afterSendReply',
  'beforeOutcome',
  'outcomeWritten',
  'afterOutcomeSync',
  'beforeDelete',
  'deleteWritten',
  'afterDeleteReply',
  'beforeDeletedRecord',
  'afterDeletedRecord',
  'beforeRelease',
  'beforeEnd',
  'lockReleased',
]
const HOSTS = 4

/** Three of five messages. */
export const SOME: SharedCase['selection'] = {
  flags: ['--where', 'messageAttributes.price || messageAttributes.thumb || messageAttributes.a0'],
  selects: ({attributes}) => 'price' in attributes || 'thumb' in attributes || 'a0' in attributes,
}

/** Of the groups of a FIFO queue, since a message that is not selected keeps those behind it. */
export const HALF_OF_THE_GROUPS: SharedCase['selection'] = {
  flags: [
    '--where',
    "contains(['group-0', 'group-2', 'group-4', 'group-6', 'group-8', 'group-10'], attributes.MessageGroupId)",
  ],
  selects: ({groupId}) => Number(groupId?.slice('group-'.length)) % 2 === 0,
}

/** A redrive on four hosts by a seed: what is selected, who is killed where, and what the network does. */
export function sharedCaseOf(seed: number): SharedCase {
  const random = seededRandom(seed * 7919 + 13)
  const fifo = random() < 0.4
  const faulty = random() < 0.6
  const selective = random() < 0.5
  const place = (): FailpointName => PLACES[Math.floor(random() * PLACES.length)] ?? 'beforeDelete'
  return {
    fifo,
    count: fifo ? 240 : 400,
    kills: Array.from({length: HOSTS}, () =>
      random() < 0.5 ? {at: place(), nth: 1 + Math.floor(random() * 5)} : undefined,
    ),
    oneHost: random() < 0.25,
    ...(selective ? {selection: fifo ? HALF_OF_THE_GROUPS : SOME} : {}),
    ...(faulty ? {tape: new Tape({seed, faults: 12, rate: 0.08})} : {}),
  }
}

/** Redrives on many hosts, one for each seed, one after the other. */
export async function sharedRedrives(seeds: readonly number[], options: WorldOptions): Promise<Figures> {
  const figures = new Figures()
  for (const seed of seeds) {
    const {fifo, ...scenario} = sharedCaseOf(seed)
    const outcome = await redriveShared(options, {fifo, ...scenario})
    const {verdict, exits, runs, unfinished, stranded, mergedMoved, mergedUncertain, selected} = outcome
    const accounted = mergedMoved <= verdict.delivered && verdict.delivered <= mergedMoved + mergedUncertain
    const over = unfinished.length === 0 && stranded.length === 0 && accounted
    figures.add(`shared ${seed}${fifo ? ' FIFO' : ''}: ${mergedMoved} + ${mergedUncertain} of ${selected}`, {
      verdict,
      exits,
      runs,
      // What a killed host held to the end of its pass comes back minutes later.
      leaked: exits.includes('SIGKILL') ? 0 : outcome.leaked,
      summary: over ? ENDED : undefined,
    })
    figures.addInjections(outcome.injected)
  }
  return figures
}

const ENDED = {job: null, state: 'completed', moved: 0, left: 0, failed: 0, possibleDuplicates: []}
