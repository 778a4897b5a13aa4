import {ListDeadLetterSourceQueuesCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import type {QueueRef} from './queue-ref.js'
import {queueRefOfUrl} from './queue-ref.js'

/** ListDeadLetterSourceQueues returns 1,000 at most, and a NextToken only where MaxResults was set. */
const PAGE_SIZE = 1000

/**
 * The SQS queues whose redrive policy names this queue, paged to the end and sorted by name; functions, topics and rules that use it as
 * their DLQ do not show. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
 */
export async function listSourceQueues(
  aws: AwsContext,
  queue: Pick<QueueRef, 'url'>,
  {signal}: {signal?: AbortSignal} = {},
): Promise<QueueRef[]> {
  const sqs = await aws.sqs()
  const sources: QueueRef[] = []
  let nextToken: string | undefined
  do {
    const page = await sqs.send(
      new ListDeadLetterSourceQueuesCommand({QueueUrl: queue.url, MaxResults: PAGE_SIZE, NextToken: nextToken}),
      {abortSignal: signal},
    )
    sources.push(...(page.queueUrls ?? []).map(url => queueRefOfUrl(url, aws.region)))
    nextToken = page.NextToken
  } while (nextToken !== undefined && nextToken !== '')
  return sources.sort((a, b) => (a.name < b.name ? -1 : 1))
}
