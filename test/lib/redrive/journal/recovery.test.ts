import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {OpsError} from '../../../../src/lib/ops-error.js'
import {encodeLine} from '../../../../src/lib/redrive/journal/line.js'
import {createJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import type {Recovered} from '../../../../src/lib/redrive/journal/recovery.js'
import {recoverFile} from '../../../../src/lib/redrive/journal/recovery.js'
import {messageId, recoverBytes, RUN, START_MS, temporaryState, TOTALS} from './samples.js'

const LINES = 50
/** Enough to show that they are skipped; the real file has hundreds of thousands. */
const ZEROS = 150

/** The bytes of a run that was killed after its fiftieth line, and of one that ended; each line was durable before the next. */
let killed: Buffer
let ended: Buffer
/** Offset behind each line of `killed`, and what is known there. */
let boundaries: number[]
let knowledge: string[]

beforeAll(async () => {
  let cleanUp = (): Promise<void> => Promise.resolve()
  const state = await temporaryState(remove => (cleanUp = remove))
  const journal = await createJournal(RUN, {state, version: '0.1.0', now: () => START_MS})
  // Short ids, since every byte is changed in turn.
  for (let number = 1; number < LINES; number++) {
    const id = `m${number >> 1}`
    if (number % 2 === 0) await journal.intent([id])
    else if (number % 3 === 0) await journal.outcome([{messageId: id, state: 'unknown'}])
    else await journal.outcome([{messageId: id, state: 'sent', newMessageId: `copy-${number}`}])
  }
  const bytes = await readFile(journal.file)
  killed = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1 + ZEROS)
  await journal.end('stopped', TOTALS)
  await journal.close()
  ended = await readFile(journal.file)
  boundaries = [...killed.entries()].flatMap(([index, byte]) => (byte === 0x0a ? [index + 1] : []))
  knowledge = boundaries.map(end => knownOf(recoverBytes(withZeros(killed.subarray(0, end)))))
  return cleanUp
})

function withZeros(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], bytes.length + ZEROS)
}

function knownOf({states, counts, lines}: Recovered): string {
  return JSON.stringify([[...states.entries()], [...states.uncertain()], counts, lines])
}

/** What is known from the bytes, or the code of the refusal. */
function outcomeOf(bytes: Buffer): string {
  try {
    return knownOf(recoverBytes(bytes))
  } catch (error) {
    if (error instanceof OpsError) return error.code
    throw error
  }
}

