import {execFileSync} from 'node:child_process'
import {parseArgs} from 'node:util'
import {FAILPOINTS} from '../../../src/lib/failpoint.js'
import {buildForChaos} from '../chaos-build.js'
import {Figures} from '../figures.js'
import {carryOut, type Campaign} from './campaign.js'
import {Crew} from './crew.js'
import {describeFlood, floodCaseOf} from './flood.js'
import {lineOf, totalsOf} from './report.js'

const KILLS_A_REDRIVE = 20

/**
 * Floods or kills in the volume that the published figures are of: `flood [--messages N] [--faults N] [--most N]` or
 * `kills [--targeted N] [--random N]`, and `--seed N --minutes N --processes N --at-once N`. Prints a line a job and the sums; returns
 * whether every promise was kept. The first that was broken ends it, as do the minutes and Ctrl-C, each after the jobs under way.
 */
export async function runVolume(script: string, [tier, ...args]: readonly string[]): Promise<boolean> {
  const {values} = parseArgs({
    args,
    options: {
      messages: {type: 'string', default: '1000000'},
      faults: {type: 'string', default: '100000'},
      most: {type: 'string', default: '50000'},
      targeted: {type: 'string', default: '3200'},
      random: {type: 'string', default: '2000'},
      seed: {type: 'string', default: '1'},
      minutes: {type: 'string', default: '600'},
      processes: {type: 'string', default: '2'},
      'at-once': {type: 'string', default: '4'},
    },
  })
  const number = (name: keyof typeof values): number => wholeNumber(name, values[name])
  const seed = number('seed')
  const campaigns =
    tier === 'flood'
      ? floods(number('most'), {messages: number('messages'), faults: number('faults')})
      : kills(number('targeted'), number('random'))
  const endMs = performance.now() + number('minutes') * 60_000
  let interrupted = false
  process.on('SIGINT', () => {
    interrupted = true
  })
  process.stdout.write(`commit ${commit()}, ${tier} ${args.join(' ')}, seed ${seed}\n`)
  const startedMs = performance.now()
  const build = await buildForChaos()
  const crew = new Crew(script, number('processes'), build.bin)
  let total = new Figures()
  let cutShort = false
  try {
    for (const campaign of campaigns) {
      const figures = await carryOut(campaign, {
        seed,
        atOnce: number('at-once'),
        perform: job => crew.do(job),
        stopped: () => interrupted || performance.now() > endMs,
        report: (name, done, seconds) => {
          process.stdout.write(lineOf(name, done, seconds))
          for (const failure of done.failures) process.stdout.write(`\n${failure}\n\n`)
        },
      })
      cutShort ||= campaign.measure(figures) < campaign.goal
      total = Figures.of([total, figures])
      if (!total.ok) break
    }
  } finally {
    crew.close()
    await build.remove()
  }
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1)
  process.stdout.write(totalsOf(total))
  process.stdout.write(`\nseed ${seed}, ${minutes} minutes${cutShort ? ', cut short' : ''}\n`)
  return total.ok
}

/** So many messages moved, and so many faults; whichever takes longer. */
function floods(most: number, {messages, faults}: {messages: number; faults: number}): Campaign[] {
  return [
    {
      jobOf: seed => {
        const scenario = floodCaseOf(seed, most)
        const expected = (scenario.selective ? 0.5 : 0.9) * (scenario.count / messages)
        return {job: {campaign: 'flood', seed, most}, name: describeFlood(scenario), expected}
      },
      measure: ({sums, injected}) => Math.min(sums.delivered / messages, faults === 0 ? 1 : injected / faults),
      goal: 1,
    },
  ]
}

function kills(targeted: number, random: number): Campaign[] {
  return [
    {
      jobOf: seed => ({
        job: {campaign: 'targeted kills', seed},
        name: `every failpoint in turn, ${seed}`,
        expected: FAILPOINTS.length,
      }),
      measure: ({sums}) => sums.kills,
      goal: targeted,
    },
    {
      jobOf: seed => ({
        job: {campaign: 'random kills', seed, kills: KILLS_A_REDRIVE},
        name: `random kills, ${seed}`,
        expected: KILLS_A_REDRIVE,
      }),
      measure: ({sums}) => sums.kills,
      goal: random,
    },
  ]
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`--${name} is a whole number`)
  return value
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {encoding: 'utf8'}).trim()
}
