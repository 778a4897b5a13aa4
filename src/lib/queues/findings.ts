import type {PolicyStatement} from './policy-summary.js'
import type {QueueAttributes} from './queue-attributes.js'

export type FindingSeverity = 'bad' | 'warn' | 'info'

/** Something about how a queue is set up that an operator should know. */
export interface Finding {
  readonly code: string
  readonly severity: FindingSeverity
  readonly message: string
}

/** What findings are made from; a part that could not be read is absent, and nothing is said about it. */
export interface FindingsInput {
  readonly name: string
  readonly attributes: QueueAttributes
  readonly policy?: readonly PolicyStatement[]
  /** The queue that the redrive policy names; `missing` when it does not exist. */
  readonly deadLetterQueue?: 'missing' | {readonly name: string; readonly attributes: QueueAttributes}
  /** The queues that dead-letter to this one. */
  readonly sources?: readonly {readonly name: string; readonly attributes?: QueueAttributes}[]
}

const DAY_SECONDS = 86_400
const VERY_LOW_VISIBILITY_SECONDS = 5

/**
 * Judges a queue's settings, the gravest finding first. Pure: attributes in, findings out.
 * Rules: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-best-practices.html and its pages on dead-letter queues.
 */
export function findingsOf(input: FindingsInput): Finding[] {
  const order: readonly FindingSeverity[] = ['bad', 'warn', 'info']
  const findings = [...redriveFindings(input), ...sourceFindings(input), ...queueFindings(input)]
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
}

function* redriveFindings({name, attributes, deadLetterQueue, sources}: FindingsInput): Generator<Finding> {
  const policy = attributes.redrivePolicy
  if (policy === undefined) {
    if (sources?.length === 0) yield noDeadLetterQueue()
    return
  }
  const {maxReceiveCount, deadLetterTargetArn} = policy
  if (maxReceiveCount === 1) {
    yield warn(
      'MaxReceiveCountOne',
      'maxReceiveCount is 1: one failed or timed-out receive, or one peek, and a message is dead-lettered',
    )
  }
  if (deadLetterTargetArn === attributes.queueArn) yield bad('RedriveLoop', `${name} is its own dead-letter queue`)
  if (deadLetterQueue === 'missing') {
    yield bad(
      'DeadLetterQueueMissing',
      `The dead-letter queue ${deadLetterTargetArn} does not exist: messages cannot be moved there`,
    )
  } else if (deadLetterQueue !== undefined && deadLetterTargetArn !== attributes.queueArn) {
    yield* pairFindings({name, attributes}, deadLetterQueue)
  }
}

// Without the sources it is not known whether the queue is a DLQ itself, and even then functions, topics and rules do not show.
function noDeadLetterQueue(): Finding {
  return warn(
    'NoDeadLetterQueue',
    'There is no dead-letter queue: a message that always fails is received until it expires (as it should be if this queue is the DLQ of a function, topic or rule)',
  )
}

interface NamedQueue {
  readonly name: string
  readonly attributes: QueueAttributes
}

/** What is wrong between a queue and its dead-letter queue, whichever of the two is shown. */
function* pairFindings(source: NamedQueue, dlq: NamedQueue): Generator<Finding> {
  if (source.attributes.fifoQueue !== dlq.attributes.fifoQueue) {
    const kind = (queue: NamedQueue): string => (queue.attributes.fifoQueue ? 'FIFO' : 'standard')
    yield bad(
      'DeadLetterQueueTypeMismatch',
      `${source.name} is ${kind(source)}, its dead-letter queue ${dlq.name} is ${kind(dlq)}: they must be alike`,
    )
  }
  if (dlq.attributes.redrivePolicy?.deadLetterTargetArn === source.attributes.queueArn) {
    yield bad(
      'RedriveLoop',
      `${dlq.name} dead-letters back to ${source.name}: a failing message goes round until it expires`,
    )
  }
  const allow = dlq.attributes.redriveAllowPolicy
  const refused =
    allow?.redrivePermission === 'denyAll' ||
    (allow?.redrivePermission === 'byQueue' && !allow.sourceQueueArns.includes(source.attributes.queueArn))
  if (refused) yield bad('RedriveNotAllowed', `The redrive allow policy of ${dlq.name} does not admit ${source.name}`)
  // A standard DLQ keeps the message's first enqueue time; a FIFO DLQ starts anew.
  if (!dlq.attributes.fifoQueue && dlq.attributes.messageRetentionPeriod <= source.attributes.messageRetentionPeriod) {
    yield warn(
      'DeadLetterRetentionNotLonger',
      `${dlq.name} keeps messages ${duration(dlq.attributes.messageRetentionPeriod)}, ${source.name} ${duration(source.attributes.messageRetentionPeriod)}; ` +
        'on a standard queue the clock runs on from the first send, so a message may expire soon after it is dead-lettered, or at once',
    )
  }
}

function* sourceFindings({name, attributes, sources = []}: FindingsInput): Generator<Finding> {
  for (const source of sources) {
    if (source.attributes !== undefined && source.attributes.queueArn !== attributes.queueArn) {
      yield* pairFindings({name: source.name, attributes: source.attributes}, {name, attributes})
    }
  }
  if (sources.length > 0 && attributes.redrivePolicy !== undefined) {
    yield warn(
      'DeadLetterQueueDeadLetters',
      `${name} is a dead-letter queue with a redrive policy of its own: peeks and redrives may move messages on`,
    )
  }
}

function* queueFindings({attributes, policy}: FindingsInput): Generator<Finding> {
  const {visibilityTimeout, messageRetentionPeriod, approximateNumberOfMessages} = attributes
  if (visibilityTimeout === 0) {
    yield bad(
      'VisibilityTimeoutZero',
      'The visibility timeout is 0: a message is received again while it is being processed',
    )
  } else if (visibilityTimeout < VERY_LOW_VISIBILITY_SECONDS) {
    yield warn(
      'VisibilityTimeoutLow',
      `The visibility timeout is ${visibilityTimeout} s: slower processing means a second receive of the same message`,
    )
  }
  if (approximateNumberOfMessages > 0 && messageRetentionPeriod < DAY_SECONDS) {
    yield warn(
      'RetentionShort',
      `About ${approximateNumberOfMessages} messages wait, and a message is kept only ${duration(messageRetentionPeriod)} before it is lost`,
    )
  }
  for (const statement of policy ?? []) {
    if (statement.public)
      yield bad(
        'PublicPolicy',
        `The access policy allows everybody ${statement.actions.join(', ')} without a condition`,
      )
  }
  if (!attributes.sqsManagedSseEnabled && attributes.kmsMasterKeyId === undefined) {
    yield warn('NotEncrypted', 'Messages are not encrypted at rest: neither SSE-SQS nor SSE-KMS is on')
  }
  if (approximateNumberOfMessages > 0) {
    yield info(
      'OldestMessageUnknown',
      'Attributes do not tell how old the oldest message is, nor when it expires; a peek shows the messages it sees',
    )
  }
}

function duration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const
  const [unit, size] = units.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['s', 1]
  return `${seconds / size} ${unit}`
}

const bad = (code: string, message: string): Finding => ({code, severity: 'bad', message})
const warn = (code: string, message: string): Finding => ({code, severity: 'warn', message})
const info = (code: string, message: string): Finding => ({code, severity: 'info', message})
