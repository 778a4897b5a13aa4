import {GetTopicAttributesCommand} from '@aws-sdk/client-sns'
import type {AwsContext} from '../aws/context.js'
import {patiently} from './throttling.js'

/** 256 KiB, unless the topic's MaximumMessageSize says otherwise (up to 1 MiB). */
const DEFAULT_MESSAGE_BYTES = 262_144

/** The protocols whose deliveries SNS can log, as the attributes' names begin. */
const LOGGED_PROTOCOLS = ['Application', 'Firehose', 'HTTP', 'Lambda', 'SQS'] as const

/** Delivery status logging of one protocol: roles are ARNs, the rate is a percentage of successful deliveries. */
export interface DeliveryLogging {
  readonly protocol: (typeof LOGGED_PROTOCOLS)[number]
  readonly successFeedbackRoleArn?: string
  readonly successFeedbackSampleRate?: number
  readonly failureFeedbackRoleArn?: string
}

/** The attributes of a topic, in AWS's words; sizes are bytes, the policies JSON texts as they are stored. */
export interface TopicAttributes {
  readonly owner?: string
  readonly displayName?: string
  readonly subscriptionsConfirmed?: number
  readonly subscriptionsPending?: number
  readonly subscriptionsDeleted?: number
  readonly policy?: string
  readonly deliveryPolicy?: string
  readonly maximumMessageSize: number
  readonly kmsMasterKeyId?: string
  readonly contentBasedDeduplication?: boolean
  readonly fifoThroughputScope?: string
  readonly archivePolicy?: string
  readonly signatureVersion?: string
  readonly tracingConfig?: string
  readonly deliveryLogging: readonly DeliveryLogging[]
}

/**
 * Reads the attributes of a topic, parsed and typed; throws what the AWS layer throws (`NotFoundException`, access denied).
 * https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
 */
export async function getTopicAttributes(
  aws: AwsContext,
  topicArn: string,
  {signal}: {signal?: AbortSignal} = {},
): Promise<TopicAttributes> {
  const sns = await aws.sns()
  const {Attributes} = await patiently(
    async () => sns.send(new GetTopicAttributesCommand({TopicArn: topicArn}), {abortSignal: signal}),
    {signal},
  )
  return parseTopicAttributes(topicArn, Attributes ?? {})
}

/** Parses the attribute map of GetTopicAttributes, in which every value is text and the default ones may be absent. Pure. */
export function parseTopicAttributes(
  topicArn: string,
  raw: Readonly<Record<string, string | undefined>>,
): TopicAttributes {
  const fifo = topicArn.endsWith('.fifo')
  return {
    owner: raw.Owner,
    displayName: textOf(raw.DisplayName),
    subscriptionsConfirmed: countOf(raw.SubscriptionsConfirmed),
    subscriptionsPending: countOf(raw.SubscriptionsPending),
    subscriptionsDeleted: countOf(raw.SubscriptionsDeleted),
    policy: textOf(raw.Policy),
    deliveryPolicy: textOf(raw.DeliveryPolicy),
    maximumMessageSize: countOf(raw.MaximumMessageSize) ?? DEFAULT_MESSAGE_BYTES,
    kmsMasterKeyId: textOf(raw.KmsMasterKeyId),
    contentBasedDeduplication: fifo ? raw.ContentBasedDeduplication === 'true' : undefined,
    fifoThroughputScope: textOf(raw.FifoThroughputScope),
    archivePolicy: textOf(raw.ArchivePolicy),
    signatureVersion: textOf(raw.SignatureVersion),
    tracingConfig: textOf(raw.TracingConfig),
    deliveryLogging: LOGGED_PROTOCOLS.flatMap(protocol => {
      const logging = loggingOf(protocol, raw)
      return logging === undefined ? [] : [logging]
    }),
  }
}

function loggingOf(
  protocol: DeliveryLogging['protocol'],
  raw: Readonly<Record<string, string | undefined>>,
): DeliveryLogging | undefined {
  const successFeedbackRoleArn = textOf(raw[`${protocol}SuccessFeedbackRoleArn`])
  const failureFeedbackRoleArn = textOf(raw[`${protocol}FailureFeedbackRoleArn`])
  if (successFeedbackRoleArn === undefined && failureFeedbackRoleArn === undefined) return undefined
  const successFeedbackSampleRate = countOf(raw[`${protocol}SuccessFeedbackSampleRate`])
  return {protocol, successFeedbackRoleArn, successFeedbackSampleRate, failureFeedbackRoleArn}
}

function textOf(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
