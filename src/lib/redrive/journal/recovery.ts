import {lstat} from 'node:fs/promises'
import type {OpsError} from '../../ops-error.js'
import {openOwnFile} from '../../private-files.js'
import type {Counts} from './counts.js'
import {addCounts, NO_COUNTS} from './counts.js'
import type {JournalHeader} from './header.js'
import {parseHeader, SCHEMA, schemaOf} from './header.js'
import {damaged, schemaUnknown} from './journal-errors.js'
import type {BadLine, ScannedLine} from './line-scanner.js'
import {LineScanner} from './line-scanner.js'
import {MessageStates} from './message-states.js'
import type {EndedRecord, JournalRecord} from './records.js'
import {parseContent} from './records.js'

const CHUNK_BYTES = 262_144
/** What a message that was moved takes in a journal, about: intent with digest, outcome, delete. */
const BYTES_A_MESSAGE = 200

/** A journal read to its end. */
export interface Recovered {
  readonly header: JournalHeader
  readonly states: MessageStates
  readonly counts: Counts
  /** How the last session of the run ended; undefined when it was killed or is under way. */
  readonly ended: EndedRecord | undefined
  /** Whole lines, header included. */
  readonly lines: number
  /** Of the last whole line: where the next one continues. */
  readonly crc: number
  /** Behind the last whole line. */
  readonly end: number
  /** Bytes of a line that was never finished, which a resume cuts off; nothing rests on them. */
  readonly tornBytes: number
  readonly fileBytes: number
}

/**
 * Replays the bytes of a journal, pushed in order. A last line that is not whole was never acknowledged to anybody and is left out;
 * anything else that does not read throws `JournalDamaged` with its line number, at the latest in `finish`.
 */
export class Recovery {
  private readonly scanner = new LineScanner(line => this.take(line))
  private header: JournalHeader | undefined
  private states = new MessageStates(false)
  private counts = NO_COUNTS
  private ended: EndedRecord | undefined
  private last: ScannedLine | undefined
  private bad: BadLine | undefined

  constructor(
    private readonly file: string,
    private readonly onRecord: (record: JournalRecord, line: number) => void = () => undefined,
    private readonly onHeader: (header: JournalHeader) => void = () => undefined,
    private readonly expectedMessages = 0,
    /** False for a reader of the records alone: `states` stays empty, and memory does not grow with the journal. */
    private readonly keepsStates = true,
  ) {}

  push(chunk: Buffer): void {
    this.scanner.push(chunk)
  }

  finish(): Recovered {
    const {fileBytes, contentEnd} = this.scanner.end()
    const {header, states, counts, ended, last} = this
    if (header === undefined || last === undefined) {
      throw this.bad === undefined
        ? damaged(this.file, {line: 1, offset: 0}, 'it has no header')
        : this.damagedBy(this.bad)
    }
    // Zeros follow the last line for as long as a run is not ended (commit-log.ts): without them the file has lost its end.
    if (contentEnd === fileBytes && this.bad !== undefined) throw this.damagedBy(this.bad)
    if (contentEnd === fileBytes && ended === undefined) {
      throw damaged(this.file, {line: last.number + 1, offset: last.end}, 'its end has been cut off')
    }
    return {
      header,
      states,
      counts,
      ended,
      lines: last.number,
      crc: last.crc,
      end: last.end,
      tornBytes: contentEnd - last.end,
      fileBytes,
    }
  }

  private take(line: ScannedLine | BadLine): void {
    if (this.bad !== undefined) throw this.damagedBy(this.bad)
    if (!line.ok) {
      if (!line.canBeTorn) throw this.damagedBy(line)
      this.bad = line
      return
    }
    if (this.header === undefined) this.takeHeader(line)
    else this.takeRecords(line)
    this.last = line
  }

  private takeHeader(line: ScannedLine): void {
    const header = headerOf(this.file, line)
    this.header = header
    this.states = new MessageStates(header.mode === 'keep', this.expectedMessages)
    this.onHeader(header)
  }

  private takeRecords(line: ScannedLine): void {
    const content = parseContent(line.json)
    if (content === undefined)
      throw schemaUnknown(this.file, `line ${line.number} has a record that this version does not know`)
    for (const record of content.records) {
      this.ended = record.type === 'ended' ? record : undefined
      this.counts = addCounts(this.counts, tallyOf(record))
      if (this.keepsStates && record.type !== 'ended' && record.type !== 'resumed') this.states.apply(record)
      this.onRecord(record, line.number)
    }
    if (JSON.stringify(this.counts) !== JSON.stringify(content.counts)) {
      throw damaged(
        this.file,
        {line: line.number, offset: line.offset},
        'its counts are not those of the records before it',
      )
    }
  }

  private damagedBy(bad: BadLine): OpsError {
    return damaged(this.file, {line: bad.number, offset: bad.offset}, bad.why)
  }
}

/** What a record adds to the counts that each line carries. */
export function tallyOf(record: JournalRecord): Partial<Counts> {
  if (record.type === 'ended' || record.type === 'resumed') return {}
  const name = record.type === 'intent' ? 'intents' : record.type
  return {[name]: record.messageIds.length}
}

/** Reads a header from the first line; throws `JournalSchemaUnknown` or `JournalDamaged`. */
export function headerOf(file: string, line: ScannedLine): JournalHeader {
  const format = schemaOf(line.json)
  if (format !== undefined && format.schema !== SCHEMA) {
    throw schemaUnknown(file, `schema ${format.schema}, written by msgops ${format.version}`)
  }
  const header = parseHeader(line.json)
  if (header === undefined) throw damaged(file, {line: 1, offset: 0}, 'it is no header of a journal')
  return header
}

/** Replays a journal from the disk, chunk by chunk. Throws as `Recovery` does, and `UnsafeFile`. */
export async function recoverFile(file: string): Promise<Recovered> {
  const {size} = await lstat(file)
  const recovery = new Recovery(file, undefined, undefined, Math.floor(size / BYTES_A_MESSAGE))
  for await (const chunk of chunksOf(file)) recovery.push(chunk)
  return recovery.finish()
}

/** The bytes of a journal in order; a chunk is valid until the next one is asked for. */
export async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const handle = await openOwnFile(file)
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let position = 0; ;) {
      const {bytesRead} = await handle.read(buffer, 0, CHUNK_BYTES, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
