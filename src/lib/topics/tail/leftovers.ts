import {ListQueueTagsCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../../aws/context.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {isAccessDenied} from '../../queues/access.js'
import {mapBounded} from '../../queues/bounded.js'
import {listQueueUrls} from '../../queues/list-queues.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {queueRefOfUrl} from '../../queues/queue-ref.js'
import type {Neighbourhood, Owner} from './owner.js'
import {livenessOf, parseOwner} from './owner.js'
import {LIVE_PREFIX, QUEUE_PREFIX, TAGS} from './temporary-queue.js'

const READS_AT_ONCE = 8

/** A temporary queue of a tail, or of a live trial of a filter, that is in the account; `abandoned` when its process is known to be gone, or cannot be asked for and its time is up. */
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

/** A queue that has the name of a temporary one, and whose tags may not be read. */
export interface UnreadQueue {
  readonly name: string
  readonly error: {readonly code: string; readonly message: string}
}

/** What there is of temporary queues, as far as it could be seen. */
export interface Leftovers {
  readonly leftovers: readonly Leftover[]
  readonly unread: readonly UnreadQueue[]
}

export interface LeftoverOptions {
  readonly signal?: AbortSignal
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** The processes that can be asked for. */
  readonly around?: Neighbourhood
}

/**
 * The temporary queues of tails and live trials in the account and region, by name and tag: a queue that has the name and not the tag is somebody else's and
 * is not listed. A queue whose tags are denied may be either, and is `unread`.
 */
export async function findLeftovers(aws: AwsContext, options: LeftoverOptions = {}): Promise<Leftovers> {
  const {signal} = options
  const tails = await listQueueUrls(aws, {prefix: QUEUE_PREFIX, signal})
  const trials = await listQueueUrls(aws, {prefix: LIVE_PREFIX, signal})
  const unread: UnreadQueue[] = []
  const found = await mapBounded([...tails.urls, ...trials.urls], READS_AT_ONCE, async url => {
    const queue = queueRefOfUrl(url, aws.region)
    try {
      return await readLeftover(aws, queue, options)
    } catch (error) {
      if (!isAccessDenied(error)) throw error
      unread.push({name: queue.name, error: {code: error.code, message: error.message}})
      return undefined
    }
  })
  return {leftovers: found.filter(leftover => typeof leftover === 'object'), unread}
}

/** As findLeftovers, for a hint: where it may not be looked, there is none. */
export async function leftoversFound(aws: AwsContext, options: LeftoverOptions = {}): Promise<readonly Leftover[]> {
  try {
    return (await findLeftovers(aws, options)).leftovers
  } catch (error) {
    if (error instanceof OpsError) return []
    throw error
  }
}

/** What a queue is now: a leftover, `gone`, or without the tag of a temporary one. Throws where its tags may not be read. */
export async function readLeftover(
  aws: AwsContext,
  queue: QueueRef,
  options: LeftoverOptions = {},
): Promise<Leftover | 'gone' | 'untagged'> {
  const sqs = await aws.sqs()
  try {
    const command = new ListQueueTagsCommand({QueueUrl: queue.url})
    const {Tags = {}} = await sqs.send(command, {abortSignal: options.signal})
    return Tags[TAGS.temporary] === undefined ? 'untagged' : leftoverOf(queue, Tags, options)
  } catch (error) {
    if (error instanceof OpsError && error.exitCode === ExitCode.notFound) return 'gone'
    throw error
  }
}

function leftoverOf(
  {name, url, arn}: QueueRef,
  tags: Readonly<Record<string, string>>,
  options: LeftoverOptions,
): Leftover {
  const {[TAGS.owner]: tag, [TAGS.expires]: expires, [TAGS.topic]: topicArn} = tags
  const expiresAt = expires !== undefined && !Number.isNaN(Date.parse(expires)) ? expires : undefined
  const known = tag === undefined ? undefined : parseOwner(tag)
  const owner = known === undefined ? tag : `${known.host}/${known.pid}`
  return {queue: {name, url, arn}, topicArn, owner, expiresAt, ...judged({owner, known, expiresAt}, options)}
}

/** Whether a temporary queue is abandoned. What is known of its process wins over the lease, which tells of one that cannot be asked for. */
function judged(
  {owner, known, expiresAt}: {owner: string | undefined; known: Owner | undefined; expiresAt: string | undefined},
  {now = Date.now, around}: LeftoverOptions,
): Pick<Leftover, 'abandoned' | 'reason'> {
  const liveness = known === undefined ? 'unknown' : livenessOf(known, around)
  if (liveness !== 'unknown') {
    const is = liveness === 'gone' ? 'gone' : 'running'
    return {abandoned: liveness === 'gone', reason: `process ${known?.pid} of this host is ${is}`}
  }
  if (expiresAt === undefined || Date.parse(expiresAt) <= now())
    return {abandoned: true, reason: 'nobody has renewed it in time'}
  return {abandoned: false, reason: `${owner ?? 'its owner'} may be using it until ${expiresAt}`}
}
