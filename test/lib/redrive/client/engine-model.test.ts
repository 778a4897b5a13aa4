import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {RedriveSummary} from '../../../../src/lib/redrive/events.js'
import {Tape, World} from './model-queues.js'
import {engineOptions, runEngine} from './model-run.js'

const MAX_CRASHES = 5
/** Fixed, so that a run of the tests is the same run everywhere; change it to look for more. */
const SEED = 20261121

interface Schedule {
  readonly tape: readonly number[]
  readonly messages: number
  readonly groups: number
  readonly concurrency: number
}

const schedule: fc.Arbitrary<Schedule> = fc.record({
  tape: fc.array(fc.nat(9999), {minLength: 20, maxLength: 400}),
  messages: fc.integer({min: 1, max: 40}),
  groups: fc.integer({min: 1, max: 5}),
  concurrency: fc.integer({min: 1, max: 3}),
})

function worldOf({tape, messages, groups}: Schedule, fifo: boolean, crashes: boolean): World {
  const world = new World(new Tape(tape), fifo, crashes)
  for (let index = 0; index < messages; index++) {
    world.add({
      body: `b${index}`,
      group: fifo ? `g${index % groups}` : index % 3 === 0 ? `fair${index % groups}` : undefined,
      trace: index % 2 === 0 ? `Root=1-${index}` : undefined,
      attributes:
        index % 4 === 0
          ? {}
          : {
              n: {DataType: 'Number.float', StringValue: `${index}.5`},
              b: {DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, index)},
            },
    })
  }
  return world
}

/** Runs and runs again after every crash, each time from what is on the disk, as a resume does. */
async function runToTheEnd(world: World, {concurrency}: Schedule, resume: boolean): Promise<RedriveSummary> {
  for (let crashes = 0; ; crashes++) {
    const known = resume ? [...world.disk].map(([messageId, state]) => ({messageId, state})) : []
    if (!resume) world.disk.clear()
    const {summary} = await runEngine(
      engineOptions(world, {concurrency: world.fifo ? 1 : concurrency, known, onUnknown: 'hold'}),
    ).catch((error: unknown) => {
      if (!world.dead) throw error
      return {summary: undefined}
    })
    if (!world.dead) {
      if (summary === undefined) throw new Error('no summary')
      return summary
    }
    world.dead = false
    if (!resume) forgetCopies(world)
    world.nowMs += world.tape.pick(60) * 1000
    if (crashes >= MAX_CRASHES) world.crashes = false
  }
}

/** Without its journal a run knows nothing of what a dead one had sent: at most one more copy of each message for each crash. */
function forgetCopies(world: World): void {
  for (const {body} of world.left()) {
    if (world.copies(body) > 0) world.unknownEvents.set(body, (world.unknownEvents.get(body) ?? 0) + 1)
  }
}

function check(world: World, summary: RedriveSummary, resume: boolean): string[] {
  const errors = [...world.violations]
  const left = new Set(world.left().map(message => message.id))
  const reported = new Set(summary.possibleDuplicates.map(duplicate => duplicate.messageId))
  for (const message of world.source) {
    const copies = world.copies(message.body)
    if (copies === 0 && !left.has(message.id)) errors.push(`LOST ${message.body}`)
    const explained = resume ? 0 : (world.unknownEvents.get(message.body) ?? 0)
    if (copies - 1 > explained) errors.push(`DUPLICATE UNEXPLAINED ${message.body}`)
    if (resume && copies > 0 && left.has(message.id) && !reported.has(message.id))
      errors.push(`IN BOTH QUEUES AND NOT REPORTED ${message.body}`)
  }
  for (const copy of world.destination.filter(({body}) => !body.startsWith('damaged '))) {
    const original = world.source.find(message => message.body === copy.body)
    if (original === undefined) errors.push(`INVENTED ${copy.body}`)
    else if (
      JSON.stringify([copy.attributes, copy.group, copy.trace]) !==
      JSON.stringify([original.attributes, original.group, original.trace])
    ) {
      errors.push(`CHANGED ${copy.body}`)
    }
  }
  if (summary.state === 'completed') errors.push(...completionErrors(world, summary))
  return [...errors, ...(world.fifo ? orderErrors(world) : [])]
}

/** `completed` is a claim: what is still in the source was named, and nothing was left but behind a stopped group. */
function completionErrors(world: World, summary: RedriveSummary): string[] {
  const named = summary.failed + summary.left + summary.possibleDuplicates.length
  const errors = world.left().length > named ? [`COMPLETED WITH ${world.left().length} LEFT AND ${named} NAMED`] : []
  return !world.fifo && summary.left > 0 ? [...errors, `COMPLETED AND ${summary.left} NOT TRIED`] : errors
}

/** The first copies of a group come in the order of the source, and none before one that was ahead of it and is still there. */
function orderErrors(world: World): string[] {
  const groups = [...new Set(world.source.map(message => message.group))]
  return groups.flatMap(group => {
    const original = world.source.filter(message => message.group === group).map(message => message.body)
    const copied = [
      ...new Set(
        world.destination
          .filter(copy => copy.group === group && !copy.body.startsWith('damaged '))
          .map(copy => copy.body),
      ),
    ]
    return copied.every((body, index) => body === original[index]) ? [] : [`REORDERED ${group ?? ''}: ${copied.join()}`]
  })
}

async function violationsOf(
  input: Schedule,
  mode: {fifo: boolean; crashes: boolean; resume: boolean},
): Promise<string[]> {
  const world = worldOf(input, mode.fifo, mode.crashes)
  const summary = await runToTheEnd(world, input, mode.resume)
  const unsettled = summary.possibleDuplicates.filter(({resent}) => !resent).length
  const total = summary.moved + summary.discarded + summary.failed + summary.left + unsettled
  return [...check(world, summary, mode.resume), ...(summary.selected === total ? [] : ['COUNTS DO NOT ADD UP'])]
}

describe('the client engine on a faulty world', () => {
  test.each([
    {fifo: false, crashes: false, resume: true, runs: 1500},
    {fifo: false, crashes: true, resume: true, runs: 1500},
    {fifo: true, crashes: false, resume: true, runs: 1000},
    {fifo: true, crashes: true, resume: true, runs: 1000},
    {fifo: false, crashes: true, resume: false, runs: 500},
  ])(
    'loses nothing, deletes only what is recorded as sent and reports every duplicate: fifo $fifo, crashes $crashes, journal kept $resume',
    async ({runs, ...mode}) => {
      await fc.assert(
        fc.asyncProperty(schedule, async input => {
          expect(await violationsOf(input, mode)).toEqual([])
        }),
        {numRuns: runs, seed: SEED},
      )
    },
  )

  test('in a sound world everything is moved, nothing stays in flight, and one request serves ten messages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 120}),
        fc.integer({min: 1, max: 4}),
        fc.boolean(),
        async (messages, concurrency, fifo) => {
          const world = worldOf({tape: [], messages, groups: 4, concurrency}, fifo, false)
          const {summary} = await runEngine(engineOptions(world, {concurrency: fifo ? 1 : concurrency}))
          expect(summary).toMatchObject({
            state: 'completed',
            moved: messages,
            selected: messages,
            failed: 0,
            left: 0,
            skipped: 0,
            remaining: 0,
            possibleDuplicates: [],
          })
          expect(world.left()).toEqual([])
          expect(world.destination).toHaveLength(messages)
          expect(world.inFlight).toBe(0)
        },
      ),
      {numRuns: 200, seed: SEED},
    )
  })
})
