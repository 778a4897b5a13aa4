import {CreateTopicCommand, DeleteTopicCommand, ListTagsForResourceCommand} from '@aws-sdk/client-sns'
import {CreateQueueCommand} from '@aws-sdk/client-sqs'
import {awsCliCommand} from '../../aws/command-line.js'
import type {AwsContext} from '../../aws/context.js'
import {outcomeOf} from '../../aws/errors.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import type {LeftBehind} from '../left-behind.js'
import {removed} from '../left-behind.js'
import {isNotFound} from '../not-found.js'
import {ownerTag, thisProcess} from '../tail/owner.js'
import {
  LEASE_MS,
  LIVE_PREFIX,
  TAGS,
  deleteTemporaryQueue,
  deliveryPolicy,
  queueToRemove,
} from '../tail/temporary-queue.js'
import type {LiveNames} from './temporary-names.js'

/** A topic or queue of a live trial that could not be removed, and why. */
export type LiveLeft = LeftBehind<'topic' | 'queue'>

/** The topic and the queues of a live trial: made and removed as one. */
export class LiveResources {
  /** What may be there: until AWS has said no to a creation, it may have worked. */
  readonly #queues: QueueRef[] = []
  #topic = false
  #removed: Promise<readonly LiveLeft[]> | undefined

  constructor(
    private readonly aws: AwsContext,
    readonly names: LiveNames,
  ) {}

  /** Queues first: they are found again by their tags, which name the topic. Stops at an aborted signal with what there is by then. */
  async make(signal: AbortSignal): Promise<void> {
    for (const queue of [this.names.control, this.names.filtered]) {
      signal.throwIfAborted()
      await this.makeQueue(queue)
    }
    signal.throwIfAborted()
    await this.makeTopic()
  }

  /** Removes the topic, and with it its subscriptions, then the queues; once. Queues stay for a later clean-up where the topic does. */
  async remove(): Promise<readonly LiveLeft[]> {
    return (this.#removed ??= this.removeAll())
  }

  private async makeQueue(queue: QueueRef): Promise<void> {
    const {topicArn} = this.names
    const sqs = await this.aws.sqs()
    this.#queues.push(queue)
    try {
      // No signal goes along: what was asked for would be there all the same.
      await sqs.send(
        new CreateQueueCommand({
          QueueName: queue.name,
          Attributes: {Policy: deliveryPolicy(queue.arn, topicArn), MessageRetentionPeriod: String(LEASE_MS / 1000)},
          tags: {...temporaryTags(), [TAGS.topic]: topicArn},
        }),
      )
    } catch (error) {
      if (outcomeOf(error) !== 'unknown') this.#queues.pop()
      throw error
    }
  }

  private async makeTopic(): Promise<void> {
    const sns = await this.aws.sns()
    const tags = Object.entries(temporaryTags()).map(([Key, Value]) => ({Key, Value}))
    this.#topic = true
    try {
      await sns.send(new CreateTopicCommand({Name: this.names.topicName, Tags: tags}))
    } catch (error) {
      if (outcomeOf(error) !== 'unknown') this.#topic = false
      throw error
    }
  }

  private async removeAll(): Promise<LiveLeft[]> {
    const {aws, names} = this
    const topic = this.#topic
      ? await removed(
          {
            what: 'topic' as const,
            name: names.topicName,
            byHand: awsCliCommand(aws, 'sns', ['delete-topic', '--topic-arn', names.topicArn]),
          },
          async () => deleteLiveTopic(aws, names.topicArn),
        )
      : undefined
    if (topic !== undefined) {
      const {code, message} = topic
      return [topic, ...this.#queues.map(queue => ({...queueToRemove(aws, queue), code, message, kept: true}))]
    }
    const left: LiveLeft[] = []
    for (const queue of this.#queues) {
      const one = await removed(queueToRemove(aws, queue), async () => deleteTemporaryQueue(aws, queue))
      if (one !== undefined) left.push(one)
    }
    return left
  }
}

/** Whether a topic is one of a live trial, by its name. */
export function isLiveTopic(topicArn: string): boolean {
  return topicArn.slice(topicArn.lastIndexOf(':') + 1).startsWith(LIVE_PREFIX)
}

/** Deletes the topic of a live trial with its subscriptions; one that is gone already is as good. Refuses (a bug, exit 70) any other topic. */
export async function deleteLiveTopic(aws: AwsContext, topicArn: string): Promise<void> {
  if (!isLiveTopic(topicArn)) throw new Error(`${topicArn} is no topic of a live trial`)
  const sns = await aws.sns()
  try {
    await sns.send(new DeleteTopicCommand({TopicArn: topicArn}))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

/**
 * Deletes the topic of a live trial that nobody ended; one without the tag of such a topic is somebody else's and stays: throws OpsError
 * `NotTemporary`.
 */
export async function removeAbandonedTopic(aws: AwsContext, topicArn: string): Promise<void> {
  const sns = await aws.sns()
  try {
    const {Tags = []} = await sns.send(new ListTagsForResourceCommand({ResourceArn: topicArn}))
    if (!Tags.some(({Key}) => Key === TAGS.temporary)) {
      throw new OpsError(`The topic ${topicArn} has no tag ${TAGS.temporary}: it is somebody else's and stays`, {
        code: 'NotTemporary',
        exitCode: ExitCode.failed,
      })
    }
  } catch (error) {
    if (isNotFound(error)) return
    throw error
  }
  await deleteLiveTopic(aws, topicArn)
}

function temporaryTags(): Record<string, string> {
  return {
    [TAGS.temporary]: 'filter-test',
    [TAGS.expires]: new Date(Date.now() + LEASE_MS).toISOString(),
    [TAGS.owner]: ownerTag(thisProcess()),
  }
}
