import {readFile, rm} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {buildForChaos} from '../chaos-build.js'
import {MUTANTS} from '../mutants/mutants.js'
import {flood, floodCaseOf, type FloodCase} from './flood.js'
import {Luck} from './luck.js'

const SMALL: FloodCase = {seed: 3, fifo: false, count: 150, groups: 15, selective: false, kills: []}
const FACTOR = 40

test('a seed is a redrive, and the seeds are of every sort', () => {
  const cases = Array.from({length: 100}, (_, seed) => floodCaseOf(seed, 50_000))
  expect(floodCaseOf(42, 50_000)).toEqual(cases[42])
  for (const sort of [true, false]) {
    expect(cases.some(({fifo}) => fifo === sort)).toBe(true)
    expect(cases.some(({selective}) => selective === sort)).toBe(true)
    expect(cases.some(({kills}) => kills.length > 0 === sort)).toBe(true)
  }
  for (const {fifo, count} of cases) {
    expect(count).toBeGreaterThanOrEqual(fifo ? 2000 : 20_000)
    expect(count).toBeLessThanOrEqual(fifo ? 5000 : 50_000)
  }
})

test.concurrent.each<[string, FloodCase]>([
  ['a standard queue, killed in between', {...SMALL, kills: [12, 12, 12]}],
  ['a part of a FIFO queue', {...SMALL, fifo: true, count: 100, groups: 10, selective: true}],
])(
  'a small flood of %s keeps every promise',
  async (_, scenario) => {
    const figures = await flood(scenario, {factor: FACTOR})
    expect(figures.failures).toEqual([])
    expect(figures.injected).toBeGreaterThan(10)
    // A run that its bad luck ends before is not killed.
    if (scenario.kills.length > 0) expect(figures.sums.kills).toBeGreaterThan(0)
  },
  120_000,
)

test('a program that loses messages is found out, with the seed and the tape', async () => {
  const build = await buildForChaos(MUTANTS.find(({name}) => name === 'ignores Failed entries'))
  try {
    const luck = new Luck({
      seed: 3,
      rateOf: operation => (operation === 'SendMessageBatch' ? 0.5 : 0),
      weightOf: kind => (kind === 'partial-batch' ? 1 : 0),
    })
    const figures = await flood(SMALL, {bin: build.bin, factor: FACTOR}, luck)
    expect(figures.ok).toBe(false)
    expect(figures.sums.lost).toBeGreaterThan(0)
    const [, folder = ''] = /^flood 3: standard, 150 messages, tape in (\S+)/.exec(figures.failures[0] ?? '') ?? []
    expect(await readFile(path.join(folder, 'tape.txt'), 'utf8')).toMatch(/^\d+ partial-batch SendMessageBatch$/m)
    await rm(folder, {recursive: true})
  } finally {
    await build.remove()
  }
}, 120_000)
