import type {Message} from '@aws-sdk/client-sqs'
import {ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import {randomUUID} from 'node:crypto'
import type {AwsContext, SqsApi} from '../aws/context.js'
import type {MessageView} from '../messages/message-view.js'
import {toMessageView} from '../messages/message-view.js'
import {digestMismatch} from '../messages/verify.js'
import {OpsError} from '../ops-error.js'
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

/** A long poll is cut into short ones: an interruption waits for the answer, because messages in a lost answer stay hidden. */
const POLL_SECONDS = 2

export interface PeekOptions {
  /** Distinct messages to look at. */
  readonly max: number
  /** Seconds to wait for a message that is not there yet. */
  readonly waitSeconds: number
  /** Receive although it may use up a message's last receive. */
  readonly force: boolean
  readonly signal?: AbortSignal
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** Why a peek ended: enough seen, none left, a message at its receive limit, held long enough, interrupted, or a failed receive. */
export type PeekEnd = 'max' | 'empty' | 'receiveLimit' | 'holdTime' | 'interrupted' | 'failed'

export interface PeekResult {
  readonly queue: {readonly name: string; readonly url: string; readonly arn: string}
  readonly messages: readonly MessageView[]
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
 * A peek is a receive: it raises receive counts and, on a FIFO queue, holds the groups it sees until they are given back.
 *
 * On a queue with a redrive policy and without `force` it refuses where maxReceiveCount is 1, and otherwise ends at the first message
 * that its next receive would dead-letter. Counts are known only after a receive, so a standard queue is then read one message at a
 * time: at most one message is brought to its limit. A FIFO queue is read ten at a time all the same, because a held message hides its group.
 */
export async function peekQueue(aws: AwsContext, queue: QueueRef, options: PeekOptions): Promise<PeekResult> {
  const attributes = await getQueueAttributes(aws, queue, {signal: options.signal})
  if (!options.force) assertPeekLeavesReceives(queue, attributes)
  const peek = new Peek(await aws.sqs(), queue, attributes, options)
  const end = await peek.run()
  const still = await giveBack(aws, queue, peek.receipts())
  if (end.error !== undefined && (peek.held.size === 0 || !(end.error instanceof OpsError))) throw end.error
  return {
    queue: {name: queue.name, url: queue.url, arn: queue.arn},
    messages: [...peek.held.values()].map(held => held.view),
    ended: end.ended,
    failure: end.error instanceof OpsError ? {code: end.error.code, message: end.error.message} : undefined,
    receiveCountRaised: peek.raised,
    atReceiveLimit: peek.idsWhere(held => isAtReceiveLimit(held.view, attributes.redrivePolicy)),
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
  readonly view: MessageView
}

class Peek {
  readonly held = new Map<string, Held>()
  raised = 0
  private readonly now: () => number
  private firstAt: number | undefined
  private waited = 0

  constructor(
    private readonly sqs: SqsApi,
    private readonly queue: QueueRef,
    private readonly attributes: QueueAttributes,
    private readonly options: PeekOptions,
  ) {
    this.now = options.now ?? Date.now
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
    if (this.held.size >= max) return 'max'
    if (!force && [...this.held.values()].some(held => isAtReceiveLimit(held.view, this.attributes.redrivePolicy))) {
      return 'receiveLimit'
    }
    if (this.firstAt !== undefined && this.now() - this.firstAt > HOLD_MS) return 'holdTime'
    return this.waited >= waitSeconds ? 'empty' : undefined
  }

  private async receive(waitSeconds: number): Promise<readonly Message[]> {
    const careful = !this.options.force && this.attributes.redrivePolicy !== undefined && !this.queue.fifo
    const output = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queue.url,
        MaxNumberOfMessages: careful ? 1 : Math.min(BATCH_SIZE, this.options.max - this.held.size),
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        VisibilityTimeout: VISIBILITY_SECONDS,
        WaitTimeSeconds: waitSeconds,
        // Lets the client's retry of a lost answer bring the same messages again instead of leaving them hidden.
        ReceiveRequestAttemptId: this.queue.fifo ? randomUUID() : undefined,
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
      const view = toMessageView(message, {retentionSeconds: this.attributes.messageRetentionPeriod})
      this.held.set(messageId, {receiptHandle, receivedAt, verified: digestMismatch(message) === undefined, view})
    }
  }
}