describe('recovery of a journal', () => {
  it('knows every message after a kill', () => {
    const {header, states, counts, ended: end, lines, tornBytes} = recoverBytes(killed)
    expect(header).toMatchObject({
      schema: 1,
      version: '0.1.0',
      account: '123456789012',
      startedAt: '2026-11-21T04:12:33.000Z',
    })
    expect({lines, tornBytes, end}).toEqual({lines: 50, tornBytes: 0, end: undefined})
    // Lines 2 to 50 are numbers 1 to 49: 24 intents of even numbers; 25 outcomes of odd ones, of which 3, 9, ... 45 are unknown.
    expect(counts).toEqual({intents: 24, sent: 17, rejected: 0, unknown: 8, unverified: 0, deleted: 0, discarded: 0})
    expect(states.get('m3')).toBe('sent')
    expect(states.get('m4')).toBe('unknown')
  })

  it('does not depend on how the file is read', () => {
    for (const chunkBytes of [1, 7, 64, 1000, 1_000_000])
      expect(knownOf(recoverBytes(killed, chunkBytes))).toBe(knowledge.at(-1))
  })

  it('is complete when the run has ended', () => {
    expect(recoverBytes(ended)).toMatchObject({ended: {state: 'stopped', totals: TOTALS}, tornBytes: 0, lines: 51})
  })

  it.each([
    ['one bit', (byte: number) => byte ^ 0x01],
    ['to a line feed', () => 0x0a],
    ['to zero', () => 0],
  ])('never takes a byte that has changed (%s) for what was written', (_, change) => {
    const lastLine = boundaries.at(-2) ?? 0
    const content = boundaries.at(-1) ?? 0
    for (let index = 0; index < killed.length; index++) {
      const bytes = Buffer.from(killed)
      bytes[index] = change(bytes[index] ?? 0)
      if (bytes[index] === killed[index]) continue
      const allowed = index < lastLine ? [] : index < content ? [knowledge.at(-2)] : [knowledge.at(-1)]
      const outcome = outcomeOf(bytes)
      if (![...allowed, 'JournalDamaged'].includes(outcome)) expect({index, outcome}).toEqual({index, allowed})
      if (index >= content && index < killed.length - 1) expect(outcome).toBe(knowledge.at(-1))
    }
  })

  it('forgets no more than the last line when that has changed', () => {
    const start = boundaries.at(-2) ?? 0
    for (let index = start; index < start + 9; index++) {
      const bytes = Buffer.from(killed)
      bytes[index] = (bytes[index] ?? 0) ^ 0x01
      expect(outcomeOf(bytes)).toBe(knowledge.at(-2))
    }
  })

  it('never takes a changed byte at the end of an ended journal for what was written', () => {
    for (let index = boundaries.at(-2) ?? 0; index < ended.length; index++) {
      const bytes = Buffer.from(ended)
      bytes[index] = (bytes[index] ?? 0) ^ 0x04
      expect(outcomeOf(bytes)).toBe('JournalDamaged')
    }
  })

  it('cuts a line that was not finished, wherever the write stopped', () => {
    const header = boundaries[0] ?? 0
    for (let length = header; length <= (boundaries.at(-1) ?? 0); length++) {
      const whole = boundaries.findLastIndex(end => end <= length)
      expect(outcomeOf(withZeros(killed.subarray(0, length)))).toBe(knowledge[whole])
    }
  })

  it('cuts a last line of which pages are missing', () => {
    const start = boundaries.at(-2) ?? 0
    const bytes = Buffer.from(killed)
    bytes.fill(0, start, start + 40)
    expect(outcomeOf(bytes)).toBe(knowledge.at(-2))
    expect(recoverBytes(bytes).tornBytes).toBe((boundaries.at(-1) ?? 0) - start)
  })

  it('does not cut a line that was whole and lost its line feed, along with the unfinished one behind it', () => {
    const bytes = withZeros(killed.subarray(0, (boundaries.at(-1) ?? 0) - 20))
    bytes[(boundaries.at(-2) ?? 0) - 1] = 0x0b
    expect(outcomeOf(bytes)).toBe('JournalDamaged')
  })

  it('refuses what somebody added to an ended journal', () => {
    expect(outcomeOf(Buffer.concat([ended, Buffer.from('more')]))).toBe('JournalDamaged')
    expect(outcomeOf(Buffer.concat([ended, Buffer.from('more\n')]))).toBe('JournalDamaged')
  })

  it('notices that the end of a file is gone, wherever it was cut', () => {
    const content = boundaries.at(-1) ?? 0
    for (let length = 0; length <= content; length++)
      expect(outcomeOf(killed.subarray(0, length))).toBe('JournalDamaged')
    for (let length = content; length < ended.length; length++)
      expect(outcomeOf(ended.subarray(0, length))).toBe('JournalDamaged')
  })

  it('does not miss zeros that were only reserved', () => {
    for (let length = (boundaries.at(-1) ?? 0) + 1; length < killed.length; length += 37) {
      expect(outcomeOf(killed.subarray(0, length))).toBe(knowledge.at(-1))
    }
  })

  it('notices lines that are missing, repeated or swapped', () => {
    const lines = boundaries.map((end, index) => killed.subarray(index === 0 ? 0 : boundaries[index - 1], end))
    const arranged = (order: (Buffer | undefined)[]): string =>
      outcomeOf(withZeros(Buffer.concat(order.map(line => line!))))
    expect(arranged([...lines.slice(0, 20), ...lines.slice(21)])).toBe('JournalDamaged')
    expect(arranged([...lines.slice(0, 20), lines[19], ...lines.slice(20)])).toBe('JournalDamaged')
    expect(arranged([...lines.slice(0, 20), lines[21], lines[20], ...lines.slice(22)])).toBe('JournalDamaged')
    expect(arranged(lines)).toBe(knowledge.at(-1))
  })

  it('names the line and the byte of the damage', () => {
    const bytes = Buffer.from(killed)
    const offset = boundaries[15] ?? 0
    bytes[offset + 20] = 0x7e
    expect(() => recoverBytes(bytes)).toThrow(
      expect.objectContaining({
        code: 'JournalDamaged',
        exitCode: 7,
        message: `The journal test.wal is damaged at line 17 (byte ${offset}): its checksum is wrong`,
      }),
    )
  })

  it('says that the end is gone', () => {
    expect(() => recoverBytes(killed.subarray(0, boundaries.at(-1)))).toThrow('its end has been cut off')
    expect(() => recoverBytes(Buffer.alloc(0))).toThrow('it has no header')
    expect(() => recoverBytes(Buffer.alloc(4096))).toThrow('it has no header')
  })
})

