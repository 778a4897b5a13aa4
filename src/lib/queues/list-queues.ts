import {ListQueuesCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isAccessDenied} from './access.js'
import {mapBounded} from './bounded.js'
import type {QueueAttributes} from './queue-attributes.js'
import {getQueueAttributes} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'
import {queueRefOfUrl} from './queue-ref.js'

/** ListQueues returns 1,000 at most, and a NextToken only where MaxResults was set. */
const PAGE_SIZE = 1000

/** Attribute reads under way at once. */
const READS_AT_ONCE = 16

export type QueueType = 'standard' | 'fifo'

/** One queue of a list; the attributes are absent, and `error` is there, where they could not be read. */
export interface QueueSummary {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly type: QueueType
  readonly approximateNumberOfMessages?: number
  readonly approximateNumberOfMessagesNotVisible?: number
  readonly approximateNumberOfMessagesDelayed?: number
  readonly visibilityTimeout?: number
  readonly messageRetentionPeriod?: number
  readonly createdAt?: string
  readonly deadLetterTargetArn?: string
  readonly maxReceiveCount?: number
  /** Whether an SQS queue of the account and region dead-letters to this one; absent where the list is too narrow to tell. */
  readonly isDlq?: boolean
  readonly error?: {readonly code: string; readonly message: string}
}

export interface QueueList {
  readonly queues: readonly QueueSummary[]
  /** More queues match than the limit let through. */
  readonly truncated: boolean
}

export interface ListQueuesOptions {
  readonly prefix?: string
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** `name`: the first `limit` queues as SQS lists them, by name. `messages`: every queue is read and the deepest `limit` are kept. */
export type QueueSort = 'name' | 'messages'

/**
 * Lists the queues of the account and region with their depth, each attribute read apart and 16 at a time.
 * A queue deleted meanwhile is left out; one whose attributes are denied stays, with `error`; any other failure is thrown.
 */
export async function listQueues(
  aws: AwsContext,
  {prefix, limit, signal, sort = 'name'}: ListQueuesOptions & {readonly sort?: QueueSort} = {},
): Promise<QueueList> {
  const listed = await listQueueUrls(aws, {prefix, limit: sort === 'name' ? limit : undefined, signal})
  const read = await mapBounded(listed.urls, READS_AT_ONCE, async url =>
    summarize(aws, queueRefOfUrl(url, aws.region), signal),
  )
  const present = read.filter(queue => queue !== undefined)
  const whole =
    !listed.truncated && (prefix === undefined || prefix === '') && present.every(queue => queue.error === undefined)
  const targets = new Set(present.map(queue => queue.deadLetterTargetArn))
  const queues = present
    .map(queue => (whole || targets.has(queue.arn) ? {...queue, isDlq: targets.has(queue.arn)} : queue))
    .sort(sort === 'name' ? byName : byDepth)
  const kept = limit === undefined ? queues : queues.slice(0, limit)
  return {queues: kept, truncated: listed.truncated || kept.length < queues.length}
}

/** Pages ListQueues to the end, or one past `limit` to know whether there is more. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
export async function listQueueUrls(
  aws: AwsContext,
  {prefix, limit = Number.POSITIVE_INFINITY, signal}: ListQueuesOptions = {},
): Promise<{urls: string[]; truncated: boolean}> {
  const sqs = await aws.sqs()
  const urls: string[] = []
  let nextToken: string | undefined
  do {
    const page = await sqs.send(
      new ListQueuesCommand({
        QueueNamePrefix: prefix === '' ? undefined : prefix,
        MaxResults: Math.min(PAGE_SIZE, limit + 1 - urls.length),
        NextToken: nextToken,
      }),
      {abortSignal: signal},
    )
    urls.push(...(page.QueueUrls ?? []))
    nextToken = page.NextToken
  } while (nextToken !== undefined && nextToken !== '' && urls.length <= limit)
  return {urls: urls.slice(0, limit), truncated: urls.length > limit}
}

async function summarize(
  aws: AwsContext,
  queue: QueueRef,
  signal: AbortSignal | undefined,
): Promise<QueueSummary | undefined> {
  const identity = {name: queue.name, url: queue.url, arn: queue.arn, type: queue.fifo ? 'fifo' : 'standard'} as const
  try {
    return {...identity, ...summaryOf(await getQueueAttributes(aws, queue, {signal}))}
  } catch (error) {
    if (error instanceof OpsError && error.exitCode === ExitCode.notFound) return undefined
    if (!isAccessDenied(error)) throw error
    return {...identity, error: {code: error.code, message: error.message}}
  }
}

function summaryOf(attributes: QueueAttributes): Partial<QueueSummary> {
  return {
    arn: attributes.queueArn,
    approximateNumberOfMessages: attributes.approximateNumberOfMessages,
    approximateNumberOfMessagesNotVisible: attributes.approximateNumberOfMessagesNotVisible,
    approximateNumberOfMessagesDelayed: attributes.approximateNumberOfMessagesDelayed,
    visibilityTimeout: attributes.visibilityTimeout,
    messageRetentionPeriod: attributes.messageRetentionPeriod,
    createdAt: attributes.createdAt,
    deadLetterTargetArn: attributes.redrivePolicy?.deadLetterTargetArn,
    maxReceiveCount: attributes.redrivePolicy?.maxReceiveCount,
  }
}

function byName(a: QueueSummary, b: QueueSummary): number {
  return a.name < b.name ? -1 : Number(a.name > b.name)
}

function byDepth(a: QueueSummary, b: QueueSummary): number {
  return (b.approximateNumberOfMessages ?? -1) - (a.approximateNumberOfMessages ?? -1) || byName(a, b)
}
