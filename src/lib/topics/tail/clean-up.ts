import type {AwsContext} from '../../aws/context.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {queueRefOfUrl} from '../../queues/queue-ref.js'
import {isLiveTopic, removeAbandonedTopic} from '../live/resources.js'
import type {Leftover, LeftoverOptions, Leftovers, UnreadQueue} from './leftovers.js'
import {readLeftover} from './leftovers.js'
import {unsubscribeQueue} from './subscription.js'
import {deleteTemporaryQueue} from './temporary-queue.js'

/** What became of a leftover in a clean-up, or would become of it. */
export interface CleanedLeftover extends Leftover {
  readonly state: 'planned' | 'removed' | 'inUse' | 'failed'
  readonly error?: {readonly code: string; readonly message: string}
}

/** `topic tail --clean-up`. */
export interface CleanUp {
  readonly dryRun: boolean
  readonly accountId: string
  readonly region: string
  /** Absent: of all topics. */
  readonly topicArn?: string
  readonly leftovers: readonly CleanedLeftover[]
  readonly unread: readonly UnreadQueue[]
}

/** What a clean-up would do, of one topic or of all; changes nothing. */
export async function planCleanUp(
  aws: AwsContext,
  {leftovers, unread}: Leftovers,
  {topicArn, signal}: {readonly topicArn?: string; readonly signal: AbortSignal},
): Promise<CleanUp> {
  const {accountId} = await aws.identity(signal)
  const meant = leftovers.filter(leftover => topicArn === undefined || leftover.topicArn === topicArn)
  const planned = meant.map((leftover): CleanedLeftover => ({
    ...leftover,
    state: leftover.abandoned ? 'planned' : 'inUse',
  }))
  return {dryRun: true, accountId, region: aws.region, topicArn, leftovers: planned, unread}
}

/**
 * Removes what is planned: of each first the subscription, then the queue, so that a queue that is still subscribed can be found again. Each is
 * looked at once more before: who renewed his queue since keeps it. One that cannot be removed is `failed` with the reason, and the others are
 * gone on with; after an aborted signal the rest stays `planned`.
 */
export async function cleanUp(
  aws: AwsContext,
  plan: CleanUp,
  options: LeftoverOptions & {readonly signal: AbortSignal},
): Promise<CleanUp> {
  const leftovers: CleanedLeftover[] = []
  for (const leftover of plan.leftovers) {
    const due = leftover.state === 'planned' && !options.signal.aborted
    leftovers.push(due ? await removed(aws, leftover, options) : leftover)
  }
  return {...plan, dryRun: false, leftovers}
}

async function removed(aws: AwsContext, leftover: Leftover, options: LeftoverOptions): Promise<CleanedLeftover> {
  const queue = queueRefOfUrl(leftover.queue.url, aws.region)
  try {
    // No signal goes along: what has begun is ended, so that no queue is gone with its subscription still there.
    const now = await readLeftover(aws, queue, {...options, signal: undefined})
    if (now === 'untagged') return {...leftover, state: 'inUse', reason: 'it is not tagged as temporary any more'}
    if (now !== 'gone' && !now.abandoned) return {...now, state: 'inUse'}
    await remove(aws, queue, leftover.topicArn)
    return {...leftover, state: 'removed'}
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    return {...leftover, state: 'failed', error: {code: error.code, message: error.message}}
  }
}

async function remove(aws: AwsContext, queue: QueueRef, topicArn: string | undefined): Promise<void> {
  if (topicArn !== undefined) {
    // The topic of a live trial goes with its subscriptions.
    await (isLiveTopic(topicArn) ? removeAbandonedTopic(aws, topicArn) : unsubscribeQueue(aws, topicArn, queue.arn))
  }
  await deleteTemporaryQueue(aws, queue)
}

/** Whether a clean-up would remove anything. Pure. */
export function isToBeDone(plan: CleanUp): boolean {
  return plannedOf(plan).length > 0
}

/** Refuses in read-only mode, before any question, to remove what there is: throws OpsError `ReadOnly` (exit 7). */
export function assertCleanUpAllowed({connection}: AwsContext, plan: CleanUp): void {
  if (!connection.readOnly) return
  throw new OpsError(`Read-only mode refuses to remove ${countOf(plannedOf(plan))}. Nothing was changed.`, {
    code: 'ReadOnly',
    exitCode: ExitCode.refused,
    suggestions: [
      '--dry-run lists what would be removed.',
      'Leave out --read-only, or unset MSGOPS_READ_ONLY, to allow it.',
    ],
  })
}

/** What a clean-up asks, with all that it is about to remove. Pure. */
export function cleanUpConsent(plan: CleanUp): {question: string; details: readonly string[]} {
  const planned = plannedOf(plan)
  return {
    question: `Remove ${countOf(planned)} with ${planned.length === 1 ? 'its subscription' : 'their subscriptions'}?`,
    details: [
      `In account ${plan.accountId}, ${plan.region}:`,
      ...planned.map(({queue, reason, topicArn}) => `  ${queue.name}${ofTopic(topicArn)}: ${reason}`),
    ],
  }
}

function plannedOf({leftovers}: CleanUp): readonly CleanedLeftover[] {
  return leftovers.filter(({state}) => state === 'planned')
}

function countOf({length}: readonly CleanedLeftover[]): string {
  return length === 1 ? '1 temporary queue' : `${length} temporary queues`
}

function ofTopic(topicArn: string | undefined): string {
  return topicArn === undefined ? '' : ` (topic ${topicArn.slice(topicArn.lastIndexOf(':') + 1)})`
}
