import {readdir, readFile} from 'node:fs/promises'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {RESERVE_BYTES} from '../../../../src/lib/redrive/journal/commit-log.js'
import {createJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import type {RunJournal} from '../../../../src/lib/redrive/journal/run-journal.js'
import {SourceLock} from '../../../../src/lib/redrive/journal/source-lock.js'
import type {StateDirectory} from '../../../../src/lib/redrive/journal/state-directory.js'
import type {DiskCall} from './disks.js'
import {heldBack, PowerCutDisk, systemError, WatchedDisk} from './disks.js'
import {messageId, randomOf, recoverBytes, RUN, SOURCE, temporaryState, TOTALS} from './samples.js'

/** A new journal, and its disk with no call noted yet. */
async function watched(): Promise<{disk: WatchedDisk; journal: RunJournal; state: StateDirectory}> {
  const disk = new WatchedDisk()
  const state = await temporaryState()
  const journal = await createJournal(RUN, {state, version: '0.1.0', disk})
  disk.calls.length = 0
  return {disk, journal, state}
}

function tenIds(batch: number): string[] {
  return Array.from({length: 10}, (_, index) => messageId(batch * 10 + index))
}

function sent(ids: readonly string[]): {messageId: string; state: 'sent'; newMessageId: string}[] {
  return ids.map(id => ({messageId: id, state: 'sent', newMessageId: id.replace('5fea', '6fea')}))
}

describe('group commit', () => {
  it('makes calls of one moment share a write and a sync', async () => {
    const {disk, journal} = await watched()
    await Promise.all(Array.from({length: 40}, (_, batch) => journal.intent(tenIds(batch))))
    expect(disk.calls).toEqual(['write', 'datasync'])
    await journal.close()
  })

  it('makes no line longer than a reader takes, however much is asked for at once', async () => {
    const {disk, journal} = await watched()
    await Promise.all(Array.from({length: 300}, (_, batch) => journal.intent(tenIds(batch))))
    const bytes = await readFile(journal.file)
    const lengths = bytes
      .toString('latin1')
      .split('\n')
      .slice(1, -1)
      .map(line => line.length)
    // 300 records of some 420 bytes: two lines of 64 KiB at most.
    expect(lengths.length).toBe(2)
    expect(Math.max(...lengths)).toBeLessThan(66_000)
    expect(recoverBytes(bytes).counts.intents).toBe(3000)
    expect(disk.count('datasync')).toBeLessThan(6)
    await journal.close()
  })

  it('collects what is asked for while a sync runs, and answers it after the next one', async () => {
    const {disk, journal} = await watched()
    const gate = heldBack(disk, 'datasync')
    const order: string[] = []
    const first = journal.intent([messageId(1)]).then(() => order.push('first'))
    await gate.reached
    const others = [2, 3, 4].map(number => journal.intent([messageId(number)]).then(() => order.push('other')))
    expect(order).toEqual([])
    gate.open()
    await Promise.all([first, ...others])
    expect(order).toEqual(['first', 'other', 'other', 'other'])
    expect(disk.calls).toEqual(['write', 'datasync', 'write', 'datasync'])
    await journal.close()
  })

  it('writes deletes with the next record that must be durable', async () => {
    const {disk, journal} = await watched()
    await journal.deleted([messageId(1)])
    await journal.deleted([messageId(2)])
    expect(disk.calls).toEqual([])
    await journal.intent([messageId(3)])
    expect(disk.calls).toEqual(['write', 'datasync'])
    expect(recoverBytes(await readFile(journal.file)).counts.deleted).toBe(2)
    await journal.close()
  })

  it('writes deletes by themselves when many have collected, and the rest at close', async () => {
    const {disk, journal} = await watched()
    for (let batch = 0; batch < 50; batch++) await journal.deleted(tenIds(batch))
    await journal.close()
    expect(disk.count('write')).toBeLessThan(5)
    expect(recoverBytes(await readFile(journal.file)).counts.deleted).toBe(500)
  })

  it('reserves space in whole steps, and not for every line', async () => {
    const {disk, journal} = await watched()
    for (let batch = 0; batch < 150; batch++) {
      await journal.intent(tenIds(batch))
      await journal.outcome(sent(tenIds(batch)))
    }
    const bytes = await readFile(journal.file)
    const steps = (bytes.length - (bytes.indexOf(0x0a) + 1)) / RESERVE_BYTES
    // 150 intents of some 500 bytes and as many outcomes of 900: more than the first step, less than the second.
    expect(steps).toBe(1)
    expect(disk.count('datasync')).toBe(300)
    await journal.close()
  })
})

describe('the space reserved for records to come', () => {
  it('is durable before a line is written into it', async () => {
    const {disk, journal} = await watched()
    const calls: string[] = []
    disk.before = (call, _, bytes) => void calls.push(bytes >= RESERVE_BYTES ? 'reserve' : call)
    await Promise.all(Array.from({length: 60}, (_, batch) => journal.intent(tenIds(batch))))
    expect(calls).toEqual(['reserve', 'datasync', 'write', 'datasync'])
    await journal.close()
  })

  it('is written in as many calls as the disk makes of it', async () => {
    const state = await temporaryState()
    const disk = new WatchedDisk()
    disk.mostBytes = 10_007
    const journal = await createJournal(RUN, {state, version: '0.1.0', disk})
    await Promise.all(Array.from({length: 40}, (_, batch) => journal.intent(tenIds(batch))))
    const bytes = await readFile(journal.file)
    expect(recoverBytes(bytes).counts.intents).toBe(400)
    expect(bytes.length).toBeGreaterThan(RESERVE_BYTES)
    await journal.close()
  })
})

describe('a disk that fails', () => {
  it.each(['EIO', 'ENOSPC'])('never leaves an answered record out, whichever call fails with %s', async code => {
    const calls = await redriveOn(() => undefined)
    expect(calls.filter(call => call === 'write').length).toBeGreaterThan(5)
    for (let failing = 0; failing < calls.length; failing++) {
      await redriveOn(index => {
        if (index === failing) throw systemError(code)
      })
    }
  })

  it.each(['write', 'datasync'] as const)('stops everything for good after a failed %s', async kind => {
    const {disk, journal, state} = await watched()
    disk.before = call => {
      if (call === kind) throw systemError('EIO')
    }
    const failure = {code: 'JournalWriteFailed', exitCode: 1, message: expect.stringContaining('I/O error')}
    const [first, second] = await Promise.allSettled([journal.intent([messageId(1)]), journal.intent([messageId(2)])])
    expect([first, second]).toMatchObject([{reason: failure}, {reason: failure}])
    disk.before = () => undefined
    const made = disk.calls.length
    await expect(journal.intent([messageId(3)])).rejects.toMatchObject(failure)
    await expect(journal.outcome([{messageId: messageId(1), state: 'unknown'}])).rejects.toMatchObject(failure)
    await expect(journal.deleted([messageId(1)])).rejects.toMatchObject(failure)
    await expect(journal.end('failed', TOTALS)).rejects.toMatchObject(failure)
    expect(disk.calls.length).toBe(made)
    // The failure was reported: closing lets the queue go and says nothing new.
    await journal.close()
    await (await SourceLock.acquire(SOURCE, 'rd-20261121-0412-k3f9', {directory: state.locks})).release()
  })

  it('while space is reserved stops everything for good, unless it is merely full', async () => {
    const {disk, journal} = await watched()
    disk.before = (call, _, bytes) => {
      if (call === 'write' && bytes >= RESERVE_BYTES) throw systemError('EIO')
    }
    await journal.intent(tenIds(0))
    const results = await Promise.allSettled(Array.from({length: 60}, (_, batch) => journal.intent(tenIds(batch + 1))))
    expect(results.every(({status}) => status === 'rejected')).toBe(true)
    await expect(journal.outcome(sent(tenIds(0)))).rejects.toMatchObject({code: 'JournalWriteFailed'})
    await journal.close()
  })

  it('that becomes full refuses an intent and takes an outcome of the same moment', async () => {
    const {disk, journal} = await watched()
    await journal.intent(tenIds(0))
    const gate = heldBack(disk, 'datasync')
    const first = journal.intent(tenIds(1))
    await gate.reached
    const outcome = journal.outcome(sent(tenIds(0)))
    const intents = Promise.allSettled(Array.from({length: 60}, (_, batch) => journal.intent(tenIds(batch + 2))))
    disk.before = (call, _, bytes) => {
      if (call === 'write' && bytes >= RESERVE_BYTES) throw systemError('ENOSPC')
    }
    gate.open()
    await Promise.all([first, outcome])
    expect((await intents).every(({status}) => status === 'rejected')).toBe(true)
    await journal.deleted(tenIds(0))
    await journal.outcome(sent(tenIds(1)))
    expect(recoverBytes(await readFile(journal.file)).counts).toMatchObject({intents: 20, sent: 20, deleted: 10})
    await journal.close()
  })

  it('that is full ends the journal before a line that has no room', async () => {
    const {disk, journal} = await watched()
    let reservations = 0
    disk.before = (call, _, bytes) => {
      if (call !== 'write' || bytes < RESERVE_BYTES) return
      reservations++
      throw systemError('ENOSPC')
    }
    // Outcomes without an intent are a mistake of the caller, and nothing was reserved for them.
    let written = 0
    const outcomes = async (): Promise<never> => {
      for (;;) {
        await journal.outcome(sent(tenIds(written)))
        written++
      }
    }
    await expect(outcomes()).rejects.toMatchObject({code: 'JournalWriteFailed'})
    expect(recoverBytes(await readFile(journal.file)).counts.sent).toBe(written * 10)
    expect(reservations).toBe(1)
    await journal.close()
  })

  it('that is full takes no new send, and the outcome of every send that was made', async () => {
    const {disk, journal} = await watched()
    disk.before = (call, _, bytes) => {
      if (call === 'write' && bytes >= RESERVE_BYTES) throw systemError('ENOSPC')
    }
    const longIds = (batch: number): string[] => tenIds(batch).map(id => id.padEnd(100, 'x'))
    const made: string[] = []
    let refusal: unknown
    for (let batch = 0; refusal === undefined && batch < 1000; batch++) {
      await journal.intent(longIds(batch)).then(
        () => made.push(...longIds(batch)),
        (error: unknown) => (refusal = error),
      )
    }
    expect(refusal).toMatchObject({code: 'JournalWriteFailed', message: expect.stringContaining('the disk is full')})
    expect(made.length).toBeGreaterThan(200)
    await expect(journal.intent([messageId(1)])).rejects.toBe(refusal)
    // The worst case: every outcome in a line of its own, with the longest ids that there are.
    for (const id of made) await journal.outcome([{messageId: id, state: 'sent', newMessageId: 'y'.repeat(100)}])
    await journal.deleted(made)
    await journal.end('stopped', TOTALS)
    await journal.close()
    const {counts, ended} = recoverBytes(await readFile(journal.file))
    expect(counts).toMatchObject({intents: made.length, sent: made.length})
    expect(ended).toMatchObject({state: 'stopped'})
  })
})

/** A small redrive on a disk that can fail at one call; whatever was answered must be in the file afterwards. */
async function redriveOn(failAt: (index: number) => void): Promise<DiskCall[]> {
  const disk = new WatchedDisk()
  disk.before = (_, index) => failAt(index)
  const state = await temporaryState()
  const claims = new Map<string, string>()
  const claim = async (work: Promise<void>, ids: readonly string[], known: string): Promise<void> => {
    try {
      await work
      for (const id of ids) claims.set(id, known)
    } catch (error) {
      expect(error).toMatchObject({code: 'JournalWriteFailed'})
    }
  }
  let journal: RunJournal
  try {
    journal = await createJournal(RUN, {state, version: '0.1.0', disk})
  } catch (error) {
    expect(error).toMatchObject({code: 'JournalWriteFailed'})
    expect(await readdir(state.runs).catch(() => [])).toEqual([])
    return disk.calls
  }
  // So many at once that more space must be reserved for their outcomes.
  const batches = Array.from({length: 60}, (_, batch) => tenIds(batch))
  await Promise.all(batches.map(ids => claim(journal.intent(ids), ids, 'intent')))
  const answered = batches.filter(ids => claims.has(ids[0] ?? ''))
  await Promise.all(answered.slice(0, 30).map(ids => claim(journal.outcome(sent(ids)), ids, 'sent')))
  for (const ids of answered.slice(0, 2)) await journal.deleted(ids).catch(() => undefined)
  await claim(journal.end('stopped', TOTALS), ['end'], 'stopped')
  await journal.close().catch((error: unknown) => expect(error).toMatchObject({code: 'JournalWriteFailed'}))
  const {states, ended} = recoverBytes(await readFile(journal.file))
  for (const [id, known] of claims) {
    const found = id === 'end' ? ended?.state : states.get(id)
    if (found !== known) expect([known, 'sent', 'deleted']).toContain(found)
  }
  return disk.calls
}

describe('a power cut', () => {
  // The disk keeps what was synced and, of the rest, any sectors in any order.
  it('at any moment loses nothing that was answered, and leaves a journal that reads', async () => {
    const state = await temporaryState()
    let torn = 0
    const steps = fc.array(
      fc.record({messages: fc.integer({min: 1, max: 10}), alone: fc.boolean(), sent: fc.boolean()}),
      {
        minLength: 3,
        maxLength: 40,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.boolean(), steps, fc.nat(9), fc.nat(), async (isCrowded, plan, turns, seed) => {
        const disk = new PowerCutDisk()
        const journal = await createJournal(RUN, {state, version: '0.1.0', disk})
        const answered = new Map<string, 'intent' | 'sent'>()
        const running: Promise<void>[] = []
        // So many sends without an outcome that more space must be reserved on the way.
        if (isCrowded) await Promise.all(Array.from({length: 48}, (_, batch) => journal.intent(tenIds(1000 + batch))))
        for (const [number, step] of plan.entries()) {
          const ids = tenIds(number).slice(0, step.messages)
          const move = async (): Promise<void> => {
            await journal.intent(ids)
            for (const id of ids) answered.set(id, 'intent')
            if (!step.sent) return
            await journal.outcome(sent(ids))
            for (const id of ids) answered.set(id, 'sent')
            await journal.deleted(ids)
          }
          running.push(move())
          if (step.alone) await running.at(-1)
        }
        for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
        const {states, tornBytes} = recoverBytes(disk.journal.afterPowerCut(randomOf(seed)))
        if (tornBytes > 0) torn++
        for (const [id, known] of answered) {
          const allowed = known === 'intent' ? ['intent', 'sent', 'deleted'] : ['sent', 'deleted']
          expect(allowed).toContain(states.get(id))
        }
        await Promise.all(running)
        await journal.close()
      }),
      {numRuns: 120},
    )
    expect(torn).toBeGreaterThan(0)
  })
})
