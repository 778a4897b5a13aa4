import type {JournalHeader} from './header.js'
import type {JournalRecord, RunTotals} from './records.js'
import {chunksOf, Recovery} from './recovery.js'

/** One plain record, as a line of NDJSON shows it; `line` is where it is in the journal, times are ISO 8601. */
export type ExportedRecord =
  | ({readonly record: 'header'} & JournalHeader)
  | {
      readonly record: 'intent'
      readonly line: number
      readonly messageId: string
      readonly at: string
      readonly digest?: string
    }
  | {
      readonly record: 'sent' | 'rejected' | 'unknown' | 'unverified' | 'deleted' | 'discarded'
      readonly line: number
      readonly messageId: string
      readonly newMessageId?: string
    }
  | {readonly record: 'resumed'; readonly line: number; readonly at: string; readonly version: string}
  | {
      readonly record: 'ended'
      readonly line: number
      readonly at: string
      readonly state: string
      readonly totals: RunTotals
    }
  /** The last line was never finished: what it would have said is not known. */
  | {readonly record: 'torn'; readonly line: number; readonly bytes: number}

/** Reads a journal as plain records, a message each; throws `JournalDamaged` where the damage is, after everything before it. */
export async function* exportJournal(file: string): AsyncGenerator<ExportedRecord> {
  const ready: ExportedRecord[] = []
  const recovery = new Recovery(
    file,
    (record, line) => ready.push(...exported(record, line)),
    header => ready.push({record: 'header', ...header}),
    0,
    false,
  )
  try {
    for await (const chunk of chunksOf(file)) {
      recovery.push(chunk)
      yield* ready.splice(0)
    }
    const {tornBytes: bytes, lines} = recovery.finish()
    if (bytes > 0) yield {record: 'torn', line: lines + 1, bytes}
  } catch (error) {
    yield* ready
    throw error
  }
}

function exported(record: JournalRecord, line: number): ExportedRecord[] {
  switch (record.type) {
    case 'intent':
      return record.messageIds.map((messageId, index) => ({
        record: 'intent',
        line,
        messageId,
        at: isoTime(record.atMs),
        digest: record.digests?.[index],
      }))
    case 'deleted':
    case 'discarded':
      return record.messageIds.map(messageId => ({record: record.type, line, messageId}))
    case 'sent':
    case 'rejected':
    case 'unknown':
    case 'unverified':
      return record.messageIds.map((messageId, index) => ({
        record: record.type,
        line,
        messageId,
        newMessageId: record.newMessageIds[index],
      }))
    case 'resumed':
      return [{record: 'resumed', line, at: isoTime(record.atMs), version: record.version}]
    case 'ended':
      return [{record: 'ended', line, at: isoTime(record.atMs), state: record.state, totals: record.totals}]
  }
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
