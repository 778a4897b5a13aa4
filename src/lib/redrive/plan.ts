import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import type {MoveTask} from './move-tasks.js'
import {isActive} from './move-tasks.js'

/** AWS's move task takes whole rates up to this (aws-facts.md section 1). */
const NATIVE_RATE_LIMIT = 500

/** Workers of the client engine on a standard queue unless told; FIFO has one, so that a group stays in order. */
const DEFAULT_CONCURRENCY = 8

/** What is asked of a redrive. */
export interface RedriveWishes {
  readonly engine: 'auto' | 'native' | 'client'
  readonly max?: number
  readonly perSecond?: number
  readonly concurrency?: number
  /** False: return as soon as AWS has taken the task. */
  readonly wait?: boolean
}

/** What a redrive is planned from, read before anything is changed. */
export interface RedriveFacts {
  readonly source: {readonly queue: QueueRef; readonly attributes: QueueAttributes}
  /** The queue of `--to`. */
  readonly to?: {readonly queue: QueueRef; readonly attributes: QueueAttributes}
  /** Queues whose redrive policy names the source. */
  readonly sources: readonly QueueRef[]
  /** Attributes of the one queue in `sources`, where it is one. */
  readonly onlySource?: QueueAttributes
  /** Recent move tasks of the source, newest first, or why they cannot be read. */
  readonly tasks: readonly MoveTask[] | {readonly unreadable: string}
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
  /** The client engine moves only messages that came from the destination, since it was not named. */
  readonly onlyFromDestination: boolean
  /** Bytes that the destination takes in one message; null where there is more than one. */
  readonly maximumMessageSize: number | null
  readonly remarks: readonly string[]
}

/** Decides how to redrive, or refuses with what is wrong and what to ask instead; pure. See redrive.md, "AWS move task vs ours". */
export function planRedrive(facts: RedriveFacts, wishes: RedriveWishes): RedrivePlan {
  const {queue, attributes} = facts.source
  refuseActiveTask(queue, facts.tasks)
  refuseDestination(facts)
  const {engine, reason} = chooseEngine(facts, wishes)
  const one = facts.to ?? onlySourceOf(facts)
  if (engine === 'client') refuseForClient(facts, one !== undefined, wishes)
  return {
    engine,
    reason,
    source: named(queue),
    destination: engine === 'client' || facts.to !== undefined ? (one === undefined ? null : named(one.queue)) : null,
    destinations: facts.to === undefined ? facts.sources.map(named) : [named(facts.to.queue)],
    fifo: queue.fifo,
    approximateNumberOfMessages: attributes.approximateNumberOfMessages,
    approximateNumberOfMessagesNotVisible: attributes.approximateNumberOfMessagesNotVisible,
    approximateNumberOfMessagesDelayed: attributes.approximateNumberOfMessagesDelayed,
    max: wishes.max ?? null,
    perSecond: wishes.perSecond ?? null,
    concurrency: engine === 'native' ? null : queue.fifo ? 1 : (wishes.concurrency ?? DEFAULT_CONCURRENCY),
    onlyFromDestination: facts.to === undefined,
    maximumMessageSize: one?.attributes.maximumMessageSize ?? null,
    remarks: remarksOn(facts, wishes, engine),
  }
}

