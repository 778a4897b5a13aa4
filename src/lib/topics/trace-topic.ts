import type {AwsContext} from '../aws/context.js'
import {messageSize} from '../messages/digest.js'
import type {Incomplete} from './delivery-targets.js'
import {deniedAttributes, readDeliveryTargets, unreadSettings} from './delivery-targets.js'
import {textFor} from './protocol-text.js'
import type {MessageDraft} from './publish-plan.js'
import {checkMessage} from './publish-plan.js'
import type {FoundTopic} from './resolve-topic.js'
import {readOfTopic} from './resolve-topic.js'
import {readSubscriptions} from './subscriptions.js'
import type {TracedSubscription} from './trace.js'
import {traceTo} from './trace.js'

/** Where a message would go; nothing was published. */
export interface TopicTrace {
  readonly topic: {readonly name: string; readonly arn: string}
  /** Bytes as AWS counts them. */
  readonly size: number
  readonly delivered: number
  readonly filtered: number
  readonly blocked: number
  readonly unknown: number
  readonly subscriptions: readonly TracedSubscription[]
  readonly incomplete: readonly Incomplete[]
}

/**
 * Tells which subscriptions of a topic would get a message, and why not the others, from their settings and the queues they end in.
 * Throws `InvalidMessage` (exit 2) for a message that the topic would not take at all, `TopicDoesNotExist` (exit 5) where it is not there.
 * Nothing is published.
 */
export async function traceTopic(
  aws: AwsContext,
  topic: FoundTopic,
  draft: MessageDraft,
  {signal}: {signal?: AbortSignal} = {},
): Promise<TopicTrace> {
  const size = checkMessage(topic, draft)
  const found = await readOfTopic(aws, topic, async () => readSubscriptions(aws, topic.arn, {signal}), {signal})
  const {targets, incomplete} = await readDeliveryTargets(aws, found, {signal})
  const attributes = attributesOf(draft)
  const subscriptions = found.map(subscription => {
    const body = textFor(subscription.protocol, draft)
    const message = {attributes, body, size: messageSize(body, draft.messageAttributes)}
    return traceTo(subscription, message, {topicArn: topic.arn, targets})
  })
  const count = (outcome: TracedSubscription['outcome']): number =>
    subscriptions.filter(subscription => subscription.outcome === outcome).length
  return {
    topic: {name: topic.name, arn: topic.arn},
    size,
    delivered: count('delivered'),
    filtered: count('filtered'),
    blocked: count('blocked'),
    unknown: count('unknown'),
    subscriptions,
    // Without its attributes it is not known whether the topic takes the message at all: its size limit, say.
    incomplete: [
      ...(topic.attributes === undefined ? [deniedAttributes(topic.arn)] : []),
      ...incomplete,
      ...unreadSettings(found),
    ],
  }
}

function attributesOf({messageAttributes}: MessageDraft): Record<string, {dataType: string; stringValue?: string}> {
  return Object.fromEntries(
    Object.entries(messageAttributes).map(([name, {DataType, StringValue}]) => [
      name,
      {dataType: DataType, stringValue: StringValue},
    ]),
  )
}
