import {SNS} from '@aws-sdk/client-sns'
import {SQS, type Message} from '@aws-sdk/client-sqs'
import {afterAll, beforeEach} from 'vitest'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111122223333'
export const TOPIC_PREFIX = `arn:aws:sns:us-east-1:${ACCOUNT}:`
export const QUEUE_PREFIX = `arn:aws:sqs:us-east-1:${ACCOUNT}:`
/** An instant with milliseconds, for texts that carry one. */
export const NOON = Date.UTC(2026, 3, 21, 12, 0, 0, 7)

/** Attributes of AWS are strings; one that is undefined is not sent. */
export type Attributes = Readonly<Partial<Record<string, string>>>

export interface Place {
  readonly account?: string
  readonly region?: string
}

/** A local AWS over HTTP, emptied and frozen at noon before each test, with the stock clients. */
export interface LocalSns {
  readonly sandbox: Sandbox
  readonly sns: SNS
  readonly sqs: SQS
  /** A client of another account or region. */
  readonly snsOf: (place: Place) => SNS
  readonly sqsOf: (place: Place) => SQS
  readonly topic: (name: string, attributes?: Attributes) => Promise<string>
  /** A queue that lets the topic in; FIFO by its name. Returns its ARN. */
  readonly queue: (name: string, topicArn?: string, attributes?: Attributes) => Promise<string>
  /** Subscribes a queue; returns the subscription's ARN. */
  readonly subscribe: (topicArn: string, queueArn: string, attributes?: Attributes) => Promise<string>
  /** Receives and keeps everything that a queue holds. */
  readonly drain: (queueArn: string) => Promise<Message[]>
  /** The bodies in a queue. */
  readonly bodies: (queueArn: string) => Promise<string[]>
  readonly subscriptionAttributes: (arn: string) => Promise<Record<string, string>>
}

/** `log` gets what the local AWS tells of itself. */
export async function localSns(log?: (line: string) => void): Promise<LocalSns> {
  const sandbox = await startSandbox({log})
  const options = ({account = 'sandbox', region = 'us-east-1'}: Place = {}) => ({
    endpoint: sandbox.url,
    region,
    credentials: {accessKeyId: account, secretAccessKey: 'x'},
    maxAttempts: 1,
  })
  const sns = new SNS(options())
  const sqs = new SQS(options())
  beforeEach(async () => {
    await sandbox.reset()
    sandbox.clock.freeze(NOON)
  })
  afterAll(() => sandbox.close())

  const urlOf = (queueArn: string) => `${sandbox.url}/${queueArn.split(':').slice(4).join('/')}`
  const drain = async (queueArn: string) => {
    const drained: Message[] = []
    for (;;) {
      const {Messages = []} = await sqs.receiveMessage({
        QueueUrl: urlOf(queueArn),
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        VisibilityTimeout: 3600,
      })
      if (Messages.length === 0) return drained
      drained.push(...Messages)
    }
  }
  return {
    sandbox,
    sns,
    sqs,
    snsOf: place => new SNS(options(place)),
    sqsOf: place => new SQS(options(place)),
    async topic(name, attributes = {}) {
      const fifo = name.endsWith('.fifo') ? {FifoTopic: 'true'} : {}
      const {TopicArn = ''} = await sns.createTopic({Name: name, Attributes: given({...fifo, ...attributes})})
      return TopicArn
    },
    async queue(name, topicArn, attributes = {}) {
      const arn = QUEUE_PREFIX + name
      await sqs.createQueue({
        QueueName: name,
        Attributes: {
          ...(name.endsWith('.fifo') && {FifoQueue: 'true'}),
          ...(topicArn !== undefined && {Policy: letIn(arn, topicArn)}),
          ...attributes,
        },
      })
      return arn
    },
    async subscribe(topicArn, queueArn, attributes) {
      const {SubscriptionArn = ''} = await sns.subscribe({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queueArn,
        Attributes: attributes && given(attributes),
      })
      return SubscriptionArn
    },
    drain,
    bodies: async queueArn => (await drain(queueArn)).map(({Body = ''}) => Body),
    async subscriptionAttributes(arn) {
      const {Attributes = {}} = await sns.getSubscriptionAttributes({SubscriptionArn: arn})
      return Attributes
    },
  }
}

function given(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
}

/** The queue policy of AWS's developer guide for a queue as subscriber. */
export function letIn(queueArn: string, topicArn: string, change: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {Service: 'sns.amazonaws.com'},
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: {ArnEquals: {'aws:SourceArn': topicArn}},
        ...change,
      },
    ],
  })
}

/** What a rejected call of the SDK must look like. */
export function refused(code: string, message: string, status = 400): object {
  return {Code: code, message, $metadata: {httpStatusCode: status}}
}

export function invalid(what: string): object {
  return refused('InvalidParameter', `Invalid parameter: ${what}`)
}
