import type {QueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import type {MoveTask} from './move-tasks.js'
import {refusal, refuseActiveTask, refuseDestination, refuseForClient, refuseLongCanary} from './plan-refusals.js'
import {remarksOn} from './plan-remarks.js'
import type {RedriveRequest} from './request.js'
import {clientOnlyFlags} from './request.js'

/** AWS's move task takes whole rates up to this (aws-facts.md section 1). */
const NATIVE_RATE_LIMIT = 500

/** Workers of the client engine on a standard queue at most, unless told; FIFO has one, so that a group stays in order. */
const DEFAULT_CONCURRENCY = 128

export interface ReadQueue {
  readonly queue: QueueRef
  readonly attributes: QueueAttributes
}

/** A queue that messages can go to; its attributes are absent where they may not be read. */
export interface Candidate {
  readonly queue: QueueRef
  readonly attributes?: QueueAttributes
}

/** Which messages, and how they are changed, as a person reads it; absent: every message, unchanged. */
export interface ChangeWords {
  readonly selection?: string
  readonly change?: string
}

/** What a redrive is planned from, read before anything is changed. */
export interface RedriveFacts {
  readonly source: ReadQueue
  /** The queue of `--to`. */
  readonly to?: ReadQueue
  /** Queues whose redrive policy names the source. */
  readonly sources: readonly Candidate[]
  /** Recent move tasks of the source, newest first, or why they cannot be read. */
  readonly tasks: readonly MoveTask[] | {readonly unreadable: string}
}

/** Move `count`, wait, and go on only where no more than `maxReturnPercent` of them came back. */
export interface PlannedCanary {
  readonly count: number
  readonly waitSeconds: number
  readonly maxReturnPercent: number
}

export interface PlannedQueue {
  readonly name: string
  readonly arn: string
}

/** What a redrive will do; nothing has been changed yet. Counts are AWS's approximations. */
export interface RedrivePlan {
  readonly engine: 'native' | 'client'
  /** Why this engine, in words. */
  readonly reason: string
  readonly source: PlannedQueue
  /** One queue; null where every message goes to the queue it came from. */
  readonly destination: PlannedQueue | null
  /** Every queue that messages can go to. */
  readonly destinations: readonly PlannedQueue[]
  readonly fifo: boolean
  readonly approximateNumberOfMessages: number
  readonly approximateNumberOfMessagesNotVisible: number
  readonly approximateNumberOfMessagesDelayed: number
  readonly max: number | null
  readonly perSecond: number | null
  /** Workers of the client engine; null for AWS's. */
  readonly concurrency: number | null
  /** `keep`: the messages are copied, and stay. */
  readonly mode: 'move' | 'keep'
  /** Which messages, in words. */
  readonly selection: string
  /** How they are changed on the way, in words; null where they are not. */
  readonly change: string | null
  readonly canary: PlannedCanary | null
  readonly remarks: readonly string[]
}

/** Decides how to redrive, or refuses with what is wrong and what to ask instead; pure. See redrive.md, "AWS move task vs ours". */
export function planRedrive(facts: RedriveFacts, wishes: RedriveRequest, words: ChangeWords = {}): RedrivePlan {
  const {queue, attributes} = facts.source
  refuseActiveTask(queue, facts.tasks)
  refuseDestination(facts)
  const {engine, reason} = chooseEngine(facts, wishes)
  const one = facts.to ?? (facts.sources.length === 1 ? facts.sources[0] : undefined)
  const canary = plannedCanary(facts, wishes)
  if (engine === 'client') {
    refuseForClient(facts, wishes)
    refuseLongCanary(attributes.messageRetentionPeriod, canary)
  }
  return {
    engine,
    reason,
    source: named(queue),
    destination: engine === 'client' || facts.to !== undefined ? (one === undefined ? null : named(one.queue)) : null,
    destinations: facts.to === undefined ? facts.sources.map(source => named(source.queue)) : [named(facts.to.queue)],
    fifo: queue.fifo,
    approximateNumberOfMessages: attributes.approximateNumberOfMessages,
    approximateNumberOfMessagesNotVisible: attributes.approximateNumberOfMessagesNotVisible,
    approximateNumberOfMessagesDelayed: attributes.approximateNumberOfMessagesDelayed,
    max: wishes.max ?? null,
    perSecond: wishes.perSecond ?? null,
    concurrency: engine === 'native' ? null : queue.fifo ? 1 : (wishes.concurrency ?? DEFAULT_CONCURRENCY),
    mode: wishes.keep === true ? 'keep' : 'move',
    selection: words.selection ?? 'every message',
    change: words.change ?? null,
    canary,
    remarks: remarksOn(facts, wishes, engine),
  }
}

/** How long a canary is waited for where that is not said, at most. */
const LONGEST_CANARY_SECONDS = 900
const CANARY_SECONDS = 60
/** On top of the time in which a failing consumer uses up every receive. */
const CANARY_MARGIN_SECONDS = 15

// A consumer that fails at once, and leaves each message to its visibility timeout, sends it back after all its receives.
function plannedCanary({source, sources, to}: RedriveFacts, {canary}: RedriveRequest): PlannedCanary | null {
  if (canary === undefined) return null
  const candidates: readonly Candidate[] = to === undefined ? sources : [to]
  const times = candidates.flatMap(({attributes}) => {
    const policy = attributes?.redrivePolicy
    if (attributes === undefined || policy?.deadLetterTargetArn !== source.queue.arn) return []
    return [attributes.visibilityTimeout * policy.maxReceiveCount]
  })
  const longest = times.length === 0 ? CANARY_SECONDS : Math.max(...times) + CANARY_MARGIN_SECONDS
  return {
    count: canary.count,
    waitSeconds: canary.waitSeconds ?? Math.min(longest, LONGEST_CANARY_SECONDS),
    maxReturnPercent: canary.maxReturnPercent,
  }
}

function chooseEngine(facts: RedriveFacts, wishes: RedriveRequest): {engine: 'native' | 'client'; reason: string} {
  const obstacle = nativeObstacle(facts, wishes)
  if (wishes.engine === 'client') return {engine: 'client', reason: 'the client engine was asked for'}
  if (obstacle === undefined) {
    return wishes.engine === 'native'
      ? {engine: 'native', reason: "AWS's engine was asked for"}
      : {engine: 'native', reason: "AWS's own move task can do all that is asked"}
  }
  if (wishes.engine === 'auto') return {engine: 'client', reason: obstacle}
  throw refusal('NativeEngineCannot', `AWS's engine cannot do this redrive: ${obstacle}`, [
    'Leave --engine away, or give --engine client.',
  ])
}

/** What AWS's move task cannot do of what is asked, or undefined. */
function nativeObstacle({sources, tasks}: RedriveFacts, request: RedriveRequest): string | undefined {
  const {max, perSecond, concurrency} = request
  const flags = clientOnlyFlags(request)
  if (flags.length > 0) return `AWS's move task has no ${flags.join(', ')}`
  if (max !== undefined) return "AWS's move task cannot stop at a number of messages (--max)"
  if (concurrency !== undefined) return "AWS's move task has no workers to count (--concurrency)"
  if (perSecond !== undefined && (perSecond > NATIVE_RATE_LIMIT || !Number.isInteger(perSecond))) {
    return `AWS's move task takes whole rates of 1 to ${NATIVE_RATE_LIMIT} messages per second (--rate)`
  }
  if (sources.length === 0)
    return "AWS's move task needs a queue that is the dead-letter queue of an SQS queue, and no queue names this one"
  return 'unreadable' in tasks ? `AWS's move tasks cannot be watched here (${tasks.unreadable})` : undefined
}

function named({name, arn}: QueueRef): PlannedQueue {
  return {name, arn}
}
