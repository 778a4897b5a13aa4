import {SubscribeCommand, UnsubscribeCommand} from '@aws-sdk/client-sns'
import type {AwsContext} from '../../aws/context.js'
import type {FilterPolicyScope} from '../../filters/filter-policy.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {isNotFound} from '../not-found.js'
import {listSubscriptions} from '../subscriptions.js'
import {patiently} from '../throttling.js'

/** What a tail's subscription is to deliver. */
export interface TailSubscription {
  readonly raw: boolean
  readonly filterPolicy?: string
  readonly filterPolicyScope?: FilterPolicyScope
}

/** The attributes that the subscription of a tail is made with, in AWS's words. Pure. */
export function subscriptionAttributes({
  raw,
  filterPolicy,
  filterPolicyScope,
}: TailSubscription): Readonly<Record<string, string>> {
  return {
    ...(raw ? {RawMessageDelivery: 'true'} : {}),
    ...(filterPolicy === undefined ? {} : {FilterPolicy: filterPolicy}),
    ...(filterPolicyScope === undefined ? {} : {FilterPolicyScope: filterPolicyScope}),
  }
}

/** Subscribes a temporary queue to a topic and returns the subscription's ARN; subscribing twice makes one subscription. */
export async function subscribe(
  aws: AwsContext,
  topicArn: string,
  queue: QueueRef,
  settings: TailSubscription,
): Promise<string> {
  const sns = await aws.sns()
  // No signal goes along: a subscription whose answer is not waited for would be there all the same.
  const {SubscriptionArn = ''} = await patiently(async () =>
    sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queue.arn,
        ReturnSubscriptionArn: true,
        Attributes: {...subscriptionAttributes(settings)},
      }),
    ),
  )
  return SubscriptionArn
}

/** Ends every subscription of a queue to a topic, found by its endpoint: after a crash nobody knows the ARN. A topic that is gone has none. */
export async function unsubscribeQueue(aws: AwsContext, topicArn: string, queueArn: string): Promise<void> {
  try {
    const found = await listSubscriptions(aws, topicArn)
    for (const {endpoint, subscriptionArn} of found)
      if (endpoint === queueArn && subscriptionArn !== undefined) await unsubscribe(aws, subscriptionArn)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/** Ends a subscription; one that is gone already is as good. */
export async function unsubscribe(aws: AwsContext, subscriptionArn: string): Promise<void> {
  const sns = await aws.sns()
  try {
    await patiently(async () => sns.send(new UnsubscribeCommand({SubscriptionArn: subscriptionArn})))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
