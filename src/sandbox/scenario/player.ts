import {DEFAULT_ACCOUNT_ID, SANDBOX_ACCESS_KEY_ID, SANDBOX_REGION} from '../accounts.js'
import type {Service} from '../service.js'
import type {VirtualClock} from '../virtual-clock.js'

export interface AttributeValue {
  readonly DataType: string
  readonly StringValue?: string
  readonly BinaryValue?: Buffer
}

/** A message to send, in the members of SendMessage. */
export interface Letter {
  readonly MessageBody: string
  readonly MessageAttributes?: Readonly<Record<string, AttributeValue>>
  readonly MessageSystemAttributes?: Readonly<Record<string, AttributeValue>>
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
  readonly DelaySeconds?: number
}

/** A message to publish, in the members of Publish. */
export interface Announcement {
  readonly Subject?: string
  readonly Message: string
  readonly MessageAttributes?: Readonly<Record<string, AttributeValue>>
}

export interface QueueSpec {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  /** The queue's DLQ by name, and how many receives a message gets. */
  readonly deadLetter?: {readonly queue: string; readonly maxReceiveCount: number}
}

const NEVER = new AbortController().signal

/** Plays producers and consumers against the real engine, so that what it leaves behind is what SQS itself would show. */
export class Player {
  readonly #sqs: Service
  readonly #sns: Service
  readonly #lambda: Service
  readonly #clock: VirtualClock
  readonly #origin: string
  #requests = 0

  /** `origin` is where links in what is sent lead. */
  constructor(options: {sqs: Service; sns: Service; lambda: Service; clock: VirtualClock; origin: string}) {
    this.#sqs = options.sqs
    this.#sns = options.sns
    this.#lambda = options.lambda
    this.#clock = options.clock
    this.#origin = options.origin
  }

  /** Moves the clock on to an instant; one that has already passed leaves it where it is. */
  travelTo(instantMs: number): void {
    this.#clock.advance(Math.max(0, instantMs - this.#clock.now()))
  }

  async createQueue({name, attributes, tags, deadLetter}: QueueSpec): Promise<void> {
    const redrive = deadLetter && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(deadLetter.queue),
        maxReceiveCount: deadLetter.maxReceiveCount,
      }),
    }
    await this.#sqsCall('CreateQueue', {QueueName: name, Attributes: {...attributes, ...redrive}, tags})
  }

  async setAttributes(queue: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    await this.#sqsCall('SetQueueAttributes', {QueueUrl: this.#queueUrl(queue), Attributes: attributes})
  }

  async send(queue: string, letter: Letter): Promise<void> {
    await this.#sqsCall('SendMessage', {QueueUrl: this.#queueUrl(queue), ...letter})
  }

  /** Receives without deleting. */
  async receive(queue: string, count: number, visibilitySeconds?: number): Promise<void> {
    await this.#sqsCall('ReceiveMessage', {
      QueueUrl: this.#queueUrl(queue),
      MaxNumberOfMessages: count,
      VisibilityTimeout: visibilitySeconds,
      WaitTimeSeconds: 0,
    })
  }

  /** A consumer that fails: it receives and lets the visibility timeout run out, so many times. */
  async failToProcess(queue: string, attempts: number, visibilitySeconds: number): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      await this.receive(queue, 10)
      this.#clock.advance(visibilitySeconds * 1000)
    }
  }

  async createTopic(
    name: string,
    attributes: Readonly<Record<string, string>>,
    tags: Readonly<Record<string, string>>,
  ): Promise<void> {
    const list = Object.entries(tags).map(([Key, Value]) => ({Key, Value}))
    await this.#call(this.#sns, 'CreateTopic', {Name: name, Attributes: attributes, Tags: list})
  }

  /** Subscribes a queue, which need not exist. */
  async subscribe(topic: string, queue: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    await this.#call(this.#sns, 'Subscribe', {
      TopicArn: topicArn(topic),
      Protocol: 'sqs',
      Endpoint: queueArn(queue),
      Attributes: attributes,
    })
  }

  async publish(topic: string, announcement: Announcement): Promise<void> {
    await this.#call(this.#sns, 'Publish', {TopicArn: topicArn(topic), ...announcement})
  }

  /** In the members of CreateFunction. */
  async createFunction(input: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#call(this.#lambda, 'CreateFunction', input)
  }

  /** In the members of AddPermission. */
  async addPermission(input: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#call(this.#lambda, 'AddPermission', input)
  }

  #queueUrl(name: string): string {
    return `${this.#origin}/${DEFAULT_ACCOUNT_ID}/${name}`
  }

  #sqsCall(action: string, input: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#call(this.#sqs, action, input)
  }

  async #call(service: Service, action: string, input: Readonly<Record<string, unknown>>): Promise<void> {
    await service.handle({
      account: DEFAULT_ACCOUNT_ID,
      region: SANDBOX_REGION,
      accessKeyId: SANDBOX_ACCESS_KEY_ID,
      action,
      input: Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
      requestId: `scenario-${this.#requests++}`,
      origin: this.#origin,
      signal: NEVER,
    })
  }
}

export function topicArn(name: string): string {
  return `arn:aws:sns:${SANDBOX_REGION}:${DEFAULT_ACCOUNT_ID}:${name}`
}

export function queueArn(name: string): string {
  return `arn:aws:sqs:${SANDBOX_REGION}:${DEFAULT_ACCOUNT_ID}:${name}`
}

/** Message attributes in few words. */
export const text = (StringValue: string, type = 'String'): AttributeValue => ({DataType: type, StringValue})
export const number = (value: number | string, type = 'Number'): AttributeValue => ({
  DataType: type,
  StringValue: String(value),
})
export const binary = (BinaryValue: Buffer, type = 'Binary'): AttributeValue => ({DataType: type, BinaryValue})
