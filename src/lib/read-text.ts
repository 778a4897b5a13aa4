import {createReadStream} from 'node:fs'
import {ExitCode, OpsError} from './ops-error.js'

/** Where a text comes from. */
export type TextSource = {readonly file: string} | {readonly stdin: AsyncIterable<Uint8Array | string>}

/** What is read, for limits and for what a refusal says. */
export interface TextKind {
  /** With its article: `The body`. */
  readonly what: string
  readonly maxBytes: number
  /** What the limit is, in words: `1 MiB, the most that SQS takes`. */
  readonly limit: string
  /** Code of a text that is too large or no UTF-8. */
  readonly invalid: string
  /** Code of a file that cannot be read. */
  readonly unreadable: string
  /** What to know of bytes that are no text. */
  readonly notText?: string
  /** What to give instead of a file that cannot be read. */
  readonly suggestions?: readonly string[]
}

/**
 * Reads a text to the last byte (no newline is cut off, a byte order mark stays), and no further than its limit: what is longer is
 * refused without being held in memory. Throws OpsError `invalid` or `unreadable` (exit 2).
 */
export async function readText(source: TextSource, kind: TextKind): Promise<string> {
  const name = 'file' in source ? source.file : 'standard input'
  const bytes = 'file' in source ? await readFileBytes(source.file, kind) : await collect(source.stdin, name, kind)
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch {
    throw invalid(
      kind,
      `${kind.what} from ${name} is not UTF-8${kind.notText === undefined ? '' : `; ${kind.notText}`}`,
    )
  }
}

async function readFileBytes(file: string, kind: TextKind): Promise<Uint8Array> {
  try {
    return await collect(createReadStream(file), file, kind)
  } catch (error) {
    if (error instanceof OpsError) throw error
    throw new OpsError(`${kind.what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      code: kind.unreadable,
      exitCode: ExitCode.usage,
      suggestions: kind.suggestions,
      cause: error,
    })
  }
}

async function collect(stream: AsyncIterable<Uint8Array | string>, name: string, kind: TextKind): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    chunks.push(part)
    bytes += part.length
    if (bytes > kind.maxBytes) throw invalid(kind, `${kind.what} from ${name} is larger than ${kind.limit}`)
  }
  return Buffer.concat(chunks)
}

function invalid({invalid: code}: TextKind, message: string): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.usage})
}
