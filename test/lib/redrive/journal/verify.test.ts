import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {encodeLine} from '../../../../src/lib/redrive/journal/line.js'
import {createJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import {verifyJournal} from '../../../../src/lib/redrive/journal/verify.js'
import {messageId, RUN, START_MS, temporaryDirectory, temporaryState, TOTALS} from './samples.js'

/** A journal of a header and nine lines, closed without an end. */
async function tenLines(): Promise<{file: string; bytes: Buffer; offsets: number[]}> {
  const journal = await createJournal(RUN, {state: await temporaryState(), version: '0.1.0', now: () => START_MS})
  for (let number = 1; number < 10; number++) await journal.intent([messageId(number)])
  await journal.close()
  const bytes = await readFile(journal.file)
  const ends = [...bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).entries()].flatMap(([index, byte]) =>
    byte === 0x0a ? [index + 1] : [],
  )
  return {file: journal.file, bytes, offsets: [0, ...ends]}
}

describe('verifying a journal', () => {
  it('finds nothing wrong with a whole one', async () => {
    const journal = await createJournal(RUN, {state: await temporaryState(), version: '0.1.0', now: () => START_MS})
    await journal.intent([messageId(1), messageId(2)])
    await journal.outcome([
      {messageId: messageId(1), state: 'sent', newMessageId: messageId(11)},
      {messageId: messageId(2), state: 'unknown'},
    ])
    await journal.deleted([messageId(1)])
    await journal.end('completed', TOTALS)
    await journal.close()
    const {header, ...report} = await verifyJournal(journal.file)
    expect(header?.job).toBe(journal.job)
    expect(report).toEqual({
      path: journal.file,
      verdict: 'whole',
      ended: {type: 'ended', atMs: START_MS, state: 'completed', totals: TOTALS},
      lines: 4,
      fileBytes: (await readFile(journal.file)).length,
      tornBytes: 0,
      reservedBytes: 0,
      messages: {intent: 0, sent: 0, deleted: 1, rejected: 0, unknown: 1, unverified: 0, discarded: 0},
      possibleDuplicates: [
        {
          messageId: messageId(2),
          state: 'unknown',
          digest: undefined,
          newMessageId: undefined,
          firstAttemptMs: START_MS,
          lastAttemptMs: START_MS,
          attempts: 1,
        },
      ],
      problems: [],
      problemsLeftOut: 0,
    })
  })

  it('names a torn end, which is no damage', async () => {
    const {file, bytes, offsets} = await tenLines()
    const end = offsets[10] ?? 0
    bytes.write('0badc0de 99 {', end)
    await writeFile(file, bytes)
    expect(await verifyJournal(file)).toMatchObject({
      verdict: 'torn',
      lines: 10,
      tornBytes: 13,
      reservedBytes: bytes.length - end - 13,
      problems: [{line: 11, offset: end, message: 'the line does not read: it is not finished'}],
    })
  })

  it('names every damaged line, and reads on behind it', async () => {
    const {file, bytes, offsets} = await tenLines()
    bytes.write('~', (offsets[3] ?? 0) + 40)
    bytes.write('~', offsets[7] ?? 0)
    await writeFile(file, bytes)
    expect(await verifyJournal(file)).toMatchObject({
      verdict: 'damaged',
      lines: 7,
      messages: {intent: 6},
      problems: [
        {line: 4, offset: offsets[3], message: 'the line does not read: its checksum is wrong'},
        {line: 8, offset: offsets[7], message: 'the line does not read: it does not begin with a checksum'},
        // Nothing is left of what the next line continues.
        {line: 9, offset: offsets[8], message: 'the line does not read: its checksum is wrong'},
      ],
    })
  })

  it('names a line that is missing', async () => {
    const {file, bytes, offsets} = await tenLines()
    await writeFile(file, Buffer.concat([bytes.subarray(0, offsets[4]), bytes.subarray(offsets[5])]))
    expect(await verifyJournal(file)).toMatchObject({
      verdict: 'damaged',
      problems: [{line: 5, message: 'the line does not read: its checksum is wrong'}],
    })
  })

  it('names an end that is gone', async () => {
    const {file, bytes, offsets} = await tenLines()
    await writeFile(file, bytes.subarray(0, offsets[9]))
    const {verdict, problems} = await verifyJournal(file)
    expect(verdict).toBe('damaged')
    expect(problems).toEqual([
      {message: `The journal ${file} is damaged at line 10 (byte ${offsets[9]}): its end has been cut off`},
    ])
  })

  it('names records that no redrive would write', async () => {
    const file = path.join(await temporaryDirectory(), 'made.wal')
    const {bytes, offsets} = await tenLines()
    const header = bytes
      .subarray(0, (offsets[1] ?? 0) - 1)
      .toString()
      .split(' ')
      .slice(2)
      .join(' ')
    const first = encodeLine(header, 0)
    const second = encodeLine(`{"c":[0,0,0,0,0,1,0],"r":[{"t":"D","m":["${messageId(1)}"]}]}`, first.crc)
    await writeFile(file, Buffer.concat([first.bytes, second.bytes, Buffer.alloc(10)]), {mode: 0o600})
    expect((await verifyJournal(file)).problems).toEqual([
      {line: 2, offset: first.bytes.length, message: `message ${messageId(1)}: deleted although no copy is recorded`},
    ])
  })

  it('reads no file of another kind', async () => {
    const file = path.join(await temporaryDirectory(), 'text.wal')
    await writeFile(file, 'a\nb\nc\n', {mode: 0o600})
    expect(await verifyJournal(file)).toMatchObject({verdict: 'damaged', header: undefined, lines: 0})
    await expect(verifyJournal(path.dirname(file))).rejects.toMatchObject({code: 'UnsafeFile'})
  })
})
