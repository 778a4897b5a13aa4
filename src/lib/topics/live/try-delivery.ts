import {PublishCommand} from '@aws-sdk/client-sns'
import {ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../../aws/context.js'
import {AwsOpsError} from '../../aws/errors.js'
import type {FilteredMessage, FilterPolicyScope} from '../../filters/filter-policy.js'
import type {LiveAnswer} from '../../filters/live.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {subscribe} from '../tail/subscription.js'
import type {LiveLeft} from './resources.js'
import {LiveResources} from './resources.js'
import type {LiveNames} from './temporary-names.js'
import {liveNames} from './temporary-names.js'

/** SNS delivers to all subscriptions at about the same time; this long the filtered queue is given after the control got the message. */
const SETTLE_SECONDS = 5
const POLL_SECONDS = 20

/** How SNS refuses an attribute of a subscription, by the wire's name and the SDK's. */
const REFUSALS: ReadonlySet<string> = new Set(['InvalidParameter', 'InvalidParameterException'])

/** What is to be tried on SNS itself. */
export interface LiveRequest {
  readonly policyText: string
  readonly scope: FilterPolicyScope
  readonly message: FilteredMessage
  /** How long the control queue may wait for the message, in seconds. */
  readonly waitSeconds: number
  readonly signal: AbortSignal
  /** Told of what could not be removed, also where the trial fails. */
  readonly onLeftBehind: (left: readonly LiveLeft[]) => void
}

/**
 * Publishes a message once, to a topic that is made for it and has two queues: one behind the filter policy, one without. The message in
 * the first is a match; in the control alone, and not in the first some seconds later, it is none; in neither, nothing is known. All that was
 * made is removed on every way out. The message has a body. Throws what AWS refuses.
 */
export async function tryDelivery(aws: AwsContext, request: LiveRequest): Promise<LiveAnswer> {
  const {signal, message} = request
  const resources = new LiveResources(aws, await liveNames(aws, signal))
  try {
    await resources.make(signal)
    signal.throwIfAborted()
    const refusal = await subscribeBoth(aws, resources.names, request)
    if (refusal !== undefined) return refusal
    signal.throwIfAborted()
    await publish(aws, resources.names.topicArn, message)
    return await delivered(aws, resources.names, request)
  } finally {
    const left = await resources.remove()
    if (left.length > 0) request.onLeftBehind(left)
  }
}

async function subscribeBoth(
  aws: AwsContext,
  {topicArn, control, filtered}: LiveNames,
  {policyText, scope}: LiveRequest,
): Promise<LiveAnswer | undefined> {
  await subscribe(aws, topicArn, control, {raw: false})
  try {
    await subscribe(aws, topicArn, filtered, {raw: false, filterPolicy: policyText, filterPolicyScope: scope})
    return undefined
  } catch (error) {
    if (!(error instanceof AwsOpsError) || !REFUSALS.has(error.code)) throw error
    const said = error.cause instanceof Error ? error.cause.message : error.message
    return {result: 'invalid', error: said.split('\n')[0]}
  }
}

async function publish(aws: AwsContext, topicArn: string, {attributes, body}: FilteredMessage): Promise<void> {
  const sns = await aws.snsOnce()
  // Of Binary attributes the value is not kept, and filters take no notice of them.
  const sent = Object.entries(attributes).flatMap(([name, {dataType, stringValue}]) =>
    stringValue === undefined ? [] : [[name, {DataType: dataType, StringValue: stringValue}] as const],
  )
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: body,
      MessageAttributes: Object.fromEntries(sent),
    }),
  )
}

async function delivered(
  aws: AwsContext,
  {control, filtered}: LiveNames,
  {waitSeconds, signal}: LiveRequest,
): Promise<LiveAnswer> {
  const arrived = await arrives(aws, control, waitSeconds, signal)
  if (await arrives(aws, filtered, arrived ? Math.min(SETTLE_SECONDS, waitSeconds) : 1, signal))
    return {result: 'match'}
  if (arrived) return {result: 'no-match'}
  const remark = `Within ${waitSeconds} s the message arrived nowhere, not even in the queue without a filter: that it did not pass is not shown. Try again with a longer --wait.`
  return {result: 'unknown', remark}
}

/** Whether a message is in the queue within so many seconds. */
async function arrives(aws: AwsContext, queue: QueueRef, seconds: number, signal: AbortSignal): Promise<boolean> {
  const sqs = await aws.sqs()
  for (let left = seconds; left > 0; left -= POLL_SECONDS) {
    const {Messages = []} = await sqs.send(
      new ReceiveMessageCommand({QueueUrl: queue.url, WaitTimeSeconds: Math.min(POLL_SECONDS, left)}),
      {abortSignal: signal},
    )
    if (Messages.length > 0) return true
  }
  return false
}
