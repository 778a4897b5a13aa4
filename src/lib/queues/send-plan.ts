import type {SendableAttribute} from '../messages/attribute-argument.js'
import {firstForbiddenCharacter} from '../messages/characters.js'
import {messageSize} from '../messages/digest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueAttributes} from './queue-attributes.js'
import type {QueueRef} from './queue-ref.js'

/** 1 MiB for body and attributes together; a queue may be set lower. */
const MAX_MESSAGE_BYTES = 1_048_576
const MAX_DELAY_SECONDS = 900

/** 128 letters, digits and ASCII punctuation: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const TOKEN = /^[!-~]{1,128}$/

/** A message to be sent. */
export interface MessageDraft {
  readonly body: string
  readonly messageAttributes: Readonly<Record<string, SendableAttribute>>
  readonly messageGroupId?: string
  readonly messageDeduplicationId?: string
  readonly delaySeconds?: number
  /** AWSTraceHeader, the only system attribute a sender may set. */
  readonly traceHeader?: string
}

/**
 * Checks a message against what SQS takes and what this queue is, before anything is sent, and returns its size in bytes as AWS counts it.
 * `attributes` is undefined where the sender may not read them; then only the limits of SQS itself are checked.
 * Throws `InvalidMessage` (exit 2).
 */
export function checkMessage(queue: QueueRef, attributes: QueueAttributes | undefined, draft: MessageDraft): number {
  checkBody(draft.body)
  checkToken('group id', draft.messageGroupId)
  checkToken('deduplication id', draft.messageDeduplicationId)
  checkTraceHeader(draft.traceHeader)
  if (queue.fifo) checkFifo(queue, attributes, draft)
  else checkStandard(queue, draft)
  const size = messageSize(draft.body, draft.messageAttributes)
  const limit = Math.min(MAX_MESSAGE_BYTES, attributes?.maximumMessageSize ?? MAX_MESSAGE_BYTES)
  if (size > limit) {
    throw refusal(`The message has ${size} bytes with its attributes; ${queue.name} takes ${limit} at most`)
  }
  return size
}

function checkBody(body: string): void {
  if (body === '') throw refusal('The body is empty; SQS takes one character at least')
  const forbidden = firstForbiddenCharacter(body)
  if (forbidden === undefined) return
  throw refusal(`The body holds ${forbidden.codePoint} at character ${forbidden.index + 1}, which SQS refuses`)
}

function checkToken(what: string, token: string | undefined): void {
  if (token === undefined || TOKEN.test(token)) return
  throw refusal(`The ${what} has 1 to 128 letters, digits and punctuation characters, no blanks: ${token}`)
}

// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
function checkTraceHeader(header: string | undefined): void {
  if (header === undefined || /(?:^|;)\s*Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?:;|$)/.test(header)) return
  throw refusal(
    `The trace header is written Root=1-5759e988-bd862e3fe1be46a994272793;Parent=...;Sampled=1, not ${header}`,
  )
}

function checkFifo(queue: QueueRef, attributes: QueueAttributes | undefined, draft: MessageDraft): void {
  if (draft.messageGroupId === undefined) {
    throw refusal(`${queue.name} is a FIFO queue: a message needs a group id`, ['Give the group with --group ID.'])
  }
  if (draft.delaySeconds !== undefined) {
    throw refusal(`${queue.name} is a FIFO queue: a single message cannot be delayed, only the whole queue`)
  }
  if (draft.messageDeduplicationId === undefined && attributes?.contentBasedDeduplication === false) {
    throw refusal(`${queue.name} has no content-based deduplication: a message needs a deduplication id`, [
      'Give one with --dedup-id ID; within 5 minutes SQS drops a second message with the same id.',
    ])
  }
}

function checkStandard(queue: QueueRef, {messageDeduplicationId, delaySeconds = 0}: MessageDraft): void {
  if (messageDeduplicationId !== undefined) {
    throw refusal(`${queue.name} is a standard queue: only a FIFO queue takes a deduplication id`)
  }
  if (delaySeconds > MAX_DELAY_SECONDS)
    throw refusal(`The delay is 0 to ${MAX_DELAY_SECONDS} seconds, not ${delaySeconds}`)
}

function refusal(message: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code: 'InvalidMessage', exitCode: ExitCode.usage, suggestions})
}
