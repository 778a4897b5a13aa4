import {randomBytes} from 'node:crypto'
import {formatArn} from '../../aws/arn.js'
import type {AwsContext} from '../../aws/context.js'
import {partitionOf} from '../../aws/partitions.js'
import {queueUrlOf} from '../../aws/queue-url.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import {queueRefOfUrl} from '../../queues/queue-ref.js'
import {LIVE_PREFIX} from '../tail/temporary-queue.js'

/** What a live trial makes: one topic with two queues, of which one has no filter. */
export interface LiveNames {
  readonly topicName: string
  readonly topicArn: string
  /** Behind the filter policy. */
  readonly filtered: QueueRef
  /** Gets every message, and so tells whether one had the time to arrive. */
  readonly control: QueueRef
}

/** New names for a live trial, in the account of the credentials. */
export async function liveNames(
  aws: AwsContext,
  signal: AbortSignal,
  digits = randomBytes(4).toString('hex'),
): Promise<LiveNames> {
  const {accountId} = await aws.identity(signal)
  const {region} = aws
  const topicName = `${LIVE_PREFIX}${digits}`
  const queue = (part: string): QueueRef =>
    queueRefOfUrl(queueUrlOf({region, accountId, name: `${topicName}-${part}`}, aws.endpointFor('sqs')), region)
  return {
    topicName,
    topicArn: formatArn({partition: partitionOf(region).id, service: 'sns', region, accountId, resource: topicName}),
    filtered: queue('filtered'),
    control: queue('control'),
  }
}
