import {mkdir, readdir, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {isMarkedCancelled, markCancelled, removeMark} from '../../../../src/lib/redrive/journal/cancel-mark.js'
import {createJournal, resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import {holderOfJob} from '../../../../src/lib/redrive/journal/share-lock.js'
import type {StateDirectory} from '../../../../src/lib/redrive/journal/state-directory.js'
import {verifyJournal} from '../../../../src/lib/redrive/journal/verify.js'
import {RUN, SOURCE, START_MS, temporaryState, TOTALS} from './samples.js'

/** Each session a second later than the one before. */
const clocked = (state: StateDirectory, second = 0) => ({state, version: '0.1.0', now: () => START_MS + second * 1000})

async function holderIn(state: StateDirectory, job: string) {
  const holder = await holderOfJob(SOURCE, job, {directory: state.locks})
  if (holder === undefined) return expect.unreachable('the lock is held')
  return holder
}

const endOf = async (file: string) => (await verifyJournal(file)).ended?.state

describe('a job that is cancelled while it runs', () => {
  it.each(['interrupted', 'stopped', 'failed'] as const)(
    'and ends %s has ended cancelled: nothing goes on with it',
    async end => {
      const state = await temporaryState()
      const journal = await createJournal(RUN, clocked(state))
      await markCancelled(state.locks, await holderIn(state, journal.job))
      await journal.end(end, TOTALS)
      await journal.close()
      expect(await endOf(journal.file)).toBe('cancelled')
      await expect(resumeJournal(journal.job, RUN, clocked(state, 1))).rejects.toMatchObject({code: 'JobCancelled'})
    },
  )

  it('and completes first has completed', async () => {
    const state = await temporaryState()
    const journal = await createJournal(RUN, clocked(state))
    await markCancelled(state.locks, await holderIn(state, journal.job))
    await journal.end('completed', TOTALS)
    await journal.close()
    expect(await endOf(journal.file)).toBe('completed')
  })

  it('and is not after all, because the word was taken back, is interrupted', async () => {
    const state = await temporaryState()
    const journal = await createJournal(RUN, clocked(state))
    await markCancelled(state.locks, await holderIn(state, journal.job))
    await removeMark(state.locks, journal.job)
    await removeMark(state.locks, journal.job)
    await journal.end('interrupted', TOTALS)
    await journal.close()
    expect(await endOf(journal.file)).toBe('interrupted')
  })

  it('a mark that a killed run left behind says nothing to the run that goes on', async () => {
    const state = await temporaryState()
    const killed = await createJournal(RUN, clocked(state))
    await markCancelled(state.locks, await holderIn(state, killed.job))
    await killed.close()
    const {journal} = await resumeJournal(killed.job, RUN, clocked(state, 1))
    await journal.end('interrupted', TOTALS)
    await journal.close()
    expect(await endOf(journal.file)).toBe('interrupted')
  })

  it('a mark is of this user alone, the newest counts, and nothing else stays beside the locks', async () => {
    const state = await temporaryState()
    const journal = await createJournal(RUN, clocked(state))
    const holder = await holderIn(state, journal.job)
    await markCancelled(state.locks, {...holder, since: '2026-11-20T00:00:00.000Z'})
    expect(await isMarkedCancelled(state.locks, holder)).toBe(false)
    await Promise.all([markCancelled(state.locks, holder), markCancelled(state.locks, holder)])
    expect(await isMarkedCancelled(state.locks, holder)).toBe(true)
    const names = (await readdir(state.locks)).filter(name => !name.endsWith('.lock'))
    expect(names).toEqual([`${journal.job}.cancel`])
    expect((await stat(path.join(state.locks, names[0] ?? ''))).mode & 0o777).toBe(0o600)
    await journal.close()
  })

  it('what cannot be read, or not be written, is no mark and no error', async () => {
    const state = await temporaryState()
    const journal = await createJournal(RUN, clocked(state))
    const holder = await holderIn(state, journal.job)
    await mkdir(path.join(state.locks, `${journal.job}.cancel`))
    await markCancelled(state.locks, holder)
    expect(await isMarkedCancelled(state.locks, holder)).toBe(false)
    await writeFile(path.join(state.root, 'file'), '')
    await markCancelled(path.join(state.root, 'file'), holder)
    await journal.end('interrupted', TOTALS)
    await journal.close()
    expect(await endOf(journal.file)).toBe('interrupted')
    expect((await readdir(state.locks)).filter(name => name.endsWith('.draft'))).toEqual([])
  })
})
