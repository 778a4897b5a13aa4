import {deliveryPermission} from './delivery-permission.js'
import type {DeliveryTarget} from './delivery-targets.js'
import {isRead} from './findings.js'

/** A sentence about a queue, without a full stop. */
export interface QueueReason {
  readonly code: string
  readonly message: string
}

/** Whether a queue takes a message from SNS: `unknown` where it cannot be told from here; the reasons are all that are known. */
export type QueueVerdict =
  | {readonly verdict: 'takes'; readonly kmsMasterKeyId?: string}
  | {readonly verdict: 'refuses' | 'unknown'; readonly reasons: readonly QueueReason[]}

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
 * key and access policy, in this order; who repairs one obstacle should know of the next. `subject` is how the sentences name it. Pure.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
 */
export function judgeQueue(
  queue: DeliveryTarget | undefined,
  {topicArn, size, deliveredSize}: Delivered,
  subject: string,
): QueueVerdict {
  const name = lowerFirst(subject)
  if (queue === 'missing') return only('refuses', 'EndpointMissing', `${subject} does not exist`)
  if (!isRead(queue)) return only('unknown', 'QueueUnread', queue?.unread ?? `${subject} could not be read`)
  const {maximumMessageSize: limit, kmsMasterKeyId} = queue
  const {verdict, reason = ''} = deliveryPermission(queue.policy, {topicArn, queueArn: queue.queueArn})
  const policy = `The access policy of ${name}`
  const refusals = [
    when(size > limit, 'MessageTooLong', `The message has ${size} bytes, and ${name} takes ${limit}`),
    when(
      kmsMasterKeyId?.endsWith('alias/aws/sqs') === true,
      'QueueKeyManaged',
      `${subject} is encrypted with alias/aws/sqs, which SNS cannot use`,
    ),
    when(verdict === 'refused', 'PolicyRefusesTopic', `${policy} refuses the topic: ${reason}`),
  ].flat()
  if (refusals.length > 0) return {verdict: 'refuses', reasons: refusals}
  const doubts = [
    when(verdict === 'unknown', 'PolicyUnclear', `${policy} may refuse the topic: ${reason}`),
    when(
      deliveredSize > limit,
      'EnvelopeTooLong',
      `In its envelope the message has about ${deliveredSize} bytes, and ${name} takes ${limit}; raw message delivery has no envelope`,
    ),
  ].flat()
  return doubts.length > 0 ? {verdict: 'unknown', reasons: doubts} : {verdict: 'takes', kmsMasterKeyId}
}

function only(verdict: 'refuses' | 'unknown', code: string, message: string): QueueVerdict {
  return {verdict, reasons: [{code, message}]}
}

function when(is: boolean, code: string, message: string): QueueReason[] {
  return is ? [{code, message}] : []
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
