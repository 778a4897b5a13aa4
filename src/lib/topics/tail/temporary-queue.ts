import {CreateQueueCommand, DeleteQueueCommand, TagQueueCommand} from '@aws-sdk/client-sqs'
import {randomBytes} from 'node:crypto'
import type {TypedConnection} from '../../aws/command-line.js'
import {awsCliCommand} from '../../aws/command-line.js'
import type {AwsContext} from '../../aws/context.js'
import {queueUrlOf} from '../../aws/queue-url.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {queueRefOfUrl} from '../../queues/queue-ref.js'
import type {Temporary} from '../left-behind.js'
import type {TopicRef} from '../topic-ref.js'
import type {Owner} from './owner.js'
import {ownerTag} from './owner.js'

/** How the name of every temporary queue of a tail begins. */
export const QUEUE_PREFIX = 'msgops-tail-'

/** How the names of the temporary topic and queues of a live trial begin. */
export const LIVE_PREFIX = 'msgops-live-'

/** The tags of a temporary queue; doctors and clean-ups know it by them. */
export const TAGS = {
  temporary: 'msgops:temporary',
  expires: 'msgops:expires',
  owner: 'msgops:owner',
  topic: 'msgops:topic',
} as const

/** How long a temporary queue is its owner's without a sign of life, in milliseconds; a tail under way renews it. */
export const LEASE_MS = 3_600_000

/** What is not fetched within this time is gone: a queue left behind fills no further. */
const RETENTION_SECONDS = 3600
const MAX_NAME_LENGTH = 80

/** A name that no other tail takes: the prefix, what fits of the topic's name, and eight random hex digits. Pure but for the digits. */
export function temporaryName(topic: Pick<TopicRef, 'name' | 'fifo'>, digits = randomBytes(4).toString('hex')): string {
  const suffix = topic.fifo ? '.fifo' : ''
  const room = MAX_NAME_LENGTH - QUEUE_PREFIX.length - digits.length - 1 - suffix.length
  return `${QUEUE_PREFIX}${topic.name.replace(/\.fifo$/, '').slice(0, room)}-${digits}${suffix}`
}

/** The access policy of a temporary queue: SNS may send, for this one topic. Pure. */
export function deliveryPolicy(queue: string, topic: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {Service: 'sns.amazonaws.com'},
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: {ArnEquals: {'aws:SourceArn': topic}},
      },
    ],
  })
}

/** The queue that a tail is going to create, under a new name. */
export async function temporaryQueue(
  aws: AwsContext,
  topic: TopicRef,
  signal: AbortSignal,
  name = temporaryName(topic),
): Promise<QueueRef> {
  const {accountId} = await aws.identity(signal)
  return queueRefOfUrl(queueUrlOf({region: aws.region, accountId, name}, aws.endpointFor('sqs')), aws.region)
}

/** Attributes and tags of the queue of a tail: it lets this topic alone in, forgets after an hour, and tells whose it is. Pure. */
export function temporarySettings(
  queue: Pick<QueueRef, 'arn' | 'fifo'>,
  {topicArn, now, owner}: {topicArn: string; now: number; owner: Owner},
): {readonly attributes: Readonly<Record<string, string>>; readonly tags: Readonly<Record<string, string>>} {
  return {
    attributes: {
      MessageRetentionPeriod: String(RETENTION_SECONDS),
      Policy: deliveryPolicy(queue.arn, topicArn),
      ...(queue.fifo ? {FifoQueue: 'true'} : {}),
    },
    tags: {
      [TAGS.temporary]: 'topic-tail',
      [TAGS.expires]: new Date(now + LEASE_MS).toISOString(),
      [TAGS.owner]: ownerTag(owner),
      [TAGS.topic]: topicArn,
    },
  }
}

/** Creates the queue of a tail, tagged from its first moment. */
export async function createTemporaryQueue(
  aws: AwsContext,
  queue: QueueRef,
  of: {topicArn: string; now: number; owner: Owner},
): Promise<void> {
  const sqs = await aws.sqs()
  const {attributes, tags} = temporarySettings(queue, of)
  // No signal goes along: a queue whose creation was aborted would be there all the same, and nobody would know.
  await sqs.send(new CreateQueueCommand({QueueName: queue.name, Attributes: attributes, tags}))
}

/** Says that the queue is still in use. */
export async function renewLease(aws: AwsContext, queue: QueueRef, now: number): Promise<void> {
  const sqs = await aws.sqs()
  const expires = new Date(now + LEASE_MS).toISOString()
  await sqs.send(new TagQueueCommand({QueueUrl: queue.url, Tags: {[TAGS.expires]: expires}}))
}

/** A temporary queue that is to be removed, and how to do it by hand. */
export function queueToRemove(aws: TypedConnection, {name, url}: QueueRef): Temporary<'queue'> {
  return {what: 'queue', name, byHand: awsCliCommand(aws, 'sqs', ['delete-queue', '--queue-url', url])}
}

/** Deletes a temporary queue; one that is gone already is as good. Refuses (a bug, exit 70) a queue that is no temporary one by its name. */
export async function deleteTemporaryQueue(aws: AwsContext, queue: QueueRef): Promise<void> {
  if (![QUEUE_PREFIX, LIVE_PREFIX].some(prefix => queue.name.startsWith(prefix)))
    throw new Error(`${queue.name} is no temporary queue`)
  const sqs = await aws.sqs()
  try {
    await sqs.send(new DeleteQueueCommand({QueueUrl: queue.url}))
  } catch (error) {
    if (!(error instanceof OpsError) || error.exitCode !== ExitCode.notFound) throw error
  }
}
