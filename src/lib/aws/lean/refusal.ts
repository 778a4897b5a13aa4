import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type {Answer} from './answer.js'
import type {LeanOperation} from './lean-sqs.js'

const silent = () => undefined
const NO_LOGGER = {trace: silent, debug: silent, info: silent, warn: silent, error: silent}

/**
 * The error that the SDK makes of an answer that is no success. It reads the answer itself, by a client that is handed it and sends
 * nothing, so that an error has one name whichever way its request went.
 */
export async function refusalOf(answer: Answer, operation: LeanOperation): Promise<unknown> {
  const {statusCode, headers, text} = answer
  const body = Buffer.from(text)
  const reader = new SQSClient({
    region: 'us-east-1',
    endpoint: 'http://localhost',
    credentials: {accessKeyId: 'none', secretAccessKey: 'none'},
    // Given, so that the SDK looks nothing up in the environment or the user's files.
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'legacy',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    authSchemePreference: ['sigv4'],
    userAgentAppId: 'msgops',
    useQueueUrlAsEndpoint: false,
    logger: NO_LOGGER,
    requestHandler: {handle: async () => Promise.resolve({response: {statusCode, headers, body}})},
  })
  try {
    await read(reader, operation)
  } catch (error) {
    return error
  } finally {
    reader.destroy()
  }
  return new Error(`${operation} was answered with status ${statusCode}, in which the SDK sees no error.`)
}

async function read(reader: SQSClient, operation: LeanOperation): Promise<unknown> {
  const input = {QueueUrl: 'none', Entries: []}
  switch (operation) {
    case 'ReceiveMessage':
      return reader.send(new ReceiveMessageCommand(input))
    case 'SendMessageBatch':
      return reader.send(new SendMessageBatchCommand(input))
    case 'DeleteMessageBatch':
      return reader.send(new DeleteMessageBatchCommand(input))
    case 'ChangeMessageVisibilityBatch':
      return reader.send(new ChangeMessageVisibilityBatchCommand(input))
    case 'GetQueueAttributes':
      return reader.send(new GetQueueAttributesCommand(input))
  }
}
