import {ListTopicsCommand} from '@aws-sdk/client-sns'
import type {AwsContext} from '../aws/context.js'
import {isAccessDenied} from '../queues/access.js'
import {mapBounded} from '../queues/bounded.js'
import {isNotFound} from './not-found.js'
import {patiently} from './throttling.js'
import type {TopicAttributes} from './topic-attributes.js'
import {getTopicAttributes} from './topic-attributes.js'
import type {TopicRef} from './topic-ref.js'
import {topicRefOfArn} from './topic-ref.js'

/** Attribute reads under way at once; SNS answers some dozens a second, and throttling.ts waits where that is too many. */
const READS_AT_ONCE = 8

export type TopicType = 'standard' | 'fifo'

/** One topic of a list; the counts are absent, and `error` is there, where its attributes could not be read. */
export interface TopicSummary {
  readonly name: string
  readonly arn: string
  readonly type: TopicType
  readonly displayName?: string
  readonly subscriptionsConfirmed?: number
  readonly subscriptionsPending?: number
  readonly kmsMasterKeyId?: string
  readonly error?: {readonly code: string; readonly message: string}
}

export interface TopicList {
  readonly topics: readonly TopicSummary[]
  /** More topics are there than the limit let through. */
  readonly truncated: boolean
}

export interface ListTopicsOptions {
  /** Only topics whose name begins with this; SNS has no such filter, so all pages are read. */
  readonly prefix?: string
  readonly limit?: number
  readonly signal?: AbortSignal
}

/**
 * Lists the topics of the account and region with their subscription counts, by name.
 * A topic deleted meanwhile is left out; one whose attributes are denied stays, with `error`; any other failure is thrown.
 */
export async function listTopics(aws: AwsContext, options: ListTopicsOptions = {}): Promise<TopicList> {
  const {arns, truncated} = await listTopicArns(aws, options)
  const refs = arns.map(topicRefOfArn)
  const read = await mapBounded(refs, READS_AT_ONCE, async topic => summarize(aws, topic, options.signal))
  const topics = read.filter(topic => topic !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
  return {topics, truncated}
}

/** Pages ListTopics (100 a page) to the end, or one past `limit` to know whether there is more. https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export async function listTopicArns(
  aws: AwsContext,
  {prefix = '', limit = Number.POSITIVE_INFINITY, signal}: ListTopicsOptions = {},
): Promise<{arns: string[]; truncated: boolean}> {
  const sns = await aws.sns()
  const arns: string[] = []
  let nextToken: string | undefined
  do {
    const command = new ListTopicsCommand({NextToken: nextToken})
    const page = await patiently(async () => sns.send(command, {abortSignal: signal}), {signal})
    const found = (page.Topics ?? []).flatMap(({TopicArn}) => TopicArn ?? [])
    arns.push(...found.filter(arn => nameOf(arn).startsWith(prefix)))
    nextToken = page.NextToken
  } while (nextToken !== undefined && nextToken !== '' && arns.length <= limit)
  return {arns: arns.slice(0, limit), truncated: arns.length > limit}
}

async function summarize(
  aws: AwsContext,
  topic: TopicRef,
  signal: AbortSignal | undefined,
): Promise<TopicSummary | undefined> {
  const identity = {name: topic.name, arn: topic.arn, type: topic.fifo ? 'fifo' : 'standard'} as const
  try {
    return {...identity, ...summaryOf(await getTopicAttributes(aws, topic.arn, {signal}))}
  } catch (error) {
    if (isNotFound(error)) return undefined
    if (!isAccessDenied(error)) throw error
    return {...identity, error: {code: error.code, message: error.message}}
  }
}

function summaryOf(attributes: TopicAttributes): Partial<TopicSummary> {
  const {displayName, subscriptionsConfirmed, subscriptionsPending, kmsMasterKeyId} = attributes
  return {displayName, subscriptionsConfirmed, subscriptionsPending, kmsMasterKeyId}
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}
