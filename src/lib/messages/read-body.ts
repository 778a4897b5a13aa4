import {createReadStream} from 'node:fs'
import {ExitCode, OpsError} from '../ops-error.js'

/** Reading stops here: no SQS message is larger than 1 MiB, so what is longer is refused without being held in memory. */
const MAX_BODY_BYTES = 1_048_576

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
  if (file !== undefined) return decode(await readFileBytes(file), file)
  return text === '-' ? decode(await collect(stdin, 'standard input'), 'standard input') : (text ?? '')
}

async function readFileBytes(file: string): Promise<Uint8Array> {
  try {
    return await collect(createReadStream(file), file)
  } catch (error) {
    if (error instanceof OpsError) throw error
    throw new OpsError(`The body cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'BodyUnreadable',
      exitCode: ExitCode.usage,
      cause: error,
    })
  }
}

async function collect(stream: AsyncIterable<Uint8Array | string>, source: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    chunks.push(part)
    bytes += part.length
    if (bytes > MAX_BODY_BYTES) throw invalid(`The body from ${source} is larger than 1 MiB, the most that SQS takes`)
  }
  return Buffer.concat(chunks)
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch {
    throw invalid(`The body from ${source} is not UTF-8; SQS bodies are text (encode bytes as base64 first)`)
  }
}

function invalid(message: string): OpsError {
  return new OpsError(message, {code: 'InvalidBody', exitCode: ExitCode.usage})
}
