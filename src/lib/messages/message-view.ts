import {base64} from '../base64.js'
import type {Message} from '@aws-sdk/client-sqs'

/** One message attribute; Binary values are base64 text, so that JSON carries every byte. */
export interface MessageAttributeView {
  /** `String`, `Number` or `Binary`, with the custom label the sender gave: `Number.float`. */
  readonly dataType: string
  readonly stringValue?: string
  readonly binaryValue?: string
}

/** A message as every command shows it. */
export interface MessageView {
  readonly messageId: string
  /** Always the exact string; never parsed and written anew. */
  readonly body: string
  /** Present only where the body is not the text itself but an encoding of it. */
  readonly bodyEncoding?: 'base64'
  readonly messageAttributes: Readonly<Record<string, MessageAttributeView>>
  /** The system attributes in AWS's words and values: `SentTimestamp` is epoch milliseconds as text. */
  readonly attributes: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly sentAt?: string
  /** ISO 8601: `sentAt` plus the queue's retention. On a FIFO DLQ, where the move resets the clock, never too late a time. */
  readonly expiresAt?: string
  /** Receives so far in all queues, the one that brought this view included. */
  readonly approximateReceiveCount?: number
  /** ARN of the queue that SQS moved the message from (`DeadLetterQueueSourceArn`). */
  readonly source?: string
}

/** What stands in a message view, so that an expression over one can be told from a typing slip. */
export const VIEW_NAMES = [
  'messageId',
  'body',
  'bodyEncoding',
  'messageAttributes',
  'attributes',
  'sentAt',
  'expiresAt',
  'approximateReceiveCount',
  'source',
] as const satisfies readonly (keyof MessageView)[]

/**
 * Turns a received message into the view of it that commands show and filter.
 * `retentionSeconds` is the queue's MessageRetentionPeriod; without it there is no `expiresAt`.
 * Shapes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
 */
export function toMessageView(message: Message, {retentionSeconds}: {retentionSeconds?: number} = {}): MessageView {
  const attributes: Readonly<Record<string, string | undefined>> = message.Attributes ?? {}
  const sentMs = wholeNumber(attributes.SentTimestamp)
  return {
    messageId: message.MessageId ?? '',
    body: message.Body ?? '',
    messageAttributes: attributeViews(message.MessageAttributes ?? {}),
    attributes: Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    sentAt: isoTime(sentMs),
    expiresAt:
      sentMs === undefined || retentionSeconds === undefined ? undefined : isoTime(sentMs + retentionSeconds * 1000),
    approximateReceiveCount: wholeNumber(attributes.ApproximateReceiveCount),
    source: attributes.DeadLetterQueueSourceArn,
  }
}

/** The message's size in bytes as AWS counts it: the body, and name, type and value of each attribute. */
export function viewSize({body, messageAttributes}: MessageView): number {
  const sizes = Object.entries(messageAttributes).map(
    ([name, {dataType, stringValue = '', binaryValue = ''}]) =>
      Buffer.byteLength(name) +
      Buffer.byteLength(dataType) +
      Buffer.byteLength(stringValue) +
      Buffer.byteLength(binaryValue, 'base64'),
  )
  return sizes.reduce((total, size) => total + size, Buffer.byteLength(body))
}

// Object.fromEntries defines each key, so that an attribute called __proto__ (a name SQS allows) stays an attribute.
function attributeViews(attributes: NonNullable<Message['MessageAttributes']>): Record<string, MessageAttributeView> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      {
        dataType: value.DataType ?? '',
        ...(value.StringValue === undefined ? {} : {stringValue: value.StringValue}),
        ...(value.BinaryValue === undefined ? {} : {binaryValue: base64(value.BinaryValue)}),
      },
    ]),
  )
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined || epochMs > 8.64e15 ? undefined : new Date(epochMs).toISOString()
}
