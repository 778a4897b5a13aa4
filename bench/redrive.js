// `dlq redrive --engine client` of the built CLI against the sandbox, or fauxqs, in a process of its own, with and without 20 ms a request, journal
// on a disk and in memory; lumigo-cli's replay-sqs-dlq side by side in the same rounds. Interleaved rounds, medians.
// usage: node bench/redrive.js [--messages 20000,200000] [--latency 0,20] [--rounds 3] [--in-flight default,8,10,64,128] [--server sandbox|fauxqs] [--no-lumigo] [--cpu-prof DIR]
// messages/s: from the first receive to the last delete, as the sandbox saw them; whole: from start to exit. CPU leaves out what the same
// command takes for one batch (start-up, and the polls that prove the queue empty).
/* global performance */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {installed} from './installed.js'
import {BATCH, callerOf, depth, seed, startServer} from './redrive-queues.js'

const BIN = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const MEMORY = '/dev/shm'

/** Written beside the run: what a process used, told by itself as it ends, for nobody else can say so once it is gone. */
const PRELOAD = `
const {writeFileSync} = require('node:fs')
process.on('exit', () => {
  const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage()
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({cpuUs: userCPUTime + systemCPUTime, rssMb: maxRSS / 1024}))
})`

/**
 * lumigo-cli knows no custom endpoint and reports its use: the SDK inside is turned to the local one, and no connection leaves this
 * machine.
 */
const LUMIGO_PRELOAD = `${PRELOAD}
const net = require('node:net')
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  const host = typeof options === 'object' ? (options.host ?? 'localhost') : typeof args[1] === 'string' ? args[1] : 'localhost'
  if (host.endsWith('.localhost')) options.host = '127.0.0.1'
  else if (!['127.0.0.1', 'localhost', '::1'].includes(host)) {
    process.nextTick(() => this.destroy(new Error('the benchmark lets nothing leave this machine')))
    return this
  }
  return connect.apply(this, args)
}
const AWS = require(require.resolve('aws-sdk', {paths: [process.env.BENCH_LUMIGO]}))
AWS.config.update({endpoint: process.env.BENCH_ENDPOINT, region: 'us-east-1', accessKeyId: 'sandbox', secretAccessKey: 'sandbox'})
`

