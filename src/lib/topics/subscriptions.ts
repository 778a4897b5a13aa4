import type {Subscription as ListedSubscription} from '@aws-sdk/client-sns'
import {GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand} from '@aws-sdk/client-sns'
import {isArn} from '../aws/arn.js'
import type {AwsContext} from '../aws/context.js'
import type {FilterPolicyScope} from '../filters/filter-policy.js'
import {isAccessDenied} from '../queues/access.js'
import {mapBounded} from '../queues/bounded.js'
import {isNotFound} from './not-found.js'
import {patiently} from './throttling.js'

const READS_AT_ONCE = 8

/** What GetSubscriptionAttributes says beyond the list, in AWS's words; the policies are JSON texts as they are stored. */
export interface SubscriptionSettings {
  /** Absent: no filter, every message is delivered. */
  readonly filterPolicy?: string
  /** There only where there is a filter policy. */
  readonly filterPolicyScope?: FilterPolicyScope
  /** Absent while the subscription waits for its confirmation: it has no ARN to read it by. */
  readonly rawMessageDelivery?: boolean
  readonly deadLetterTargetArn?: string
  readonly pendingConfirmation: boolean
  readonly subscriptionRoleArn?: string
}

/** One subscription of a topic; the settings are absent, and `error` says why, where they could not be read. */
export interface Subscription {
  /** Absent while the subscription waits for its confirmation. */
  readonly subscriptionArn?: string
  readonly protocol: string
  readonly endpoint: string
  readonly owner?: string
  readonly settings?: SubscriptionSettings
  readonly error?: {readonly code: string; readonly message: string}
}

interface Options {
  readonly signal?: AbortSignal
}

/**
 * Every subscription of a topic with its settings, in the order SNS lists them. One that was deleted meanwhile is left out; one whose
 * attributes are denied stays, with `error`. https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function readSubscriptions(
  aws: AwsContext,
  topicArn: string,
  options: Options = {},
): Promise<Subscription[]> {
  const listed = await listSubscriptions(aws, topicArn, options)
  const read = await mapBounded(listed, READS_AT_ONCE, async found => withSettings(aws, found, options))
  return read.filter(subscription => subscription !== undefined)
}

/** Pages ListSubscriptionsByTopic (100 a page) to the end. */
export async function listSubscriptions(
  aws: AwsContext,
  topicArn: string,
  {signal}: Options = {},
): Promise<Subscription[]> {
  const sns = await aws.sns()
  const found: ListedSubscription[] = []
  let nextToken: string | undefined
  do {
    const command = new ListSubscriptionsByTopicCommand({TopicArn: topicArn, NextToken: nextToken})
    const page = await patiently(async () => sns.send(command, {abortSignal: signal}), {signal})
    found.push(...(page.Subscriptions ?? []))
    nextToken = page.NextToken
  } while (nextToken !== undefined && nextToken !== '')
  // SNS goes on listing a deleted subscription for a while, with `Deleted` in the place of its ARN.
  return found.filter(({SubscriptionArn}) => SubscriptionArn !== 'Deleted').map(subscriptionOf)
}

/** Parses the attribute map of GetSubscriptionAttributes, in which every value is text. Pure. */
export function parseSettings(raw: Readonly<Record<string, string | undefined>>): SubscriptionSettings {
  // `{}` is what a policy that was taken away may look like: it lets everything through.
  const filterPolicy = /^\s*(?:\{\s*\})?\s*$/.test(raw.FilterPolicy ?? '') ? undefined : raw.FilterPolicy
  const scope = raw.FilterPolicyScope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes'
  return {
    filterPolicy,
    filterPolicyScope: filterPolicy === undefined ? undefined : scope,
    rawMessageDelivery: raw.RawMessageDelivery === 'true',
    deadLetterTargetArn: deadLetterTargetOf(raw.RedrivePolicy),
    pendingConfirmation: raw.PendingConfirmation === 'true',
    subscriptionRoleArn: raw.SubscriptionRoleArn,
  }
}

function subscriptionOf({SubscriptionArn, Protocol = '', Endpoint = '', Owner}: ListedSubscription): Subscription {
  // A pending one is listed with the word PendingConfirmation in the place of its ARN.
  const subscriptionArn = SubscriptionArn !== undefined && isArn(SubscriptionArn) ? SubscriptionArn : undefined
  return {subscriptionArn, protocol: Protocol, endpoint: Endpoint, owner: Owner}
}

async function withSettings(
  aws: AwsContext,
  subscription: Subscription,
  {signal}: Options,
): Promise<Subscription | undefined> {
  const {subscriptionArn} = subscription
  if (subscriptionArn === undefined) return {...subscription, settings: {pendingConfirmation: true}}
  try {
    return {...subscription, settings: await getSettings(aws, subscriptionArn, {signal})}
  } catch (error) {
    if (isNotFound(error)) return undefined
    if (!isAccessDenied(error)) throw error
    return {...subscription, error: {code: error.code, message: error.message}}
  }
}

/** Reads the settings of one subscription; throws `NotFoundException` (exit 5) where there is none of this ARN. */
export async function getSettings(
  aws: AwsContext,
  subscriptionArn: string,
  {signal}: Options = {},
): Promise<SubscriptionSettings> {
  const sns = await aws.sns()
  const command = new GetSubscriptionAttributesCommand({SubscriptionArn: subscriptionArn})
  const {Attributes} = await patiently(async () => sns.send(command, {abortSignal: signal}), {signal})
  return parseSettings(Attributes ?? {})
}

function deadLetterTargetOf(redrivePolicy: string | undefined): string | undefined {
  if (redrivePolicy === undefined) return undefined
  try {
    const policy: unknown = JSON.parse(redrivePolicy)
    const target: unknown =
      typeof policy === 'object' && policy !== null ? Reflect.get(policy, 'deadLetterTargetArn') : undefined
    return typeof target === 'string' && target !== '' ? target : undefined
  } catch {
    return undefined
  }
}
