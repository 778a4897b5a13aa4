import type {TextKind} from '../read-text.js'
import {readText} from '../read-text.js'

const BODY: TextKind = {
  what: 'The body',
  // No message of SQS or SNS is larger.
  maxBytes: 1_048_576,
  limit: '1 MiB, the most that SQS takes',
  invalid: 'InvalidBody',
  unreadable: 'BodyUnreadable',
  notText: 'SQS bodies are text (encode bytes as base64 first)',
}

const TOPIC_MESSAGE: TextKind = {
  ...BODY,
  what: 'The message',
  limit: '1 MiB, the most that SNS takes; a topic takes 256 KiB unless its MaximumMessageSize is raised',
  notText: 'SNS messages are text (encode bytes as base64 first)',
}

/** Where a body comes from; exactly one is given. */
export interface BodySource {
  /** The text itself; `-` means standard input. */
  readonly text?: string
  readonly file?: string
  readonly stdin: AsyncIterable<Uint8Array | string>
}

/**
 * Reads a message body byte for byte (no newline is cut off, a byte order mark stays) and refuses what is not UTF-8 or over 1 MiB.
 * Throws `InvalidBody` or `BodyUnreadable` (exit 2).
 */
export async function readBody(source: BodySource): Promise<string> {
  return read(source, BODY)
}

/** As readBody, for a message that goes to a topic. */
export async function readTopicMessage(source: BodySource): Promise<string> {
  return read(source, TOPIC_MESSAGE)
}

async function read({text, file, stdin}: BodySource, kind: TextKind): Promise<string> {
  if (file !== undefined) return readText({file}, kind)
  return text === '-' ? readText({stdin}, kind) : (text ?? '')
}
