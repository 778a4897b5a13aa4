import {md5OfMessageAttributes} from '../../lib/messages/digest.js'
import {unknownAttribute} from './errors.js'
import type {MessageAttribute, StoredMessage} from './message.js'

const SYSTEM_ATTRIBUTES: Readonly<Record<string, (message: StoredMessage) => string | undefined>> = {
  SenderId: ({content}) => content.senderId,
  SentTimestamp: message => message.sentAtMs.toString(),
  ApproximateReceiveCount: message => message.receiveCount.toString(),
  ApproximateFirstReceiveTimestamp: message => message.firstReceivedAtMs?.toString(),
  SequenceNumber: message => message.sequenceNumber,
  MessageDeduplicationId: message => message.deduplicationId,
  MessageGroupId: ({content}) => content.groupId,
  AWSTraceHeader: ({content}) => content.traceHeader,
  DeadLetterQueueSourceArn: message => message.deadLetterQueueSourceArn,
}
const ALL_SYSTEM_ATTRIBUTES = Object.keys(SYSTEM_ATTRIBUTES)

/** What of a message a receive asked for. */
export interface MessageFilter {
  readonly systemAttributes: readonly string[]
  /** Patterns as given: `All`, `.*`, a name, or `prefix.*`. */
  readonly messageAttributes: readonly string[]
}

/** The system attributes for AttributeNames and MessageSystemAttributeNames together; throws InvalidAttributeName. */
export function systemAttributeNames(names: readonly string[]): readonly string[] {
  for (const name of names) if (name !== 'All' && !Object.hasOwn(SYSTEM_ATTRIBUTES, name)) throw unknownAttribute(name)
  return names.includes('All') ? ALL_SYSTEM_ATTRIBUTES : names
}

/** One entry of ReceiveMessage's `Messages`. MD5OfMessageAttributes covers the attributes that are returned (recorded). */
export function showMessage(message: StoredMessage, receiptHandle: string, filter: MessageFilter): object {
  const {body, bodyMd5, attributes} = message.content
  const shown: Record<string, unknown> = {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: bodyMd5,
    Body: body,
  }
  const system: Record<string, string> = {}
  for (const name of filter.systemAttributes) {
    const value = SYSTEM_ATTRIBUTES[name]?.(message)
    if (value !== undefined) system[name] = value
  }
  if (Object.keys(system).length > 0) shown.Attributes = system
  if (attributes !== undefined && filter.messageAttributes.length > 0) {
    const chosen: Record<string, MessageAttribute> = {}
    for (const [name, attribute] of Object.entries(attributes)) {
      if (filter.messageAttributes.some(pattern => fits(pattern, name))) chosen[name] = attribute
    }
    const md5 = md5OfMessageAttributes(chosen)
    if (md5 !== undefined) {
      shown.MD5OfMessageAttributes = md5
      shown.MessageAttributes = chosen
    }
  }
  return shown
}

function fits(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : pattern === name
}
