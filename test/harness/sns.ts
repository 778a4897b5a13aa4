import {SNS} from '@aws-sdk/client-sns'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import type {SQS} from '@aws-sdk/client-sqs'
import type {Sandbox} from '../../src/sandbox/server.js'

export const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:'
export const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:'

/** The SDK's own SNS client on the sandbox, to set the scene and to look at what a command left behind. */
export function snsOf(sandbox: Sandbox): SNS {
  return new SNS({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: {accessKeyId: 'sandbox', secretAccessKey: 'sandbox'},
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  })
}

/** Creates a queue that lets the topic in, and returns its URL. */
export async function queueFor(
  sqs: SQS,
  topic: string,
  name: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {Service: 'sns.amazonaws.com'},
        Action: 'sqs:SendMessage',
        Resource: `${QUEUE_ARN}${name}`,
        Condition: {ArnEquals: {'aws:SourceArn': `${TOPIC_ARN}${topic}`}},
      },
    ],
  })
  const fifo: Record<string, string> = name.endsWith('.fifo') ? {FifoQueue: 'true'} : {}
  const {QueueUrl = ''} = await sqs.createQueue({QueueName: name, Attributes: {Policy, ...fifo, ...attributes}})
  return QueueUrl
}

/** Subscribes a queue to a topic, by their names. */
export async function subscribe(
  sns: SNS,
  topic: string,
  queue: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const {SubscriptionArn = ''} = await sns.subscribe({
    TopicArn: `${TOPIC_ARN}${topic}`,
    Protocol: 'sqs',
    Endpoint: `${QUEUE_ARN}${queue}`,
    ReturnSubscriptionArn: true,
    Attributes: attributes,
  })
  return SubscriptionArn
}
