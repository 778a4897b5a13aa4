import {PurgeQueueCommand} from '@aws-sdk/client-sqs'
import {setTimeout as delay} from 'node:timers/promises'
import type {AwsContext} from '../aws/context.js'
import {AwsOpsError} from '../aws/errors.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {getQueueAttributes} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'

/** "The message deletion process takes up to 60 seconds"; and a queue takes one purge in 60 seconds. */
const PURGE_SECONDS = 60

/** What a purge is about to delete, or was asked to. */
export interface PurgeResult {
  readonly queue: {readonly name: string; readonly url: string; readonly arn: string}
  readonly accountId: string
  readonly region: string
  readonly dryRun: boolean
  /** Approximate counts read before the purge; in flight and delayed messages are deleted as well. */
  readonly approximateNumberOfMessages: number
  readonly approximateNumberOfMessagesNotVisible: number
  readonly approximateNumberOfMessagesDelayed: number
  /** Instants in ISO 8601; absent in a dry run. Until `completeBy` messages may still be received, and new ones may be deleted. */
  readonly requestedAt?: string
  readonly completeBy?: string
}

/** Reads what a purge of the queue would delete; changes nothing. */
export async function planPurge(
  aws: AwsContext,
  queue: QueueRef,
  {signal}: {signal?: AbortSignal} = {},
): Promise<PurgeResult> {
  const attributes = await getQueueAttributes(aws, queue, {signal})
  return {
    queue: {name: queue.name, url: queue.url, arn: queue.arn},
    accountId: queue.accountId,
    region: queue.region,
    dryRun: true,
    approximateNumberOfMessages: attributes.approximateNumberOfMessages,
    approximateNumberOfMessagesNotVisible: attributes.approximateNumberOfMessagesNotVisible,
    approximateNumberOfMessagesDelayed: attributes.approximateNumberOfMessagesDelayed,
  }
}

/** What the confirmation shows: which queue, where, and how much goes. */
export function purgeDetails(plan: PurgeResult): string[] {
  const {approximateNumberOfMessages, approximateNumberOfMessagesNotVisible, approximateNumberOfMessagesDelayed} = plan
  return [
    `Queue:   ${plan.queue.arn}`,
    `Account: ${plan.accountId}, region ${plan.region}`,
    `Deletes: about ${approximateNumberOfMessages} visible, ${approximateNumberOfMessagesNotVisible} in flight and ${approximateNumberOfMessagesDelayed} delayed messages. There is no undo.`,
  ]
}

/**
 * Deletes every message of the queue, those in flight and delayed included; there is no undo. One attempt.
 * Throws `PurgeQueueInProgress` (exit 6) when the queue was purged within the last 60 seconds and nothing new was begun,
 * and `PurgeOutcomeUnknown` (exit 6) when the answer was lost.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
 */
export async function purgeQueue(
  aws: AwsContext,
  plan: PurgeResult,
  {signal, now = Date.now}: {signal?: AbortSignal; now?: () => number} = {},
): Promise<PurgeResult> {
  const sqs = await aws.sqsOnce()
  signal?.throwIfAborted()
  try {
    await sqs.send(new PurgeQueueCommand({QueueUrl: plan.queue.url}))
  } catch (error) {
    throw explained(plan, error)
  }
  const requestedAt = now()
  return {
    ...plan,
    dryRun: false,
    requestedAt: new Date(requestedAt).toISOString(),
    completeBy: new Date(requestedAt + PURGE_SECONDS * 1000).toISOString(),
  }
}

function explained({queue}: PurgeResult, error: unknown): unknown {
  if (!(error instanceof AwsOpsError)) return error
  if (error.code === 'PurgeQueueInProgress') {
    return new OpsError(
      `${queue.name} was purged less than ${PURGE_SECONDS} seconds ago, and SQS takes one purge a minute: nothing new was begun`,
      {
        code: 'PurgeQueueInProgress',
        exitCode: ExitCode.unreachable,
        suggestions: [`Wait ${PURGE_SECONDS} seconds and see what is left with: msgops queue show ${queue.name}`],
        requestId: error.requestId,
        cause: error,
      },
    )
  }
  if (error.outcome !== 'unknown') return error
  return new OpsError(`It is not known whether the purge of ${queue.name} began: ${error.message}`, {
    code: 'PurgeOutcomeUnknown',
    exitCode: ExitCode.unreachable,
    suggestions: [`See after ${PURGE_SECONDS} seconds what is left with: msgops queue show ${queue.name}`],
    requestId: error.requestId,
    cause: error,
  })
}

/**
 * Lets `seconds` pass before something that cannot be undone, calling `tick` with the seconds left each second; ends as soon as
 * the signal is aborted.
 */
export async function countDown(
  seconds: number,
  {
    signal,
    tick,
    sleep = sleepUnlessAborted,
  }: {signal: AbortSignal; tick: (left: number) => void; sleep?: typeof sleepUnlessAborted},
): Promise<void> {
  for (let left = seconds; left > 0 && !signal.aborted; left--) {
    tick(left)
    await sleep(1000, signal)
  }
}

async function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, {signal})
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
