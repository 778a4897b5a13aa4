import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import type {MoveTask} from './move-tasks.js'
import {isActive} from './move-tasks.js'
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

function refuseForClient({source}: RedriveFacts, wishes: RedriveRequest): void {
  const {queue, attributes} = source
  const {wait = true, follow, canary, max, keep, shared, onUnknown} = wishes
  if (shared === true && (keep === true || onUnknown === 'hold')) {
    throw refusal(
      'SharedGivesBack',
      '--shared does not go with --keep or --on-unknown hold: what one host has sent and leaves in the queue, the next sends again',
    )
  }
  if (follow === true && (canary !== undefined || max !== undefined || keep === true)) {
    throw refusal(
      'FollowTakesAll',
      '--follow moves whatever arrives, so that --max, --canary and --keep do not go with it',
    )
  }
  if (canary !== undefined && keep === true) {
    throw refusal('CanaryNeedsMove', '--canary looks for what comes back of what was moved, and --keep moves nothing')
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
      "AWS's engine takes them without that risk: --engine native, of all messages as they are.",
      `Or remove the redrive policy of ${queue.name} first.`,
    ],
  )
}

// Half of the retention, since nobody knows yet how old the messages are; the engine looks at each when it has it.
function refuseLongCanary(retentionSeconds: number, canary: PlannedCanary | null): void {
  if (canary === null || canary.waitSeconds * 2 <= retentionSeconds) return
  throw refusal(
    'CanaryOutlivesMessages',
    `The wait for the canary (${canary.waitSeconds} s) is more than half of what the queue keeps messages for (${retentionSeconds} s): they could expire meanwhile`,
    ['Give a shorter --canary-wait, or leave --canary away.'],
  )
}

/** How long a rate takes for what the counters show, where messages could expire meanwhile. */
function slowRate({source: {attributes}}: RedriveFacts, {perSecond, max}: RedriveRequest): string | undefined {
  if (perSecond === undefined) return undefined
  const {approximateNumberOfMessages: messages, messageRetentionPeriod} = attributes
  const seconds = Math.ceil(Math.min(messages, max ?? messages) / perSecond)
  if (seconds * 2 <= messageRetentionPeriod) return undefined
  return `at this rate it takes about ${seconds} s, and the queue keeps messages for ${messageRetentionPeriod} s: some may expire before their turn`
}

function remarksOn(
  {source, sources, to, tasks}: RedriveFacts,
  wishes: RedriveRequest,
  engine: 'native' | 'client',
): string[] {
  const remarks: string[] = []
  const {queue, attributes} = source
  const inFlight = attributes.approximateNumberOfMessagesNotVisible
  if (inFlight > 0)
    remarks.push(`about ${inFlight} messages are in flight: someone else is receiving from ${queue.name}`)
  const candidates: readonly Candidate[] = to === undefined ? sources : [to]
  for (const {queue: destination, attributes: settings} of candidates) {
    const policy = settings?.redrivePolicy
    if (policy?.deadLetterTargetArn !== queue.arn) continue
    remarks.push(
      `${destination.name} sends what fails again back here after ${policy.maxReceiveCount} ${policy.maxReceiveCount === 1 ? 'receive' : 'receives'}`,
    )
  }
  const slow = slowRate({source, sources, to, tasks}, wishes)
  if (slow !== undefined) remarks.push(slow)
  const names = sources.map(source => source.queue.name).join(', ')
  if (to !== undefined && sources.length > 0 && !sources.some(source => source.queue.arn === to.queue.arn)) {
    remarks.push(`${to.queue.name} is none of the queues that ${queue.name} is the dead-letter queue of (${names})`)
  }
  if (to !== undefined && sources.length > 1) {
    remarks.push(`every message goes to ${to.queue.name}, whichever queue it came from (${names})`)
  }
  if (engine === 'client' && (wishes.selection !== undefined || wishes.through !== undefined)) {
    remarks.push(
      queue.fifo
        ? 'a message that is not selected keeps those behind it in its group from being moved'
        : 'messages that are not selected are held until the pass ends, and are in flight meanwhile',
    )
  }
  if (wishes.keep === true)
    remarks.push('the messages are copied: they stay here, and are in flight until the pass ends')
  if (wishes.shared === true)
    remarks.push('other hosts may redrive this queue at the same time: list the possible duplicates of all their jobs')
  if (engine === 'client' && 'unreadable' in tasks)
    remarks.push(`whether a move task is running is not known: ${tasks.unreadable}`)
  if (engine === 'client' && queue.fifo && (wishes.concurrency ?? 1) > 1)
    remarks.push('a FIFO queue is redriven by one worker, so that its groups stay in order')
  if (queue.fifo)
    remarks.push('producers that send meanwhile come in between: order is kept among the redriven messages of a group')
  return remarks
}

function named({name, arn}: QueueRef): PlannedQueue {
  return {name, arn}
}

function refusal(code: string, message: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.refused, suggestions})
}
