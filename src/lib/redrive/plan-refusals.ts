import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueRef} from '../queues/queue-ref.js'
import {isActive} from './move-tasks.js'
import type {PlannedCanary, RedriveFacts} from './plan.js'
import type {RedriveRequest} from './request.js'

/** One move task of a queue at a time. */
export function refuseActiveTask(queue: QueueRef, tasks: RedriveFacts['tasks']): void {
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

/** Messages go to a queue that is known, is another one, and is of the same type. */
export function refuseDestination({source, sources, to}: RedriveFacts): void {
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

/** What the client engine cannot do, or only by losing or doubling messages. */
export function refuseForClient({source}: RedriveFacts, wishes: RedriveRequest): void {
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

/** A canary is waited for half of the retention at most: nobody knows yet how old the messages are; the engine looks at each. */
export function refuseLongCanary(retentionSeconds: number, canary: PlannedCanary | null): void {
  if (canary === null || canary.waitSeconds * 2 <= retentionSeconds) return
  throw refusal(
    'CanaryOutlivesMessages',
    `The wait for the canary (${canary.waitSeconds} s) is more than half of what the queue keeps messages for (${retentionSeconds} s): they could expire meanwhile`,
    ['Give a shorter --canary-wait, or leave --canary away.'],
  )
}

/** A refusal (exit 7) with what to ask instead. */
export function refusal(code: string, message: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.refused, suggestions})
}
