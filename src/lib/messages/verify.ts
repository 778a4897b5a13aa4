import type {Message} from '@aws-sdk/client-sqs'
import {md5OfBody, md5OfMessageAttributes} from './digest.js'

/** What of a message does not agree with the MD5 digest that SQS gave for it. */
export type DigestMismatch = 'body' | 'messageAttributes'

/**
 * Compares a received message with its digests, the attributes too (the SDK checks bodies only); a missing digest is a mismatch.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function digestMismatch(message: Message): DigestMismatch | undefined {
  if (message.MD5OfBody !== md5OfBody(message.Body ?? '')) return 'body'
  const attributes = message.MessageAttributes ?? {}
  const expected = Object.keys(attributes).length === 0 ? undefined : md5OfMessageAttributes(attributes)
  return message.MD5OfMessageAttributes === expected ? undefined : 'messageAttributes'
}
