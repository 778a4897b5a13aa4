import type {PublishBatchRequestEntry, PublishBatchResponse} from '@aws-sdk/client-sns'
import {PublishBatchCommand} from '@aws-sdk/client-sns'
import type {AwsContext} from '../aws/context.js'
import {AwsOpsError} from '../aws/errors.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {duplicateRemarks} from './batch-duplicates.js'
import type {BatchLine} from './batch-input.js'
import {overtakenRemarks} from './batch-order.js'
import {FIELD_WORDS, MAX_MESSAGE_BYTES, checkMessage, remarksOf} from './publish-plan.js'
import type {FoundTopic} from './resolve-topic.js'
import {patiently} from './throttling.js'

const MAX_ENTRIES = 10

/** A line with the size of its message in bytes. */
export interface SizedLine extends BatchLine {
  readonly size: number
}

/** What became of one line. `notPublished`: it was never sent; `unknown`: it may have gone out. */
export type BatchEvent =
  | {readonly event: 'published'; readonly line: number; readonly messageId: string; readonly sequenceNumber?: string}
  | {
      readonly event: 'failed' | 'unknown' | 'notPublished'
      readonly line: number
      readonly code: string
      readonly message: string
    }

/** A batch in numbers, with the ids of what went out and the reasons of what did not. */
export interface BatchResult {
  readonly topic: {readonly name: string; readonly arn: string}
  readonly dryRun: boolean
  readonly total: number
  readonly published: number
  readonly failed: number
  readonly unknown: number
  readonly notPublished: number
  /** Bytes of all messages as AWS counts them. */
  readonly size: number
  /** Requests that were made, with those that were throttled and repeated; 0 in a dry run. */
  readonly requests: number
  /** Requests that are needed: ten messages each, and the topic's size limit. */
  readonly requestsPlanned: number
  readonly messages: readonly {readonly line: number; readonly messageId: string; readonly sequenceNumber?: string}[]
  readonly failures: readonly BatchFailure[]
  readonly remarks: readonly string[]
}

/** A publishing under way: what becomes of each line, and how many requests were made so far. */
export interface BatchRun {
  readonly events: AsyncIterable<BatchEvent>
  readonly requests: () => number
}

/** A line that did not go out, or of which it is not known. */
export interface BatchFailure {
  readonly line: number
  readonly state: 'failed' | 'unknown' | 'notPublished'
  readonly code: string
  readonly message: string
}

/** Adds up what became of the lines of a batch; without a run, as for a dry run, nothing was published. */
export function batchResult(
  topic: FoundTopic,
  lines: readonly SizedLine[],
  run: {readonly events: readonly BatchEvent[]; readonly requests: number} | undefined,
): BatchResult {
  const outcomes = run?.events ?? []
  const count = (event: BatchEvent['event']): number => outcomes.filter(outcome => outcome.event === event).length
  return {
    topic: {name: topic.name, arn: topic.arn},
    dryRun: run === undefined,
    total: lines.length,
    published: count('published'),
    failed: count('failed'),
    unknown: count('unknown'),
    notPublished: count('notPublished'),
    size: lines.reduce((sum, {size}) => sum + size, 0),
    requests: run?.requests ?? 0,
    requestsPlanned: packBatches(lines, limitOf(topic)).length,
    messages: outcomes.flatMap(outcome =>
      outcome.event === 'published'
        ? [{line: outcome.line, messageId: outcome.messageId, sequenceNumber: outcome.sequenceNumber}]
        : [],
    ),
    failures: outcomes.flatMap(outcome =>
      outcome.event === 'published'
        ? []
        : [{line: outcome.line, state: outcome.event, code: outcome.code, message: outcome.message}],
    ),
    remarks: [
      ...batchRemarks(lines),
      ...(topic.fifo ? overtakenRemarks(lines, outcomes) : []),
      ...duplicateRemarks(topic, lines, run?.events),
    ],
  }
}

/** For one message and for the sum of a batch it is the same limit, in bytes. */
function limitOf({attributes}: FoundTopic): number {
  return attributes?.maximumMessageSize ?? MAX_MESSAGE_BYTES
}

/**
 * Checks every line against the topic before anything is published, and returns them with their sizes; throws `InvalidMessage` (exit 2)
 * that names the first line at fault.
 */
export function checkBatch(topic: FoundTopic, lines: readonly BatchLine[]): SizedLine[] {
  return lines.map(({line, draft}) => {
    try {
      return {line, draft, size: checkMessage(topic, draft, FIELD_WORDS)}
    } catch (error) {
      if (!(error instanceof OpsError)) throw error
      const {code, suggestions} = error
      throw new OpsError(`Line ${line}: ${error.message}. Nothing was published.`, {
        code,
        exitCode: ExitCode.usage,
        suggestions,
      })
    }
  })
}

/** Remarks on messages of a batch, each with its line; the first few. */
function batchRemarks(lines: readonly BatchLine[]): string[] {
  return lines.flatMap(({line, draft}) => remarksOf(draft).map(remark => `Line ${line}: ${remark}`)).slice(0, 5)
}

