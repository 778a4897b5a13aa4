import {seededRandom} from '../../../src/sandbox/random.js'
import {inWorld, workers} from '../campaigns.js'
import type {Figures} from '../figures.js'
import {travel, type RunTrouble} from '../journey.js'
import {HELD_BACK_MS, RECEIVED_BACK_MS} from '../kills.js'
import {Tape} from '../tape.js'
import type {WorldOptions} from '../world.js'
import {Aim} from './aim.js'

/** More than a run moves before it is killed. */
const MESSAGES_A_KILL = 40
const GROUPS = 24
/** Those before the first message is received, and a few batches. */
const MOST_REQUESTS = 30
/** As long as a batch takes. */
const MOST_MS = 8
/** The share of the kills by the clock: most of them while the program loads. */
const BY_CLOCK = 0.15

/** A redrive of a seed that is killed so often at random moments, a third of them with spoilt requests between, and then taken to its end. */
export async function killAtRandom(seed: number, kills: number, options: WorldOptions): Promise<Figures> {
  return inWorld(options, async (world, figures) => {
    const random = seededRandom(seed * 4241 + 7)
    const fifo = random() < 0.25
    const faulty = random() < 1 / 3
    const stage = await world.stage({count: kills * MESSAGES_A_KILL, fifo, groups: GROUPS})
    const tape = new Tape({seed, faults: faulty ? 2 * kills : 0, rate: 0.1})
    const aim = new Aim()
    world.proxy.fate = operation => {
      aim.requested(operation)
      return tape.next(operation)
    }
    const troubled = (): RunTrouble => {
      if (random() < BY_CLOCK) return {killAfterMs: 20 + random() * 400}
      const moment = {requests: 1 + Math.floor(random() * MOST_REQUESTS), thenMs: random() * MOST_MS}
      return {started: child => aim.at(child, moment)}
    }
    const journey = await travel(stage, {
      runs: Array.from({length: kills}, troubled),
      flags: workers(fifo),
      between: ({signal}) => {
        aim.ended(signal)
        if (signal === 'SIGKILL') world.sandbox.clock.advance(random() < 0.5 ? HELD_BACK_MS : RECEIVED_BACK_MS)
      },
    })
    const sort = `${fifo ? 'FIFO' : 'standard'}${faulty ? ', faults between' : ''}`
    figures.add(`random kills ${seed}: ${kills} of one redrive, ${sort}, journals in ${stage.state}`, journey)
    figures.addKills(aim.killed)
  })
}
