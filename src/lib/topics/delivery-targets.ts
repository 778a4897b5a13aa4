import {isArn, parseArn} from '../aws/arn.js'
import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isAccessDenied} from '../queues/access.js'
import {mapBounded} from '../queues/bounded.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import {getQueueAttributes} from '../queues/queue-attributes.js'
import {findQueue} from '../queues/resolve-queue.js'
import type {Subscription} from './subscriptions.js'

const READS_AT_ONCE = 16

/** What is known of a queue that a topic delivers to: its attributes, that it is gone, or why it is not known. */
export type DeliveryTarget = QueueAttributes | 'missing' | {readonly unread: string}

/** The queues that subscriptions name as endpoint or DLQ, by ARN. */
export type DeliveryTargets = ReadonlyMap<string, DeliveryTarget>

/** A part that could not be read, and why. */
export interface Incomplete {
  readonly part: string
  readonly code: string
  readonly message: string
}

/** Reads the queues that subscriptions deliver to or dead-letter to; those of other accounts and regions cannot be read and are named. */
export async function readDeliveryTargets(
  aws: AwsContext,
  subscriptions: readonly Subscription[],
  {signal}: {signal?: AbortSignal} = {},
): Promise<{targets: DeliveryTargets; incomplete: Incomplete[]}> {
  const arns = [...new Set(subscriptions.flatMap(queueArnsOf))]
  const {accountId} = arns.length === 0 ? {accountId: ''} : await aws.identity(signal)
  const incomplete: Incomplete[] = []
  const read = await mapBounded(arns, READS_AT_ONCE, async arn => {
    const target = await readTarget(aws, arn, {accountId, signal})
    if (!('unread' in target)) return [arn, target.found] as const
    incomplete.push({part: `queue ${arn}`, code: target.code, message: target.told ?? target.unread})
    return [arn, {unread: target.unread}] as const
  })
  return {targets: new Map<string, DeliveryTarget>(read), incomplete}
}

/** The subscriptions whose settings could not be read, as parts that are missing. Pure. */
export function unreadSettings(subscriptions: readonly Subscription[]): Incomplete[] {
  return subscriptions.flatMap(({endpoint, error}) =>
    error === undefined ? [] : [{part: `subscription of ${endpoint}`, ...error}],
  )
}

/** The attributes of a topic, as a part that is missing. Pure. */
export function deniedAttributes(arn: string): Incomplete {
  return {
    part: 'attributes',
    code: 'AuthorizationError',
    message: `GetTopicAttributes on ${arn} needs the permission sns:GetTopicAttributes`,
  }
}

function queueArnsOf({protocol, endpoint, settings}: Subscription): string[] {
  const arns = [protocol === 'sqs' ? endpoint : undefined, settings?.deadLetterTargetArn]
  return arns.filter(arn => arn !== undefined && isArn(arn) && parseArn(arn).service === 'sqs') as string[]
}

/** `unread` is a sentence of its own; `told` says the same beside the name of the queue. */
type Read =
  | {readonly found: QueueAttributes | 'missing'}
  | {readonly unread: string; readonly code: string; readonly told?: string}

async function readTarget(
  aws: AwsContext,
  arn: string,
  {accountId, signal}: {accountId: string; signal?: AbortSignal},
): Promise<Read> {
  const {accountId: owner, region, resource} = parseArn(arn)
  if (owner !== accountId || region !== aws.region) {
    const told = 'it is in another account or region'
    return {unread: `${arn} is in another account or region and is not read`, told, code: 'OtherAccountOrRegion'}
  }
  try {
    const queue = await findQueue(aws, resource, {signal})
    return {found: queue === undefined ? 'missing' : await getQueueAttributes(aws, queue, {signal})}
  } catch (error) {
    if (error instanceof OpsError && error.exitCode === ExitCode.notFound) return {found: 'missing'}
    if (!isAccessDenied(error)) throw error
    return {unread: error.message, code: error.code}
  }
}