function chooseEngine(facts: RedriveFacts, wishes: RedriveWishes): {engine: 'native' | 'client'; reason: string} {
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
function nativeObstacle(
  {sources, tasks}: RedriveFacts,
  {max, perSecond, concurrency}: RedriveWishes,
): string | undefined {
  if (max !== undefined) return "AWS's move task cannot stop at a number of messages (--max)"
  if (concurrency !== undefined) return "AWS's move task has no workers to count (--concurrency)"
  if (perSecond !== undefined && (perSecond > NATIVE_RATE_LIMIT || !Number.isInteger(perSecond))) {
    return `AWS's move task takes whole rates of 1 to ${NATIVE_RATE_LIMIT} messages per second (--rate)`
  }
  if (sources.length === 0)
    return "AWS's move task needs a queue that is the dead-letter queue of an SQS queue, and no queue names this one"
  return 'unreadable' in tasks ? `AWS's move tasks cannot be watched here (${tasks.unreadable})` : undefined
}

function refuseActiveTask(queue: QueueRef, tasks: RedriveFacts['tasks']): void {
  const active = 'unreadable' in tasks ? undefined : tasks.find(isActive)
  if (active === undefined) return
  const moved = active.approximateNumberOfMessagesMoved
  throw refusal(
    'MoveTaskActive',
    `A move task of ${queue.name} is ${active.status} already (about ${moved} messages moved)`,
    [
      `Follow it: msgops dlq redrive ${queue.name} --attach`,
      'Two redrives of one queue at a time would compete for its messages.',
    ],
  )
}

function refuseDestination({source, sources, to}: RedriveFacts): void {
  const {queue} = source
  if (to === undefined) {
    if (sources.length > 0) return
    throw refusal(
      'NoDestination',
      `No queue has ${queue.name} as its dead-letter queue, so where its messages belong is not known`,
      [
        'Name a queue with --to.',
        'Messages that SNS, EventBridge or Lambda put here were meant for a subscription, a rule target or a function.',
      ],
    )
  }
  if (to.queue.arn === queue.arn) throw refusal('DestinationIsSource', `${queue.name} cannot be redriven to itself`)
  if (to.queue.fifo === queue.fifo) return
  const [from, into] = queue.fifo ? ['FIFO', 'standard'] : ['standard', 'FIFO']
  throw refusal('QueueTypeMismatch', `${queue.name} is a ${from} queue and ${to.queue.name} a ${into} queue`, [
    'Messages are moved between queues of the same type only.',
  ])
}

function refuseForClient({source, sources}: RedriveFacts, hasOne: boolean, {wait = true}: RedriveWishes): void {
  const {queue, attributes} = source
  if (!hasOne) {
    const names = sources.map(({name}) => name).join(', ')
    throw refusal(
      'SeveralSources',
      `${queue.name} is the dead-letter queue of ${sources.length} queues (${names}), and the client engine moves to one`,
      [
        `Name it with --to, e.g. --to ${sources[0]?.name ?? 'QUEUE'}: every message then goes there.`,
        'Or let AWS send each message to the queue it came from: leave --max and --concurrency away, and --engine native.',
      ],
    )
  }
  if (!wait) {
    throw refusal('NoWaitNeedsNative', 'The client engine works in this process, so --no-wait would end it at once', [
      'Leave --no-wait away, or let AWS do it: --engine native.',
    ])
  }
  const policy = attributes.redrivePolicy
  if (policy === undefined) return
  const target = policy.deadLetterTargetArn.slice(policy.deadLetterTargetArn.lastIndexOf(':') + 1)
  throw refusal(
    'DlqHasRedrivePolicy',
    `${queue.name} dead-letters itself, to ${target} after ${policy.maxReceiveCount} receives: receiving its messages could push them on`,
    [
      "AWS's engine takes them without that risk: --engine native, without --max and --concurrency.",
      `Or remove the redrive policy of ${queue.name} first.`,
    ],
  )
}

function remarksOn(
  {source, sources, to, onlySource, tasks}: RedriveFacts,
  wishes: RedriveWishes,
  engine: 'native' | 'client',
): string[] {
  const remarks: string[] = []
  const {queue, attributes} = source
  const inFlight = attributes.approximateNumberOfMessagesNotVisible
  if (inFlight > 0)
    remarks.push(`about ${inFlight} messages are in flight: someone else is receiving from ${queue.name}`)
  const destination = to?.attributes ?? onlySource
  const policy = destination?.redrivePolicy
  if (policy?.deadLetterTargetArn === queue.arn) {
    const name = to?.queue.name ?? sources[0]?.name ?? ''
    remarks.push(`${name} sends what fails again back here after ${policy.maxReceiveCount} receives`)
  }
  if (to !== undefined && sources.length > 0 && !sources.some(({arn}) => arn === to.queue.arn)) {
    remarks.push(
      `${to.queue.name} is none of the queues that ${queue.name} is the dead-letter queue of (${sources.map(({name}) => name).join(', ')})`,
    )
  }
  if (to !== undefined && sources.length > 1) {
    const names = sources.map(({name}) => name).join(', ')
    remarks.push(`every message goes to ${to.queue.name}, whichever queue it came from (${names})`)
  }
  if (engine === 'client' && 'unreadable' in tasks)
    remarks.push(`whether a move task is running is not known: ${tasks.unreadable}`)
  if (engine === 'client' && queue.fifo && (wishes.concurrency ?? 1) > 1)
    remarks.push('a FIFO queue is redriven by one worker, so that its groups stay in order')
  if (queue.fifo)
    remarks.push('producers that send meanwhile come in between: order is kept among the redriven messages of a group')
  return remarks
}

function onlySourceOf({sources, onlySource}: RedriveFacts): {queue: QueueRef; attributes: QueueAttributes} | undefined {
  const [queue] = sources
  return sources.length === 1 && queue !== undefined && onlySource !== undefined
    ? {queue, attributes: onlySource}
    : undefined
}

function named({name, arn}: QueueRef): PlannedQueue {
  return {name, arn}
}

function refusal(code: string, message: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.refused, suggestions})
}
