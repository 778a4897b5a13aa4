import {readFile, writeFile} from 'node:fs/promises'
import {describe, expect, it} from 'vitest'
import {exportJournal} from '../../../../src/lib/redrive/journal/export.js'
import type {ExportedRecord} from '../../../../src/lib/redrive/journal/export.js'
import {createJournal, resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import {messageId, RUN, START_MS, temporaryState, TOTALS} from './samples.js'

const AT = '2026-11-21T04:12:33.000Z'

async function journalFile(): Promise<string> {
  const options = {state: await temporaryState(), version: '0.1.0', now: () => START_MS}
  const journal = await createJournal(RUN, options)
  await journal.intent([messageId(1), messageId(2)], ['d1', 'd2'])
  await journal.outcome([
    {messageId: messageId(1), state: 'sent', newMessageId: messageId(11)},
    {messageId: messageId(2), state: 'rejected'},
  ])
  await journal.deleted([messageId(1)])
  await journal.close()
  const {journal: resumed} = await resumeJournal(journal.job, RUN, options)
  await resumed.end('completed', TOTALS)
  await resumed.close()
  return journal.file
}

async function recordsOf(file: string): Promise<{records: ExportedRecord[]; error?: unknown}> {
  const records: ExportedRecord[] = []
  try {
    for await (const record of exportJournal(file)) records.push(record)
    return {records}
  } catch (error) {
    return {records, error}
  }
}

describe('exporting a journal', () => {
  it('gives a record for each message', async () => {
    const {records} = await recordsOf(await journalFile())
    expect(records[0]).toMatchObject({record: 'header', schema: 1, account: '123456789012', startedAt: AT})
    expect(records.slice(1)).toEqual([
      {record: 'intent', line: 2, messageId: messageId(1), at: AT, digest: 'd1'},
      {record: 'intent', line: 2, messageId: messageId(2), at: AT, digest: 'd2'},
      {record: 'sent', line: 3, messageId: messageId(1), newMessageId: messageId(11)},
      {record: 'rejected', line: 3, messageId: messageId(2)},
      {record: 'deleted', line: 4, messageId: messageId(1)},
      {record: 'resumed', line: 5, at: AT, version: '0.1.0'},
      {record: 'ended', line: 6, at: AT, state: 'completed', totals: TOTALS},
    ])
  })

  it('gives everything before the damage, and then says where it is', async () => {
    const file = await journalFile()
    const bytes = await readFile(file)
    bytes.write('~', bytes.indexOf('"t":"D"'))
    await writeFile(file, bytes)
    const {records, error} = await recordsOf(file)
    expect(records.map(({record}) => record)).toEqual(['header', 'intent', 'intent', 'sent', 'rejected'])
    expect(error).toMatchObject({code: 'JournalDamaged', message: expect.stringContaining('line 4')})
  })

  it('says what a torn end holds: nothing that is known', async () => {
    const file = await journalFile()
    const bytes = await readFile(file)
    await writeFile(file, Buffer.concat([bytes, Buffer.from('0badc0de 9'), Buffer.alloc(100)]))
    const {records} = await recordsOf(file)
    expect(records.at(-1)).toEqual({record: 'torn', line: 7, bytes: 10})
  })
})
