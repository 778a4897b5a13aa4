import {CreateQueueCommand, GetQueueAttributesCommand, SQSClient} from '@aws-sdk/client-sqs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {startSandbox, type Sandbox} from '../../src/sandbox/server.js'
import {runPiped, type Finished, type RunOptions} from '../fixtures/cli/run.js'
import {check, type Testimony, type Verdict} from './checker.js'
import {FaultProxy} from './fault-proxy.js'
import {drain, plant, type Planted} from './planted.js'

const PUBLISHED = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const TIME_LAPSE = new URL('./time-lapse.js', import.meta.url).href
const TICK_MS = 5
/** Longer than any visibility timeout that a redrive asks for. */
const ALL_VISIBLE_MS = 13 * 3600 * 1000

export interface WorldOptions {
  /** The script of the msgops to run; the one that is published unless given. */
  readonly bin?: string
  /** How many times as fast as the wall time passes in this world, for the command line and the local AWS alike. */
  readonly factor?: number
}

/** A local AWS behind a fault proxy, in which time passes fast. */
export class World {
  readonly #bin: string
  readonly #factor: number
  readonly #ticker: NodeJS.Timeout
  #cases = 0

  private constructor(
    readonly sandbox: Sandbox,
    readonly proxy: FaultProxy,
    /** Straight to the local AWS, past the faults. */
    readonly sqs: SQSClient,
    {bin = PUBLISHED, factor = 1}: WorldOptions,
  ) {
    this.#bin = bin
    this.#factor = factor
    let before = performance.now()
    this.#ticker = setInterval(() => {
      const now = performance.now()
      if (factor > 1) sandbox.clock.advance((now - before) * (factor - 1))
      before = now
    }, TICK_MS)
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const sandbox = await startSandbox()
    const {factor} = options
    const proxy = await FaultProxy.start({upstream: sandbox.url, now: () => sandbox.clock.now(), factor})
    const credentials = {accessKeyId: 'sandbox', secretAccessKey: 'sandbox'}
    const sqs = new SQSClient({endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1})
    return new World(sandbox, proxy, sqs, options)
  }

  /** Makes a dead-letter queue with messages in it, and its source; queues and journals are of this case alone. */
  async stage({count, fifo = false, groups}: {count: number; fifo?: boolean; groups?: number}): Promise<Stage> {
    const name = `case-${++this.#cases}`
    const suffix = fifo ? '.fifo' : ''
    const dlq = await this.#createQueue(`${name}-dlq${suffix}`, {})
    const policy = JSON.stringify({deadLetterTargetArn: dlq.arn, maxReceiveCount: 1000})
    const main = await this.#createQueue(`${name}${suffix}`, {RedrivePolicy: policy})
    const planted = await plant({sqs: this.sqs, url: dlq.url, count, fifo, groups})
    const state = await mkdtemp(path.join(tmpdir(), 'msgops-chaos-'))
    return new Stage(this, {planted, fifo, dlq: `${name}-dlq${suffix}`, dlqUrl: dlq.url, mainUrl: main.url, state})
  }

  /** Runs `msgops <args>` in this world. `limitBytes`: no file may grow beyond (a disk that is full). */
  run(
    args: readonly string[],
    {limitBytes, ...options}: RunOptions & {readonly limitBytes?: number} = {},
  ): Promise<Finished> {
    const words = [process.execPath, this.#bin, ...args]
    const [command = '', ...rest] = limitBytes === undefined ? words : ['prlimit', `--fsize=${limitBytes}`, ...words]
    return runPiped(command, rest, {...options, env: {...this.env, ...options.env}})
  }

  get env(): Record<string, string> {
    const lapse =
      this.#factor > 1 ? {NODE_OPTIONS: `--import ${TIME_LAPSE}`, TIME_LAPSE: String(this.#factor)} : undefined
    return {MSGOPS_SANDBOX: '1', MSGOPS_SANDBOX_URL: this.proxy.url, ...lapse}
  }

  /** Moves the clock of the local AWS so far that whatever was in flight is visible again. */
  makeAllVisible(): void {
    this.sandbox.clock.advance(ALL_VISIBLE_MS)
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker)
    this.sqs.destroy()
    await this.proxy.close()
    await this.sandbox.close()
  }

  async #createQueue(name: string, attributes: Record<string, string>): Promise<{url: string; arn: string}> {
    const fifo = name.endsWith('.fifo') ? {FifoQueue: 'true'} : {}
    const {QueueUrl: url = ''} = await this.sqs.send(
      new CreateQueueCommand({QueueName: name, Attributes: {...attributes, ...fifo}}),
    )
    const {Attributes} = await this.sqs.send(
      new GetQueueAttributesCommand({QueueUrl: url, AttributeNames: ['QueueArn']}),
    )
    return {url, arn: Attributes?.QueueArn ?? ''}
  }
}

interface StageParts {
  readonly planted: readonly Planted[]
  readonly fifo: boolean
  readonly dlq: string
  readonly dlqUrl: string
  readonly mainUrl: string
  readonly state: string
}

/** One dead-letter queue and its source, and the folder where the journals of their redrives are. */
export class Stage {
  readonly dlq: string
  readonly planted: readonly Planted[]
  readonly fifo: boolean
  /** XDG_STATE_HOME of every run. */
  readonly state: string
  readonly #parts: StageParts

  constructor(
    readonly world: World,
    parts: StageParts,
  ) {
    this.#parts = parts
    this.dlq = parts.dlq
    this.planted = parts.planted
    this.fifo = parts.fifo
    this.state = parts.state
  }

  /** Runs `msgops <args>` with the journals of this case. */
  run(args: readonly string[], options: Parameters<World['run']>[1] = {}): Promise<Finished> {
    return this.world.run(args, {...options, env: {XDG_STATE_HOME: this.state, ...options.env}})
  }

  /** Messages of the dead-letter queue that somebody holds. */
  inFlight(): number {
    const queues = Object.values(this.world.sandbox.sqs.status()).flatMap(({queues}) => queues)
    return queues.find(({name}) => name === this.dlq)?.approximateNumberOfMessagesNotVisible ?? 0
  }

  /** Empties both queues and judges what was in them. The end of the case. */
  async judge(said: Testimony): Promise<Verdict> {
    const {dlqUrl, mainUrl} = this.#parts
    this.world.makeAllVisible()
    const copies = [
      ...(await drain(this.world.sqs, dlqUrl, 'source')),
      ...(await drain(this.world.sqs, mainUrl, 'destination')),
    ]
    await rm(this.state, {recursive: true, force: true})
    return check(this.planted, copies, said, this.fifo)
  }
}
