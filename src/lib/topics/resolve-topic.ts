import {formatArn, isArn} from '../aws/arn.js'
import {opsCommand} from '../aws/command-line.js'
import type {AwsContext} from '../aws/context.js'
import {partitionOf} from '../aws/partitions.js'
import {nearest} from '../nearest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isAccessDenied} from '../queues/access.js'
import {listTopicArns} from './list-topics.js'
import {isNotFound} from './not-found.js'
import type {TopicAttributes} from './topic-attributes.js'
import {getTopicAttributes} from './topic-attributes.js'
import type {TopicRef} from './topic-ref.js'
import {isTopicName, topicRefOfArn} from './topic-ref.js'

/** Topic names looked through for some that are like the one not found. */
const NAMES_COMPARED = 5000

/** A topic that is there; `attributes` are absent where sns:GetTopicAttributes is denied. */
export interface FoundTopic extends TopicRef {
  readonly attributes?: TopicAttributes
}

interface Options {
  readonly signal?: AbortSignal
}

/**
 * Finds the topic that a name or an ARN means; a name is one of the credentials' own account. Throws `TopicDoesNotExist` (exit 5) with the
 * nearest names. An ARN of another service or region is refused (exit 2) before SNS is asked anything; one of another account is not,
 * because a topic's policy may let it in.
 */
export async function resolveTopic(aws: AwsContext, reference: string, options: Options = {}): Promise<FoundTopic> {
  const topic = await topicReference(aws, reference, options)
  try {
    const read = async (): Promise<TopicAttributes> => getTopicAttributes(aws, topic.arn, options)
    return {...topic, attributes: await readOfTopic(aws, topic, read, options)}
  } catch (error) {
    if (isAccessDenied(error)) return topic
    throw error
  }
}

/**
 * Reads a part of a topic; throws `TopicDoesNotExist` (exit 5) where SNS then says that the topic is not there: it may be gone meanwhile, and
 * of another account's it may be the first to be told.
 */
export async function readOfTopic<Value>(
  aws: AwsContext,
  topic: TopicRef,
  read: () => Promise<Value>,
  options: Options = {},
): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    if (isNotFound(error)) throw await unknownTopic(aws, topic, error, options)
    throw error
  }
}

/** What a name or an ARN means, whether or not there is such a topic; throws (exit 2) what resolveTopic refuses before it asks SNS. */
export async function topicReference(aws: AwsContext, reference: string, {signal}: Options): Promise<TopicRef> {
  if (isArn(reference)) {
    const topic = topicRefOfArn(reference)
    if (topic.region === aws.region) return topic
    throw new OpsError(`${reference} is in ${topic.region}, but this connection is to ${aws.region}`, {
      code: 'TopicRegionMismatch',
      exitCode: ExitCode.usage,
      suggestions: [`Run the command with --region ${topic.region}.`],
    })
  }
  if (!isTopicName(reference)) {
    throw new OpsError(
      `${JSON.stringify(reference)} is no topic name: up to 256 letters, digits, - and _, and .fifo at the end of a FIFO topic's`,
      {
        code: 'TopicNameInvalid',
        exitCode: ExitCode.usage,
        suggestions: [`Give the name or the ARN of a topic; list them with: ${opsCommand(aws, ['topic', 'list'])}`],
      },
    )
  }
  const {accountId} = await aws.identity(signal)
  const {region} = aws
  const arn = formatArn({partition: partitionOf(region).id, service: 'sns', region, accountId, resource: reference})
  return topicRefOfArn(arn)
}

async function unknownTopic(aws: AwsContext, topic: TopicRef, cause: OpsError, options: Options): Promise<OpsError> {
  return new OpsError(`There is no topic ${topic.name} in account ${topic.accountId}, ${topic.region}`, {
    code: 'TopicDoesNotExist',
    exitCode: ExitCode.notFound,
    suggestions: await whereToLook(aws, topic, options),
    requestId: cause.requestId,
    cause,
  })
}

async function whereToLook(aws: AwsContext, {name, accountId, arn}: TopicRef, options: Options): Promise<string[]> {
  const own = await ownAccount(aws, options)
  if (own !== undefined && own !== accountId) {
    return [
      `These credentials are of account ${own}, which cannot list the topics of another: check the account and the name in ${arn}, or use credentials of ${accountId}.`,
    ]
  }
  const near = await nearestTopics(aws, name, options)
  return near.length > 0
    ? [`Did you mean ${near.join(', ')}?`]
    : [`List the topics with: ${opsCommand(aws, ['topic', 'list'])}`]
}

// The answer is "no such topic" whether or not this can be read, or names to suggest.
async function ownAccount(aws: AwsContext, {signal}: Options): Promise<string | undefined> {
  try {
    return (await aws.identity(signal)).accountId
  } catch (error) {
    if (error instanceof OpsError) return undefined
    throw error
  }
}

async function nearestTopics(aws: AwsContext, name: string, {signal}: Options): Promise<string[]> {
  try {
    const {arns} = await listTopicArns(aws, {limit: NAMES_COMPARED, signal})
    return nearest(
      name,
      arns.map(arn => topicRefOfArn(arn).name),
    )
  } catch (error) {
    if (error instanceof OpsError) return []
    throw error
  }
}
