import {readFile, truncate, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {listJobs, readJob} from '../../../../src/lib/redrive/journal/jobs.js'
import {createJournal, resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import {readResumableJob} from '../../../../src/lib/redrive/resume.js'
import type {RunJournal} from '../../../../src/lib/redrive/journal/run-journal.js'
import type {StateDirectory} from '../../../../src/lib/redrive/journal/state-directory.js'
import {DESTINATION, messageId, RUN, SOURCE, START_MS, temporaryState, TOTALS} from './samples.js'

async function run(state: StateDirectory, {minute = 0, source = SOURCE} = {}): Promise<RunJournal> {
  const now = (): number => START_MS + minute * 60_000
  const journal = await createJournal({...RUN, source}, {state, version: '0.1.0', now})
  await journal.intent([messageId(1), messageId(2), messageId(3)])
  await journal.outcome([
    {messageId: messageId(1), state: 'sent', newMessageId: messageId(11)},
    {messageId: messageId(2), state: 'rejected'},
  ])
  return journal
}

describe('the list of jobs', () => {
  it('is empty where there was none', async () => {
    expect(await listJobs({state: await temporaryState()})).toEqual([])
  })

  it('tells running, interrupted, done and damaged ones, the newest first', async () => {
    const state = await temporaryState()
    const damaged = await run(state, {minute: 1})
    await damaged.close()
    await truncate(damaged.file, 40)
    const done = await run(state, {minute: 2})
    await done.end('completed', TOTALS)
    await done.close()
    const stopped = await run(state, {minute: 3})
    await stopped.end('stopped', TOTALS)
    await stopped.close()
    const killed = await run(state, {minute: 4})
    await killed.close()
    const running = await run(state, {minute: 5})
    await writeFile(path.join(state.runs, 'notes.txt'), 'not a job')
    const jobs = await listJobs({state})
    expect(jobs.map(({job, state: jobState}) => [job, jobState])).toEqual([
      [running.job, 'running'],
      [killed.job, 'interrupted'],
      [stopped.job, 'interrupted'],
      [done.job, 'done'],
      [damaged.job, 'damaged'],
    ])
    expect(jobs[0]?.holder).toMatchObject({pid: process.pid, liveness: 'alive', since: '2026-11-21T04:17:33.000Z'})
    expect(jobs[2]).toMatchObject({ended: 'stopped', totals: TOTALS})
    expect(jobs[4]?.problem).toEqual({
      code: 'JournalDamaged',
      message: `The journal ${damaged.file} is damaged at line 1 (byte 0): it has no header`,
    })
    await running.close()
  })

  it('has what a journal says of its run', async () => {
    const state = await temporaryState()
    const journal = await run(state)
    await journal.end('completed', TOTALS)
    await journal.close()
    const {writtenAt, ...record} = await readJob(journal.job, {state})
    expect(writtenAt).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(record).toEqual({
      job: journal.job,
      state: 'done',
      path: journal.file,
      kind: 'redrive',
      account: '123456789012',
      region: 'eu-west-1',
      profile: 'ops',
      source: SOURCE,
      destinations: [DESTINATION],
      counts: {intents: 3, sent: 1, rejected: 1, unknown: 0, unverified: 0, deleted: 0, discarded: 0},
      totals: TOTALS,
      ended: 'completed',
      startedAt: '2026-11-21T04:12:33.000Z',
      endedAt: '2026-11-21T04:12:33.000Z',
    })
  })

  it('has counts before anything was sent, and of a run that was resumed', async () => {
    const state = await temporaryState()
    const journal = await createJournal(RUN, {state, version: '0.1.0'})
    expect((await readJob(journal.job, {state})).counts).toMatchObject({intents: 0})
    await journal.end('interrupted', TOTALS)
    await journal.close()
    const {journal: resumed} = await resumeJournal(journal.job, RUN, {state, version: '0.1.0'})
    await resumed.intent([messageId(1)])
    const record = await readJob(journal.job, {state})
    expect(record).toMatchObject({state: 'running', counts: {intents: 1}})
    expect(record.ended).toBeUndefined()
    await resumed.close()
    expect(await readJob(journal.job, {state})).toMatchObject({state: 'interrupted'})
  })

  it('does not go on with a job that was cancelled', async () => {
    const state = await temporaryState()
    const journal = await run(state)
    await journal.end('cancelled', TOTALS)
    await journal.close()
    const before = await readFile(journal.file)
    const refusal = {code: 'JobCancelled', exitCode: 7}
    await expect(resumeJournal(journal.job, RUN, {state, version: '0.1.0'})).rejects.toMatchObject(refusal)
    await expect(readResumableJob(journal.job, state)).rejects.toMatchObject(refusal)
    expect(await readFile(journal.file)).toEqual(before)
    const next = await run(state, {minute: 1})
    await next.close()
  })

  it.each([
    ['torn', (bytes: Buffer, end: number) => bytes.write('0badc0de 99 {"c":', end)],
    ['with a last line that is not whole', (bytes: Buffer, end: number) => bytes.write('~', end - 30)],
  ])('reads the counts of the line before an end that is %s', async (_, change) => {
    const state = await temporaryState()
    const journal = await run(state)
    await journal.intent([messageId(4)])
    await journal.close()
    const bytes = await readFile(journal.file)
    const end = bytes.lastIndexOf(0x0a) + 1
    change(bytes, end)
    await writeFile(journal.file, bytes)
    const {counts, state: jobState} = await readJob(journal.job, {state})
    expect(jobState).toBe('interrupted')
    expect(counts?.intents).toBe(bytes[end] === 0 ? 3 : 4)
  })

  it('reads no more than the ends of a long journal', async () => {
    const state = await temporaryState()
    const journal = await run(state)
    const batches = Array.from({length: 400}, (_, batch) =>
      Array.from({length: 10}, (__, index) => messageId(batch * 10 + index)),
    )
    for (let start = 0; start < 400; start += 50) {
      await Promise.all(batches.slice(start, start + 50).map(ids => journal.intent(ids)))
      await Promise.all(
        batches
          .slice(start, start + 50)
          .map(ids => journal.outcome(ids.map(id => ({messageId: id, state: 'unknown'})))),
      )
    }
    await journal.close()
    const bytes = await readFile(journal.file)
    expect(bytes.length).toBeGreaterThan(400_000)
    // What is in the middle is the business of `verify`.
    bytes.fill(0x7e, 100_000, 101_000)
    await writeFile(journal.file, bytes)
    expect((await readJob(journal.job, {state})).counts).toMatchObject({intents: 4003, unknown: 4000})
  })

  it('says that the end of a journal is gone', async () => {
    const state = await temporaryState()
    const journal = await run(state)
    await journal.close()
    const bytes = await readFile(journal.file)
    await truncate(journal.file, bytes.lastIndexOf(0x0a) + 1)
    expect(await readJob(journal.job, {state})).toMatchObject({state: 'damaged', problem: {code: 'JournalDamaged'}})
    await truncate(journal.file, bytes.lastIndexOf(0x0a) - 40)
    expect(await readJob(journal.job, {state})).toMatchObject({state: 'damaged', problem: {code: 'JournalDamaged'}})
  })

  it('does not know whether a job runs whose lock does not read', async () => {
    const state = await temporaryState()
    const journal = await run(state)
    await journal.close()
    const [lock = ''] = (await import('node:fs')).readdirSync(state.locks)
    await writeFile(path.join(state.locks, lock), 'text')
    expect(await readJob(journal.job, {state})).toMatchObject({
      state: 'running',
      problem: {code: 'RedriveLocked'},
      counts: {intents: 3},
    })
  })

  it.each(['rd-20261121-0412-zzzz', '../secret'])('has no job %j', async job => {
    await expect(readJob(job, {state: await temporaryState()})).rejects.toMatchObject({
      code: 'JobDoesNotExist',
      exitCode: 5,
    })
  })
})
