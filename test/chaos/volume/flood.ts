import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {seededRandom} from '../../../src/sandbox/random.js'
import {inWorld} from '../campaigns.js'
import type {Figures} from '../figures.js'
import {isOver, travel, type RunTrouble} from '../journey.js'
import {HELD_BACK_MS, RECEIVED_BACK_MS} from '../kills.js'
import type {Planted} from '../planted.js'
import type {FaultKind} from '../tape.js'
import type {Summary} from '../testimony.js'
import type {Stage, WorldOptions} from '../world.js'
import {Aim} from './aim.js'
import {Luck} from './luck.js'

/** A redrive of many messages, of whose requests a good part goes wrong. */
export interface FloodCase {
  readonly seed: number
  readonly fifo: boolean
  readonly count: number
  /** FIFO: how many groups the messages are of. */
  readonly groups: number
  readonly selective: boolean
  /** For each run that is killed, after how many of its requests. */
  readonly kills: readonly number[]
}

/** A group that cannot go on stops for the run, so a FIFO queue has many, and its redrive asks for little at once. */
const FIFO_SHARE = 0.1
const GROUP_SIZE = 10
/** Runs after which the requests are left alone, for a redrive must come to an end when its bad luck has. */
const UNLUCKY_RUNS = 12
const MOST_RUNS = 40

/** Seven of ten messages of a standard queue; five of ten groups of a FIFO queue, whole, for what is not selected keeps those behind it. */
const SELECTION = {
  standard: {
    where: "attributes.MessageGroupId != 'tenant' && !(messageAttributes.kind)",
    selects: ({groupId, attributes}: Planted) => groupId !== 'tenant' && !('kind' in attributes),
  },
  fifo: {
    where: [0, 2, 4, 6, 8].map(digit => `ends_with(attributes.MessageGroupId, '${digit}')`).join(' || '),
    selects: ({groupId}: Planted) => Number(groupId?.at(-1)) % 2 === 0,
  },
} as const

/** The redrive of a seed: of `most` messages at most and two fifths of that at least, of a tenth of it from a FIFO queue. */
export function floodCaseOf(seed: number, most: number): FloodCase {
  const random = seededRandom(seed * 6007 + 29)
  const fifo = random() < 0.25
  const selective = random() < 0.25
  const killed = random() < 0.5 ? 1 + Math.floor(random() * 4) : 0
  const share = (0.4 + 0.6 * random()) * (fifo ? FIFO_SHARE : 1)
  const count = 10 * Math.max(1, Math.round((share * most) / 10))
  // About half as many as it takes without faults: by then bad luck has not ended the run yet.
  const requests = count * (fifo ? 0.5 : 0.15)
  const kills = Array.from({length: killed}, () => 5 + Math.floor((random() * requests) / killed))
  return {seed, fifo, count, groups: Math.ceil(count / GROUP_SIZE), selective, kills}
}

/** Takes the redrive to its end through the luck of its seed, or another, and judges it. */
export async function flood(
  scenario: FloodCase,
  options: WorldOptions,
  luck: Luck = luckOf(scenario),
): Promise<Figures> {
  return inWorld(options, async (world, figures) => {
    const {seed, fifo, count, groups, selective, kills} = scenario
    const stage = await world.stage({count, fifo, groups})
    const aim = new Aim()
    world.proxy.fate = operation => {
      aim.requested(operation)
      return luck.next(operation)
    }
    const {where, selects} = SELECTION[fifo ? 'fifo' : 'standard']
    let runs = 0
    const journey = await travel(stage, {
      flags: [...(fifo ? [] : ['--concurrency', '16']), ...(selective ? ['--where', where] : [])],
      runs: kills.map(requests => aimed(aim, requests)),
      mostRuns: MOST_RUNS,
      over: hasMovedAll,
      between: ({signal}) => {
        aim.ended(signal)
        if (++runs >= kills.length + UNLUCKY_RUNS) luck.end()
        // Half of the time so late that SQS has forgotten the deduplication ids.
        if (signal === 'SIGKILL') world.sandbox.clock.advance(seed % 2 === 0 ? HELD_BACK_MS : RECEIVED_BACK_MS)
      },
    })
    figures.addKills(aim.killed)
    figures.add(`${describeFlood(scenario)}, tape in ${stage.state}`, journey)
    const wrong = selective ? unselectedThatWent(stage, journey.verdict.leftMarks, selects) : []
    if (wrong.length > 0) figures.fail(`${describeFlood(scenario)}: not selected, and moved: ${wrong.join(' ')}`)
    if (figures.ok) return
    await mkdir(stage.state, {recursive: true})
    await writeFile(path.join(stage.state, 'tape.txt'), luck.tape.join('\n'))
  })
}

/** By which it is known, and had again. */
export function describeFlood({seed, fifo, count, selective, kills}: FloodCase): string {
  const parts = [fifo ? 'FIFO' : 'standard', `${count} messages`]
  if (selective) parts.push('a selection')
  if (kills.length > 0) parts.push(`killed after ${kills.join(', ')} requests`)
  return `flood ${seed}: ${parts.join(', ')}`
}

function luckOf({seed, fifo}: FloodCase): Luck {
  return new Luck({seed, rateOf: rateOf(fifo), weightOf: weightOf(fifo)})
}

function aimed(aim: Aim, requests: number): RunTrouble {
  return {started: child => aim.at(child, {requests, thenMs: 0})}
}

/** A group whose message failed too often stops for that run only: a FIFO queue is done when a whole run has moved nothing. */
function hasMovedAll(summary: Summary | undefined): boolean {
  return summary?.state === 'completed' || (isOver(summary) && summary?.moved === 0)
}

function unselectedThatWent(
  {planted}: Stage,
  leftMarks: readonly string[],
  selects: (message: Planted) => boolean,
): string[] {
  const left = new Set(leftMarks)
  return planted.filter(message => !selects(message) && !left.has(message.mark)).map(({mark}) => mark)
}

/** Three sends in a row without an answer end a run, so more of the rest is spoilt than of them. */
function rateOf(fifo: boolean): (operation: string) => number {
  const rates: Readonly<Record<string, number>> = fifo
    ? {ReceiveMessage: 0.35, SendMessageBatch: 0.1, DeleteMessageBatch: 0.3}
    : {ReceiveMessage: 0.35, SendMessageBatch: 0.1, DeleteMessageBatch: 0.4}
  return operation => rates[operation] ?? 0.2
}

const SLOW: ReadonlySet<FaultKind> = new Set([
  'hang-before',
  'hang-after',
  'stalled-reply',
  'slow-before',
  'slow-after',
])

/** Few of those that take long, or that end the run; few that keep a FIFO group from ever going on. */
function weightOf(fifo: boolean): (kind: FaultKind) => number {
  return kind => {
    if (kind === 'expired-token') return 0.01
    if (SLOW.has(kind)) return 0.05
    return fifo && kind.startsWith('bad-') ? 0.2 : 1
  }
}
