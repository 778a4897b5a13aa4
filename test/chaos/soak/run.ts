import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {setTimeout as pause} from 'node:timers/promises'
import {startSandbox} from '../../../src/sandbox/server.js'
import {cleanEnvironment} from '../../fixtures/cli/run.js'
import {sqsOf} from '../../harness/cli.js'
import type {Sample} from './samples.js'
import {Traffic} from './traffic.js'

export interface SoakOptions {
  readonly bin: string
  /** The module that tells samples on descriptor 3. */
  readonly probe: string
  /** Resolves when enough was sent. */
  readonly until: (traffic: Traffic, samples: readonly Sample[]) => Promise<void>
  /** Messages a second. */
  readonly rate: number
  readonly periodMs: number
  readonly onSample?: (sample: Sample, traffic: Traffic) => void
}

export interface SoakEnd {
  readonly samples: readonly Sample[]
  readonly sent: number
  readonly arrived: number
  readonly lost: number
  readonly duplicates: number
  readonly foreign: number
  /** Of the redrive, after SIGINT. */
  readonly exitCode: number | null
  readonly stderr: string
}

/** After the last message was sent and nothing has arrived for so long, what is missing is lost. */
const LAST_MS = 120_000
const STDERR_KEPT = 4_000
const CONSUMERS = 4

/** Follows a dead-letter queue that is fed all the time, until it is enough, and keeps account of every message. Throws where the redrive ends before it is told to. */
export async function soak({bin, probe, until, rate, periodMs, onSample}: SoakOptions): Promise<SoakEnd> {
  const sandbox = await startSandbox()
  const sqs = sqsOf(sandbox)
  const state = await mkdtemp(path.join(tmpdir(), 'msgops-soak-'))
  try {
    const {QueueUrl: from = ''} = await sqs.createQueue({QueueName: 'soak-dlq'})
    const {QueueUrl: to = ''} = await sqs.createQueue({QueueName: 'soak'})
    const words = ['dlq', 'redrive', 'soak-dlq', '--to', 'soak', '--follow', '--yes', '--output', 'ndjson']
    const child = spawn(process.execPath, ['--import', probe, bin, ...words], {
      env: cleanEnvironment({
        MSGOPS_SANDBOX: '1',
        MSGOPS_SANDBOX_URL: sandbox.url,
        XDG_STATE_HOME: state,
        SOAK_PERIOD_MS: String(periodMs),
      }),
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    const ended = once(child, 'close') as Promise<[number | null]>
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_KEPT)))
    const traffic = new Traffic(sqs, {from, to}, rate)
    const samples: Sample[] = []
    createInterface({input: child.stdio[3] as Readable}).on('line', line => {
      const sample = JSON.parse(line) as Sample
      samples.push(sample)
      onSample?.(sample, traffic)
    })
    const work = [traffic.feed(), ...Array.from({length: CONSUMERS}, () => traffic.drain())]
    const early = await Promise.race([ended, until(traffic, samples)])
    traffic.endFeeding()
    await work[0]
    if (early === undefined) await everyOne(traffic)
    child.kill('SIGINT')
    const [exitCode] = await ended
    traffic.endDraining()
    await Promise.all(work)
    const {sent, arrived, duplicates, foreign} = traffic
    if (early !== undefined) throw new Error(`The redrive ended by itself with ${exitCode}: ${stderr}`)
    return {samples, sent, arrived, lost: sent - arrived, duplicates, foreign, exitCode, stderr}
  } finally {
    await sandbox.close()
    await rm(state, {recursive: true, force: true})
  }
}

/** Resolves when every message has arrived, or none has for a long time. */
async function everyOne(traffic: Traffic): Promise<void> {
  let [arrived, since] = [traffic.arrived, performance.now()]
  while (traffic.arrived < traffic.sent && performance.now() - since < LAST_MS) {
    await pause(100)
    if (traffic.arrived !== arrived) [arrived, since] = [traffic.arrived, performance.now()]
  }
}
