import {CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient} from '@aws-sdk/client-sqs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {startSandbox, type Sandbox} from '../../src/sandbox/server.js'
import type {Finished} from '../fixtures/cli/run.js'
import {check, type Testimony, type Verdict} from './checker.js'
import {Child} from './child.js'
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

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** No file may grow beyond (a disk that is full). */
  readonly limitBytes?: number
}

/** What lies in the queues before a redrive. */
export interface Scene {
  readonly count: number
  readonly fifo?: boolean
  /** FIFO: how many groups the messages are of. */
  readonly groups?: number
  /** MaximumMessageSize of the destination: what is longer cannot be moved. */
  readonly maximumBytes?: number
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
  async stage({count, fifo = false, groups, maximumBytes}: Scene): Promise<Stage> {
    const name = `case-${++this.#cases}`
    const suffix = fifo ? '.fifo' : ''
    const dlq = await this.#createQueue(`${name}-dlq${suffix}`, {})
    const policy = JSON.stringify({deadLetterTargetArn: dlq.arn, maxReceiveCount: 1000})
    const limit: Record<string, string> = maximumBytes === undefined ? {} : {MaximumMessageSize: String(maximumBytes)}
    const main = await this.#createQueue(`${name}${suffix}`, {RedrivePolicy: policy, ...limit})
    const planted = await plant({sqs: this.sqs, url: dlq.url, count, fifo, groups})
    const state = await mkdtemp(path.join(tmpdir(), 'msgops-chaos-'))
    return new Stage(this, {planted, fifo, dlq: `${name}-dlq${suffix}`, dlqUrl: dlq.url, mainUrl: main.url, state})
  }

  /** Starts `msgops <args>` in this world. */
  start(args: readonly string[], {env, limitBytes}: RunOptions = {}): Child {
    const words = [process.execPath, this.#bin, ...args]
    const limited = limitBytes === undefined ? words : ['prlimit', `--fsize=${limitBytes}`, ...words]
    return new Child(limited, {...this.env, ...env})
  }

  get env(): Record<string, string> {
    return {
      MSGOPS_SANDBOX: '1',
      MSGOPS_SANDBOX_URL: this.proxy.url,
      NODE_OPTIONS: `--import ${TIME_LAPSE}`,
      TIME_LAPSE: String(this.#factor),
      TIME_LAPSE_FROM: String(this.sandbox.clock.now()),
    }
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
  #elsewhere = 0

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

  /** Starts `msgops <args>` with the journals of this case. */
  start(args: readonly string[], options: RunOptions = {}): Child {
    return this.world.start(args, {...options, env: {XDG_STATE_HOME: this.state, ...options.env}})
  }

  /** Runs it to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    return this.start(args, options).finished
  }

  /** The jobs there are, as `msgops job list` shows them. */
  async jobs(): Promise<readonly {readonly job: string; readonly state: string}[]> {
    const {stdout} = await this.run(['job', 'list', '--json'])
    return (JSON.parse(stdout) as {jobs: {job: string; state: string}[]}).jobs
  }

  /** Another consumer receives messages of the dead-letter queue and keeps them for an hour. */
  async receiveElsewhere(count: number): Promise<void> {
    const {Messages = []} = await this.world.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#parts.dlqUrl,
        MaxNumberOfMessages: count,
        VisibilityTimeout: 3600,
      }),
    )
    this.#elsewhere += Messages.length
  }

  /** How many messages that other consumer holds. */
  get inFlightElsewhere(): number {
    return this.#elsewhere
  }

  /** Messages of the dead-letter queue that somebody holds. */
  inFlight(): number {
    const queues = Object.values(this.world.sandbox.sqs.status()).flatMap(({queues}) => queues)
    return queues.find(({name}) => name === this.dlq)?.approximateNumberOfMessagesNotVisible ?? 0
  }

  /** Empties both queues and judges what was in them; the journals stay where a promise was broken. The end of the case. */
  async judge(said: Testimony): Promise<Verdict> {
    const {dlqUrl, mainUrl} = this.#parts
    this.world.makeAllVisible()
    const copies = [
      ...(await drain(this.world.sqs, dlqUrl, 'source')),
      ...(await drain(this.world.sqs, mainUrl, 'destination')),
    ]
    const verdict = check(this.planted, copies, said, this.fifo)
    // The journals of a broken promise are wanted.
    if (verdict.ok) await rm(this.state, {recursive: true, force: true})
    return verdict
  }
}
