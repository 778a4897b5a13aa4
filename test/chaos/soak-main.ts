import {execFileSync} from 'node:child_process'
import {setTimeout as pause} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {buildForChaos} from './chaos-build.js'
import {growth} from './soak/samples.js'
import {soak} from './soak/run.js'

const PERIOD_MS = 10_000
/** The journal's tables and the heap take their size first. */
const WARM_UP_MINUTES = 15
/** redrive.md section 4: what eight hours may show. */
const GOAL_MB_PER_HOUR = 1

const {values} = parseArgs({
  options: {minutes: {type: 'string', default: '480'}, rate: {type: 'string', default: '50'}},
})
const [minutes, rate] = [Number(values.minutes), Number(values.rate)]
if (!(minutes > 0 && Number.isSafeInteger(rate) && rate > 0))
  throw new RangeError('--minutes is a number and --rate a whole one')

const build = await buildForChaos()
try {
  say(
    `commit ${execFileSync('git', ['rev-parse', '--short', 'HEAD'], {encoding: 'utf8'}).trim()}, ${minutes} minutes at ${rate}/s`,
  )
  const probe = new URL('soak-probe.js', import.meta.url).href
  const end = await soak({
    bin: build.bin,
    probe,
    until: () => pause(minutes * 60_000),
    rate,
    periodMs: PERIOD_MS,
    onSample: ({atMs, rss, heapUsed, descriptors}, {sent, arrived}) =>
      say(
        `${(atMs / 1000).toFixed(0)} s: rss ${mb(rss)} MB, heap ${mb(heapUsed)} MB, ${descriptors} descriptors, ${sent} sent, ${arrived} arrived`,
      ),
  })
  const grown = growth(end.samples, Math.min(WARM_UP_MINUTES, minutes / 3) * 60_000)
  const {sent, arrived, lost, duplicates, foreign, exitCode} = end
  say(
    `${sent} messages, ${arrived} arrived, ${lost} lost, ${duplicates} duplicated, ${foreign} foreign; exit ${exitCode} after SIGINT`,
  )
  if (grown === undefined) say('Too short for a slope.')
  else {
    const {least, most, perHour} = grown.descriptors
    say(
      `after the warm-up, ${grown.samples} samples: rss ${grown.rssMb.toFixed(1)} MB, ${signed(grown.rssMbPerHour)} MB/h; heap ${signed(grown.heapMbPerHour)} MB/h; ${least} to ${most} descriptors, ${signed(perHour)}/h`,
    )
    say(
      `goal: less than ${GOAL_MB_PER_HOUR} MB/h over 8 hours, and descriptors that do not grow (idle connections come and go)`,
    )
  }
  process.exitCode = lost + duplicates + foreign === 0 ? 0 : 1
} finally {
  await build.remove()
}

function mb(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1)
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${value.toFixed(2)}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
