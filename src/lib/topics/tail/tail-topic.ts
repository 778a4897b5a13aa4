import type {Message} from '@aws-sdk/client-sqs'
import {DeleteMessageBatchCommand, ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import {setTimeout as sleep} from 'node:timers/promises'
import {isArn} from '../../aws/arn.js'
import {awsCliCommand} from '../../aws/command-line.js'
import type {AwsContext} from '../../aws/context.js'
import {outcomeOf} from '../../aws/errors.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import type {LeftBehind, Temporary} from '../left-behind.js'
import {removed} from '../left-behind.js'
import type {TopicRef} from '../topic-ref.js'
import type {Every} from './lease.js'
import {Lease, isPassing} from './lease.js'
import type {TopicMessage} from './notification.js'
import {topicMessage} from './notification.js'
import {thisProcess} from './owner.js'
import type {TailSubscription} from './subscription.js'
import {subscribe, unsubscribe, unsubscribeQueue} from './subscription.js'
import type {GonePart, Sight} from './watch.js'
import {CHECK_AFTER_MS, TailWatch, goneError, isQueueGone} from './watch.js'
import {createTemporaryQueue, deleteTemporaryQueue, queueToRemove, temporaryQueue} from './temporary-queue.js'

/** A long poll; shorter where a time limit ends sooner. */
const POLL_SECONDS = 20

/** SQS asks to wait a second after a queue was created: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const NEW_QUEUE_ATTEMPTS = 3

/** What a tail tells: that it listens, each message, and at the end what it leaves behind. */
export type TailEvent =
  | {readonly event: 'listening'; readonly queue: string; readonly subscriptionArn: string}
  | {readonly event: 'message'; readonly message: TopicMessage}
  /** It goes on, but would not notice all that may happen to it. */
  | {readonly event: 'unwatched'; readonly message: string}
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
  /** How long nothing has to arrive until the topic and the subscription are looked for, in milliseconds. */
  readonly checkAfterMs?: number
  /** How long one receive waits for messages, in seconds; 20 at most. */
  readonly pollSeconds?: number
  /** Waits so many milliseconds. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** The timer that renews the lease of the queue. */
  readonly every?: Every
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/**
 * Follows a topic by a queue and a subscription of its own, until `max`, the time or the signal ends it. Both are removed on every way out,
 * errors and an early `return` of the reader included; what cannot be removed is told. Each message is deleted from the queue once it
 * was yielded and asked for the next. Throws `QueueDoesNotExist`, `SubscriptionDoesNotExist` or `TopicDoesNotExist` (exit 5) when
 * somebody else deletes a part of it under way.
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
    if (typeof because === 'object')
      throw goneError(aws, because.gone, {topic, queue: tail.name, messages: tail.count, leftBehind: leftBehind.length})
    told = true
    yield {event: 'ended', because, messages: tail.count, leftBehind}
  } finally {
    const leftBehind = await tail.close()
    if (!told && leftBehind.length > 0) options.onLeftBehind?.(leftBehind)
  }
}

const pauseFor = async (milliseconds: number, signal: AbortSignal): Promise<unknown> =>
  sleep(milliseconds, undefined, {signal})

class Tail {
  count = 0
  private queue: QueueRef | undefined
  /** Its ARN, once it is known. */
  private subscription = 'none'
  private closed: Promise<readonly TailLeft[]> | undefined
  private lease: Lease | undefined
  private watch: TailWatch | undefined
  /** When nothing has arrived by then, it is looked whether anything still can. */
  private lookAt = 0
  private received = false
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
    const queue = await temporaryQueue(aws, topic, options.signal)
    // Until SNS and SQS have said no, what was asked for may be there: it is removed as if it were.
    this.queue = queue
    await createTemporaryQueue(aws, queue, {topicArn: topic.arn, now, owner: thisProcess()}).catch((error: unknown) => {
      if (outcomeOf(error) !== 'unknown') this.queue = undefined
      throw error
    })
    this.lease = new Lease(aws, queue, {now: this.now, every: options.every})
    this.subscription = 'unknown'
    this.subscription = await subscribe(aws, topic.arn, queue, options).catch((error: unknown) => {
      if (outcomeOf(error) !== 'unknown') this.subscription = 'none'
      throw error
    })
    const {subscription: subscriptionArn} = this
    this.watch = new TailWatch(aws, {topicArn: topic.arn, subscriptionArn}, options.signal)
    this.lookAt = this.now() + this.checkAfterMs
    return {event: 'listening', queue: queue.name, subscriptionArn}
  }

  get name(): string {
    return this.queue?.name ?? ''
  }

  private get checkAfterMs(): number {
    return this.options.checkAfterMs ?? CHECK_AFTER_MS
  }

  async *messages(): AsyncGenerator<TailEvent, TailEnd | {readonly gone: GonePart}> {
    try {
      return yield* this.untilGone()
    } catch (error) {
      if (isQueueGone(error)) return {gone: 'queue'}
      throw error
    }
  }

  private async *untilGone(): AsyncGenerator<TailEvent, TailEnd | {readonly gone: GonePart}> {
    const {max = Number.POSITIVE_INFINITY, raw, signal, pollSeconds = POLL_SECONDS} = this.options
    while (this.count < max) {
      const left = (this.endsAt - this.now()) / 1000
      if (left <= 0) return 'time'
      const received = await this.receive(Math.min(pollSeconds, Math.ceil(left)), max - this.count)
      for (const message of received) {
        this.count++
        yield {event: 'message', message: topicMessage(message, {raw, topicArn: this.topic.arn})}
      }
      if (this.count >= max) return 'max'
      if (signal.aborted) return 'stopped'
      await this.forget(received)
      const sight = await this.look(received.length === 0)
      if (sight !== undefined && 'gone' in sight) return sight
      if (sight !== undefined) yield {event: 'unwatched', message: sight.denied}
      this.lease?.assertRenewable()
    }
    return 'max'
  }

  private async look(idle: boolean): Promise<Sight> {
    if (idle && this.now() < this.lookAt) return undefined
    const sight = idle ? await this.watch?.look() : undefined
    this.lookAt = this.now() + this.checkAfterMs
    return sight
  }

  /** Removes subscription and queue, once. */
  async close(): Promise<readonly TailLeft[]> {
    return (this.closed ??= this.remove())
  }

  private async remove(): Promise<TailLeft[]> {
    const {aws, queue} = this
    this.lease?.end()
    if (queue === undefined) return []
    const subscribed = await removed(this.subscriptionToRemove(queue), async () => this.unsubscribe(queue))
    // A queue that is still subscribed stays: by its tags it is found again, and the subscription with it.
    if (subscribed !== undefined) {
      const {code, message} = subscribed
      return [subscribed, {...queueToRemove(aws, queue), code, message, kept: true}]
    }
    const left = await removed(queueToRemove(aws, queue), async () => deleteTemporaryQueue(aws, queue))
    return left === undefined ? [] : [left]
  }

  private subscriptionToRemove(queue: QueueRef): Temporary<'subscription'> {
    const {aws, topic, subscription} = this
    const unsubscribing = (arn: string): string => awsCliCommand(aws, 'sns', ['unsubscribe', '--subscription-arn', arn])
    if (isArn(subscription)) return {what: 'subscription', name: subscription, byHand: unsubscribing(subscription)}
    const listing = awsCliCommand(aws, 'sns', ['list-subscriptions-by-topic', '--topic-arn', topic.arn])
    const byHand = `${listing} (shows its ARN, for ${unsubscribing('ARN')})`
    return {what: 'subscription', name: `of ${queue.arn}`, byHand}
  }

  private async unsubscribe(queue: QueueRef): Promise<void> {
    const {aws, topic, subscription} = this
    if (subscription === 'none') return
    if (subscription === 'unknown') await unsubscribeQueue(aws, topic.arn, queue.arn)
    else await unsubscribe(aws, subscription)
  }

  /** A queue that was made a moment ago may not be known everywhere yet: until the first answer that is no reason to end. */
  private async receive(seconds: number, atMost: number): Promise<Message[]> {
    const {signal, pause = pauseFor} = this.options
    for (let attempt = 0; ; attempt++) {
      try {
        const messages = await this.receiveOnce(seconds, atMost)
        this.received = true
        return messages
      } catch (error) {
        // What an aborted answer held is of no use to anybody: the queue is deleted next.
        if (signal.aborted) return []
        if (this.received || attempt === NEW_QUEUE_ATTEMPTS || !isQueueGone(error)) throw error
        await pause(1000, signal).catch(() => undefined)
      }
    }
  }

  private async receiveOnce(seconds: number, atMost: number): Promise<Message[]> {
    const sqs = await this.aws.sqs()
    const {Messages = []} = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queue?.url,
        MaxNumberOfMessages: Math.min(10, atMost),
        WaitTimeSeconds: seconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
      {abortSignal: this.options.signal},
    )
    return Messages
  }

  /** What could not be deleted comes once more, which is no reason to end; that it may not be deleted at all is one. */
  private async forget(received: readonly Message[]): Promise<void> {
    if (received.length === 0) return
    const sqs = await this.aws.sqs()
    const Entries = received.map(({ReceiptHandle}, index) => ({Id: String(index), ReceiptHandle}))
    try {
      await sqs.send(new DeleteMessageBatchCommand({QueueUrl: this.queue?.url, Entries}))
    } catch (error) {
      if (!isPassing(error)) throw error
    }
  }
}
