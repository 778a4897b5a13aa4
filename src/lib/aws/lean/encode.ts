import type {
  ChangeMessageVisibilityBatchRequest,
  DeleteMessageBatchRequest,
  GetQueueAttributesRequest,
  MessageAttributeValue,
  SendMessageBatchRequest,
} from '@aws-sdk/client-sqs'
import {mapValues} from '../../map-values.js'
import {base64} from '../../base64.js'
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
  return attributes && mapValues(attributes, encodeAttribute)
}

function encodeAttribute(value: MessageAttributeValue): unknown {
  const {DataType, StringValue, BinaryValue, StringListValues, BinaryListValues} = value
  return {
    StringValue,
    BinaryValue: BinaryValue && base64(BinaryValue),
    StringListValues,
    BinaryListValues: BinaryListValues?.map(base64),
    DataType,
  }
}
