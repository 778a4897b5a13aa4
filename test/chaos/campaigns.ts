import {Deck} from './deck.js'
import {Figures} from './figures.js'
import {travel} from './journey.js'
import {Tape} from './tape.js'
import {World, type WorldOptions} from './world.js'

const MOVING = ['ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch']
const ASKING = ['GetQueueUrl', 'GetQueueAttributes', 'ListDeadLetterSourceQueues', 'ListMessageMoveTasks']

/** Redrives behind a proxy that plays one seeded tape of faults to each. */
export async function tapes(
  seeds: readonly number[],
  {fifo, messages = 25, ...options}: WorldOptions & {readonly fifo: boolean; readonly messages?: number},
): Promise<Figures> {
  return inWorld(options, async (world, figures) => {
    for (const seed of seeds) {
      const tape = new Tape({seed, faults: 8, rate: 0.25})
      const stage = await world.stage({count: messages, fifo})
      world.proxy.fate = operation => tape.next(operation)
      figures.add(`tape ${seed}${fifo ? ' FIFO' : ''}`, await travel(stage, {flags: workers(fifo)}))
    }
  })
}

export interface DeckOptions extends WorldOptions {
  readonly fifo: boolean
  readonly operations?: readonly string[]
  /** What no redrive asks for is never dealt, so the number of cases has an end of its own. */
  readonly cases: number
  readonly messages?: number
}

/** Redrives behind a proxy that deals every fault of every operation once. */
export async function wholeDeck(
  seed: number,
  {fifo, operations = [...MOVING, ...ASKING], cases, messages = 40, ...options}: DeckOptions,
): Promise<Figures> {
  return inWorld(options, async (world, figures) => {
    const deck = new Deck(operations, {seed, rate: 0.4})
    for (let turn = 0; deck.left > 0 && turn < cases; turn++) {
      const stage = await world.stage({count: messages, fifo})
      world.proxy.fate = operation => deck.next(operation)
      figures.add(`deck ${seed}, case ${turn}${fifo ? ' FIFO' : ''}`, await travel(stage, {flags: workers(fifo)}))
    }
  })
}

/** Does the work in a world of its own, and sums up. */
export async function inWorld(
  options: WorldOptions,
  work: (world: World, figures: Figures) => Promise<void>,
): Promise<Figures> {
  const figures = new Figures()
  const world = await World.open(options)
  try {
    await work(world, figures)
    figures.addInjections(world.proxy.injected)
  } finally {
    await world.close()
  }
  return figures
}

/** Flags for as many workers as a queue can have, few enough that kills and faults meet them in the middle. */
export function workers(fifo: boolean): string[] {
  return fifo ? [] : ['--concurrency', '2']
}
