import type {FileHandle} from 'node:fs/promises'
import {openOwnFile} from '../../private-files.js'
import type {Counts} from './counts.js'
import {NO_COUNTS} from './counts.js'
import type {JournalHeader} from './header.js'
import {damaged, schemaUnknown} from './journal-errors.js'
import {checkLine, FRAME_BYTES, MAX_LINE_BYTES} from './line.js'
import type {EndedRecord, LineContent} from './records.js'
import {parseContent} from './records.js'
import {headerOf} from './recovery.js'

const LINE_FEED = 0x0a
const WINDOW_BYTES = 65_536
const LONGEST_LINE = MAX_LINE_BYTES + FRAME_BYTES

/** What the ends of a journal say, without the records in between. */
export interface JobFileEnds {
  readonly header: JournalHeader
  /** Up to the last whole line. */
  readonly counts: Counts
  readonly ended: EndedRecord | undefined
  /** ISO 8601: when the file was last written to. */
  readonly writtenAt: string
}

/** Reads the first line alone. Throws `JournalDamaged`, `JournalSchemaUnknown`, `UnsafeFile`, or the system's error. */
export async function readHeader(file: string): Promise<JournalHeader> {
  const handle = await openOwnFile(file)
  try {
    return (await firstLine(file, handle)).header
  } finally {
    await handle.close()
  }
}

/** Reads the first and the last line. What lies between them is not checked: `recoverFile` and `verifyJournal` do that. */
export async function readEnds(file: string): Promise<JobFileEnds> {
  const handle = await openOwnFile(file)
  try {
    const {header, crc, end} = await firstLine(file, handle)
    const {size, mtime} = await handle.stat()
    const last = await lastLine(file, handle, {begin: end, crc, size})
    const final = last?.records.at(-1)
    return {
      header,
      counts: last?.counts ?? NO_COUNTS,
      ended: final?.type === 'ended' ? final : undefined,
      writtenAt: mtime.toISOString(),
    }
  } finally {
    await handle.close()
  }
}

async function firstLine(file: string, handle: FileHandle): Promise<{header: JournalHeader; crc: number; end: number}> {
  let bytes = Buffer.alloc(0)
  let feed = -1
  while (feed === -1 && bytes.length <= LONGEST_LINE) {
    const more = await readAt(handle, bytes.length, WINDOW_BYTES)
    if (more.length === 0) break
    bytes = Buffer.concat([bytes, more])
    feed = bytes.indexOf(LINE_FEED)
  }
  if (feed === -1) throw damaged(file, {line: 1, offset: 0}, 'it has no header')
  const line = checkLine(bytes.subarray(0, feed), [0])
  if (!line.ok) throw damaged(file, {line: 1, offset: 0}, line.why)
  const header = headerOf(file, {ok: true, number: 1, offset: 0, end: feed + 1, crc: line.crc, json: line.json})
  return {header, crc: line.crc, end: feed + 1}
}

/** Content of the last line that is whole; undefined where there is none behind the header, which ends at `begin`. */
async function lastLine(
  file: string,
  handle: FileHandle,
  {begin, crc, size}: {begin: number; crc: number; size: number},
): Promise<LineContent | undefined> {
  const contentEnd = await endOfContent(handle, size)
  const {lines, from} = await linesAtEnd(handle, begin, contentEnd)
  const json = lastWhole(lines, from === begin ? crc : undefined)
  const content = json === undefined ? undefined : parseContent(json)
  if (json !== undefined && content === undefined)
    throw schemaUnknown(file, 'its last record is one that this version does not know')
  if (json === undefined && (lines.length > 1 || from > begin))
    throw damaged(file, undefined, 'no line at its end is whole')
  if (contentEnd === size && content?.records.at(-1)?.type !== 'ended')
    throw damaged(file, undefined, 'its end has been cut off')
  return content
}

/** The last lines that are complete, as many as it takes to check the last two, or all from `begin`, which `from` then equals. */
async function linesAtEnd(
  handle: FileHandle,
  begin: number,
  contentEnd: number,
): Promise<{lines: Buffer[]; from: number}> {
  for (let window = WINDOW_BYTES; ; window *= 2) {
    const from = Math.max(begin, contentEnd - window)
    const lines = linesOf(await readAt(handle, from, Math.max(0, contentEnd - from)), from > begin)
    if (from === begin || lines.length > 2 || window > 4 * LONGEST_LINE) return {lines, from}
  }
}

/** The complete lines in the bytes; the first is left out where the bytes may begin in its middle. */
function linesOf(bytes: Buffer, isPartial: boolean): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let feed = bytes.indexOf(LINE_FEED); feed !== -1; feed = bytes.indexOf(LINE_FEED, start)) {
    lines.push(bytes.subarray(start, feed))
    start = feed + 1
  }
  return isPartial ? lines.slice(1) : lines
}

/** JSON of the last of the lines whose checksum follows from the line before it; of no more than the last two, as only one can be torn. */
function lastWhole(lines: readonly Buffer[], firstSeed: number | undefined): string | undefined {
  for (let index = lines.length - 1; index >= Math.max(0, lines.length - 2); index--) {
    const before = index === 0 ? firstSeed : storedCrc(lines[index - 1])
    const line = before === undefined ? undefined : checkLine(lines[index] ?? Buffer.alloc(0), [before])
    if (line?.ok === true) return line.json
  }
  return undefined
}

function storedCrc(line: Buffer | undefined): number | undefined {
  const crc = Number.parseInt(line?.toString('latin1', 0, 8) ?? '', 16)
  return Number.isNaN(crc) ? undefined : crc
}

async function endOfContent(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= Math.min(end, WINDOW_BYTES)) {
    const from = Math.max(0, end - WINDOW_BYTES)
    const bytes = await readAt(handle, from, end - from)
    for (let index = bytes.length - 1; index >= 0; index--) if (bytes[index] !== 0) return from + index + 1
  }
  return 0
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
