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

test('a FIFO redrive that is resumed within five minutes doubles nothing', {timeout: 60_000}, async () => {
  const places = ['sendWritten', 'afterSendReply', 'beforeOutcome', 'outcomeWritten'] as const
  const chains = places.map(at => [{at, nth: 2}])
  const figures = await killChains(chains, {fifo: true, soon: true, bin: build.bin, factor: 10})
  expect(figures.failures).toEqual([])
  expect(figures.sums).toMatchObject({kills: 4, duplicated: 0})
})

test('every failpoint is in these chains', () => {
  const places = new Set(CHAINS.flatMap(({chain}) => chain.map(({at}) => at)))
  expect(FAILPOINTS.filter(name => !places.has(name))).toEqual([])
})
