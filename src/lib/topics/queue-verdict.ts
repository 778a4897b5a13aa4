import {deliveryPermission} from './delivery-permission.js'
import type {DeliveryTarget} from './delivery-targets.js'
import {isRead} from './findings.js'

/** Whether a queue takes a message from SNS: `unknown` where it cannot be told from here; `reason` is a sentence about the queue. */
export type QueueVerdict =
  | {readonly verdict: 'takes'; readonly kmsMasterKeyId?: string}
  | {readonly verdict: 'refuses' | 'unknown'; readonly code: string; readonly reason: string}

/** What comes from SNS; sizes are bytes, as SQS counts them. */
export interface Delivered {
  readonly topicArn: string
  /** Without an envelope. */
  readonly size: number
  /** As it is delivered; more than `size` in an envelope, and then about. */
  readonly deliveredSize: number
}

/**
 * Judges whether a queue takes a message that SNS delivers, be it a subscription's endpoint or its dead-letter queue: existence, size,
 * key and access policy, in this order. `subject` is how the sentences name it. Pure.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
 */
export function judgeQueue(
  queue: DeliveryTarget | undefined,
  {topicArn, size, deliveredSize}: Delivered,
  subject: string,
): QueueVerdict {
  const of = (verdict: 'refuses' | 'unknown', code: string, reason: string): QueueVerdict => ({verdict, code, reason})
  if (queue === 'missing') return of('refuses', 'EndpointMissing', `${subject} does not exist`)
  if (!isRead(queue)) return of('unknown', 'QueueUnread', queue?.unread ?? `${subject} could not be read`)
  const {maximumMessageSize: limit, kmsMasterKeyId} = queue
  if (size > limit)
    return of('refuses', 'MessageTooLong', `The message has ${size} bytes, and ${lowerFirst(subject)} takes ${limit}`)
  if (kmsMasterKeyId?.endsWith('alias/aws/sqs') === true)
    return of('refuses', 'QueueKeyManaged', `${subject} is encrypted with alias/aws/sqs, which SNS cannot use`)
  const {verdict, reason = ''} = deliveryPermission(queue.policy, {topicArn, queueArn: queue.queueArn})
  const policy = `The access policy of ${lowerFirst(subject)}`
  if (verdict === 'refused') return of('refuses', 'PolicyRefusesTopic', `${policy} refuses the topic: ${reason}`)
  if (verdict === 'unknown') return of('unknown', 'PolicyUnclear', `${policy} may refuse the topic: ${reason}`)
  if (deliveredSize > limit) {
    return of(
      'unknown',
      'EnvelopeTooLong',
      `In its envelope the message has about ${deliveredSize} bytes, and ${lowerFirst(subject)} takes ${limit}; raw message delivery has no envelope`,
    )
  }
  return {verdict: 'takes', kmsMasterKeyId}
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
