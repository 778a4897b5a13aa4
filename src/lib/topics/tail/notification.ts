import type {Message} from '@aws-sdk/client-sqs'
import type {MessageAttributeView, MessageView} from '../../messages/message-view.js'
import {toMessageView} from '../../messages/message-view.js'

/** A message of a topic as a tail shows it: the message view of what was published, and what SNS says about it. */
export interface TopicMessage extends MessageView {
  readonly topicArn: string
  /** Not passed on by raw message delivery. */
  readonly subject?: string
  /** FIFO topics only, and not passed on by raw message delivery: SNS's own number of the message. */
  readonly sequenceNumber?: string
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Opens the envelope that SNS puts around a message for a queue, so that id, time, body and attributes are those that were published; what
 * is no envelope (raw message delivery) is shown as the queue got it, in the same shape. Pure. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function topicMessage(
  message: Message,
  {raw, topicArn}: {readonly raw: boolean; readonly topicArn: string},
): TopicMessage {
  const {messageId, ...rest} = toMessageView(message)
  const view = {messageId, topicArn, ...rest}
  const envelope = raw ? undefined : envelopeOf(view.body)
  if (envelope === undefined) return view
  const {TopicArn, Subject, MessageId, Message: body, Timestamp, MessageAttributes, SequenceNumber} = envelope
  return {
    messageId: textOf(MessageId) ?? view.messageId,
    topicArn: textOf(TopicArn) ?? topicArn,
    subject: textOf(Subject),
    sequenceNumber: textOf(SequenceNumber),
    body: textOf(body) ?? '',
    messageAttributes: attributesOf(MessageAttributes),
    attributes: view.attributes,
    sentAt: textOf(Timestamp) ?? view.sentAt,
    approximateReceiveCount: view.approximateReceiveCount,
  }
}

function envelopeOf(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const notification = isRecord(value) && value.Type === 'Notification' && typeof value.Message === 'string'
    return notification ? value : undefined
  } catch {
    return undefined
  }
}

// Object.fromEntries defines each key, so that an attribute called __proto__ stays an attribute.
function attributesOf(value: unknown): Record<string, MessageAttributeView> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, attribute]) => {
      if (!isRecord(attribute)) return []
      const dataType = textOf(attribute.Type) ?? ''
      const text = textOf(attribute.Value) ?? ''
      return [[name, {dataType, ...(dataType.startsWith('Binary') ? {binaryValue: text} : {stringValue: text})}]]
    }),
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