/**
 * Packs lines into requests, in order: ten entries and the topic's size limit for all of them together (for one message and for the sum it
 * is the same). Pure. https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
export function packBatches(lines: readonly SizedLine[], maximumBytes: number): SizedLine[][] {
  const batches: SizedLine[][] = []
  let bytes = 0
  for (const line of lines) {
    const last = batches.at(-1)
    if (last === undefined || last.length === MAX_ENTRIES || bytes + line.size > maximumBytes) {
      batches.push([line])
      bytes = line.size
    } else {
      last.push(line)
      bytes += line.size
    }
  }
  return batches
}

/**
 * Publishes lines in order, one request at a time and one attempt each (what was throttled is a definite no, and is repeated), and tells what
 * became of each. After a request that failed whole,
 * or a signal, nothing more is sent. On a FIFO topic the messages of a group that follow a failed one in later requests are not published,
 * so that they do not overtake it. Throws the failure of the first request when nothing can have been published by then.
 */
export function publishBatches(
  aws: AwsContext,
  topic: FoundTopic,
  lines: readonly SizedLine[],
  {signal}: {signal?: AbortSignal} = {},
): BatchRun {
  let requests = 0
  const onRequest = (): void => {
    requests += 1
  }
  return {events: publishing(aws, topic, lines, {signal, onRequest}), requests: () => requests}
}

async function* publishing(
  aws: AwsContext,
  topic: FoundTopic,
  lines: readonly SizedLine[],
  {signal, onRequest}: {signal?: AbortSignal; onRequest: () => void},
): AsyncGenerator<BatchEvent, void> {
  const batches = packBatches(lines, limitOf(topic))
  const failedGroups = new Set<string>()
  let stopped: {code: string; message: string} | undefined
  let sent = false
  for (const batch of batches) {
    if (signal?.aborted === true) stopped ??= {code: 'Interrupted', message: 'Interrupted before it was sent'}
    const ready = stopped === undefined ? batch.filter(({draft}) => !isHeld(topic, draft, failedGroups)) : []
    for (const {line} of batch.filter(entry => !ready.includes(entry)))
      yield {event: 'notPublished', line, ...(stopped ?? GROUP_STOPPED)}
    if (ready.length === 0) continue
    const answer = await attempt(aws, topic, ready, onRequest)
    if (answer instanceof AwsOpsError) {
      if (!sent && answer.outcome !== 'unknown') throw answer
      const event = answer.outcome === 'unknown' ? 'unknown' : 'failed'
      const fate = event === 'unknown' ? 'whose answer was lost' : 'which failed'
      stopped = {code: answer.code, message: `Not sent after the request of line ${ready[0]?.line}, ${fate}`}
      for (const {line} of ready) yield {event, line, code: answer.code, message: answer.message}
      continue
    }
    sent = true
    for (const event of outcomes(ready, answer)) {
      const group = ready.find(({line}) => line === event.line)?.draft.messageGroupId
      if (event.event !== 'published' && group !== undefined) failedGroups.add(group)
      yield event
    }
  }
}

const GROUP_STOPPED = {
  code: 'GroupStopped',
  message: 'An earlier message of its group was not published, and this one must not overtake it',
}

function isHeld({fifo}: FoundTopic, {messageGroupId}: BatchLine['draft'], failed: ReadonlySet<string>): boolean {
  return fifo && messageGroupId !== undefined && failed.has(messageGroupId)
}

async function attempt(
  aws: AwsContext,
  topic: FoundTopic,
  batch: readonly SizedLine[],
  onRequest: () => void,
): Promise<PublishBatchResponse | AwsOpsError> {
  const sns = await aws.snsOnce()
  try {
    // No signal goes along: an aborted publish has an unknown outcome, and one answer is soon there.
    const command = new PublishBatchCommand({TopicArn: topic.arn, PublishBatchRequestEntries: batch.map(entryOf)})
    return await patiently(async () => {
      onRequest()
      return sns.send(command)
    })
  } catch (error) {
    if (error instanceof AwsOpsError) return error
    throw error
  }
}

function entryOf({line, draft}: SizedLine): PublishBatchRequestEntry {
  return {
    Id: String(line),
    Message: draft.message,
    MessageAttributes: {...draft.messageAttributes},
    Subject: draft.subject,
    MessageStructure: draft.messageStructure,
    MessageGroupId: draft.messageGroupId,
    MessageDeduplicationId: draft.messageDeduplicationId,
  }
}

/** One event a line: HTTP 200 proves nothing, and what the answer does not name may or may not be published. */
function outcomes(batch: readonly SizedLine[], {Successful = [], Failed = []}: PublishBatchResponse): BatchEvent[] {
  const published = new Map(Successful.map(entry => [entry.Id, entry]))
  const failed = new Map(Failed.map(entry => [entry.Id, entry]))
  return batch.map(({line}) => {
    const failure = failed.get(String(line))
    if (failure !== undefined) {
      return {event: 'failed', line, code: failure.Code ?? 'Unknown', message: failure.Message ?? ''}
    }
    const success = published.get(String(line))
    if (success?.MessageId === undefined)
      return {event: 'unknown', line, code: 'NotAnswered', message: 'The answer does not name this entry'}
    return {event: 'published', line, messageId: success.MessageId, sequenceNumber: success.SequenceNumber}
  })
}