describe('a journal of another version', () => {
  function journalOf(...contents: string[]): Buffer {
    let crc = 0
    const lines = contents.map(json => {
      const line = encodeLine(json, crc)
      crc = line.crc
      return line.bytes
    })
    return withZeros(Buffer.concat(lines))
  }

  it('is refused by its schema, whatever else it says', () => {
    expect(() => recoverBytes(journalOf('{"journal":"msgops","schema":2,"version":"3.1.0"}'))).toThrow(
      expect.objectContaining({
        code: 'JournalSchemaUnknown',
        exitCode: 7,
        message: 'The journal test.wal is of a newer msgops: schema 2, written by msgops 3.1.0',
      }),
    )
  })

  it.each(['{"journal":"other","schema":1}', '{"journal":"msgops","schema":1}', '[]', 'text'])(
    'is no journal: %s',
    json => {
      expect(outcomeOf(journalOf(json))).toBe('JournalDamaged')
    },
  )

  it.each([
    '{"c":[1,0,0,0,0,0,0],"r":[{"t":"Q","m":["a"]}]}',
    '{"c":[1,0,0,0,0,0,0],"r":[{"t":"I","m":["a"]}]}',
    '{"c":[0,1,0,0,0,0,0],"r":[{"t":"S","m":["a"],"n":[null]}]}',
    '{"c":[0,1,0,0,0,0,0],"r":[{"t":"S","m":["a"],"n":[]}]}',
    '{"c":[0,0],"r":[]}',
    '{"r":[]}',
  ])('is refused by a record that is not known: %s', json => {
    const header = killed.subarray(0, boundaries[0]).toString().split(' ').slice(2).join(' ').trimEnd()
    expect(outcomeOf(journalOf(header, json))).toBe('JournalSchemaUnknown')
    expect(outcomeOf(journalOf(header))).toBe(knowledge[0])
  })

  it('is refused where the counts of a line are not those of its records', () => {
    const header = killed.subarray(0, boundaries[0]).toString().split(' ').slice(2).join(' ').trimEnd()
    expect(outcomeOf(journalOf(header, '{"c":[2,0,0,0,0,0,0],"r":[{"t":"I","at":1,"m":["a"]}]}'))).toBe(
      'JournalDamaged',
    )
  })
})

describe('reading a journal from the disk', () => {
  it('replays what was written', async () => {
    const state = await temporaryState()
    const journal = await createJournal(RUN, {state, version: '0.1.0'})
    await journal.intent([messageId(1), messageId(2)], ['d1', 'd2'])
    const {states, fileBytes} = await recoverFile(path.join(state.runs, `${journal.job}.wal`))
    expect([...states.uncertain()].map(message => message.digest)).toEqual(['d1', 'd2'])
    expect(fileBytes).toBeGreaterThan(262_144)
    await journal.close()
  })
})
