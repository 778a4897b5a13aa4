// Start-up of the built CLI as ratios to an empty Node process: interleaved rounds, medians of the per-round ratios.
// usage: node bench/startup.js [rounds]
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'

const rounds = Number(process.argv[2] ?? 15)
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const server = new URL('../dist/sandbox/server.js', import.meta.url).href

// The local AWS runs in a process of its own, so that its work is not counted against the command's.
const aws = spawn(
  process.execPath,
  [
    '--input-type=module',
    '-e',
    `const {startSandbox} = await import(${JSON.stringify(server)});const s = await startSandbox({port: 0, seed: true});console.log(s.url)`,
  ],
  {stdio: ['ignore', 'pipe', 'inherit']},
)
const [line] = await once(aws.stdout, 'data')
const env = {...process.env, MSGOPS_SANDBOX_URL: String(line).trim()}

const VARIANTS = {
  'node -e 0': ['-e', '0'],
  'msgops --version': [bin, '--version'],
  'msgops --help': [bin, '--help'],
  'msgops queue list': [bin, 'queue', 'list', '--sandbox', '--json'],
}

async function millisecondsOf(args) {
  const start = process.hrtime.bigint()
  const child = spawn(process.execPath, args, {env, stdio: 'ignore'})
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return Number(process.hrtime.bigint() - start) / 1e6
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

const times = Object.fromEntries(Object.keys(VARIANTS).map(name => [name, []]))
for (let round = -2; round < rounds; round++) {
  for (const [name, args] of Object.entries(VARIANTS)) {
    const ms = await millisecondsOf(args)
    if (round >= 0) times[name].push(ms)
  }
}
aws.kill()

const base = times['node -e 0']
console.log(`${rounds} interleaved rounds, Node ${process.version}`)
console.log('| command | median ms | x node -e 0 (median of rounds) |\n|---|---|---|')
for (const [name, samples] of Object.entries(times)) {
  const ratios = samples.map((ms, i) => ms / base[i])
  console.log(`| ${name} | ${median(samples).toFixed(0)} | ${median(ratios).toFixed(2)} |`)
}
