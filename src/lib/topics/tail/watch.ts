import type {TypedConnection} from '../../aws/command-line.js'
import {opsCommand} from '../../aws/command-line.js'
import type {AwsContext} from '../../aws/context.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import {isAccessDenied} from '../../queues/access.js'
import {isNotFound} from '../not-found.js'
import {getSettings} from '../subscriptions.js'
import {getTopicAttributes} from '../topic-attributes.js'
import type {TopicRef} from '../topic-ref.js'

/** Something of a tail that somebody else deleted while it was under way. */
export type GonePart = 'queue' | 'subscription' | 'topic'

/** How long nothing has to arrive until a tail looks whether it still can, in milliseconds. */
export const CHECK_AFTER_MS = 30_000

/** What a tail saw of its surroundings: nothing to tell, that a part is gone, or that it may not look. */
export type Sight = {readonly gone: GonePart} | {readonly denied: string} | undefined

/**
 * Tells whether the topic and the subscription of a tail are still there, in two reads: SNS deletes the subscriptions of a deleted topic
 * later than the topic, and in an empty queue neither is seen. A read that is denied is not made again; what fails otherwise tells nothing.
 */
export class TailWatch {
  private readonly parts: [GonePart, () => Promise<unknown>][]

  constructor(
    aws: AwsContext,
    of: {readonly topicArn: string; readonly subscriptionArn: string},
    private readonly signal: AbortSignal,
  ) {
    this.parts = [
      ['topic', async () => getTopicAttributes(aws, of.topicArn, {signal})],
      ['subscription', async () => getSettings(aws, of.subscriptionArn, {signal})],
    ]
  }

  async look(): Promise<Sight> {
    for (const part of this.parts) {
      const [what, read] = part
      try {
        await read()
      } catch (error) {
        if (!(error instanceof OpsError) && !this.signal.aborted) throw error
        if (isNotFound(error)) return {gone: what}
        if (!isAccessDenied(error)) continue
        this.parts.splice(this.parts.indexOf(part), 1)
        return {denied: `Whether the ${what} is deleted meanwhile is not noticed: ${error.message}`}
      }
    }
    return undefined
  }
}

/** Whether SQS knows nothing of the queue that it was asked about. */
export function isQueueGone(error: unknown): error is OpsError {
  return error instanceof OpsError && error.exitCode === ExitCode.notFound
}

const CODES: Readonly<Record<GonePart, string>> = {
  queue: 'QueueDoesNotExist',
  subscription: 'SubscriptionDoesNotExist',
  topic: 'TopicDoesNotExist',
}

/** The end of a tail that can get nothing any more (exit 5): what is gone, how many messages came before, and whether the rest is removed. Pure. */
export function goneError(
  aws: TypedConnection,
  part: GonePart,
  {topic, queue, messages, leftBehind}: {topic: TopicRef; queue: string; messages: number; leftBehind: number},
): OpsError {
  const what = {
    queue: `The queue ${queue} of the tail`,
    subscription: `The subscription of the tail to ${topic.name}`,
    topic: `The topic ${topic.name}`,
  }
  const rest = {
    queue: 'Its subscription is removed',
    subscription: 'Its queue is removed',
    topic: 'Its queue and its subscription are removed',
  }
  const seen = messages === 1 ? '1 message' : `${messages} messages`
  const cleaned = leftBehind === 0 ? rest[part] : 'Not all of the rest could be removed'
  return new OpsError(`${what[part]} was deleted by somebody else, after ${seen}. ${cleaned}.`, {
    code: CODES[part],
    exitCode: ExitCode.notFound,
    suggestions: [
      part === 'topic'
        ? `${opsCommand(aws, ['topic', 'list'])} shows the topics that exist.`
        : `To go on from now: ${opsCommand(aws, ['topic', 'tail', topic.name])}`,
    ],
  })
}
