import {afterAll, beforeAll, expect, test} from 'vitest'
import {FAILPOINTS} from '../../src/lib/failpoint.js'
import {buildForChaos, type ChaosBuild} from './chaos-build.js'
import {chainOfKills, killChains} from './kills.js'

let build: ChaosBuild
beforeAll(async () => {
  build = await buildForChaos()
})
afterAll(() => build.remove())

const CHAINS = [
  {name: 'standard, first passages', fifo: false, chain: chainOfKills({nth: 1, seed: 1})},
  {name: 'standard, second passages', fifo: false, chain: chainOfKills({nth: 2, seed: 1})},
  {name: 'standard, third passages', fifo: false, chain: chainOfKills({nth: 3, seed: 1})},
  {name: 'FIFO, second passages', fifo: true, chain: chainOfKills({nth: 2, seed: 4})},
]

test.concurrent.each(CHAINS)(
  'killed at every failpoint in turn: $name',
  async ({fifo, chain}) => {
    const figures = await killChains([chain], {fifo, bin: build.bin, factor: 10})
    expect(figures.failures).toEqual([])
    expect(figures.sums.kills).toBe(chain.length)
  },
  300_000,
)

/** Between SQS taking a batch and the record of it. */
const UNKNOWN = (['sendWritten', 'afterSendReply', 'beforeOutcome', 'outcomeWritten'] as const).map(at => [
  {at, nth: 2},
])

test('a redrive that was killed between a send and its record lists what the resume doubles', async () => {
  const figures = await killChains(UNKNOWN, {fifo: false, soon: true, bin: build.bin, factor: 10})
  expect(figures.failures).toEqual([])
  expect(figures.sums.kills).toBe(4)
  // Ten messages a batch, and two workers.
  expect(figures.sums.duplicated).toBeGreaterThan(0)
  expect(figures.sums.duplicated).toBeLessThanOrEqual(4 * 2 * 10)
}, 300_000)

test('of a FIFO queue it doubles nothing when it is resumed within five minutes', async () => {
  const figures = await killChains(UNKNOWN, {fifo: true, soon: true, bin: build.bin, factor: 10})
  expect(figures.failures).toEqual([])
  expect(figures.sums).toMatchObject({kills: 4, duplicated: 0})
}, 300_000)

test('every failpoint is in these chains', () => {
  const places = new Set(CHAINS.flatMap(({chain}) => chain.map(({at}) => at)))
  expect(FAILPOINTS.filter(name => !places.has(name))).toEqual([])
})
