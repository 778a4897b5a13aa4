import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {buildForChaos, type ChaosBuild} from './chaos-build.js'
import {HALF_OF_THE_GROUPS, SOME} from './shared-cases.js'
import {redriveFrozen, redriveShared, storyOf, type SharedCase} from './shared.js'

let build: ChaosBuild
beforeAll(async () => {
  build = await buildForChaos()
})
afterAll(() => build.remove())

// Each case has four processes, and they are to meet in the queue.
vi.setConfig({maxConcurrency: 2})

interface Expected extends SharedCase {
  /** Exit code of those that are not killed. */
  readonly exit: number
}

const CASES: readonly (readonly [string, Expected])[] = [
  [
    'all of a standard queue, two of four hosts killed around their deletes',
    {
      fifo: false,
      count: 600,
      kills: [{at: 'afterSendReply', nth: 4}, undefined, {at: 'beforeDelete', nth: 5}, undefined],
      exit: 0,
    },
  ],
  [
    'some of a standard queue, two of four hosts killed before they sent',
    {
      fifo: false,
      count: 600,
      selection: SOME,
      kills: [{at: 'afterIntentSync', nth: 4}, undefined, {at: 'afterReceive', nth: 6}, undefined],
      exit: 0,
    },
  ],
  [
    'all of a standard queue, every host killed and gone on with elsewhere',
    {
      fifo: false,
      count: 600,
      moveJournals: true,
      kills: [
        {at: 'sendWritten', nth: 3},
        {at: 'afterOutcomeSync', nth: 4},
        {at: 'afterDeleteReply', nth: 5},
        {at: 'deleteWritten', nth: 6},
      ],
      exit: 0,
    },
  ],
  [
    'all of a standard queue by four processes of one host, two of them killed',
    {
      fifo: false,
      count: 1200,
      oneHost: true,
      kills: [{at: 'lockTaken', nth: 1}, undefined, {at: 'beforeOutcome', nth: 3}, undefined],
      exit: 0,
    },
  ],
  [
    'all of a FIFO queue, two of four hosts killed around their deletes',
    {
      fifo: true,
      count: 360,
      kills: [{at: 'afterSendReply', nth: 4}, undefined, {at: 'beforeDelete', nth: 3}, undefined],
      exit: 0,
    },
  ],
  [
    // The rest of the groups that are not selected is behind their heads, which the hosts hold: none of them can say it was all.
    'half of the groups of a FIFO queue, two of four hosts killed',
    {
      fifo: true,
      count: 360,
      selection: HALF_OF_THE_GROUPS,
      kills: [{at: 'afterOutcomeSync', nth: 3}, undefined, {at: 'sendWritten', nth: 3}, undefined],
      exit: 3,
    },
  ],
]

test.concurrent.each(CASES)('redriven together: %s', {timeout: 180_000}, async (_, {exit, ...scenario}) => {
  const outcome = await redriveShared({bin: build.bin, factor: 10}, scenario)
  const {verdict, exits, leftToTheKilled, leaked, unfinished, mergedMoved, selected} = outcome
  const {fifo, kills} = scenario
  const story = storyOf(outcome)
  const killed = kills.filter(kill => kill !== undefined).length
  expect(exits.slice(0, kills.length), story).toEqual(kills.map(kill => (kill === undefined ? exit : 'SIGKILL')))
  expect({ok: verdict.ok, leaked, unfinished}, story).toEqual({ok: true, leaked: 0, unfinished: []})
  expect([verdict.delivered, mergedMoved], story).toEqual([selected, selected])
  // What a killed host held is moved by the others, before anybody goes on with its job.
  if (killed < kills.length) expect(leftToTheKilled, story).toBe(0)
  // Two workers have a batch of ten each; SQS knows the deduplication id of a FIFO send again for five minutes.
  expect(verdict.duplicated.length, story).toBeLessThanOrEqual(fifo ? 0 : killed * 2 * 10)
})

test.concurrent.each([
  ['a standard queue', false],
  ['a FIFO queue', true],
])('a host that sleeps while another moves what it held, on %s', {timeout: 60_000}, async (_, fifo) => {
  const outcome = await redriveFrozen({bin: build.bin, factor: 10}, {fifo, count: 200})
  const {verdict, mergedMoved} = outcome
  const story = JSON.stringify(outcome)
  expect([verdict.ok, verdict.delivered, mergedMoved], story).toEqual([true, 200, 200])
  expect(verdict.duplicated.length, story).toBeLessThanOrEqual(fifo ? 0 : 2 * 10)
})
