import type {Message} from '@aws-sdk/client-sqs'
import {ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import {randomUUID} from 'node:crypto'
import type {AwsContext, SqsApi} from '../aws/context.js'
import type {MessageView} from '../messages/message-view.js'
import {toMessageView} from '../messages/message-view.js'
import {digestMismatch} from '../messages/verify.js'
import {OpsError} from '../ops-error.js'
import type {SelectionFlags} from '../selection/selection.js'
import type {Sieve, Sifted} from '../selection/sieve.js'
import {sieveOf} from '../selection/sieve.js'
import type {QueueAttributes} from './queue-attributes.js'
import {getQueueAttributes} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'
import {assertPeekLeavesReceives, isAtReceiveLimit} from './receive-limit.js'
import type {StillHeld} from './visibility.js'
import {giveBack} from './visibility.js'

const BATCH_SIZE = 10

/** What is not given back (the process was killed) returns after this long. Never 0: the same messages would come again and again. */
const VISIBILITY_SECONDS = 60

/** No receive begins later than this after the first message came, so that all are still held when they are given back. */
const HOLD_MS = 40_000

/** How many messages are looked at for those that match, unless told. */
const SCAN = 1000

/** A long poll is cut into short ones: an interruption waits for the answer, because messages in a lost answer stay hidden. */
const POLL_SECONDS = 2

export interface PeekOptions {
  /** Distinct messages to show. */
  readonly max: number
  /** Which messages to show; absent: every one. */
  readonly selection?: SelectionFlags
  /** With a selection: distinct messages to look at, at most. */
  readonly scan?: number
  /** Seconds to wait for a message that is not there yet. */
  readonly waitSeconds: number
  /** Receive although it may use up a message's last receive. */
  readonly force: boolean
  readonly signal?: AbortSignal
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** Why a peek ended: enough seen, enough looked at for a selection, none left, a message at its receive limit, held long enough, interrupted, or a failed receive. */
export type PeekEnd = 'max' | 'scan' | 'empty' | 'receiveLimit' | 'holdTime' | 'interrupted' | 'failed'

export interface PeekResult extends Sifted {
  readonly queue: {readonly name: string; readonly url: string; readonly arn: string}
  /** Those that match, `max` of them at most. */
  readonly messages: readonly MessageView[]
  /** Distinct messages received, whether they match or not. */
  readonly lookedAt: number
  readonly ended: PeekEnd
  /** The failure that ended the peek after messages had come. */
  readonly failure?: {readonly code: string; readonly message: string}
  /** Receives that brought a message: each raised a receive count by one. */
  readonly receiveCountRaised: number
  /** Ids of messages that their next receive moves to the dead-letter queue. */
  readonly atReceiveLimit: readonly string[]
  readonly redrivePolicy?: {readonly deadLetterTargetArn: string; readonly maxReceiveCount: number}
  /** Ids of messages that do not agree with SQS's MD5 of body or attributes. */
  readonly unverified: readonly string[]
  /** Messages that could not be given back, and the latest instant (ISO 8601) at which they are visible again. */
  readonly stillHidden: readonly (StillHeld & {readonly hiddenUntil: string})[]
  readonly approximateNumberOfMessages: number
}

/**
 * Receives up to `max` distinct messages, all attributes included, and makes them visible again before it returns, also when interrupted.
 * With a selection it receives up to `scan`, until `max` of them match; what does not match is given back as well, and not shown.
 * A peek is a receive: it raises receive counts and, on a FIFO queue, holds the groups it sees until they are given back.
 *
 * On a queue with a redrive policy and without `force` it refuses where maxReceiveCount is 1, and otherwise ends at the first message
 * that its next receive would dead-letter. Counts are known only after a receive, so a standard queue is then read one message at a
 * time: at most one message is brought to its limit. A FIFO queue is read ten at a time all the same, because a held message hides its group.
 */
export async function peekQueue(aws: AwsContext, queue: QueueRef, options: PeekOptions): Promise<PeekResult> {
  const sieve = await sieveOf(options.selection)
  const attributes = await getQueueAttributes(aws, queue, {signal: options.signal})
  if (!options.force) assertPeekLeavesReceives(queue, attributes)
  const peek = new Peek(await aws.sqs(), {queue, attributes, sieve}, options)
  const end = await peek.run()
  const still = await giveBack(aws, queue, peek.receipts())
  if (end.error !== undefined && (peek.held.size === 0 || !(end.error instanceof OpsError))) throw end.error
  return {
    queue: {name: queue.name, url: queue.url, arn: queue.arn},
    messages: peek.shown(),
    ...sieve.sifted(),
    lookedAt: peek.held.size,
    ended: end.ended,
    failure: end.error instanceof OpsError ? {code: end.error.code, message: end.error.message} : undefined,
    receiveCountRaised: peek.raised,
    atReceiveLimit: peek.idsWhere(held => held.atReceiveLimit),
    redrivePolicy: attributes.redrivePolicy,
    unverified: peek.idsWhere(held => !held.verified),
    stillHidden: still.map(entry => ({...entry, hiddenUntil: peek.hiddenUntil(entry.messageId)})),
    approximateNumberOfMessages: attributes.approximateNumberOfMessages,
  }
}

interface Held {
  readonly receiptHandle: string
  readonly receivedAt: number
  readonly verified: boolean
  readonly atReceiveLimit: boolean
  /** Absent where the message is not asked for. */
  readonly view: MessageView | undefined
}

interface Looked {
  readonly queue: QueueRef
  readonly attributes: QueueAttributes
  readonly sieve: Sieve
}

class Peek {
  readonly held = new Map<string, Held>()
  raised = 0
  private readonly now: () => number
  private firstAt: number | undefined
  private waited = 0
  /** Distinct messages to receive at most. */
  private readonly limit: number

  constructor(
    private readonly sqs: SqsApi,
    private readonly at: Looked,
    private readonly options: PeekOptions,
  ) {
    this.now = options.now ?? Date.now
    this.limit = at.sieve.selects ? (options.scan ?? SCAN) : options.max
  }

  /** Never rejects: what was received must be given back first, whatever happened. */
  async run(): Promise<{ended: PeekEnd; error?: Error}> {
    try {
      for (;;) {
        const ended = this.ended()
        if (ended !== undefined) return {ended}
        const poll = Math.min(POLL_SECONDS, this.options.waitSeconds - this.waited)
        const before = this.held.size
        this.keep(await this.receive(poll))
        if (this.held.size === before) this.waited += poll
      }
    } catch (error) {
      return {ended: 'failed', error: error instanceof Error ? error : new Error(String(error))}
    }
  }

  shown(): MessageView[] {
    return [...this.held.values()].flatMap(({view}) => (view === undefined ? [] : [view])).slice(0, this.options.max)
  }

  receipts(): {messageId: string; receiptHandle: string}[] {
    return [...this.held].map(([messageId, {receiptHandle}]) => ({messageId, receiptHandle}))
  }

  idsWhere(test: (held: Held) => boolean): string[] {
    return [...this.held].filter(([, held]) => test(held)).map(([messageId]) => messageId)
  }

  hiddenUntil(messageId: string): string {
    const receivedAt = this.held.get(messageId)?.receivedAt ?? this.now()
    return new Date(receivedAt + VISIBILITY_SECONDS * 1000).toISOString()
  }

  private ended(): PeekEnd | undefined {
    const {max, waitSeconds, force, signal} = this.options
    if (signal?.aborted === true) return 'interrupted'
    if (this.at.sieve.count >= max) return 'max'
    if (!force && [...this.held.values()].some(held => held.atReceiveLimit)) return 'receiveLimit'
    if (this.held.size >= this.limit) return 'scan'
    if (this.firstAt !== undefined && this.now() - this.firstAt > HOLD_MS) return 'holdTime'
    return this.waited >= waitSeconds ? 'empty' : undefined
  }

  private async receive(waitSeconds: number): Promise<readonly Message[]> {
    const {queue, attributes} = this.at
    const careful = !this.options.force && attributes.redrivePolicy !== undefined && !queue.fifo
    const output = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: careful ? 1 : Math.min(BATCH_SIZE, this.limit - this.held.size),
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        VisibilityTimeout: VISIBILITY_SECONDS,
        WaitTimeSeconds: waitSeconds,
        // Lets the client's retry of a lost answer bring the same messages again instead of leaving them hidden.
        ReceiveRequestAttemptId: queue.fifo ? randomUUID() : undefined,
      }),
    )
    return output.Messages ?? []
  }

  private keep(messages: readonly Message[]): void {
    const receivedAt = this.now()
    if (messages.length > 0) this.firstAt ??= receivedAt
    for (const message of messages) {
      const {MessageId: messageId, ReceiptHandle: receiptHandle} = message
      if (messageId === undefined || receiptHandle === undefined) continue
      this.raised++
      const view = toMessageView(message, {retentionSeconds: this.at.attributes.messageRetentionPeriod})
      const known = this.held.get(messageId)
      const asked = known === undefined ? this.at.sieve.lets(view) : known.view !== undefined
      this.held.set(messageId, {
        receiptHandle,
        receivedAt,
        verified: digestMismatch(message) === undefined,
        atReceiveLimit: isAtReceiveLimit(view, this.at.attributes.redrivePolicy),
        view: asked ? view : undefined,
      })
    }
  }
}
