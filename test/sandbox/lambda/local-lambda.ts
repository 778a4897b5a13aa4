import {Lambda, type CreateFunctionCommandInput} from '@aws-sdk/client-lambda'
import {SNS} from '@aws-sdk/client-sns'
import {SQS, type Message} from '@aws-sdk/client-sqs'
import {afterAll, beforeEach} from 'vitest'
import type {LambdaHandler} from '../../../src/sandbox/lambda/handlers/handler.js'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111122223333'
export const FUNCTION_PREFIX = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:`
export const QUEUE_PREFIX = `arn:aws:sqs:us-east-1:${ACCOUNT}:`
export const TOPIC_PREFIX = `arn:aws:sns:us-east-1:${ACCOUNT}:`
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/order-consumer`
/** An empty archive: a ZIP's end record and nothing else. */
export const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])
export const NOON = Date.UTC(2026, 3, 21, 12, 0, 0, 7)
export const MINUTE = 60_000

export interface Place {
  readonly account?: string
  readonly region?: string
}

/** A local AWS over HTTP, emptied and frozen at noon before each test, with the stock clients. */
export interface LocalLambda {
  readonly sandbox: Sandbox
  readonly lambda: Lambda
  readonly sqs: SQS
  readonly sns: SNS
  readonly lambdaOf: (place: Place) => Lambda
  /** Creates a function that runs a handler; returns its ARN. */
  readonly create: (name: string, handler: string, more?: Partial<CreateFunctionCommandInput>) => Promise<string>
  /** Invokes and parses the answer. */
  readonly call: (name: string, event?: unknown) => Promise<{error: string | undefined; payload: unknown}>
  /** Hands an event over asynchronously, and lets the function run for it. */
  readonly hand: (name: string, event?: unknown) => Promise<void>
  /** A queue, by its ARN. */
  readonly queue: (name: string, attributes?: Record<string, string>) => Promise<string>
  /** Receives and keeps everything that a queue holds. */
  readonly drain: (queueArn: string) => Promise<Message[]>
}

export async function localLambda(handlers: Readonly<Record<string, LambdaHandler>> = {}): Promise<LocalLambda> {
  const sandbox = await startSandbox({handlers})
  const options = ({account = 'sandbox', region = 'us-east-1'}: Place = {}) => ({
    endpoint: sandbox.url,
    region,
    credentials: {accessKeyId: account, secretAccessKey: 'x'},
    maxAttempts: 1,
  })
  const lambda = new Lambda(options())
  const sqs = new SQS(options())
  const sns = new SNS(options())
  beforeEach(async () => {
    await sandbox.reset()
    sandbox.clock.freeze(NOON)
  })
  afterAll(() => sandbox.close())
  return {
    sandbox,
    lambda,
    sqs,
    sns,
    lambdaOf: place => new Lambda(options(place)),
    async create(name, handler, more = {}) {
      const {FunctionArn = ''} = await lambda.createFunction({
        FunctionName: name,
        Handler: handler,
        Runtime: 'nodejs22.x',
        Role: ROLE,
        Code: {ZipFile: EMPTY_ZIP},
        ...more,
      })
      return FunctionArn
    },
    async call(name, event) {
      const {FunctionError, Payload} = await lambda.invoke({
        FunctionName: name,
        ...(event !== undefined && {Payload: JSON.stringify(event)}),
      })
      return {error: FunctionError, payload: JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown}
    },
    async hand(name, event = {}) {
      await lambda.invoke({FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(event)})
      sandbox.clock.advance(0)
    },
    async queue(name, attributes = {}) {
      await sqs.createQueue({QueueName: name, Attributes: attributes})
      return QUEUE_PREFIX + name
    },
    async drain(queueArn) {
      const drained: Message[] = []
      for (;;) {
        const {Messages = []} = await sqs.receiveMessage({
          QueueUrl: `${sandbox.url}/${queueArn.split(':').slice(4).join('/')}`,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
          VisibilityTimeout: 3600,
        })
        if (Messages.length === 0) return drained
        drained.push(...Messages)
      }
    },
  }
}

/** What a rejected call of the SDK must look like. */
export function refused(name: string, message: string, status = 400): object {
  return {name, message, $metadata: {httpStatusCode: status}}
}
