import type {Message, MessageAttributeValue, SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import {createHash} from 'node:crypto'
import {mapValues} from '../../map-values.js'
import {md5OfBody, md5OfMessageAttributes, messageSize} from '../../messages/digest.js'
import {contentDigest} from '../journal/content-digest.js'
import type {Refusal, Route, WholeMessage} from './options.js'

/** SendMessageBatch takes ten entries, and 1 MiB for one message and for the sum of a batch (aws-facts.md section 1). */
export const MAX_ENTRIES = 10
export const MAXIMUM_MESSAGE_SIZE = 1_048_576

/** SQS drops a FIFO send that repeats a deduplication id within five minutes; less a margin for the way there. */
export const DEDUPLICATION_MS = 300_000 - 30_000

/** A message ready to be sent, and the digests that the destination must return for it. */
export interface Outgoing {
  /** MessageId in the source. */
  readonly messageId: string
  readonly groupId: string | undefined
  readonly route: Route
  /** As it was received. */
  readonly original: WholeMessage
  /** Of what is sent, for the journal. */
  readonly digest: string
  /** Its Id is its position in the batch that is sent, and set with it. */
  readonly entry: SendMessageBatchRequestEntry
  /** As AWS counts: body and attributes with their names and types, without the trace header. */
  readonly bytes: number
  readonly bodyMd5: string
  readonly attributesMd5: string | undefined
  readonly systemAttributesMd5: string | undefined
}

/**
 * Makes the copy of a received message: exact body, every attribute with its type and label, trace header, message group (on
 * standard queues too), and on FIFO a deduplication id of our own, since a producer's id could still be inside its five minutes
 * and the copy be swallowed (redrive.md, catalogue 34). MessageId, SentTimestamp, SenderId and the receive count cannot be kept.
 */
export function toOutgoing(
  message: Message & {MessageId: string},
  to: {fifo: boolean; sourceArn: string; route: Route; original: WholeMessage},
): Outgoing {
  const body = message.Body ?? ''
  const {MessageAttributes: received = NO_ATTRIBUTES} = message
  const attributes = hasLists(received) ? mapValues(received, withoutLists) : received
  const groupId = message.Attributes?.MessageGroupId
  const traceHeader = message.Attributes?.AWSTraceHeader
  const system =
    traceHeader === undefined ? undefined : {AWSTraceHeader: {DataType: 'String', StringValue: traceHeader}}
  return {
    messageId: message.MessageId,
    groupId,
    route: to.route,
    original: to.original,
    digest: contentDigest(body, attributes),
    entry: {
      Id: undefined,
      MessageBody: body,
      MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,
      MessageSystemAttributes: system,
      MessageGroupId: groupId,
      MessageDeduplicationId: to.fifo ? deduplicationId(to.sourceArn, message.MessageId) : undefined,
    },
    bytes: messageSize(body, attributes),
    // What was received has been compared with its digests; only what was changed needs others.
    bodyMd5: body === to.original.Body ? (to.original.MD5OfBody ?? md5OfBody(body)) : md5OfBody(body),
    attributesMd5:
      message.MessageAttributes === to.original.MessageAttributes
        ? to.original.MD5OfMessageAttributes
        : md5OfMessageAttributes(attributes),
    systemAttributesMd5: system === undefined ? undefined : md5OfMessageAttributes(system),
  }
}

/** `rd-` and the SHA-256 of source ARN and source MessageId: the same at every attempt, and no producer's. */
export function deduplicationId(sourceArn: string, messageId: string): string {
  return `rd-${createHash('sha256').update(`${sourceArn}|${messageId}`).digest('hex')}`
}

/** Why this message cannot be sent to its queue, or undefined when it can. */
export function refusalOf(outgoing: Outgoing, to: {fifo: boolean}): Refusal | undefined {
  const {maximumBytes} = outgoing.route
  if (outgoing.entry.MessageBody === '') return {code: 'EmptyBody', message: 'SQS takes no message without a body'}
  if (outgoing.bytes > maximumBytes) {
    return {
      code: 'MessageTooLong',
      message: `${outgoing.bytes} bytes with its attributes; the destination takes ${maximumBytes} (MaximumMessageSize)`,
    }
  }
  if (to.fifo && outgoing.groupId === undefined) {
    return {
      code: 'MissingMessageGroupId',
      message: 'a FIFO queue takes no message without a message group, and none is made up',
    }
  }
  return undefined
}

/** Packs messages in order into batches of at most ten entries and 1 MiB. */
export function packBatches(messages: readonly Outgoing[]): Outgoing[][] {
  const batches: Outgoing[][] = []
  let batch: Outgoing[] = []
  let bytes = 0
  for (const message of messages) {
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + message.bytes > MAXIMUM_MESSAGE_SIZE)) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += message.bytes
  }
  return batch.length === 0 ? batches : [...batches, batch]
}

/** Splits messages into rounds that hold at most one message of each group, in order: the first of each group, then the second. */
export function roundsByGroup(messages: readonly Outgoing[]): Outgoing[][] {
  const rounds: Outgoing[][] = []
  const placed = new Map<string | undefined, number>()
  for (const message of messages) {
    const round = placed.get(message.groupId) ?? 0
    placed.set(message.groupId, round + 1)
    ;(rounds[round] ??= []).push(message)
  }
  return rounds
}

const NO_ATTRIBUTES: Readonly<Record<string, MessageAttributeValue>> = {}

// SQS returns the list members empty and refuses them when they are sent (UnsupportedOperation).
function hasLists(attributes: Readonly<Record<string, MessageAttributeValue>>): boolean {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name]
    if (value?.StringListValues !== undefined || value?.BinaryListValues !== undefined) return true
  }
  return false
}

function withoutLists({DataType, StringValue, BinaryValue}: MessageAttributeValue): MessageAttributeValue {
  return {DataType, StringValue, BinaryValue}
}
