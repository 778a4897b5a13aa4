import type {SendableAttribute} from '../messages/attribute-argument.js'
import {messageSize} from '../messages/digest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {FoundTopic} from './resolve-topic.js'

/** The most that any topic takes, body and attributes together; most topics take 256 KiB (MaximumMessageSize). */
export const MAX_MESSAGE_BYTES = 1_048_576
const MAX_SUBJECT_LENGTH = 100
/** Over this many attributes, a delivery with raw message delivery to SQS is discarded: an SQS message takes ten. */
const RAW_ATTRIBUTES = 10

/** 128 letters, digits and ASCII punctuation: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const TOKEN = /^[!-~]{1,128}$/

/** A message to be published. */
export interface MessageDraft {
  readonly message: string
  readonly messageAttributes: Readonly<Record<string, SendableAttribute>>
  readonly subject?: string
  /** `json`: the message is an object with a text for each protocol, and `default`. */
  readonly messageStructure?: 'json'
  readonly messageGroupId?: string
  readonly messageDeduplicationId?: string
}

/** How a message is given, for what a refusal advises. */
export interface DraftWords {
  readonly subject: string
  readonly structure: string
  readonly groupId: string
  readonly deduplicationId: string
}

const FLAG_WORDS: DraftWords = {
  subject: '--subject',
  structure: '--structure json',
  groupId: '--group-id ID',
  deduplicationId: '--deduplication-id ID',
}

/** The words for a line of a batch. */
export const FIELD_WORDS: DraftWords = {
  subject: '"subject"',
  structure: '"messageStructure": "json"',
  groupId: '"messageGroupId": "ID"',
  deduplicationId: '"messageDeduplicationId": "ID"',
}

/**
 * Checks a message against what SNS takes and what this topic is, before anything is sent, and returns its size in bytes as AWS counts it.
 * Where the topic's attributes may not be read, only the limits of SNS itself are checked. Throws `InvalidMessage` (exit 2). Pure.
 */
export function checkMessage(topic: FoundTopic, draft: MessageDraft, words = FLAG_WORDS): number {
  checkBody(draft, words)
  checkSubject(draft.subject, words)
  checkToken('group id', draft.messageGroupId)
  checkToken('deduplication id', draft.messageDeduplicationId)
  if (topic.fifo) checkFifo(topic, draft, words)
  else if (draft.messageDeduplicationId !== undefined)
    throw refusal(`${topic.name} is a standard topic: only a FIFO topic takes a deduplication id`)
  const size = messageSize(draft.message, draft.messageAttributes)
  const limit = topic.attributes?.maximumMessageSize ?? MAX_MESSAGE_BYTES
  if (size > limit) {
    const more = limit < MAX_MESSAGE_BYTES ? ['MaximumMessageSize of a topic can be raised to 1,048,576 bytes.'] : []
    throw refusal(`The message has ${size} bytes with its attributes; ${topic.name} takes ${limit} at most`, more)
  }
  return size
}

/** What is worth knowing of a message that SNS takes. */
export function remarksOf({messageAttributes}: Pick<MessageDraft, 'messageAttributes'>): string[] {
  const count = Object.keys(messageAttributes).length
  return count <= RAW_ATTRIBUTES
    ? []
    : [
        `The message has ${count} attributes; SNS discards its delivery to a queue with raw message delivery, which takes ${RAW_ATTRIBUTES} at most.`,
      ]
}

function checkBody({message, messageStructure}: MessageDraft, words: DraftWords): void {
  if (message === '') throw refusal('The message is empty; SNS takes one character at least')
  if (/\p{Cs}/u.test(message)) throw refusal('The message holds half of a surrogate pair, which UTF-8 has no bytes for')
  if (messageStructure === 'json') checkStructure(message, words)
}

function checkStructure(message: string, {structure}: DraftWords): void {
  let texts: unknown
  try {
    texts = JSON.parse(message)
  } catch (error) {
    throw refusal(`The message is no JSON, as ${structure} needs: ${error instanceof Error ? error.message : ''}`)
  }
  const fallback: unknown =
    typeof texts === 'object' && texts !== null && !Array.isArray(texts) ? Reflect.get(texts, 'default') : undefined
  if (typeof fallback === 'string') return
  throw refusal(`With ${structure} the message is an object with a text for each protocol, and one under "default"`, [
    `For example {"default": "order 42", "sqs": "{\\"orderId\\": 42}"}.`,
  ])
}

function checkSubject(subject: string | undefined, words: DraftWords): void {
  if (subject === undefined) return
  if (subject === '') throw refusal(`The subject is empty; leave ${words.subject} out instead`)
  if (/\p{Cc}/u.test(subject)) throw refusal('The subject has a line break or control character, which SNS refuses')
  const {length} = Array.from(subject)
  if (length > MAX_SUBJECT_LENGTH)
    throw refusal(`The subject has ${length} characters; SNS takes ${MAX_SUBJECT_LENGTH} at most`)
}

function checkToken(what: string, token: string | undefined): void {
  if (token === undefined || TOKEN.test(token)) return
  throw refusal(`The ${what} has 1 to 128 letters, digits and punctuation characters, no blanks: ${token}`)
}

function checkFifo({name, attributes}: FoundTopic, draft: MessageDraft, words: DraftWords): void {
  if (draft.messageGroupId === undefined) {
    throw refusal(`${name} is a FIFO topic: a message needs a group id`, [`Give the group with ${words.groupId}.`])
  }
  if (draft.messageDeduplicationId === undefined && attributes?.contentBasedDeduplication === false) {
    throw refusal(`${name} has no content-based deduplication: a message needs a deduplication id`, [
      `Give one with ${words.deduplicationId}; within 5 minutes SNS drops a second message with the same id.`,
    ])
  }
}

function refusal(message: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code: 'InvalidMessage', exitCode: ExitCode.usage, suggestions})
}
