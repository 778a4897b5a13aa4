import type {TextKind} from '../read-text.js'
import {readText} from '../read-text.js'

const BODY: TextKind = {
  what: 'The body',
  // No SQS message is larger.
  maxBytes: 1_048_576,
  limit: '1 MiB, the most that SQS takes',
  invalid: 'InvalidBody',
  unreadable: 'BodyUnreadable',
  notText: 'SQS bodies are text (encode bytes as base64 first)',
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
export async function readBody({text, file, stdin}: BodySource): Promise<string> {
  if (file !== undefined) return readText({file}, BODY)
  return text === '-' ? readText({stdin}, BODY) : (text ?? '')
}
