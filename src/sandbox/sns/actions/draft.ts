import {hash} from 'node:crypto'
import {messageSize} from '../../../lib/messages/digest.js'
import type {MessageAttributes} from '../../sqs/message.js'
import {invalidParameter} from '../errors.js'
import {text, type Input} from '../input.js'
import {readMessageAttributes} from '../message-attributes.js'
import {MessageText} from '../publication.js'
import type {Topic} from '../topic.js'

const MAX_SUBJECT = 100
/** "Alphanumeric characters and punctuation (!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~)", 1 to 128. */
const FIFO_ID = /^[!-~]{1,128}$/

/** What of a message fails a batch as a whole (recorded), read and checked. */
export interface Draft {
  readonly text: MessageText
  readonly attributes: MessageAttributes | undefined
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  /** Bytes that count towards the limit: the message as given, and its attributes. */
  readonly size: number
}

/** Throws AWS's error for ids, attributes and structure. `path` is where the message stands in the request. */
export function readDraft(input: Input, topic: Topic | undefined, path = ''): Draft {
  const message = text(input, 'Message') ?? ''
  const groupId = readId(input, 'MessageGroupId')
  const deduplicationId = readId(input, 'MessageDeduplicationId')
  const attributes = readMessageAttributes(input, path)
  const structured = text(input, 'MessageStructure') === 'json'
  // An empty message is the entry's own fault, and no JSON.
  const parsed = structured && message !== '' ? MessageText.structured(message) : MessageText.plain(message)
  return {
    text: parsed,
    attributes,
    groupId,
    deduplicationId: deduplicationIdFor(topic, {groupId, deduplicationId, message}),
    size: messageSize(message, attributes),
  }
}

/** What of a message fails its own entry alone. Throws AWS's error; returns the subject. */
export function checkEntry(input: Input): string | undefined {
  const subject = text(input, 'Subject')
  // "UTF-8 text with no line breaks or control characters, and less than 100 characters long".
  if (subject !== undefined && (subject === '' || subject.length > MAX_SUBJECT || /\p{Cc}/u.test(subject))) {
    throw invalidParameter('Subject')
  }
  if ((text(input, 'Message') ?? '') === '') throw invalidParameter('Empty message')
  return subject
}

function deduplicationIdFor(
  topic: Topic | undefined,
  {groupId, deduplicationId, message}: {groupId?: string; deduplicationId?: string; message: string},
): string | undefined {
  if (!topic?.fifo) {
    if (deduplicationId === undefined) return undefined
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    )
  }
  if (groupId === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics')
  if (deduplicationId !== undefined) return deduplicationId
  if (topic.settings.contentBasedDeduplication) return hash('sha256', message)
  throw invalidParameter(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  )
}

function readId(input: Input, name: string): string | undefined {
  const id = text(input, name)
  // Worded here.
  if (id !== undefined && !FIFO_ID.test(id)) {
    throw invalidParameter(
      `${name} Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    )
  }
  return id
}
