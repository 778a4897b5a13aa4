import type {Finished} from '../fixtures/cli/run.js'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {resumeArgs, redriveArgs} from '../chaos/journey.js'
import {Witness} from '../chaos/testimony.js'
import type {Child} from '../chaos/child.js'
import {World, type Stage} from '../chaos/world.js'

/** How many times as fast as the wall time passes; a request that is held must not time out on a busy machine. */
const FACTOR = 5

const SIGNALS = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const
type Signal = keyof typeof SIGNALS

/** Notes, such as those of a signal, are for people. */
const FOR_PEOPLE = ['--output', 'table']

/** Brings a redrive to a place in its work and keeps it there until it is let go. */
type Reach = (world: World, stage: Stage) => Promise<{child: Child; letGo: () => void}>

const atRequest =
  (operation: string, moment: 'before' | 'after' = 'before', skip = 0): Reach =>
  async (world, stage) => {
    const hold = world.proxy.hold(operation, moment, skip)
    const child = stage.start(redriveArgs(stage.dlq, FOR_PEOPLE))
    await hold.reached
    return {child, letGo: () => hold.release()}
  }

const throttled: Reach = async (world, stage) => {
  const third = world.proxy.hold('SendMessageBatch', 'before', 2)
  world.proxy.fate = operation => (operation === 'SendMessageBatch' ? 'throttle' : undefined)
  const child = stage.start(redriveArgs(stage.dlq, FOR_PEOPLE))
  await third.reached
  third.release()
  return {child, letGo: () => undefined}
}

const waitingForOthers: Reach = async (world, stage) => {
  // Somebody else holds a message, so the queue is not believed to be empty.
  await stage.receiveElsewhere(1)
  const depth = world.proxy.hold('GetQueueAttributes', 'before', 3)
  const child = stage.start(redriveArgs(stage.dlq, FOR_PEOPLE))
  await depth.reached
  return {child, letGo: () => depth.release()}
}

const resuming: Reach = async (world, stage) => {
  const received = world.proxy.hold('ReceiveMessage', 'after', 1)
  const first = stage.start(redriveArgs(stage.dlq, ['--output', 'ndjson', '--concurrency', '1']))
  await received.reached
  first.kill('SIGKILL')
  const witness = new Witness()
  witness.hear(await first.finished)
  received.release()
  world.sandbox.clock.advance(61_000)
  const hold = world.proxy.hold('SendMessageBatch')
  const child = stage.start(resumeArgs(witness.job ?? 'none', FOR_PEOPLE))
  await hold.reached
  return {child, letGo: () => hold.release()}
}

const givingBack: Reach = async (world, stage) => {
  const hold = world.proxy.hold('ChangeMessageVisibilityBatch')
  const child = stage.start(redriveArgs(stage.dlq, FOR_PEOPLE))
  await hold.reached
  return {child, letGo: () => hold.release()}
}

const nativeTask: Reach = async (world, stage) => {
  // The first look is for tasks that run already, the others follow our own.
  const following = world.proxy.hold('ListMessageMoveTasks', 'after', 1)
  const child = stage.start([
    'dlq',
    'redrive',
    stage.dlq,
    '--engine',
    'native',
    '--rate',
    '1/s',
    '--yes',
    ...FOR_PEOPLE,
  ])
  await following.reached
  return {child, letGo: () => following.release()}
}

// `resumable`: exit 75 with the words to go on; otherwise the code of the signal.
const STATES: readonly {readonly name: string; readonly reach: Reach; readonly resumable: boolean}[] = [
  {name: 'planning', reach: atRequest('ListDeadLetterSourceQueues'), resumable: false},
  {name: 'looking for move tasks', reach: atRequest('ListMessageMoveTasks'), resumable: false},
  {name: 'receiving for the first time', reach: atRequest('ReceiveMessage'), resumable: true},
  {name: 'about to send', reach: atRequest('SendMessageBatch'), resumable: true},
  {name: 'sent and not yet answered', reach: atRequest('SendMessageBatch', 'after', 1), resumable: true},
  {name: 'about to delete', reach: atRequest('DeleteMessageBatch', 'before', 1), resumable: true},
  {name: 'deleted and not yet answered', reach: atRequest('DeleteMessageBatch', 'after', 1), resumable: true},
  {name: 'waiting after a throttled send', reach: throttled, resumable: true},
  {name: 'waiting for what others hold', reach: waitingForOthers, resumable: true},
  {name: 'resuming', reach: resuming, resumable: true},
  {name: "following AWS's task", reach: nativeTask, resumable: false},
]

const MATRIX = STATES.flatMap(state => (Object.keys(SIGNALS) as Signal[]).map(signal => ({...state, signal})))

let world: World
beforeAll(async () => {
  world = await World.open({factor: FACTOR})
})
afterAll(() => world.close())

async function stageOf(count = 25): Promise<Stage> {
  world.proxy.calm()
  return world.stage({count})
}

