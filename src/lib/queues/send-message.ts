import type {SendMessageResult} from '@aws-sdk/client-sqs'
import {SendMessageCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import {AwsOpsError} from '../aws/errors.js'
import {md5OfBody, md5OfMessageAttributes} from '../messages/digest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {isAccessDenied} from './access.js'
import type {QueueAttributes} from './queue-attributes.js'
import {getQueueAttributes} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'
import type {MessageDraft} from './send-plan.js'
import {checkMessage} from './send-plan.js'

export interface SendResult {
  readonly queue: {readonly name: string; readonly url: string; readonly arn: string}
  readonly dryRun: boolean
  /** Absent in a dry run. */
  readonly messageId?: string
  /** FIFO only. */
  readonly sequenceNumber?: string
  readonly md5OfMessageBody: string
  readonly md5OfMessageAttributes?: string
  /** Bytes as AWS counts them: body, and name, type and value of each attribute. */
  readonly size: number
}

/**
 * Sends one message with one attempt and compares SQS's MD5s of body and attributes with its own.
 * With `dryRun` everything is checked and nothing is sent. Throws `InvalidMessage` (exit 2) before sending, `SendOutcomeUnknown`
 * (exit 6) when the answer was lost and the message may have arrived, `MessageDigestMismatch` (exit 1) when it arrived changed.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export async function sendMessage(
  aws: AwsContext,
  queue: QueueRef,
  draft: MessageDraft,
  {dryRun, signal}: {dryRun: boolean; signal?: AbortSignal},
): Promise<SendResult> {
  const size = checkMessage(queue, await readableAttributes(aws, queue, signal), draft)
  const digests = {
    md5OfMessageBody: md5OfBody(draft.body),
    md5OfMessageAttributes: md5OfMessageAttributes(draft.messageAttributes),
  }
  const plan = {queue: {name: queue.name, url: queue.url, arn: queue.arn}, ...digests, size}
  if (dryRun) return {...plan, dryRun: true}
  const sent = await attempt(aws, queue, draft, signal)
  if (
    sent.MD5OfMessageBody !== digests.md5OfMessageBody ||
    sent.MD5OfMessageAttributes !== digests.md5OfMessageAttributes
  ) {
    throw new OpsError(
      `${queue.name} took the message as ${sent.MessageId ?? 'an unnamed message'}, but its MD5 is not that of what was sent`,
      {
        code: 'MessageDigestMismatch',
        exitCode: ExitCode.failed,
        suggestions: [
          'The message is in the queue and may differ from the one given: look at it before you send again.',
        ],
      },
    )
  }
  return {...plan, dryRun: false, messageId: sent.MessageId, sequenceNumber: sent.SequenceNumber}
}

// sqs:SendMessage is often granted without sqs:GetQueueAttributes; the limits of the queue itself are then left to SQS.
async function readableAttributes(
  aws: AwsContext,
  queue: QueueRef,
  signal: AbortSignal | undefined,
): Promise<QueueAttributes | undefined> {
  try {
    return await getQueueAttributes(aws, queue, {signal})
  } catch (error) {
    if (isAccessDenied(error)) return undefined
    throw error
  }
}

async function attempt(
  aws: AwsContext,
  queue: QueueRef,
  draft: MessageDraft,
  signal: AbortSignal | undefined,
): Promise<SendMessageResult> {
  const sqs = await aws.sqsOnce()
  const {traceHeader} = draft
  const command = new SendMessageCommand({
    QueueUrl: queue.url,
    MessageBody: draft.body,
    MessageAttributes: {...draft.messageAttributes},
    MessageGroupId: draft.messageGroupId,
    MessageDeduplicationId: draft.messageDeduplicationId,
    DelaySeconds: draft.delaySeconds,
    MessageSystemAttributes:
      traceHeader === undefined ? undefined : {AWSTraceHeader: {DataType: 'String', StringValue: traceHeader}},
  })
  try {
    signal?.throwIfAborted()
    // No signal goes along: an aborted send has an unknown outcome, and one answer is soon there.
    return await sqs.send(command)
  } catch (error) {
    throw error instanceof AwsOpsError && error.outcome === 'unknown' ? unknownOutcome(queue, draft, error) : error
  }
}

function unknownOutcome(queue: QueueRef, draft: MessageDraft, cause: AwsOpsError): OpsError {
  return new OpsError(`It is not known whether ${queue.name} took the message: ${cause.message}`, {
    code: 'SendOutcomeUnknown',
    exitCode: ExitCode.unreachable,
    suggestions: [
      queue.fifo && draft.messageDeduplicationId !== undefined
        ? 'Sending again with the same --dedup-id within 5 minutes adds no second copy.'
        : 'It may be in the queue already. Look before you send again: a second send may make a second copy.',
    ],
    requestId: cause.requestId,
    cause,
  })
}
