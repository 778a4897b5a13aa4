import {GetQueueAttributesCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueRef} from './queue-ref.js'

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue'
  readonly sourceQueueArns: readonly string[]
}

/** All attributes of a queue, in AWS's words; counts are AWS's approximations, durations seconds, sizes bytes, times ISO 8601. */
export interface QueueAttributes {
  readonly queueArn: string
  readonly approximateNumberOfMessages: number
  readonly approximateNumberOfMessagesNotVisible: number
  readonly approximateNumberOfMessagesDelayed: number
  readonly createdAt: string
  readonly lastModifiedAt: string
  readonly visibilityTimeout: number
  readonly messageRetentionPeriod: number
  readonly maximumMessageSize: number
  readonly delaySeconds: number
  readonly receiveMessageWaitTimeSeconds: number
  readonly fifoQueue: boolean
  readonly contentBasedDeduplication?: boolean
  readonly deduplicationScope?: string
  readonly fifoThroughputLimit?: string
  readonly sqsManagedSseEnabled: boolean
  readonly kmsMasterKeyId?: string
  readonly kmsDataKeyReusePeriodSeconds?: number
  readonly redrivePolicy?: RedrivePolicy
  readonly redriveAllowPolicy?: RedriveAllowPolicy
  /** The access policy as its JSON text. */
  readonly policy?: string
}

/**
 * Reads every attribute of a queue, parsed and typed. Throws what the AWS layer throws (`QueueDoesNotExist`, access denied),
 * and `UnexpectedResponse` when an attribute that SQS always returns is missing or malformed: a guess would be a wrong answer.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export async function getQueueAttributes(
  aws: AwsContext,
  queue: Pick<QueueRef, 'name' | 'url'>,
  {signal}: {signal?: AbortSignal} = {},
): Promise<QueueAttributes> {
  const sqs = await aws.sqs()
  const output = await sqs.send(new GetQueueAttributesCommand({QueueUrl: queue.url, AttributeNames: ['All']}), {
    abortSignal: signal,
  })
  return parseQueueAttributes(queue.name, output.Attributes ?? {})
}

/** Parses the attribute map of GetQueueAttributes (every value is text); throws `UnexpectedResponse` as getQueueAttributes does. */
export function parseQueueAttributes(name: string, raw: Readonly<Record<string, string | undefined>>): QueueAttributes {
  const read = new AttributeReader(name, raw)
  return {
    queueArn: read.text('QueueArn'),
    approximateNumberOfMessages: read.number('ApproximateNumberOfMessages'),
    approximateNumberOfMessagesNotVisible: read.number('ApproximateNumberOfMessagesNotVisible'),
    approximateNumberOfMessagesDelayed: read.number('ApproximateNumberOfMessagesDelayed'),
    createdAt: read.time('CreatedTimestamp'),
    lastModifiedAt: read.time('LastModifiedTimestamp'),
    visibilityTimeout: read.number('VisibilityTimeout'),
    messageRetentionPeriod: read.number('MessageRetentionPeriod'),
    maximumMessageSize: read.number('MaximumMessageSize'),
    delaySeconds: read.number('DelaySeconds'),
    receiveMessageWaitTimeSeconds: read.number('ReceiveMessageWaitTimeSeconds'),
    fifoQueue: raw.FifoQueue === 'true',
    contentBasedDeduplication: read.optional('ContentBasedDeduplication', text => text === 'true'),
    deduplicationScope: raw.DeduplicationScope,
    fifoThroughputLimit: raw.FifoThroughputLimit,
    sqsManagedSseEnabled: raw.SqsManagedSseEnabled === 'true',
    kmsMasterKeyId: raw.KmsMasterKeyId === '' ? undefined : raw.KmsMasterKeyId,
    kmsDataKeyReusePeriodSeconds: read.optional('KmsDataKeyReusePeriodSeconds', () =>
      read.number('KmsDataKeyReusePeriodSeconds'),
    ),
    redrivePolicy: read.optional('RedrivePolicy', () => redrivePolicy(read)),
    redriveAllowPolicy: read.optional('RedriveAllowPolicy', () => redriveAllowPolicy(read)),
    policy: raw.Policy === '' ? undefined : raw.Policy,
  }
}

class AttributeReader {
  constructor(
    private readonly queueName: string,
    private readonly raw: Readonly<Record<string, string | undefined>>,
  ) {}

  text(attribute: string): string {
    return this.raw[attribute] ?? this.fail(attribute)
  }

  number(attribute: string): number {
    const text = this.text(attribute)
    return /^\d{1,15}$/.test(text) ? Number(text) : this.fail(attribute)
  }

  time(attribute: string): string {
    const seconds = this.number(attribute)
    return seconds > 8.64e12 ? this.fail(attribute) : new Date(seconds * 1000).toISOString()
  }

  /** SQS sends an attribute that was removed as an empty text or not at all. */
  optional<Value>(attribute: string, parse: (text: string) => Value): Value | undefined {
    const text = this.raw[attribute]
    return text === undefined || text === '' ? undefined : parse(text)
  }

  object(attribute: string): Readonly<Record<string, unknown>> {
    let value: unknown
    try {
      value = JSON.parse(this.text(attribute))
    } catch {
      this.fail(attribute)
    }
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : this.fail(attribute)
  }

  fail(attribute: string): never {
    const shown = this.raw[attribute] === undefined ? 'is missing' : `is not understood: ${this.raw[attribute]}`
    throw new OpsError(`The attribute ${attribute} that SQS returned for ${this.queueName} ${shown}`, {
      code: 'UnexpectedResponse',
      exitCode: ExitCode.failed,
    })
  }
}

// SQS returns maxReceiveCount as it was set: as a number or as its text.
function redrivePolicy(read: AttributeReader): RedrivePolicy {
  const {deadLetterTargetArn, maxReceiveCount} = read.object('RedrivePolicy')
  const count =
    typeof maxReceiveCount === 'string' && /^\d{1,4}$/.test(maxReceiveCount) ? Number(maxReceiveCount) : maxReceiveCount
  if (typeof deadLetterTargetArn !== 'string' || typeof count !== 'number') return read.fail('RedrivePolicy')
  return {deadLetterTargetArn, maxReceiveCount: count}
}

function redriveAllowPolicy(read: AttributeReader): RedriveAllowPolicy {
  const {redrivePermission, sourceQueueArns} = read.object('RedriveAllowPolicy')
  if (redrivePermission !== 'allowAll' && redrivePermission !== 'denyAll' && redrivePermission !== 'byQueue') {
    return read.fail('RedriveAllowPolicy')
  }
  const arns: unknown[] = Array.isArray(sourceQueueArns) ? sourceQueueArns : []
  return {redrivePermission, sourceQueueArns: arns.filter(arn => typeof arn === 'string')}
}
