import type {FileHandle} from 'node:fs/promises'
import {unsafe} from '../disk-errors.js'
import {openOwnFile} from '../private-files.js'
import {backupDamaged} from './backup-errors.js'

const LINE_FEED = 0x0a
const CHUNK_BYTES = 1_048_576
const OPEN_TO_OTHERS = 0o077
/** A message of 1 MiB may be six times as long in JSON, each of its characters as \uXXXX. */
const MAX_LINE_BYTES = 8 * 1_048_576

/** Where a backup goes on: behind its last whole line. */
export interface BackupEnd {
  readonly bytes: number
  readonly messages: number
}

/**
 * Reads a backup file to its end. What follows the last line feed is torn: a write that was cut off, of messages that nobody was told are
 * safe. Throws OpsError UnsafeFile (exit 7) for a file that is not the user's alone, BackupDamaged (exit 7) for a line that is no message,
 * and the system error of a file that cannot be read.
 */
export async function findBackupEnd(file: string): Promise<BackupEnd> {
  const handle = await openOwnFile(file)
  try {
    const {mode, nlink} = await handle.stat()
    if (process.platform !== 'win32' && (mode & OPEN_TO_OTHERS) !== 0) throw unsafe(file, 'others may read it')
    if (nlink > 1) throw unsafe(file, 'it has another name')
    return await scan(handle, file)
  } finally {
    await handle.close()
  }
}

async function scan(handle: FileHandle, file: string): Promise<BackupEnd> {
  let end: BackupEnd = {bytes: 0, messages: 0}
  for await (const line of linesOf(handle, file)) {
    const fault = faultOf(line)
    if (fault !== undefined) throw backupDamaged(file, end.messages + 1, fault)
    end = {bytes: end.bytes + line.length + 1, messages: end.messages + 1}
  }
  return end
}

/** The lines that end in a line feed, without it. */
async function* linesOf(handle: FileHandle, file: string): AsyncGenerator<Buffer> {
  let begun: Buffer[] = []
  let length = 0
  const chunk = Buffer.alloc(CHUNK_BYTES)
  for (let position = 0, lines = 1; ;) {
    const {bytesRead} = await handle.read(chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    let start = 0
    const read = chunk.subarray(0, bytesRead)
    for (let at = read.indexOf(LINE_FEED); at >= 0; at = read.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...begun, read.subarray(start, at)])
      lines++
      begun = []
      length = 0
      start = at + 1
    }
    begun.push(Buffer.from(read.subarray(start)))
    length += bytesRead - start
    if (length > MAX_LINE_BYTES) throw backupDamaged(file, lines, `is longer than ${MAX_LINE_BYTES} bytes`)
  }
}

function faultOf(line: Buffer): string | undefined {
  try {
    const view: unknown = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(line))
    return isMessage(view) ? undefined : 'is no message'
  } catch {
    return 'is no JSON'
  }
}

function isMessage(view: unknown): boolean {
  if (typeof view !== 'object' || view === null) return false
  return 'messageId' in view && typeof view.messageId === 'string' && 'body' in view && typeof view.body === 'string'
}
