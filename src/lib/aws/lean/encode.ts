import type {
  ChangeMessageVisibilityBatchRequest,
  DeleteMessageBatchRequest,
  GetQueueAttributesRequest,
  MessageAttributeValue,
  SendMessageBatchRequest,
} from '@aws-sdk/client-sqs'
import type {LeanReceiveRequest} from './lean-sqs.js'

// Each writes the members of the service model and no other; JSON.stringify leaves out what is undefined.

export function encodeReceive(input: LeanReceiveRequest): string {
  return JSON.stringify({
    QueueUrl: input.QueueUrl,
    MessageSystemAttributeNames: input.MessageSystemAttributeNames,
    MessageAttributeNames: input.MessageAttributeNames,
    MaxNumberOfMessages: input.MaxNumberOfMessages,
    VisibilityTimeout: input.VisibilityTimeout,
    WaitTimeSeconds: input.WaitTimeSeconds,
    ReceiveRequestAttemptId: input.ReceiveRequestAttemptId,
  })
}

export function encodeSend({QueueUrl, Entries}: SendMessageBatchRequest): string {
  return JSON.stringify({
    QueueUrl,
    Entries: Entries?.map(entry => ({
      Id: entry.Id,
      MessageBody: entry.MessageBody,
      DelaySeconds: entry.DelaySeconds,
      MessageAttributes: encodeAttributes(entry.MessageAttributes),
      MessageSystemAttributes: encodeAttributes(entry.MessageSystemAttributes),
      MessageDeduplicationId: entry.MessageDeduplicationId,
      MessageGroupId: entry.MessageGroupId,
    })),
  })
}

export function encodeDelete({QueueUrl, Entries}: DeleteMessageBatchRequest): string {
  return JSON.stringify({QueueUrl, Entries: Entries?.map(({Id, ReceiptHandle}) => ({Id, ReceiptHandle}))})
}

export function encodeVisibility({QueueUrl, Entries}: ChangeMessageVisibilityBatchRequest): string {
  return JSON.stringify({
    QueueUrl,
    Entries: Entries?.map(({Id, ReceiptHandle, VisibilityTimeout}) => ({Id, ReceiptHandle, VisibilityTimeout})),
  })
}

export function encodeGetAttributes({QueueUrl, AttributeNames}: GetQueueAttributesRequest): string {
  return JSON.stringify({QueueUrl, AttributeNames})
}

function encodeAttributes(attributes: Readonly<Record<string, MessageAttributeValue>> | undefined): unknown {
  if (attributes === undefined) return undefined
  // fromEntries defines properties: an attribute may be called __proto__.
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      {
        StringValue: value.StringValue,
        BinaryValue: value.BinaryValue && base64(value.BinaryValue),
        StringListValues: value.StringListValues,
        BinaryListValues: value.BinaryListValues?.map(base64),
        DataType: value.DataType,
      },
    ]),
  )
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
