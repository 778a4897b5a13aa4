import {execFileSync} from 'node:child_process'
import {parseArgs} from 'node:util'
import {FAILPOINTS} from '../../src/lib/failpoint.js'
import {tapes, wholeDeck} from './campaigns.js'
import {buildForChaos} from './chaos-build.js'
import {Figures} from './figures.js'
import {chainOfKills, killChains, randomKills} from './kills.js'
import {sharedRedrives} from './shared-cases.js'

interface Campaign {
  readonly name: string
  readonly work: () => Promise<Figures>
}

const {values} = parseArgs({
  options: {
    times: {type: 'string', default: '100'},
    seed: {type: 'string', default: '1'},
    only: {type: 'string', default: ''},
  },
})
const times = Number(values.times)
const seed = Number(values.seed)
if (!(Number.isSafeInteger(times) && times > 0 && Number.isSafeInteger(seed) && seed >= 0))
  throw new RangeError('--times and --seed are whole numbers')

/** Two at a time, one for each core there must be. */
const AT_ONCE = 2
/** Redrives of a campaign that share a world. */
const SHARE = 5

const build = await buildForChaos()
try {
  const campaigns = campaignsOf(build.bin).filter(({name}) => name.includes(values.only))
  process.stdout.write(`commit ${commit()}, seed ${seed}, times ${times}, ${FAILPOINTS.length} failpoints\n`)
  const waiting = [...campaigns]
  const done = new Map<string, Figures[]>()
  await Promise.all(
    Array.from({length: AT_ONCE}, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const figures = await next.work()
        for (const failure of figures.failures) process.stdout.write(`\nFAILED ${failure}\n`)
        done.set(next.name, [...(done.get(next.name) ?? []), figures])
      }
    }),
  )
  const all = Figures.of([...done.values()].flat())
  const named = [...done].map(([name, parts]) => [name, Figures.of(parts)] as const)
  process.stdout.write(Figures.table(new Map([...named, ['all', all]])))
  process.exitCode = all.ok ? 0 : 1
} finally {
  await build.remove()
}

function campaignsOf(bin: string): Campaign[] {
  const kinds = [
    {fifo: false, sort: 'standard'},
    {fifo: true, sort: 'FIFO'},
  ]
  return [
    ...rounds(Math.max(1, Math.round(times / 50))).flatMap(round =>
      kinds.map(({fifo, sort}) => ({
        name: `every fault of every operation, ${sort}`,
        work: () => wholeDeck(seed + round, {fifo, bin, factor: 30, cases: 60}),
      })),
    ),
    ...rounds(Math.ceil(times / SHARE)).flatMap(round =>
      kinds.flatMap(({fifo, sort}) => {
        const seeds = rounds(SHARE).map(index => seed + round * SHARE + index)
        return [
          {name: `random faults, ${sort}`, work: () => tapes(seeds, {fifo, bin, factor: 30})},
          {
            name: `kills at random moments, ${sort}`,
            work: () => randomKills(seeds, {fifo, bin, factor: 10, kills: 5, faults: false}),
          },
          {
            name: `kills and faults, ${sort}`,
            work: () => randomKills(seeds, {fifo, bin, factor: 20, kills: 5, faults: true}),
          },
        ]
      }),
    ),
    ...rounds(Math.ceil(times / SHARE)).map(round => ({
      name: 'shared by four hosts',
      work: () => sharedRedrives([seed + round], {bin, factor: 10}),
    })),
    ...rounds(times).map(round => {
      const fifo = round % 4 === 3
      return {
        name: `every failpoint, ${fifo ? 'FIFO' : 'standard'}`,
        work: () => killChains([chainOfKills({nth: 1 + (round % 3), seed: seed + round})], {fifo, bin, factor: 10}),
      }
    }),
  ]
}

function rounds(count: number): number[] {
  return Array.from({length: count}, (_, index) => index)
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {encoding: 'utf8'}).trim()
}
