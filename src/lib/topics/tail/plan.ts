import type {AwsContext} from '../../aws/context.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {TopicRef} from '../topic-ref.js'
import {thisProcess} from './owner.js'
import type {TailSubscription} from './subscription.js'
import {subscriptionAttributes} from './subscription.js'
import {temporaryName, temporaryQueue, temporarySettings} from './temporary-queue.js'

/** What a tail would create; attributes and tags in AWS's words. */
export interface TailPlan {
  readonly dryRun: true
  readonly topic: {readonly name: string; readonly arn: string}
  readonly raw: boolean
  readonly accountId: string
  readonly region: string
  /** `XXXXXXXX` stands for eight hex digits. */
  readonly queue: {
    readonly name: string
    readonly arn: string
    readonly attributes: Readonly<Record<string, string>>
    readonly tags: Readonly<Record<string, string>>
  }
  readonly subscription: {
    readonly protocol: 'sqs'
    readonly endpoint: string
    readonly attributes: Readonly<Record<string, string>>
  }
}

/** The queue and the subscription that a tail would create; nothing is created. */
export async function planTail(
  aws: AwsContext,
  topic: TopicRef,
  {signal, now = Date.now, ...settings}: TailSubscription & {readonly signal: AbortSignal; readonly now?: () => number},
): Promise<TailPlan> {
  const queue = await temporaryQueue(aws, topic, signal, temporaryName(topic, 'XXXXXXXX'))
  return {
    dryRun: true,
    topic: {name: topic.name, arn: topic.arn},
    raw: settings.raw,
    accountId: queue.accountId,
    region: queue.region,
    queue: {
      name: queue.name,
      arn: queue.arn,
      ...temporarySettings(queue, {topicArn: topic.arn, now: now(), owner: thisProcess()}),
    },
    subscription: {protocol: 'sqs', endpoint: queue.arn, attributes: subscriptionAttributes(settings)},
  }
}

/** Refuses a tail in read-only mode before any question: throws OpsError `ReadOnly` (exit 7). */
export function assertTailAllowed({connection}: AwsContext): void {
  if (!connection.readOnly) return
  throw new OpsError('Read-only mode refuses a tail, which makes a queue and a subscription. Nothing was sent.', {
    code: 'ReadOnly',
    exitCode: ExitCode.refused,
    suggestions: [
      '--dry-run shows what would be made.',
      'Leave out --read-only, or unset MSGOPS_READ_ONLY, to allow it.',
    ],
  })
}
