import {GetQueueAttributesCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../../aws/context.js'
import type {QueueRef} from '../../queues/queue-ref.js'

/** The Date header counts whole seconds: what was sent within that second counts as there before. */
export const DATE_RESOLUTION_MS = 1000

/**
 * AWS's time now in epoch milliseconds, from the Date header of an answer, rounded up; undefined where there is none. SentTimestamp
 * is AWS's time, and the clock of this machine may be wrong by minutes (redrive.md, catalogue 21 and 28).
 */
export async function serverTimeMs(aws: AwsContext, queue: Pick<QueueRef, 'url'>): Promise<number | undefined> {
  const command = new GetQueueAttributesCommand({QueueUrl: queue.url, AttributeNames: ['QueueArn']})
  let date: string | undefined
  command.middlewareStack.add(
    next => async args => {
      const result = await next(args)
      date = dateOf(result.response)
      return result
    },
    {step: 'deserialize', name: 'msgopsServerTime', priority: 'low'},
  )
  const sqs = await aws.sqs()
  await sqs.send(command)
  const timeMs = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(timeMs) ? undefined : timeMs + DATE_RESOLUTION_MS
}

function dateOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined
  const {headers} = response as {headers: Readonly<Record<string, string | undefined>>}
  return headers.date
}
