import type {Clock} from '../../../src/sandbox/clock.js'
import {SqsService} from '../../../src/sandbox/sqs/service.js'

/** A clock that stands still until a test advances it; timers fire on the way, each at its own instant. */
export class HandClock implements Clock {
  #nowMs: number
  readonly #timers = new Set<{instantMs: number; callback: () => void}>()

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  at(instantMs: number, callback: () => void): () => void {
    const timer = {instantMs, callback}
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  get pendingTimers(): number {
    return this.#timers.size
  }

  advance(ms: number): void {
    const targetMs = this.#nowMs + ms
    for (;;) {
      const due = [...this.#timers].filter(timer => timer.instantMs <= targetMs)
      const next = due.sort((a, b) => a.instantMs - b.instantMs)[0]
      if (next === undefined) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.instantMs)
      next.callback()
    }
    this.#nowMs = targetMs
  }
}

export interface Received {
  readonly MessageId: string
  readonly ReceiptHandle: string
  readonly MD5OfBody: string
  readonly Body: string
  readonly Attributes?: Readonly<Record<string, string>>
  readonly MD5OfMessageAttributes?: string
  readonly MessageAttributes?: Readonly<Record<string, object>>
}

export interface Sent {
  readonly MessageId: string
  readonly MD5OfMessageBody: string
  readonly MD5OfMessageAttributes?: string
  readonly MD5OfMessageSystemAttributes?: string
  readonly SequenceNumber?: string
}

export interface BatchOutcome {
  readonly Successful?: readonly {readonly Id: string; readonly MessageId?: string}[]
  readonly Failed?: readonly {
    readonly Id: string
    readonly Code: string
    readonly Message: string
    readonly SenderFault: boolean
  }[]
}

export interface MoveTaskEntry {
  readonly TaskHandle?: string
  readonly Status: string
  readonly SourceArn: string
  readonly DestinationArn?: string
  readonly MaxNumberOfMessagesPerSecond?: number
  readonly ApproximateNumberOfMessagesMoved: number
  readonly ApproximateNumberOfMessagesToMove: number
  readonly FailureReason?: string
  readonly StartedTimestamp: number
}

type Members = Record<string, unknown>
interface Caller {
  readonly account?: string
  readonly region?: string
  readonly signal?: AbortSignal
}

export const ACCOUNT = '000000000000'
export const REGION = 'us-east-1'

/** The engine behind a hand clock, spoken to in the members of the service model, without HTTP. */
export class LocalSqs {
  readonly clock = new HandClock()
  readonly service = new SqsService({clock: this.clock})

  call(
    action: string,
    input: Members = {},
    {account = ACCOUNT, region = REGION, signal}: Caller = {},
  ): Promise<Members> {
    return this.service.handle({
      account,
      region,
      accessKeyId: account,
      action,
      input,
      requestId: 'request-1',
      origin: 'http://127.0.0.1:4747',
      signal: signal ?? new AbortController().signal,
    })
  }

  /** Creates a queue and returns its URL; a name with .fifo makes a FIFO queue. */
  async create(name: string, attributes: Record<string, string> = {}): Promise<string> {
    const fifo = name.endsWith('.fifo') ? {FifoQueue: 'true'} : {}
    const {QueueUrl} = await this.call('CreateQueue', {QueueName: name, Attributes: {...fifo, ...attributes}})
    return QueueUrl as string
  }

  /** Creates `name` with the dead-letter queue `dlqName`; returns both URLs. */
  async createWithDlq(
    name: string,
    dlqName: string,
    maxReceiveCount: number,
    attributes: Record<string, string> = {},
  ): Promise<{url: string; dlqUrl: string}> {
    const dlqUrl = await this.create(dlqName)
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn(dlqName), maxReceiveCount})
    return {url: await this.create(name, {...attributes, RedrivePolicy}), dlqUrl}
  }

  async send(url: string, body: string, input: Members = {}): Promise<Sent> {
    return (await this.call('SendMessage', {QueueUrl: url, MessageBody: body, ...input})) as unknown as Sent
  }

  async receive(url: string, input: Members = {}, caller: Caller = {}): Promise<readonly Received[]> {
    const {Messages} = await this.call('ReceiveMessage', {QueueUrl: url, ...input}, caller)
    return (Messages ?? []) as readonly Received[]
  }

  /** The bodies of one receive of up to ten. */
  async bodies(url: string, input: Members = {}): Promise<readonly string[]> {
    return (await this.receive(url, {MaxNumberOfMessages: 10, ...input})).map(({Body}) => Body)
  }

  async delete(url: string, handle: string): Promise<void> {
    await this.call('DeleteMessage', {QueueUrl: url, ReceiptHandle: handle})
  }

  async hide(url: string, handle: string, seconds: number): Promise<void> {
    await this.call('ChangeMessageVisibility', {QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds})
  }

  async batch(action: string, url: string, entries: readonly Members[]): Promise<BatchOutcome> {
    return this.call(`${action}Batch`, {QueueUrl: url, Entries: entries})
  }

  async attributes(url: string, names: readonly string[] = ['All']): Promise<Readonly<Record<string, string>>> {
    const {Attributes} = await this.call('GetQueueAttributes', {QueueUrl: url, AttributeNames: names})
    return (Attributes ?? {}) as Record<string, string>
  }

  /** [visible, in flight, delayed] */
  async counts(url: string): Promise<readonly number[]> {
    const all = await this.attributes(url)
    return ['', 'NotVisible', 'Delayed'].map(suffix => Number(all[`ApproximateNumberOfMessages${suffix}`]))
  }

  async moveTasks(sourceArn: string, maxResults = 10): Promise<readonly MoveTaskEntry[]> {
    const {Results} = await this.call('ListMessageMoveTasks', {SourceArn: sourceArn, MaxResults: maxResults})
    return (Results ?? []) as readonly MoveTaskEntry[]
  }
}

export function arn(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
}

/** The SystemAttributeNames of a receive that wants all there is. */
export const EVERYTHING = {MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All']}

/** AWS's form of "Value X for parameter Y is invalid. Reason: Z". */
export function invalid(value: string | number, parameter: string, reason: string): object {
  return {
    code: 'InvalidParameterValueException',
    options: {queryCode: 'InvalidParameterValue', status: 400},
    message: `Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`,
  }
}