/** Interrupts a redrive at a place, and lets it go on to its end from there. */
async function interrupt(stage: Stage, reach: Reach, signal: Signal): Promise<Finished> {
  const {child, letGo} = await reach(world, stage)
  child.kill(signal)
  await child.shown(`Stopping after ${signal}`)
  world.proxy.calm()
  letGo()
  return child.finished
}

/** Brings a redrive to its second send, which SQS has taken and not answered yet. */
const sent = atRequest('SendMessageBatch', 'after', 1)

/** The same redrive in the words of a program. */
async function sentForProgram(stage: Stage): Promise<{child: Child; letGo: () => void}> {
  const hold = world.proxy.hold('SendMessageBatch', 'after', 1)
  const child = stage.start(redriveArgs(stage.dlq))
  await hold.reached
  return {child, letGo: () => hold.release()}
}

test.each(MATRIX)('$signal while $name', {timeout: 60_000}, async ({reach, signal, resumable}) => {
  const stage = await stageOf()
  const finished = await interrupt(stage, reach, signal)
  expect(finished).toMatchObject({code: resumable ? 75 : SIGNALS[signal], signal: null})
  expect(/msgops job resume \S+/.test(finished.stderr)).toBe(resumable)
  // What it held is given back at once.
  expect(stage.inFlight()).toBe(stage.inFlightElsewhere)
  expect(await stage.judge(new Witness())).toMatchObject({ok: true, duplicated: []})
})

test('a signal while it gives back what cannot be moved changes nothing: it was at its end', async () => {
  world.proxy.calm()
  const stage = await world.stage({count: 25, maximumBytes: 2048})
  const finished = await interrupt(stage, givingBack, 'SIGINT')
  expect(finished).toMatchObject({code: 3, signal: null})
  expect(stage.inFlight()).toBe(0)
  expect(await stage.judge(new Witness())).toMatchObject({ok: true, delivered: 21, left: 4, duplicated: []})
})

test('what was interrupted goes on by the words that were shown', async () => {
  const stage = await stageOf()
  const {stderr} = await interrupt(stage, sent, 'SIGTERM')
  const [, job = 'none'] = /msgops job resume (\S+)/.exec(stderr) ?? []
  const resumed = await stage.run(resumeArgs(job))
  const witness = new Witness()
  expect(witness.hear(resumed)).toMatchObject({state: 'completed', possibleDuplicates: []})
  expect(resumed.code).toBe(0)
  expect(await stage.judge(witness)).toMatchObject({ok: true, delivered: 25, left: 0, duplicated: []})
})

test.each(['SIGQUIT', 'SIGKILL'] as const)('%s leaves what a resume needs', async signal => {
  const stage = await stageOf()
  const {child, letGo} = await sentForProgram(stage)
  child.kill(signal)
  const killed = await child.finished
  letGo()
  expect(killed.signal).toBe(signal)
  const witness = new Witness()
  witness.hear(killed)
  world.sandbox.clock.advance(61_000)
  const resumed = await stage.run(resumeArgs(witness.job ?? 'none'))
  expect(witness.hear(resumed)).toMatchObject({state: 'completed'})
  expect(resumed.code).toBe(9)
  const verdict = await stage.judge(witness)
  expect(verdict).toMatchObject({ok: true, delivered: 25, left: 0})
  // SQS took one batch at least of which nobody knows.
  expect(verdict.duplicated.length).toBeGreaterThan(0)
})

test('a second SIGINT ends it at once, and a resume finds everything', async () => {
  const stage = await stageOf()
  const {child, letGo} = await sent(world, stage)
  child.kill('SIGINT')
  await child.shown('Stopping after SIGINT')
  // The first quarter of a second counts as the same keystroke.
  const again: NodeJS.Timeout = setInterval(() => {
    child.kill('SIGINT')
  }, 10)
  const ended = await child.finished
  clearInterval(again)
  letGo()
  expect(ended.signal).toBe('SIGINT')
  const [job] = await stage.jobs()
  expect(job?.state).toBe('interrupted')
  world.sandbox.clock.advance(61_000)
  const witness = new Witness()
  expect(witness.hear(await stage.run(resumeArgs(job?.job ?? 'none')))).toMatchObject({state: 'completed'})
  expect(await stage.judge(witness)).toMatchObject({ok: true, delivered: 25, left: 0})
})

test('a reader of stdout that goes away while messages move stops nothing', async () => {
  const stage = await stageOf()
  const {child, letGo} = await sentForProgram(stage)
  child.closeStdout()
  letGo()
  expect(await child.finished).toMatchObject({code: 0, signal: null})
  expect(await stage.judge(new Witness())).toMatchObject({ok: true, delivered: 25, left: 0, duplicated: []})
})

test('without consent nothing is received, and the exit code says so', async () => {
  const stage = await stageOf()
  const asked = world.proxy.operations.length
  const finished = await stage.run(['dlq', 'redrive', stage.dlq, '--engine', 'client'])
  expect(finished.code).toBe(7)
  expect(finished.stderr).toContain('--yes')
  expect(world.proxy.operations.slice(asked)).not.toContain('ReceiveMessage')
  expect(await stage.judge(new Witness())).toMatchObject({ok: true, delivered: 0, left: 25})
})
