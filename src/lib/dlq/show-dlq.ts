import type {Message} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import {leanSqsOverSdk} from '../aws/lean/over-sdk.js'
import type {MessageView} from '../messages/message-view.js'
import {toMessageView} from '../messages/message-view.js'
import {digestMismatch} from '../messages/verify.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {listSourceQueues} from '../queues/list-sources.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import {getQueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import {resolveQueue} from '../queues/resolve-queue.js'
import {giveBack} from '../queues/visibility.js'
import {SqsSource} from '../redrive/client/sqs-queues.js'
import type {SelectionFlags} from '../selection/selection.js'
import type {Sifted} from '../selection/sieve.js'
import {sieveOf} from '../selection/sieve.js'
import type {DlqGroup} from './group.js'
import {Grouping} from './group.js'
import type {SampleEnd} from './sample.js'
import {sampleMessages} from './sample.js'

export interface ShowDlqOptions {
  /** Distinct messages to receive; all of them when undefined. */
  readonly sample?: number
  /** Which of the messages received to group; absent: every one. */
  readonly selection?: SelectionFlags
  /** Receive although the queue's own redrive policy could move a message on. */
  readonly force: boolean
  readonly signal: AbortSignal
  readonly progress?: (count: number) => void
}

/** A queue that dead-letters here, or did: `sampled` of the messages received that match came from it. */
export interface DlqSource {
  /** Null for messages that SQS did not move here: sent directly, or by SNS, EventBridge or Lambda. */
  readonly name: string | null
  readonly arn: string | null
  /** Whether the queue's redrive policy names this DLQ today. */
  readonly current: boolean
  readonly sampled: number
}

/** A dead-letter queue looked into. Counts of the queue are AWS's approximations, those of the sample are exact; times are ISO 8601. */
export interface DlqDetail extends Sifted {
  readonly queue: {
    readonly name: string
    readonly url: string
    readonly arn: string
    readonly type: 'standard' | 'fifo'
    readonly approximateNumberOfMessages: number
    readonly approximateNumberOfMessagesNotVisible: number
    readonly approximateNumberOfMessagesDelayed: number
    readonly messageRetentionPeriod: number
  }
  readonly sources: readonly DlqSource[]
  /** Distinct messages received, whether they match or not; what follows is of those that match. */
  readonly sampled: number
  /** Whether the sample is all there was to receive. */
  readonly complete: boolean
  readonly ended: SampleEnd
  /** The oldest message of the sample that matches; `expiresAt` is the earliest possible instant on a FIFO queue, where the move resets the clock. */
  readonly oldest: {
    readonly messageId: string
    readonly sentAt: string | null
    readonly expiresAt: string | null
  } | null
  readonly groups: readonly DlqGroup[]
  /** Ids of messages that do not agree with SQS's MD5 of body or attributes. */
  readonly unverified: readonly string[]
  /** Messages that could not be made visible again; they return by themselves. */
  readonly stillHidden: readonly {readonly messageId: string; readonly code: string; readonly reason: string}[]
  readonly failure?: {readonly code: string; readonly message: string}
}

/**
 * Receives a sample of a dead-letter queue, groups by error signature what of it is asked for, and makes every message visible again before it returns, also
 * when interrupted. A sample is a receive: it raises receive counts by one. Refuses (exit 7) where the queue has a redrive policy of
 * its own, by which a receive could move a message on, unless `force`.
 */
export async function showDlq(aws: AwsContext, reference: string, options: ShowDlqOptions): Promise<DlqDetail> {
  const {signal, force} = options
  const sieve = await sieveOf(options.selection)
  const queue = await resolveQueue(aws, reference, {signal})
  const [attributes, sources] = await Promise.all([
    getQueueAttributes(aws, queue, {signal}),
    listSourceQueues(aws, queue, {signal}),
  ])
  if (!force) refuseOwnRedrivePolicy(queue, attributes)
  const grouping = new Grouping()
  const unverified: string[] = []
  const visit = (message: Message): void => {
    const view = toMessageView(message, {retentionSeconds: attributes.messageRetentionPeriod})
    if (digestMismatch(message) !== undefined) unverified.push(view.messageId)
    if (sieve.lets(view)) grouping.add(view)
  }
  const sample = await sampleMessages(new SqsSource(leanSqsOverSdk(await aws.sqsOnce()), queue), visit, {
    limit: options.sample ?? Number.POSITIVE_INFINITY,
    expected: attributes.approximateNumberOfMessages,
    signal,
    progress: options.progress,
  })
  const stillHidden = await giveBack(aws, queue, sample.receipts)
  const sampled = sample.receipts.length
  return {
    queue: queueOf(queue, attributes),
    sources: sourcesOf(sources, grouping),
    sampled,
    ...sieve.sifted(),
    complete: sample.end === 'empty' && sampled >= totalOf(attributes),
    ended: sample.end,
    oldest: oldestOf(grouping.oldest()),
    groups: grouping.groups(),
    unverified,
    stillHidden,
    ...(sample.failure === undefined ? {} : {failure: sample.failure}),
  }
}

/** Approximately all messages of a queue: those that others hold or that are delayed are not received, and count all the same. */
function totalOf(attributes: QueueAttributes): number {
  return (
    attributes.approximateNumberOfMessages +
    attributes.approximateNumberOfMessagesNotVisible +
    attributes.approximateNumberOfMessagesDelayed
  )
}

function refuseOwnRedrivePolicy(queue: QueueRef, {redrivePolicy}: QueueAttributes): void {
  if (redrivePolicy === undefined) return
  const target = redrivePolicy.deadLetterTargetArn.slice(redrivePolicy.deadLetterTargetArn.lastIndexOf(':') + 1)
  throw new OpsError(
    `${queue.name} dead-letters itself, to ${target} after ${redrivePolicy.maxReceiveCount} receives: to look into it could push its messages on`,
    {
      code: 'DlqHasRedrivePolicy',
      exitCode: ExitCode.refused,
      suggestions: [
        'Nothing was received. Look all the same with --force.',
        `msgops queue show ${queue.name} shows the queue without receiving.`,
      ],
    },
  )
}

function queueOf({name, url, arn, fifo}: QueueRef, attributes: QueueAttributes): DlqDetail['queue'] {
  return {
    name,
    url,
    arn,
    type: fifo ? 'fifo' : 'standard',
    approximateNumberOfMessages: attributes.approximateNumberOfMessages,
    approximateNumberOfMessagesNotVisible: attributes.approximateNumberOfMessagesNotVisible,
    approximateNumberOfMessagesDelayed: attributes.approximateNumberOfMessagesDelayed,
    messageRetentionPeriod: attributes.messageRetentionPeriod,
  }
}

function sourcesOf(current: readonly QueueRef[], grouping: Grouping): DlqSource[] {
  const counts = grouping.sources()
  const countOf = (arn: string): number => counts.find(({sourceArn}) => sourceArn === arn)?.count ?? 0
  const known = new Set<string | null>(current.map(({arn}) => arn))
  return [
    ...current.map(({name, arn}) => ({name, arn, current: true, sampled: countOf(arn)})),
    ...counts
      .filter(({sourceArn}) => !known.has(sourceArn))
      .map(({sourceArn: arn, count}) => ({
        name: arn?.slice(arn.lastIndexOf(':') + 1) ?? null,
        arn,
        current: false,
        sampled: count,
      })),
  ]
}

function oldestOf(message: MessageView | undefined): DlqDetail['oldest'] {
  if (message === undefined) return null
  return {messageId: message.messageId, sentAt: message.sentAt ?? null, expiresAt: message.expiresAt ?? null}
}
