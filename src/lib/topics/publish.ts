import {PublishCommand} from '@aws-sdk/client-sns'
import type {PublishResponse} from '@aws-sdk/client-sns'
import type {AwsContext} from '../aws/context.js'
import {AwsOpsError} from '../aws/errors.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {MessageDraft} from './publish-plan.js'
import {checkMessage, remarksOf} from './publish-plan.js'
import type {FoundTopic} from './resolve-topic.js'

export interface PublishResult {
  readonly topic: {readonly name: string; readonly arn: string}
  readonly dryRun: boolean
  /** Absent in a dry run. */
  readonly messageId?: string
  /** FIFO only. */
  readonly sequenceNumber?: string
  /** Bytes as AWS counts them: message, and name, type and value of each attribute. */
  readonly size: number
  readonly remarks: readonly string[]
}

/**
 * Publishes one message with one attempt. With `dryRun` everything is checked and nothing is published. Throws `InvalidMessage` (exit 2)
 * before publishing, and `PublishOutcomeUnknown` (exit 6) when the answer was lost and the message may have gone out.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export async function publishMessage(
  aws: AwsContext,
  topic: FoundTopic,
  draft: MessageDraft,
  {dryRun, signal}: {dryRun: boolean; signal?: AbortSignal},
): Promise<PublishResult> {
  const size = checkMessage(topic, draft)
  const plan = {topic: {name: topic.name, arn: topic.arn}, size, remarks: remarksOf(draft)}
  if (dryRun) return {...plan, dryRun: true}
  const {MessageId: messageId, SequenceNumber: sequenceNumber} = await attempt(aws, topic, draft, signal)
  return {...plan, dryRun: false, messageId, sequenceNumber}
}

async function attempt(
  aws: AwsContext,
  topic: FoundTopic,
  draft: MessageDraft,
  signal: AbortSignal | undefined,
): Promise<PublishResponse> {
  const sns = await aws.snsOnce()
  const command = new PublishCommand({
    TopicArn: topic.arn,
    Message: draft.message,
    MessageAttributes: {...draft.messageAttributes},
    Subject: draft.subject,
    MessageStructure: draft.messageStructure,
    MessageGroupId: draft.messageGroupId,
    MessageDeduplicationId: draft.messageDeduplicationId,
  })
  try {
    signal?.throwIfAborted()
    // No signal goes along: an aborted publish has an unknown outcome, and one answer is soon there.
    return await sns.send(command)
  } catch (error) {
    throw error instanceof AwsOpsError && error.outcome === 'unknown' ? unknownOutcome(topic, draft, error) : error
  }
}

function unknownOutcome(topic: FoundTopic, draft: MessageDraft, cause: AwsOpsError): OpsError {
  return new OpsError(`It is not known whether ${topic.name} took the message: ${cause.message}`, {
    code: 'PublishOutcomeUnknown',
    exitCode: ExitCode.unreachable,
    suggestions: [
      topic.fifo && draft.messageDeduplicationId !== undefined
        ? 'Publishing again with the same --deduplication-id within 5 minutes adds no second copy.'
        : 'It may be with the subscribers already. Look there before you publish again: a second time may make a second copy for each.',
    ],
    requestId: cause.requestId,
    cause,
  })
}
