import type {SQS} from '@aws-sdk/client-sqs'
import {isDeepStrictEqual} from 'node:util'
import type {FuzzCase, Outcome, Planted} from './fuzz-case.js'

interface ShownMessage {
  readonly body: string
  readonly messageAttributes: Readonly<Record<string, {readonly dataType: string; readonly stringValue?: string}>>
}

/** What of a message is not as it was, where the command succeeded: in its document, or in the queue that the message went to; undefined where there is nothing to compare. */
export async function differences(
  {exact, planted}: FuzzCase,
  {code, stdout, merged}: Outcome,
  {sqs, queue}: {readonly sqs: SQS; readonly queue: string},
): Promise<string[] | undefined> {
  if (exact === undefined || planted === undefined || code !== 0) return undefined
  if (exact === 'shown') return merged ? undefined : shownOtherwise(stdout, planted)
  const {QueueUrl} = await sqs.getQueueUrl({QueueName: `${queue}-out`})
  const {Messages = []} = await sqs.receiveMessage({QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10})
  const [message, ...others] = Messages
  if (message === undefined || others.length > 0) return [`${Messages.length} messages arrived`]
  const attributes = Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([key, {DataType, StringValue}]) => [
      key,
      {DataType, StringValue},
    ]),
  )
  return [
    ...(message.Body === planted.body ? [] : ['another body arrived']),
    ...(isDeepStrictEqual(attributes, {...planted.attributes}) ? [] : ['other attributes arrived']),
  ]
}

function shownOtherwise(stdout: string, {body, attributes}: Planted): string[] {
  const {messages} = JSON.parse(stdout) as {messages: readonly ShownMessage[]}
  const [message, ...others] = messages
  if (message === undefined || others.length > 0) return [`${messages.length} messages are shown`]
  const shown = Object.fromEntries(
    Object.entries(message.messageAttributes).map(([key, {dataType, stringValue}]) => [
      key,
      {DataType: dataType, StringValue: stringValue},
    ]),
  )
  return [
    ...(message.body === body ? [] : ['another body is shown']),
    ...(isDeepStrictEqual(shown, {...attributes}) ? [] : ['other attributes are shown']),
  ]
}
