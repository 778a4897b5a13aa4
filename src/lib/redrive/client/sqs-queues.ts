import type {Message, SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import {randomUUID} from 'node:crypto'
import {outcomeOf} from '../../aws/errors.js'
import type {LeanSqs} from '../../aws/lean/lean-sqs.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {backoffMs} from './backoff.js'
import {failureOf} from './classify.js'
import type {
  Depth,
  DestinationQueue,
  EngineClock,
  EntryResult,
  Handle,
  ReceiveRequest,
  SendReply,
  SourceQueue,
} from './ports.js'
import {systemClock} from './system-clock.js'

interface BatchReply {
  readonly Successful?: readonly {readonly Id?: string}[]
  readonly Failed?: readonly {
    readonly Id?: string
    readonly Code?: string
    readonly Message?: string
    readonly SenderFault?: boolean
  }[]
}

/** How a call that may be repeated waits in between. */
export interface Repeating {
  readonly clock: Pick<EngineClock, 'now' | 'sleep'>
  /** In [0, 1), for jitter. */
  readonly random: () => number
}

/** Requests for one call that takes effect only once however often it is made. */
const ATTEMPTS = 3
/** A call is not begun again later than this: who waits for it holds messages whose visibility runs out. */
const REPEAT_UNTIL_MS = 10_000

/** The dead-letter queue over the SQS API. */
export class SqsSource implements SourceQueue {
  /** FIFO: a receive whose answer was lost is asked for again by its id, and gives the same messages (ReceiveRequestAttemptId). */
  private attemptId: string | undefined

  constructor(
    private readonly sqs: LeanSqs,
    private readonly queue: QueueRef,
    private readonly repeating: Repeating = {clock: systemClock(), random: Math.random},
  ) {}

  // One attempt: a receive that is repeated after a lost answer hides the first ten messages without a word.
  async receive({max, waitSeconds, visibilitySeconds}: ReceiveRequest): Promise<readonly Message[]> {
    const attemptId = this.queue.fifo ? (this.attemptId ?? randomUUID()) : undefined
    try {
      const {Messages} = await this.sqs.receiveMessage({
        QueueUrl: this.queue.url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        ReceiveRequestAttemptId: attemptId,
      })
      this.attemptId = undefined
      return Messages ?? []
    } catch (error) {
      this.attemptId = outcomeOf(error) === 'unknown' ? attemptId : undefined
      throw error
    }
  }

  async remove(handles: readonly Handle[]): Promise<readonly EntryResult[]> {
    const Entries = handles.map(({receiptHandle}, index) => ({Id: String(index), ReceiptHandle: receiptHandle}))
    const reply = await this.repeat(async () => this.sqs.deleteMessageBatch({QueueUrl: this.queue.url, Entries}))
    return resultsOf(handles, reply)
  }

  async setVisibility(handles: readonly Handle[], seconds: number): Promise<readonly EntryResult[]> {
    const Entries = handles.map(({receiptHandle}, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }))
    const reply = await this.repeat(async () =>
      this.sqs.changeMessageVisibilityBatch({QueueUrl: this.queue.url, Entries}),
    )
    return resultsOf(handles, reply)
  }

  async depth(): Promise<Depth> {
    const {Attributes = {}} = await this.repeat(async () =>
      this.sqs.getQueueAttributes({
        QueueUrl: this.queue.url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    )
    // A counter that is missing must not read as zero: an empty queue would be believed for it.
    const count = (text: string | undefined): number =>
      text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN
    return {
      visible: count(Attributes.ApproximateNumberOfMessages),
      inFlight: count(Attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: count(Attributes.ApproximateNumberOfMessagesDelayed),
    }
  }

  /** Makes a request that failed as a whole, for a reason that may pass, once more. */
  private async repeat<Reply>(request: () => Promise<Reply>): Promise<Reply> {
    const {clock, random} = this.repeating
    const startedMs = clock.now()
    for (let attempt = 1; ; attempt++) {
      try {
        return await request()
      } catch (error) {
        const {kind} = failureOf(error)
        const passing = kind === 'unknown' || kind === 'unreachable' || kind === 'throttled'
        if (!passing || attempt === ATTEMPTS) throw error
        await clock.sleep(backoffMs(attempt - 1, random, {throttled: kind === 'throttled'}))
        if (clock.now() - startedMs > REPEAT_UNTIL_MS) throw error
      }
    }
  }
}

/** The destination over the SQS API; nothing below repeats a send that can have taken effect. */
export class SqsDestination implements DestinationQueue {
  constructor(
    private readonly sqs: LeanSqs,
    private readonly queue: QueueRef,
  ) {}

  async send(entries: readonly SendMessageBatchRequestEntry[]): Promise<SendReply> {
    return this.sqs.sendMessageBatch({QueueUrl: this.queue.url, Entries: [...entries]})
  }
}

/** The result of each entry of a batch whose ids are positions. Named nowhere, or on both sides: not done. */
export function resultsOf(handles: readonly Handle[], {Successful = [], Failed = []}: BatchReply): EntryResult[] {
  return handles.map((_, index) => {
    const id = String(index)
    const failed = Failed.find(entry => entry.Id === id)
    if (failed !== undefined) {
      const code = failed.Code ?? 'Error'
      return {ok: false, code, message: failed.Message ?? code, senderFault: failed.SenderFault === true}
    }
    if (Successful.some(entry => entry.Id === id)) return {ok: true}
    return {ok: false, code: 'NoAnswer', message: 'the answer does not name the message', senderFault: false}
  })
}
