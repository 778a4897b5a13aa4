import type {Message} from '@aws-sdk/client-sqs'
import {DeleteMessageBatchCommand, ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../../aws/context.js'
import {outcomeOf} from '../../aws/errors.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import type {LeftBehind} from '../left-behind.js'
import {removed} from '../left-behind.js'
import type {TopicRef} from '../topic-ref.js'
import type {TopicMessage} from './notification.js'
import {topicMessage} from './notification.js'
import type {TailSubscription} from './subscription.js'
import {subscribe, unsubscribe, unsubscribeQueue} from './subscription.js'
import {
  LEASE_MS,
  createTemporaryQueue,
  deleteTemporaryQueue,
  renewLease,
  temporaryQueue,
  thisProcess,
} from './temporary-queue.js'

/** A long poll; shorter where a time limit ends sooner. */
const POLL_SECONDS = 20

/** What a tail tells: that it listens, each message, and at the end what it leaves behind. */
export type TailEvent =
  | {readonly event: 'listening'; readonly queue: string; readonly subscriptionArn: string}
  | {readonly event: 'message'; readonly message: TopicMessage}
  | {
      readonly event: 'ended'
      readonly because: TailEnd
      readonly messages: number
      readonly leftBehind: readonly TailLeft[]
    }

export type TailEnd = 'max' | 'time' | 'stopped'

/** Something that could not be removed, and why. */
export type TailLeft = LeftBehind<'subscription' | 'queue'>

export interface TailOptions extends TailSubscription {
  /** Ends after this many messages. */
  readonly max?: number
  /** Ends after this time, in seconds. */
  readonly forSeconds?: number
  readonly signal: AbortSignal
  /** Told of what is left behind where the tail ends with an error, and the `ended` event never comes. */
  readonly onLeftBehind?: (left: readonly TailLeft[]) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/**
 * Follows a topic by a queue and a subscription of its own, until `max`, the time or the signal ends it. Both are removed on every way out,
 * errors and an early `return` of the reader included; what cannot be removed is told. Each message is deleted from the queue once it
 * was yielded and asked for the next.
 */
export async function* tailTopic(
  aws: AwsContext,
  topic: TopicRef,
  options: TailOptions,
): AsyncGenerator<TailEvent, void> {
  const tail = new Tail(aws, topic, options)
  let told = false
  try {
    options.signal.throwIfAborted()
    yield await tail.open()
    const because = yield* tail.messages()
    const leftBehind = await tail.close()
    told = true
    yield {event: 'ended', because, messages: tail.count, leftBehind}
  } finally {
    const leftBehind = await tail.close()
    if (!told && leftBehind.length > 0) options.onLeftBehind?.(leftBehind)
  }
}

class Tail {
  count = 0
  private queue: QueueRef | undefined
  /** Its ARN, once it is known. */
  private subscription = 'none'
  private closed: Promise<readonly TailLeft[]> | undefined
  private renewAt = 0
  private readonly now: () => number
  private readonly endsAt: number

  constructor(
    private readonly aws: AwsContext,
    private readonly topic: TopicRef,
    private readonly options: TailOptions,
  ) {
    this.now = options.now ?? Date.now
    this.endsAt = this.now() + (options.forSeconds ?? Number.POSITIVE_INFINITY) * 1000
  }

  async open(): Promise<TailEvent> {
    const {aws, topic, options} = this
    const now = this.now()
    this.renewAt = now + LEASE_MS / 4
    const queue = await temporaryQueue(aws, topic, options.signal)
    // Until SNS and SQS have said no, what was asked for may be there: it is removed as if it were.
    this.queue = queue
    await createTemporaryQueue(aws, queue, {topicArn: topic.arn, now, owner: thisProcess()}).catch((error: unknown) => {
      if (outcomeOf(error) !== 'unknown') this.queue = undefined
      throw error
    })
    this.subscription = 'unknown'
    this.subscription = await subscribe(aws, topic.arn, queue, options).catch((error: unknown) => {
      if (outcomeOf(error) !== 'unknown') this.subscription = 'none'
      throw error
    })
    return {event: 'listening', queue: queue.name, subscriptionArn: this.subscription}
  }

  async *messages(): AsyncGenerator<TailEvent, TailEnd> {
    const {max = Number.POSITIVE_INFINITY, raw, signal} = this.options
    while (this.count < max) {
      const left = (this.endsAt - this.now()) / 1000
      if (left <= 0) return 'time'
      const received = await this.receive(Math.min(POLL_SECONDS, Math.ceil(left)), max - this.count)
      for (const message of received) {
        this.count++
        yield {event: 'message', message: topicMessage(message, {raw})}
      }
      await this.forget(received)
      if (signal.aborted) return 'stopped'
      await this.renew()
    }
    return 'max'
  }

  /** Removes subscription and queue, once. */
  async close(): Promise<readonly TailLeft[]> {
    return (this.closed ??= this.remove())
  }

  private async remove(): Promise<TailLeft[]> {
    const {aws, queue} = this
    if (queue === undefined) return []
    const subscribed = await removed('subscription', queue.arn, async () => this.unsubscribe(queue))
    // A queue that is still subscribed stays: by its tags it is found again, and the subscription with it.
    if (subscribed !== undefined) return [subscribed, {...subscribed, what: 'queue', name: queue.name}]
    const left = await removed('queue', queue.name, async () => deleteTemporaryQueue(aws, queue))
    return left === undefined ? [] : [left]
  }

  private async unsubscribe(queue: QueueRef): Promise<void> {
    const {aws, topic, subscription} = this
    if (subscription === 'none') return
    if (subscription === 'unknown') await unsubscribeQueue(aws, topic.arn, queue.arn)
    else await unsubscribe(aws, subscription)
  }

  private async receive(seconds: number, atMost: number): Promise<Message[]> {
    const {signal} = this.options
    const sqs = await this.aws.sqs()
    try {
      const {Messages = []} = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.queue?.url,
          MaxNumberOfMessages: Math.min(10, atMost),
          WaitTimeSeconds: seconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
        {abortSignal: signal},
      )
      return Messages
    } catch (error) {
      // What an aborted answer held is of no use to anybody: the queue is deleted next.
      if (signal.aborted) return []
      throw error
    }
  }

  private async forget(received: readonly Message[]): Promise<void> {
    if (received.length === 0) return
    const sqs = await this.aws.sqs()
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.queue?.url,
        Entries: received.map(({ReceiptHandle}, index) => ({Id: String(index), ReceiptHandle})),
      }),
    )
  }

  private async renew(): Promise<void> {
    if (this.queue === undefined || this.now() < this.renewAt) return
    this.renewAt = this.now() + LEASE_MS / 4
    await renewLease(this.aws, this.queue, this.now())
  }
}
