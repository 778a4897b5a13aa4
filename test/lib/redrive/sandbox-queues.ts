import type {Message, MessageAttributeValue, SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import type {AwsContext} from '../../../src/lib/aws/context.js'
import type {EngineClock} from '../../../src/lib/redrive/client/ports.js'
import type {RedriveEvent, RedriveSummary} from '../../../src/lib/redrive/events.js'
import type {JournalOptions} from '../../../src/lib/redrive/journal/open-journal.js'
import {stateDirectoryAt} from '../../../src/lib/redrive/journal/state-directory.js'
import {prepareRedrive} from '../../../src/lib/redrive/preflight.js'
import type {RedriveRequest} from '../../../src/lib/redrive/request.js'
import {redrive} from '../../../src/lib/redrive/redrive.js'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'

export const ARN = 'arn:aws:sqs:us-east-1:000000000000:'

/** A local AWS on a free port, a connection to it, and queues in it. */
export class SandboxQueues {
  /** Journals of this local AWS, apart from those of any other test. */
  readonly journal: JournalOptions = {
    state: stateDirectoryAt(mkdtempSync(path.join(tmpdir(), 'msgops-state-'))),
    version: '0.0.0-test',
  }

  private constructor(
    readonly sandbox: Sandbox,
    readonly aws: AwsContext,
  ) {}

  static async start({requestTimeoutMs}: {requestTimeoutMs?: number} = {}): Promise<SandboxQueues> {
    const sandbox = await startSandbox({port: 0})
    const aws = createAwsContext({
      sandbox: true,
      readOnly: false,
      requestTimeoutMs,
      env: {MSGOPS_SANDBOX_URL: sandbox.url},
    })
    return new SandboxQueues(sandbox, aws)
  }

  async create(name: string, attributes: Record<string, string> = {}): Promise<string> {
    const sqs = await this.aws.sqs()
    const fifo: Record<string, string> = name.endsWith('.fifo') ? {FifoQueue: 'true'} : {}
    const {QueueUrl = ''} = await sqs.send(
      new CreateQueueCommand({QueueName: name, Attributes: {...fifo, ...attributes}}),
    )
    return QueueUrl
  }

  /** Creates a queue whose messages are dead-lettered by their second receive, and its DLQ, unless that is there already. */
  async createPair(name: string, dlq: string): Promise<void> {
    await this.create(dlq)
    await this.create(name, {RedrivePolicy: JSON.stringify({deadLetterTargetArn: ARN + dlq, maxReceiveCount: 1})})
  }

  async url(name: string): Promise<string> {
    const sqs = await this.aws.sqs()
    const {QueueUrl = ''} = await sqs.send(new GetQueueUrlCommand({QueueName: name}))
    return QueueUrl
  }

  async send(name: string, entries: readonly Omit<SendMessageBatchRequestEntry, 'Id'>[]): Promise<void> {
    const sqs = await this.aws.sqsOnce()
    const QueueUrl = await this.url(name)
    for (let start = 0; start < entries.length; start += 10) {
      const Entries = entries.slice(start, start + 10).map((entry, index) => ({...entry, Id: String(index)}))
      const {Failed = []} = await sqs.send(new SendMessageBatchCommand({QueueUrl, Entries}))
      if (Failed.length > 0) throw new Error(JSON.stringify(Failed))
    }
  }

  /** Sends to the source and receives until SQS has moved everything to the DLQ, as a failing consumer does. */
  async deadLetter(name: string, entries: readonly Omit<SendMessageBatchRequestEntry, 'Id'>[]): Promise<void> {
    await this.send(name, entries)
    const sqs = await this.aws.sqs()
    const QueueUrl = await this.url(name)
    for (let empty = 0; empty < 2;) {
      const {Messages = []} = await sqs.send(
        new ReceiveMessageCommand({QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0}),
      )
      empty = Messages.length === 0 ? empty + 1 : 0
    }
  }

  /** Everything that can be received of a queue, with all attributes; it stays in flight. */
  async drain(name: string): Promise<Message[]> {
    const sqs = await this.aws.sqs()
    const QueueUrl = await this.url(name)
    const messages: Message[] = []
    for (;;) {
      const {Messages = []} = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 3600,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      )
      if (Messages.length === 0) return messages
      messages.push(...Messages)
    }
  }

  async counts(name: string): Promise<{visible: number; inFlight: number}> {
    const sqs = await this.aws.sqs()
    const {Attributes = {}} = await sqs.send(
      new GetQueueAttributesCommand({QueueUrl: await this.url(name), AttributeNames: ['All']}),
    )
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    }
  }

  /** How many requests of an action reached the local AWS. */
  requests(action: string): number {
    return this.sandbox.requests.list().filter(request => request.action === action).length
  }

  /** A clock whose sleeps move the local AWS forward instead of waiting. */
  clock(): EngineClock {
    const {clock} = this.sandbox
    const startMs = clock.now()
    return {
      now: () => clock.now() - startMs,
      sleep: async (delayMs, signal) => {
        if (signal?.aborted !== true) clock.advance(delayMs)
        // Lets the timers that fell due take effect.
        await new Promise(resolve => setImmediate(resolve))
      },
    }
  }

  async redrive(
    source: string,
    wishes: Partial<RedriveRequest> & {
      signal?: AbortSignal
      resume?: string
      onEvent?: (event: RedriveEvent) => void
    } = {},
  ): Promise<{events: RedriveEvent[]; summary: RedriveSummary}> {
    const {signal = new AbortController().signal, onEvent, resume, ...rest} = wishes
    const prepared = await prepareRedrive({aws: this.aws}, {source, request: {engine: 'auto', ...rest}})
    const options = {signal, resume, journal: this.journal, env: {}, clock: this.clock(), random: () => 0.5}
    const events: RedriveEvent[] = []
    // Long polls end by the clock of the local AWS: it runs faster than ours while the engine, which reads the same clock, is at work.
    const lapse = setInterval(() => this.sandbox.clock.advance(100), 10)
    try {
      for await (const event of redrive(this.aws, prepared, options)) {
        events.push(event)
        onEvent?.(event)
      }
    } finally {
      clearInterval(lapse)
    }
    const last = events.at(-1)
    if (last?.event !== 'done') throw new Error('no summary')
    return {events, summary: last}
  }
}

export function numbered(count: number, prefix = 'message'): {MessageBody: string}[] {
  return Array.from({length: count}, (_, index) => ({MessageBody: `${prefix} ${index}`}))
}

export const text = (StringValue: string, DataType = 'String'): MessageAttributeValue => ({DataType, StringValue})
export const binary = (BinaryValue: Uint8Array, DataType = 'Binary'): MessageAttributeValue => ({DataType, BinaryValue})
