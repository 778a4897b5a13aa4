import {randomUUID} from 'node:crypto'
import {AwsError} from '../../service.js'
import {isPhoneNumber} from '../endpoint.js'
import {
  batchRequestTooLong,
  emptyBatchRequest,
  entryIdCharacters,
  entryIdsNotDistinct,
  entryIdTooLong,
  invalidParameter,
  noValue,
  tooManyEntries,
} from '../errors.js'
import {structures, text, type Input} from '../input.js'
import type {Topic} from '../topic.js'
import {DEFAULT_MAXIMUM_MESSAGE_SIZE} from '../topic-settings.js'
import {topicOf, type Action, type ActionContext, type Output} from './context.js'
import {checkEntry, readDraft, type Draft} from './draft.js'

const MAX_ENTRIES = 10
const MAX_ENTRY_ID = 80

export const publish: Action = context => {
  const {input} = context
  const topic = targetOf(context)
  const subject = checkEntry(input)
  const draft = readDraft(input, topic)
  if (draft.size > largestOf(topic)) throw invalidParameter('Message too long')
  // What goes to a telephone goes nowhere.
  return topic ? accept(context, topic, draft, subject) : {MessageId: randomUUID()}
}

export const publishBatch: Action = context => {
  const topic = topicOf(context, 'Publish')
  const entries = batchEntries(context.input)
  const drafts = entries.map((entry, index) => ({
    entry,
    draft: readDraft(entry, topic, `publishBatchRequestEntries.${index + 1}.member.`),
  }))
  if (drafts.reduce((bytes, {draft}) => bytes + draft.size, 0) > largestOf(topic)) throw batchRequestTooLong()
  const successful: Output[] = []
  const failed: Output[] = []
  for (const {entry, draft} of drafts) {
    try {
      successful.push({Id: entry.Id, ...accept(context, topic, draft, checkEntry(entry))})
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      failed.push({Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true})
    }
  }
  return {Successful: successful, Failed: failed}
}

/** The topic to publish to; undefined for a telephone. */
function targetOf(context: ActionContext): Topic | undefined {
  const {input} = context
  const target = text(input, 'TargetArn')
  if (text(input, 'TopicArn') !== undefined) return topicOf(context, 'Publish')
  if (target?.includes(':endpoint/')) {
    throw invalidParameter('TargetArn Reason: No endpoint found for the target arn specified')
  }
  if (target !== undefined) return topicOf(context, 'Publish', 'TargetArn')
  const phone = text(input, 'PhoneNumber')
  if (phone === undefined) throw noValue('TopicArn or TargetArn')
  if (!isPhoneNumber(phone)) throw invalidParameter(`PhoneNumber Reason: ${phone} is not valid to publish to`)
  return undefined
}

/** Hands a message on, unless a FIFO topic took one with this deduplication id within five minutes: then that one is answered again. */
function accept(context: ActionContext, topic: Topic, draft: Draft, subject: string | undefined): Output {
  const {deliverer, nowMs, request} = context
  const {text, attributes, groupId, deduplicationId} = draft
  const key = topic.settings.fifoThroughputScope === 'MessageGroup' ? `${groupId}\n${deduplicationId}` : deduplicationId
  const known = key === undefined ? undefined : topic.deduplication.sends.get(key, nowMs)
  if (known !== undefined) return {MessageId: known.messageId, SequenceNumber: known.sequenceNumber}
  const messageId = randomUUID()
  const sequenceNumber = topic.fifo ? topic.nextSequenceNumber() : undefined
  if (key !== undefined && sequenceNumber !== undefined) {
    topic.deduplication.sends.remember(key, {messageId, sequenceNumber}, nowMs)
  }
  deliverer.fanOut({
    topic,
    messageId,
    subject,
    text,
    attributes,
    groupId,
    deduplicationId,
    sequenceNumber,
    traceHeader: request.traceHeader,
    publishedMs: nowMs,
    origin: request.origin,
  })
  return {MessageId: messageId, ...(sequenceNumber !== undefined && {SequenceNumber: sequenceNumber})}
}

/** The entries, refused as a whole where there are none, too many, or their ids are malformed or repeated. */
function batchEntries(input: Input): readonly Input[] {
  const entries = structures(input, 'PublishBatchRequestEntries')
  if (entries.length === 0) throw emptyBatchRequest()
  if (entries.length > MAX_ENTRIES) throw tooManyEntries()
  const ids = new Set<string>()
  for (const entry of entries) {
    const id = text(entry, 'Id') ?? ''
    if (id.length > MAX_ENTRY_ID) throw entryIdTooLong(id)
    if (!/^[A-Za-z0-9_-]+$/.test(id)) throw entryIdCharacters(id)
    if (ids.has(id)) throw entryIdsNotDistinct()
    ids.add(id)
  }
  return entries
}

function largestOf(topic: Topic | undefined): number {
  return topic?.settings.maximumMessageSize ?? DEFAULT_MAXIMUM_MESSAGE_SIZE
}
