import type {ServiceInvocation} from '../../lambda/intake.js'
import {AwsError} from '../../service.js'
import type {ServiceDelivery} from '../../sqs/intake.js'
import {effectivePolicy} from '../delivery-policy.js'
import {isFifoQueue} from '../endpoint.js'
import {notification} from '../envelope.js'
import {functionEvent} from '../function-event.js'
import type {Publication} from '../publication.js'
import type {Subscription} from '../subscription.js'
import {isLoopback, post} from './http-post.js'
import {DELIVERED, refusedBy, type Outcome} from './outcome.js'

/** Where deliveries to queues go; throws AwsError when the queue does not take one. */
export interface Queues {
  deliver(delivery: ServiceDelivery): void
}

/** Where deliveries to functions go; throws AwsError when the function does not take one. */
export interface FunctionHost {
  invoke(invocation: ServiceInvocation): void
}

export const SENDER = 'sns.amazonaws.com'
export const AGENT_HEADERS = {
  'user-agent': 'Amazon Simple Notification Service Agent',
  'accept-encoding': 'gzip,deflate',
}

/** Delivers a message to a subscription once. Queues and functions take it at once, HTTP answers later. */
export function attempt(
  publication: Publication,
  subscription: Subscription,
  {
    queues,
    functions,
    signal,
  }: {readonly queues: Queues; readonly functions: FunctionHost; readonly signal: AbortSignal},
): Outcome | Promise<Outcome> {
  switch (subscription.protocol) {
    case 'sqs':
      return toQueue(publication, subscription, subscription.endpoint, queues)
    case 'http':
    case 'https':
      return toEndpoint(publication, subscription, signal)
    case 'lambda':
      return toFunction(publication, subscription, functions)
    case 'firehose':
      return {delivered: false, retryable: false, reason: `NotFound: ${subscription.endpoint} does not exist`}
    case 'email':
    case 'email-json':
    case 'sms':
    case 'application':
      // Nothing leaves this machine: what SNS hands over to mail and telephone counts as delivered.
      return DELIVERED
  }
}

/** Puts a message into a queue: the subscription's own, or its dead-letter queue. */
export function toQueue(
  publication: Publication,
  subscription: Subscription,
  queueArn: string,
  queues: Queues,
): Outcome {
  const {topic, attributes, groupId, deduplicationId, traceHeader} = publication
  const raw = subscription.settings.rawMessageDelivery
  const fifo = isFifoQueue(queueArn)
  return handOver(() =>
    queues.deliver({
      queueArn,
      body: bodyOf(publication, subscription),
      attributes: raw ? attributes : undefined,
      // A FIFO topic leaves the group behind when it feeds a standard queue, a standard topic passes it on (both recorded).
      groupId: fifo || !topic.fifo ? groupId : undefined,
      deduplicationId: fifo ? deduplicationId : undefined,
      traceHeader,
      sender: senderOf(publication),
    }),
  )
}

/** "Amazon SNS invokes your function asynchronously": what becomes of the event once it is taken is Lambda's matter. */
function toFunction(publication: Publication, subscription: Subscription, functions: FunctionHost): Outcome {
  return handOver(() =>
    functions.invoke({
      functionArn: subscription.endpoint,
      payload: functionEvent(publication, subscription),
      traceHeader: publication.traceHeader,
      origin: publication.origin,
      sender: senderOf(publication),
    }),
  )
}

function senderOf({topic}: Publication) {
  return {service: SENDER, sourceArn: topic.arn, sourceAccount: topic.account}
}

function handOver(deliver: () => void): Outcome {
  try {
    deliver()
    return DELIVERED
  } catch (error) {
    if (error instanceof AwsError) return refusedBy(error)
    throw error
  }
}

function toEndpoint(
  publication: Publication,
  subscription: Subscription,
  signal: AbortSignal,
): Outcome | Promise<Outcome> {
  const {topic, messageId} = publication
  const {settings, endpoint, arn} = subscription
  const url = new URL(endpoint)
  if (!isLoopback(url)) {
    return {delivered: false, retryable: false, reason: 'The local AWS delivers to this machine only.'}
  }
  const {requestPolicy} = effectivePolicy(topic.settings.deliveryPolicy, settings.deliveryPolicy)
  const headers = {
    ...AGENT_HEADERS,
    'content-type': requestPolicy.headerContentType,
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topic.arn,
    'x-amz-sns-subscription-arn': arn,
    ...(settings.rawMessageDelivery && {'x-amz-sns-rawdelivery': 'true'}),
  }
  return post(url, headers, bodyOf(publication, subscription), signal)
}

function bodyOf(publication: Publication, subscription: Subscription): string {
  return subscription.settings.rawMessageDelivery
    ? publication.text.for(subscription.protocol)
    : notification(publication, subscription)
}
