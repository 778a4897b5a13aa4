import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import type {SqsApi} from '../context.js'
import type {LeanSqs} from './lean-sqs.js'

/** The calls of LeanSqs through an SDK client: give it one that never repeats (`sqsOnce`). */
export function leanSqsOverSdk(sqs: SqsApi): LeanSqs {
  return {
    receiveMessage: async (input, {signal} = {}) => sqs.send(new ReceiveMessageCommand(input), {abortSignal: signal}),
    sendMessageBatch: async (input, {signal} = {}) =>
      sqs.send(new SendMessageBatchCommand(input), {abortSignal: signal}),
    deleteMessageBatch: async (input, {signal} = {}) =>
      sqs.send(new DeleteMessageBatchCommand(input), {abortSignal: signal}),
    changeMessageVisibilityBatch: async (input, {signal} = {}) =>
      sqs.send(new ChangeMessageVisibilityBatchCommand(input), {abortSignal: signal}),
    getQueueAttributes: async (input, {signal} = {}) =>
      sqs.send(new GetQueueAttributesCommand(input), {abortSignal: signal}),
  }
}
