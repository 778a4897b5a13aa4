import {hash} from 'node:crypto'
import {md5OfBody, md5OfMessageAttributes, messageSize} from '../../../lib/messages/digest.js'
import {deduplicationKey} from '../dead-letter.js'
import {
  batchRequestTooLong,
  invalidMessageContents,
  invalidParameter,
  invalidParameterValue,
  missingParameter,
  wrongForQueueType,
} from '../errors.js'
import {integer, text, type Input} from '../input.js'
import {newMessageId, nextSequenceNumber, StoredMessage, type MessageContent} from '../message.js'
import {hasOnlyAllowedCharacters, readMessageAttributes, readTraceHeader} from '../message-attributes.js'
import type {Queue} from '../queue.js'
import {batchEntries, failByQuirk, settleEntries} from './batch.js'
import {permitKey, queueOf, type Action, type ActionContext, type Output} from './context.js'

const MAX_BATCH_BYTES = 1_048_576
const MAX_DELAY_SECONDS = 900
/** "Alphanumeric characters and punctuation (!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~)", 1 to 128. */
const FIFO_ID = /^[!-~]{1,128}$/
const DEDUPLICATION_MISSING =
  'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly'

export const sendMessage: Action = context => sendTo(context, queueOf(context, 'SendMessage'))

/** Sends the message of the input to a queue that the sender was found to be allowed to. */
export function sendTo(context: ActionContext, queue: Queue): Output {
  requireBody(context.input)
  if (queue.fifo) requireFifoIds(queue, context.input, missingParameter('MessageGroupId'))
  permitKey(context, queue)
  return send(context, queue, context.input, 'One or more parameters are invalid.')
}

export const sendMessageBatch: Action = context => {
  const queue = queueOf(context, 'SendMessage')
  const entries = batchEntries(context.input, 'SendMessageBatchRequestEntry')
  let batchBytes = 0
  for (const entry of entries) {
    // A body that is missing fails the whole request, as FIFO ids do (recorded); entry by entry is not known of AWS.
    requireBody(entry)
    batchBytes += messageSize(text(entry, 'MessageBody') ?? '', sizedAttributes(entry))
  }
  if (batchBytes > MAX_BATCH_BYTES) throw batchRequestTooLong(batchBytes)
  if (queue.fifo) {
    const noGroup = invalidParameterValue('The request must contain the parameter MessageGroupId.')
    for (const entry of entries) requireFifoIds(queue, entry, noGroup)
  }
  permitKey(context, queue)
  return settleEntries(entries, entry => send(context, queue, entry, 'One or more parameters cannot be validated.'))
}

function send(context: ActionContext, queue: Queue, input: Input, oversizeIntro: string): Output {
  failByQuirk(context, 'SendMessage', queue)
  const {nowMs} = context
  const delaySeconds = readDelay(queue, input)
  const groupId = readId(input, 'MessageGroupId')
  const givenDeduplicationId = readId(input, 'MessageDeduplicationId')
  if (!queue.fifo && givenDeduplicationId !== undefined) {
    throw wrongForQueueType(givenDeduplicationId, 'MessageDeduplicationId')
  }
  const content = readContent(context, input, groupId)
  const {maximumMessageSize} = queue.settings
  if (content.size > maximumMessageSize) {
    throw invalidParameterValue(`${oversizeIntro} Reason: Message must be shorter than ${maximumMessageSize} bytes.`)
  }
  const digests = digestsOf(content)
  const visibleAtMs = nowMs + delaySeconds * 1000
  if (!queue.fifo) {
    const message = new StoredMessage(content, newMessageId(), nowMs, nowMs, undefined, undefined)
    queue.add(message, visibleAtMs, nowMs)
    return {...digests, MessageId: message.messageId}
  }
  const deduplicationId = givenDeduplicationId ?? hash('sha256', content.body)
  const key = deduplicationKey(queue, groupId, deduplicationId)
  let accepted = queue.deduplication.sends.get(key, nowMs)
  if (accepted === undefined) {
    accepted = {messageId: newMessageId(), sequenceNumber: nextSequenceNumber()}
    const {messageId, sequenceNumber} = accepted
    queue.deduplication.sends.remember(key, accepted, nowMs)
    queue.add(new StoredMessage(content, messageId, nowMs, nowMs, deduplicationId, sequenceNumber), visibleAtMs, nowMs)
  }
  return {...digests, MessageId: accepted.messageId, SequenceNumber: accepted.sequenceNumber}
}

function readContent({request}: ActionContext, input: Input, groupId: string | undefined): MessageContent {
  const body = text(input, 'MessageBody') ?? ''
  if (!hasOnlyAllowedCharacters(body)) throw invalidMessageContents()
  const attributes = readMessageAttributes(input)
  return {
    body,
    bodyMd5: md5OfBody(body),
    attributes,
    attributesMd5: attributes && md5OfMessageAttributes(attributes),
    traceHeader: readTraceHeader(input),
    senderId: `AIDASANDBOX${request.account}`.slice(0, 21),
    groupId,
    size: messageSize(body, attributes),
  }
}

function readDelay(queue: Queue, input: Input): number {
  const delaySeconds = integer(input, 'DelaySeconds')
  if (delaySeconds === undefined) return queue.settings.delaySeconds
  if (delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
    throw invalidParameter(delaySeconds, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.')
  }
  if (!queue.fifo) return delaySeconds
  if (delaySeconds > 0) throw wrongForQueueType(delaySeconds, 'DelaySeconds')
  return queue.settings.delaySeconds
}

function readId(input: Input, name: string): string | undefined {
  const id = text(input, name)
  if (id !== undefined && !FIFO_ID.test(id)) {
    throw invalidParameter(
      id,
      name,
      `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    )
  }
  return id
}

function requireBody(input: Input): void {
  if ((text(input, 'MessageBody') ?? '') === '') throw missingParameter('MessageBody')
}

function requireFifoIds(queue: Queue, input: Input, noGroup: Error): void {
  if (text(input, 'MessageGroupId') === undefined) throw noGroup
  if (text(input, 'MessageDeduplicationId') === undefined && !queue.settings.contentBasedDeduplication) {
    throw invalidParameterValue(DEDUPLICATION_MISSING)
  }
}

/** The attributes as far as they count bytes; whether they are valid is each entry's own affair. */
function sizedAttributes(input: Input): Readonly<Record<string, {StringValue?: string}>> {
  return (input.MessageAttributes ?? {}) as Readonly<Record<string, {StringValue?: string}>>
}

function digestsOf({
  bodyMd5,
  attributesMd5,
  traceHeader,
}: MessageContent): Readonly<Record<string, string | undefined>> {
  const system = traceHeader && {AWSTraceHeader: {DataType: 'String', StringValue: traceHeader}}
  return {
    MD5OfMessageBody: bodyMd5,
    ...(attributesMd5 && {MD5OfMessageAttributes: attributesMd5}),
    ...(system && {MD5OfMessageSystemAttributes: md5OfMessageAttributes(system)}),
  }
}
