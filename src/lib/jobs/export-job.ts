import {OpsError} from '../ops-error.js'
import type {ExportedRecord} from '../redrive/journal/export.js'
import {exportJournal} from '../redrive/journal/export.js'
import type {JournalArgument} from './job-argument.js'
import {reading} from './state-errors.js'

/** A record of a journal, or the place from which on it does not read. */
export type JournalLine = ExportedRecord | {readonly record: 'damaged'; readonly code: string; readonly message: string}

/** The records of a journal, one message each, in their order; what cannot be read is the last one, `damaged`. */
export async function* exportLines(
  {path}: JournalArgument,
  {signal}: {signal?: AbortSignal} = {},
): AsyncGenerator<JournalLine> {
  const records = exportJournal(path)
  try {
    for (;;) {
      const next = await reading(path, () => records.next())
      signal?.throwIfAborted()
      if (next.done === true) return
      yield next.value
    }
  } catch (error) {
    if (!(error instanceof OpsError) || !DAMAGE.has(error.code)) throw error
    yield {record: 'damaged', code: error.code, message: error.message}
  } finally {
    await records.return(undefined)
  }
}

const DAMAGE = new Set(['JournalDamaged', 'JournalSchemaUnknown'])
