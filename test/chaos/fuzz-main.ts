import {execFileSync} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {buildForChaos} from './chaos-build.js'
import {fuzz, type Failure} from './fuzz/campaign.js'
import type {CommandFacts} from './fuzz/cases.js'

const {values} = parseArgs({
  options: {
    inputs: {type: 'string', default: '10000'},
    seed: {type: 'string', default: '1'},
    case: {type: 'string'},
  },
})
const [inputs, seed] = [Number(values.inputs), Number(values.seed)]
if (!(Number.isSafeInteger(inputs) && inputs > 0 && Number.isSafeInteger(seed) && seed >= 0))
  throw new RangeError('--inputs and --seed are whole numbers')

const build = await buildForChaos()
const root = path.dirname(path.dirname(build.bin))
try {
  const manifest = JSON.parse(await readFile(path.join(root, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, CommandFacts>
  }
  say(`commit ${execFileSync('git', ['rev-parse', '--short', 'HEAD'], {encoding: 'utf8'}).trim()}, seed ${seed}`)
  const figures = await fuzz({
    program: {main: path.join(root, 'dist/main.js'), bin: build.bin},
    commands: Object.values(manifest.commands),
    seed,
    inputs,
    grounds: 2,
    only: values.case === undefined ? undefined : Number(values.case),
    onFailure: tell,
  })
  for (const [what, counts] of [
    ['inputs', figures.families],
    ['run', figures.ways],
    ['exit codes', figures.codes],
  ] as const)
    say(`${what}: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`)
  say(`${figures.inputs} inputs, ${figures.compared} messages compared, ${figures.failures.length} failures`)
  process.exitCode = figures.failures.length === 0 ? 0 : 1
} finally {
  await build.remove()
}

function tell({index, way, what, one, outcome}: Failure): void {
  const short = (text: string): string => JSON.stringify(text.length > 1_500 ? `${text.slice(0, 1_500)}...` : text)
  say(`FAILED case ${index} (${way}): ${what.join('; ')}`)
  say(`  ${short(JSON.stringify(one))}`)
  say(`  stdout ${short(outcome.stdout)}`)
  say(`  stderr ${short(outcome.stderr)}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
