import {ListTagsForResourceCommand} from '@aws-sdk/client-sns'
import type {AwsContext} from '../aws/context.js'
import type {FilteredMessage} from '../filters/filter-policy.js'
import type {OpsError} from '../ops-error.js'
import {isAccessDenied} from '../queues/access.js'
import type {PolicyStatement} from '../queues/policy-summary.js'
import {summarizePolicy} from '../queues/policy-summary.js'
import type {DeliveryTargets, Incomplete} from './delivery-targets.js'
import {deniedAttributes, readDeliveryTargets, unreadSettings} from './delivery-targets.js'
import type {TopicFinding} from './findings.js'
import {findingsOf} from './findings.js'
import type {FoundTopic} from './resolve-topic.js'
import {readOfTopic} from './resolve-topic.js'
import type {FilterStatistics} from './sample.js'
import {statisticsOf} from './sample.js'
import type {Subscription, SubscriptionSettings} from './subscriptions.js'
import {readSubscriptions} from './subscriptions.js'
import {patiently} from './throttling.js'
import type {TopicAttributes} from './topic-attributes.js'

/** A subscription as `topic show` has it: settings beside identity; the settings are absent where they could not be read. */
export interface SubscriptionDetail extends Partial<SubscriptionSettings> {
  /** Absent while the subscription waits for its confirmation. */
  readonly subscriptionArn?: string
  readonly protocol: string
  readonly endpoint: string
  readonly owner?: string
  /** Why its settings are absent, where they were not read. */
  readonly notRead?: {readonly code: string; readonly message: string}
  /** Whether the queue at its end exists; absent for other protocols and where it is not known. */
  readonly endpointExists?: boolean
  /** With a sample: how many of its messages the filter policy lets through. */
  readonly sample?: FilterStatistics
}

/** Everything about one topic; `incomplete` names the parts that could not be read, which are then absent. */
export interface TopicDetail extends Partial<TopicAttributes> {
  readonly name: string
  readonly arn: string
  readonly type: 'standard' | 'fifo'
  readonly accountId: string
  readonly region: string
  readonly policyStatements?: readonly PolicyStatement[]
  readonly tags?: Readonly<Record<string, string>>
  readonly subscriptions?: readonly SubscriptionDetail[]
  readonly findings: readonly TopicFinding[]
  readonly incomplete: readonly Incomplete[]
}

export interface ShowOptions {
  /** Recent messages to try the filter policies on. */
  readonly sample?: readonly FilteredMessage[]
  readonly signal?: AbortSignal
}

/**
 * Reads all there is to know of a topic: attributes, tags, subscriptions with their settings, the queues they deliver to, and findings.
 * A part that is denied is left out and named in `incomplete`; throws `TopicDoesNotExist` (exit 5) where the topic is not there. Nothing is
 * published.
 */
export async function showTopic(
  aws: AwsContext,
  {attributes, ...topic}: FoundTopic,
  {sample, signal}: ShowOptions = {},
): Promise<TopicDetail> {
  const incomplete: Incomplete[] = []
  const part = async <Value>(name: string, read: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await readOfTopic(aws, topic, read, {signal})
    } catch (error) {
      if (!isAccessDenied(error)) throw error
      incomplete.push(partOf(name, error))
      return undefined
    }
  }
  if (attributes === undefined) incomplete.push(deniedAttributes(topic.arn))
  const [tags, subscriptions] = await Promise.all([
    part('tags', async () => readTags(aws, topic.arn, signal)),
    part('subscriptions', async () => readSubscriptions(aws, topic.arn, {signal})),
  ])
  const {targets, incomplete: unread} = await readDeliveryTargets(aws, subscriptions ?? [], {signal})
  incomplete.push(...unread, ...unreadSettings(subscriptions ?? []))
  const statistics = sample === undefined ? undefined : statisticsOf(subscriptions ?? [], sample)
  return {
    name: topic.name,
    arn: topic.arn,
    type: topic.fifo ? 'fifo' : 'standard',
    accountId: topic.accountId,
    region: topic.region,
    ...attributes,
    policyStatements: attributes?.policy === undefined ? undefined : summarizePolicy(attributes.policy),
    tags,
    subscriptions: subscriptions?.map((subscription, index) => detailOf(subscription, targets, statistics?.[index])),
    findings:
      subscriptions === undefined
        ? []
        : findingsOf({topicArn: topic.arn, attributes, subscriptions, targets, sample: statistics}),
    incomplete,
  }
}

async function readTags(
  aws: AwsContext,
  topicArn: string,
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const sns = await aws.sns()
  const command = new ListTagsForResourceCommand({ResourceArn: topicArn})
  const {Tags = []} = await patiently(async () => sns.send(command, {abortSignal: signal}), {signal})
  return Object.fromEntries(Tags.map(({Key = '', Value = ''}) => [Key, Value]))
}

const PENDING = {
  code: 'PendingConfirmation',
  message: 'A subscription that waits for its confirmation has no ARN to read its settings by',
}

function detailOf(
  {settings, subscriptionArn, protocol, endpoint, owner, error}: Subscription,
  targets: DeliveryTargets,
  sample: FilterStatistics | undefined,
): SubscriptionDetail {
  const target = targets.get(endpoint)
  const endpointExists =
    target === undefined ? undefined : target === 'missing' ? false : 'unread' in target ? undefined : true
  const notRead = settings?.pendingConfirmation === true && subscriptionArn === undefined ? PENDING : error
  return {subscriptionArn, protocol, endpoint, owner, ...settings, notRead, endpointExists, sample}
}

function partOf(part: string, {code, message}: OpsError): Incomplete {
  return {part, code, message}
}
