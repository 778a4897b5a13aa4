import type {
  BatchResultErrorEntry,
  ChangeMessageVisibilityBatchResult,
  DeleteMessageBatchResult,
  GetQueueAttributesResult,
  Message,
  MessageAttributeValue,
  ReceiveMessageResult,
  SendMessageBatchResult,
} from '@aws-sdk/client-sqs'

/** A document or a part of it, as JSON gives it. */
export type Members = Readonly<Record<string, unknown>>

// Each reads the members of the service model and no other; what has another type than the model says throws TypeError.

export function decodeReceive(document: Members): ReceiveMessageResult {
  return {Messages: list(document.Messages)?.map(decodeMessage)}
}

export function decodeSend(document: Members): SendMessageBatchResult {
  return {
    Successful: list(document.Successful)?.map(entry => ({
      Id: text(entry.Id),
      MessageId: text(entry.MessageId),
      MD5OfMessageBody: text(entry.MD5OfMessageBody),
      MD5OfMessageAttributes: text(entry.MD5OfMessageAttributes),
      MD5OfMessageSystemAttributes: text(entry.MD5OfMessageSystemAttributes),
      SequenceNumber: text(entry.SequenceNumber),
    })),
    Failed: list(document.Failed)?.map(decodeFailure),
  }
}

export function decodeIds(document: Members): DeleteMessageBatchResult & ChangeMessageVisibilityBatchResult {
  return {
    Successful: list(document.Successful)?.map(entry => ({Id: text(entry.Id)})),
    Failed: list(document.Failed)?.map(decodeFailure),
  }
}

export function decodeGetAttributes(document: Members): GetQueueAttributesResult {
  const attributes = map(document.Attributes)
  if (attributes) for (const name of Object.keys(attributes)) text(attributes[name])
  return {Attributes: attributes}
}

function decodeFailure(entry: Members): BatchResultErrorEntry {
  const {SenderFault: senderFault} = entry
  if (senderFault !== undefined && senderFault !== null && typeof senderFault !== 'boolean')
    throw wrongType('a boolean')
  return {
    Id: text(entry.Id),
    SenderFault: senderFault ?? undefined,
    Code: text(entry.Code),
    Message: text(entry.Message),
  }
}

function decodeMessage(message: Members): Message {
  const attributes = map(message.MessageAttributes)
  // In place, because assigning to an own property is safe for an attribute called __proto__ and making a new one is not.
  if (attributes) for (const name of Object.keys(attributes)) attributes[name] = decodeAttribute(attributes[name])
  return {
    MessageId: text(message.MessageId),
    ReceiptHandle: text(message.ReceiptHandle),
    MD5OfBody: text(message.MD5OfBody),
    Body: text(message.Body),
    Attributes: map(message.Attributes),
    MD5OfMessageAttributes: text(message.MD5OfMessageAttributes),
    MessageAttributes: attributes as Message['MessageAttributes'],
  }
}

function decodeAttribute(value: unknown): MessageAttributeValue {
  const members = object(value)
  const attribute: MessageAttributeValue = {
    StringValue: text(members.StringValue),
    BinaryValue: blob(members.BinaryValue),
    DataType: text(members.DataType),
  }
  const strings = array(members.StringListValues)
  const blobs = array(members.BinaryListValues)
  if (strings) attribute.StringListValues = strings.map(item => text(item) ?? '')
  if (blobs) attribute.BinaryListValues = blobs.map(item => blob(item) ?? new Uint8Array())
  return attribute
}

function array(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw wrongType('a list')
  return value as readonly unknown[]
}

function list(value: unknown): Members[] | undefined {
  return array(value)?.map(object)
}

/** The value as an object; throws TypeError for anything else. */
export function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType('an object')
  return value as Record<string, unknown>
}

function map(value: unknown): Record<string, unknown> | undefined {
  return value === undefined || value === null ? undefined : object(value)
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw wrongType('a text')
  return value
}

function blob(value: unknown): Uint8Array | undefined {
  const encoded = text(value)
  if (encoded === undefined) return undefined
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw wrongType('base64')
  const bytes = Buffer.from(encoded, 'base64')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function wrongType(expected: string): TypeError {
  return new TypeError(`A member of the answer is not ${expected}.`)
}