/** Runs one command to its end: wall milliseconds, and CPU and memory by its own account. */
async function run(args, {preload, env, cwd, profiles}) {
  const usage = path.join(cwd, 'usage.json')
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [...(profiles ? ['--cpu-prof', '--cpu-prof-dir', profiles] : []), '--require', preload, ...args],
    {
      cwd,
      env: {PATH: process.env.PATH, HOME: cwd, BENCH_USAGE: usage, ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const texts = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', text => (texts[name] += text))
  const [code] = await once(child, 'exit')
  const wallMs = performance.now() - started
  if (code !== 0)
    throw new Error(`${args.join(' ')} ended with ${code}\n${texts.stdout.slice(-2000)}\n${texts.stderr.slice(-2000)}`)
  return {wallMs, ...JSON.parse(await readFile(usage, 'utf8')), ...texts}
}

/** Who takes part: each knows how to move everything from bench-dlq to bench. */
function variantsOf({inFlight, lumigo, scratch, url, preloads, profiles}) {
  const ours = (concurrency, state) => ({
    name: `msgops${concurrency === 'default' ? '' : ` --concurrency ${concurrency}`}`,
    inFlight: concurrency,
    journal: state === MEMORY ? 'in memory' : 'on disk',
    run: async cwd =>
      run(
        [
          BIN,
          ...['dlq', 'redrive', 'bench-dlq', '--engine', 'client', '--yes', '--json'],
          ...(concurrency === 'default' ? [] : ['--concurrency', concurrency]),
        ],
        {
          preload: preloads.ours,
          cwd,
          profiles,
          env: {
            AWS_ENDPOINT_URL: url,
            AWS_REGION: 'us-east-1',
            AWS_ACCESS_KEY_ID: 'sandbox',
            AWS_SECRET_ACCESS_KEY: 'sandbox',
            XDG_STATE_HOME: path.join(state === MEMORY ? scratch.memory : scratch.disk, 'state'),
          },
        },
      ),
  })
  const theirs = concurrency => ({
    name: `lumigo-cli${concurrency === 'default' ? '' : ` -c ${concurrency}`}`,
    inFlight: concurrency,
    journal: 'none',
    run: async cwd =>
      run(
        [
          path.join(lumigo, 'bin/run'),
          ...['replay-sqs-dlq', '-d', 'bench-dlq', '-n', 'bench', '-r', 'us-east-1'],
          ...(concurrency === 'default' ? [] : ['-c', concurrency]),
        ],
        {
          preload: preloads.lumigo,
          cwd,
          env: {
            BENCH_ENDPOINT: url,
            BENCH_LUMIGO: lumigo,
            SKIP_VERSION_CHECK: '1',
            AWS_REGION: 'us-east-1',
          },
        },
      ),
  })
  return inFlight.flatMap(concurrency => [
    ours(concurrency, 'disk'),
    ...(existsSync(MEMORY) && concurrency === 'default' ? [ours(concurrency, MEMORY)] : []),
    ...(lumigo ? [theirs(concurrency)] : []),
  ])
}

async function measure(server, variant, {messages, latencyMs, scratch}) {
  const call = callerOf(server.url)
  const {dlq, queue} = await seed(server, call, messages)
  await server.ask('latency', latencyMs)
  await server.ask('watch')
  const before = await server.ask('usage')
  const {wallMs, cpuUs, rssMb, stdout} = await variant.run(scratch.disk)
  const after = await server.ask('usage')
  const movedMs = await server.ask('movedMs')
  const [moved, left] = [await depth(call, queue), await depth(call, dlq)]
  if (moved !== messages || left !== 0) {
    throw new Error(`${variant.name}: ${moved} of ${messages} arrived, ${left} are left\n${stdout.slice(-2000)}`)
  }
  return {
    wallMs,
    movedMs,
    cpuUs,
    rssMb,
    serverCpuUs: after.cpuUs - before.cpuUs,
    requests: after.requests - before.requests,
  }
}

async function table(server, {messages, latencyMs, rounds, variants, scratch}) {
  const more = messages - BATCH
  const samples = new Map(variants.map(variant => [variant, []]))
  for (let round = 0; round < rounds; round++) {
    for (const variant of variants) {
      const least = await measure(server, variant, {messages: BATCH, latencyMs, scratch})
      const full = await measure(server, variant, {messages, latencyMs, scratch})
      samples.get(variant).push({
        perSecond: messages / (full.movedMs / 1000),
        whole: messages / (full.wallMs / 1000),
        cpuUs: (full.cpuUs - least.cpuUs) / more,
        serverCpuUs: (full.serverCpuUs - least.serverCpuUs) / more,
        requests: (full.requests / messages) * 1000,
        rssMb: full.rssMb,
      })
    }
  }
  const lumigoAt = inFlight => variants.find(variant => variant.inFlight === inFlight && variant.journal === 'none')
  for (const [variant, all] of samples) {
    const of = (field, digits = 0) => median(all.map(sample => sample[field])).toFixed(digits)
    const rival = lumigoAt(variant.inFlight)
    const ratio = rival
      ? median(all.map((sample, i) => sample.perSecond / samples.get(rival)[i].perSecond)).toFixed(1)
      : '-'
    const columns = [
      messages,
      latencyMs,
      variant.name,
      variant.journal,
      of('perSecond'),
      of('whole'),
      of('cpuUs'),
      of('serverCpuUs'),
      of('requests', 1),
      of('rssMb'),
      ratio,
    ]
    console.log(`| ${columns.join(' | ')} |`)
  }
}

async function main() {
  const {values} = parseArgs({
    options: {
      messages: {type: 'string', default: '20000'},
      latency: {type: 'string', default: '0,20'},
      rounds: {type: 'string', default: '3'},
      'in-flight': {type: 'string', default: 'default,8,10,64,128'},
      'no-lumigo': {type: 'boolean', default: false},
      server: {type: 'string', default: 'sandbox'},
      'cpu-prof': {type: 'string'},
    },
  })
  const list = name => values[name].split(',')
  const lumigo = values['no-lumigo'] ? undefined : await installed('lumigo-cli', '0.48.4')
  const scratch = {disk: await mkdtemp(path.join(tmpdir(), 'msgops-bench-'))}
  scratch.memory = existsSync(MEMORY) ? await mkdtemp(path.join(MEMORY, 'msgops-bench-')) : scratch.disk
  const preloads = {ours: path.join(scratch.disk, 'usage.cjs'), lumigo: path.join(scratch.disk, 'lumigo.cjs')}
  await writeFile(preloads.ours, PRELOAD)
  await writeFile(preloads.lumigo, LUMIGO_PRELOAD)
  const fauxqs = values.server === 'fauxqs' ? await installed('fauxqs', '1.9.2') : undefined
  if (values.server !== 'sandbox' && fauxqs === undefined) throw new Error(`there is no server ${values.server}`)
  const server = await startServer(fauxqs)
  try {
    console.log(
      `${values.rounds} interleaved rounds on ${values.server}, Node ${process.version}; journal on disk in ${scratch.disk}`,
    )
    if (!lumigo) console.log('lumigo-cli takes no part.')
    console.log(
      '| messages | latency ms | client | journal | messages/s | whole, messages/s | client CPU us/message | server CPU us/message | requests/1,000 | peak RSS MB | x lumigo-cli, same in flight |',
    )
    console.log('|---|---|---|---|---|---|---|---|---|---|---|')
    const variants = variantsOf({
      inFlight: list('in-flight'),
      lumigo,
      scratch,
      url: server.url,
      preloads,
      profiles: values['cpu-prof'],
    })
    for (const messages of list('messages').map(Number)) {
      for (const latencyMs of list('latency').map(Number)) {
        await table(server, {messages, latencyMs, rounds: Number(values.rounds), variants, scratch})
      }
    }
  } finally {
    server.close()
    await rm(scratch.disk, {recursive: true})
    if (scratch.memory !== scratch.disk) await rm(scratch.memory, {recursive: true})
  }
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

await main()
