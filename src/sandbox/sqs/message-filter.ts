import {md5OfMessageAttributes} from '../../lib/messages/digest.js'
import {unknownAttribute} from './errors.js'
import type {MessageAttributes, StoredMessage} from './message.js'

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
  const {body, bodyMd5, attributes, attributesMd5} = message.content
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
  const chosen = attributes && chooseAttributes(attributes, filter.messageAttributes)
  if (chosen !== undefined) {
    shown.MD5OfMessageAttributes = chosen === attributes ? attributesMd5 : md5OfMessageAttributes(chosen)
    shown.MessageAttributes = chosen
  }
  return shown
}

/** The attributes that a receive asked for; undefined where there is none. */
function chooseAttributes(attributes: MessageAttributes, patterns: readonly string[]): MessageAttributes | undefined {
  if (patterns.includes('All') || patterns.includes('.*')) return attributes
  const chosen = Object.entries(attributes).filter(([name]) => patterns.some(pattern => fits(pattern, name)))
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined
}

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : pattern === name
}
