import {GetQueueUrlCommand} from '@aws-sdk/client-sqs'
import {isArn, isQueueName, parseQueueArn} from '../aws/arn.js'
import type {AwsContext} from '../aws/context.js'
import {assertOwnQueueUrl, queueUrlOf} from '../aws/queue-url.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isAccessDenied} from './access.js'
import {listQueueUrls} from './list-queues.js'
import {nearest} from '../nearest.js'
import type {QueueRef} from './queue-ref.js'
import {queueRefOfUrl} from './queue-ref.js'

export type {QueueRef} from './queue-ref.js'

/** Queue names looked through for some that are like the one not found. */
const NAMES_COMPARED = 5000

interface Options {
  readonly signal?: AbortSignal
}

/**
 * Finds the queue that a name, URL or ARN means. Throws `QueueDoesNotExist` (exit 5) with the nearest names;
 * a URL of a foreign host and an ARN of another service, region or account are refused (exit 2) before SQS is asked anything.
 */
export async function resolveQueue(aws: AwsContext, reference: string, options: Options = {}): Promise<QueueRef> {
  const {name, url} = await checkedReference(aws, reference)
  try {
    return await urlOfName(aws, name, options)
  } catch (error) {
    // A queue whose URL is known can be used without sqs:GetQueueUrl.
    if (url !== undefined && isAccessDenied(error)) return queueRefOfUrl(url, aws.region)
    if (isUnknown(error)) throw await unknownQueue(aws, name, error, options)
    throw error
  }
}

/** The queue of that name in the account and region of the credentials, or undefined where there is none. */
export async function findQueue(aws: AwsContext, name: string, options: Options = {}): Promise<QueueRef | undefined> {
  try {
    return await urlOfName(aws, name, options)
  } catch (error) {
    if (isUnknown(error)) return undefined
    throw error
  }
}

async function checkedReference(aws: AwsContext, reference: string): Promise<{name: string; url?: string}> {
  if (isArn(reference)) return ownArn(aws, reference)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(reference)) {
    const connection = {region: aws.region, endpoint: aws.endpointFor('sqs')}
    // The host is judged before the account is asked for: a foreign URL costs no request at all.
    assertOwnQueueUrl(reference, connection)
    const {accountId} = await aws.identity()
    const {name, url} = assertOwnQueueUrl(reference, {...connection, accountId})
    return {name, url}
  }
  if (isQueueName(reference)) return {name: reference}
  throw new OpsError(
    `${JSON.stringify(reference)} is no queue name: up to 80 letters, digits, - and _, and .fifo at the end of a FIFO queue's`,
    {
      code: 'QueueNameInvalid',
      exitCode: ExitCode.usage,
      suggestions: ['Give the name, the URL or the ARN of a queue; list them with: msgops queue list'],
    },
  )
}

async function ownArn(aws: AwsContext, arn: string): Promise<{name: string; url: string}> {
  const address = parseQueueArn(arn)
  if (address.region !== aws.region) {
    throw new OpsError(`${arn} is in ${address.region}, but this connection is to ${aws.region}`, {
      code: 'QueueRegionMismatch',
      exitCode: ExitCode.usage,
      suggestions: [`Run the command with --region ${address.region}.`],
    })
  }
  const {accountId} = await aws.identity()
  if (address.accountId !== accountId) {
    throw new OpsError(`${arn} is in account ${address.accountId}, but the credentials are of account ${accountId}`, {
      code: 'QueueAccountMismatch',
      exitCode: ExitCode.usage,
      suggestions: [`Use a --profile of account ${address.accountId}.`],
    })
  }
  return {name: address.name, url: queueUrlOf(address, aws.endpointFor('sqs'))}
}

async function urlOfName(aws: AwsContext, name: string, {signal}: Options): Promise<QueueRef> {
  const sqs = await aws.sqs()
  const {QueueUrl: url = ''} = await sqs.send(new GetQueueUrlCommand({QueueName: name}), {abortSignal: signal})
  return queueRefOfUrl(url, aws.region)
}

function isUnknown(error: unknown): error is OpsError {
  return error instanceof OpsError && error.code === 'QueueDoesNotExist'
}

async function unknownQueue(aws: AwsContext, name: string, cause: OpsError, options: Options): Promise<OpsError> {
  const identity = await aws.identity().catch(() => undefined)
  const near = await nearestQueues(aws, name, options)
  const where = identity === undefined ? aws.region : `account ${identity.accountId}, ${aws.region}`
  return new OpsError(`There is no queue ${name} in ${where}`, {
    code: 'QueueDoesNotExist',
    exitCode: ExitCode.notFound,
    suggestions: near.length > 0 ? [`Did you mean ${near.join(', ')}?`] : ['List the queues with: msgops queue list'],
    requestId: cause.requestId,
    cause,
  })
}

// The answer is "no such queue" whether or not names to suggest can be read.
async function nearestQueues(aws: AwsContext, name: string, {signal}: Options): Promise<string[]> {
  try {
    const {urls} = await listQueueUrls(aws, {limit: NAMES_COMPARED, signal})
    return nearest(
      name,
      urls.map(url => queueRefOfUrl(url, aws.region).name),
    )
  } catch (error) {
    if (error instanceof OpsError) return []
    throw error
  }
}
