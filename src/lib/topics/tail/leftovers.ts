import {ListQueueTagsCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../../aws/context.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {isAccessDenied} from '../../queues/access.js'
import {mapBounded} from '../../queues/bounded.js'
import {listQueueUrls} from '../../queues/list-queues.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {queueRefOfUrl} from '../../queues/queue-ref.js'
import {deleteLiveTopic, isLiveTopic} from '../live/resources.js'
import {unsubscribeQueue} from './subscription.js'
import type {Owner} from './temporary-queue.js'
import {LIVE_PREFIX, QUEUE_PREFIX, TAGS, deleteTemporaryQueue, thisProcess} from './temporary-queue.js'

const READS_AT_ONCE = 8

/** A temporary queue of a tail, or of a live trial of a filter, that is in the account; `abandoned` when its owner is known to be gone or its time is up. */
export interface Leftover {
  readonly queue: {readonly name: string; readonly url: string; readonly arn: string}
  readonly topicArn?: string
  /** `host/pid`. */
  readonly owner?: string
  /** ISO 8601. */
  readonly expiresAt?: string
  readonly abandoned: boolean
  /** Why it is abandoned, or why it is taken for in use. */
  readonly reason: string
}

/** What became of a leftover in a clean-up. */
export interface CleanedLeftover extends Leftover {
  readonly state: 'removed' | 'inUse' | 'failed'
  readonly error?: {readonly code: string; readonly message: string}
}

export interface LeftoverOptions {
  readonly signal?: AbortSignal
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** Whether a process of this host is alive. */
  readonly isAlive?: (pid: number) => boolean
  readonly self?: Owner
}

/**
 * The temporary queues of tails and live trials in the account and region, by name and tag: a queue that has the name and not the tag is somebody else's and
 * is not listed. A queue whose tags are denied is passed over.
 */
export async function findLeftovers(aws: AwsContext, options: LeftoverOptions = {}): Promise<Leftover[]> {
  const {signal} = options
  const tails = await listQueueUrls(aws, {prefix: QUEUE_PREFIX, signal})
  const trials = await listQueueUrls(aws, {prefix: LIVE_PREFIX, signal})
  const found = await mapBounded([...tails.urls, ...trials.urls], READS_AT_ONCE, async url => {
    const queue = queueRefOfUrl(url, aws.region)
    const tags = await readTags(aws, queue, signal)
    return tags?.[TAGS.temporary] === undefined ? undefined : leftoverOf(queue, tags, options)
  })
  return found.filter(leftover => leftover !== undefined)
}

/** As findLeftovers, for a hint: where it may not be looked, there is none. */
export async function leftoversFound(aws: AwsContext, options: LeftoverOptions = {}): Promise<Leftover[]> {
  try {
    return await findLeftovers(aws, options)
  } catch (error) {
    if (error instanceof OpsError) return []
    throw error
  }
}

/**
 * Removes abandoned leftovers: first the subscription, then the queue, so that a queue that is still subscribed can be found again.
 * Those in use stay; one that cannot be removed is `failed` with the reason, and the others are gone on with. Throws
 * `ReadOnly` (exit 7) in read-only mode.
 */
export async function removeLeftovers(aws: AwsContext, leftovers: readonly Leftover[]): Promise<CleanedLeftover[]> {
  const cleaned: CleanedLeftover[] = []
  for (const leftover of leftovers) cleaned.push(await removed(aws, leftover))
  return cleaned
}

async function removed(aws: AwsContext, leftover: Leftover): Promise<CleanedLeftover> {
  if (!leftover.abandoned) return {...leftover, state: 'inUse'}
  const {queue, topicArn} = leftover
  try {
    if (topicArn !== undefined) {
      // The topic of a live trial goes with its subscriptions.
      await (isLiveTopic(topicArn) ? deleteLiveTopic(aws, topicArn) : unsubscribeQueue(aws, topicArn, queue.arn))
    }
    await deleteTemporaryQueue(aws, queueRefOfUrl(queue.url, aws.region))
    return {...leftover, state: 'removed'}
  } catch (error) {
    // Read-only mode refuses all of them alike, and nothing was removed yet.
    if (!(error instanceof OpsError) || error.exitCode === ExitCode.refused) throw error
    return {...leftover, state: 'failed', error: {code: error.code, message: error.message}}
  }
}

async function readTags(
  aws: AwsContext,
  queue: QueueRef,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>> | undefined> {
  const sqs = await aws.sqs()
  try {
    const {Tags} = await sqs.send(new ListQueueTagsCommand({QueueUrl: queue.url}), {abortSignal: signal})
    return {...Tags}
  } catch (error) {
    if (isAccessDenied(error) || (error instanceof OpsError && error.exitCode === ExitCode.notFound)) return undefined
    throw error
  }
}

function leftoverOf(
  {name, url, arn}: QueueRef,
  tags: Readonly<Record<string, string>>,
  options: LeftoverOptions,
): Leftover {
  const {[TAGS.owner]: owner, [TAGS.expires]: expires, [TAGS.topic]: topicArn} = tags
  const expiresAt = expires !== undefined && !Number.isNaN(Date.parse(expires)) ? expires : undefined
  return {queue: {name, url, arn}, topicArn, owner, expiresAt, ...judged(owner, expiresAt, options)}
}

/** Whether a temporary queue is abandoned. A process of another host cannot be asked: there only the lease tells. */
function judged(
  owner: string | undefined,
  expiresAt: string | undefined,
  {now = Date.now, isAlive = processIsAlive, self = thisProcess()}: LeftoverOptions,
): Pick<Leftover, 'abandoned' | 'reason'> {
  if (expiresAt === undefined || Date.parse(expiresAt) <= now())
    return {abandoned: true, reason: 'nobody has renewed it in time'}
  const [host, pid] = owner?.split('/') ?? []
  if (host === self.host && pid !== undefined && /^\d{1,9}$/.test(pid) && !isAlive(Number(pid)))
    return {abandoned: true, reason: `process ${pid} of this host is gone`}
  return {abandoned: false, reason: `${owner ?? 'its owner'} may be using it until ${expiresAt}`}
}

function processIsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
