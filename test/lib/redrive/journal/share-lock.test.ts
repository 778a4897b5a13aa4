import {describe, expect, it} from 'vitest'
import {cancelRun, prepareCancel} from '../../../../src/lib/jobs/cancel-run.js'
import {listJobs, readJob} from '../../../../src/lib/redrive/journal/jobs.js'
import type {JournalOptions} from '../../../../src/lib/redrive/journal/open-journal.js'
import {createJournal, resumeJournal} from '../../../../src/lib/redrive/journal/open-journal.js'
import type {ProcessTable} from '../../../../src/lib/redrive/journal/process-table.js'
import {holderOfJob, lockSource} from '../../../../src/lib/redrive/journal/share-lock.js'
import type {SourceLock} from '../../../../src/lib/redrive/journal/source-lock.js'
import {lockHolder} from '../../../../src/lib/redrive/journal/source-lock.js'
import type {StateDirectory} from '../../../../src/lib/redrive/journal/state-directory.js'
import {messageId, randomOf, RUN, SOURCE, temporaryState, TOTALS} from './samples.js'

/** Processes that live until they are said to be dead; each has a table of its own, in which it is itself. */
class Processes {
  private readonly dead = new Set<number>()
  private next = 100

  start(host = 'here'): {pid: number; table: ProcessTable} {
    const pid = this.next++
    return {
      pid,
      table: {
        self: () => ({pid, host}),
        liveness: other => (other.host !== 'here' ? 'unknown' : this.dead.has(other.pid) ? 'dead' : 'alive'),
      },
    }
  }

  kill(pid: number): void {
    this.dead.add(pid)
  }
}

interface Taken {
  readonly lock: SourceLock
  readonly pid: number
}

/** Takes locks as processes of one machine do. */
async function machine(): Promise<{
  directory: string
  processes: Processes
  take: (job: string, options?: {shared?: boolean; host?: string}) => Promise<Taken>
}> {
  const {locks: directory} = await temporaryState()
  const processes = new Processes()
  return {
    directory,
    processes,
    take: async (job, {shared = true, host} = {}) => {
      const {pid, table} = processes.start(host)
      return {lock: await lockSource(SOURCE, job, {directory, processes: table, shared}), pid}
    },
  }
}

const refused = (message: string) => ({code: 'RedriveLocked', exitCode: 7, message: expect.stringContaining(message)})

describe('the shares of a queue', () => {
  it('are sixteen, and free again after release', async () => {
    const {take} = await machine()
    const shares: Taken[] = []
    for (let run = 1; run <= 16; run++) shares.push(await take(`job-${run}`))
    await expect(take('job-17')).rejects.toMatchObject(refused(`All 16 shares that a machine can have of ${SOURCE}`))
    await shares[4]?.lock.release()
    await take('job-17')
    await expect(take('job-18')).rejects.toMatchObject(refused('All 16 shares'))
  })

  it('go to as many as there are of twenty that want one at once', async () => {
    const {take} = await machine()
    const results = await Promise.allSettled(Array.from({length: 20}, (_, run) => take(`job-${run}`)))
    expect(results.filter(({status}) => status === 'fulfilled').length).toBe(16)
  })

  it('are taken from dead processes', async () => {
    const {take, processes} = await machine()
    for (let run = 1; run <= 40; run++) processes.kill((await take(`job-${run}`)).pid)
    await take('job-41', {shared: false})
  })

  it('of one queue are not those of another', async () => {
    const {take, directory, processes} = await machine()
    await take('job-1')
    const {table} = processes.start()
    await lockSource(`${SOURCE}-b`, 'job-2', {directory, processes: table, shared: false})
  })

  it('are refused while the queue is redriven as a whole, and the other way round', async () => {
    const {take} = await machine()
    const whole = await take('job-1', {shared: false})
    await expect(take('job-2')).rejects.toMatchObject(refused('is being redriven by job job-1 (process 100 on here)'))
    await whole.lock.release()
    const shares = [await take('job-3'), await take('job-4')]
    await expect(take('job-5', {shared: false})).rejects.toMatchObject(refused('by job job-3'))
    await shares[0]?.lock.release()
    await expect(take('job-5', {shared: false})).rejects.toMatchObject(refused('by job job-4'))
    await shares[1]?.lock.release()
    await take('job-5', {shared: false})
  })

  it('count as taken by a process that cannot be asked, and say where its lock is', async () => {
    const {take, directory} = await machine()
    await take('job-1', {host: 'elsewhere'})
    await expect(take('job-2', {shared: false})).rejects.toMatchObject({
      code: 'RedriveLocked',
      suggestions: expect.arrayContaining([expect.stringContaining(`the file in ${directory} that names job-1`)]),
    })
    await take('job-3')
  })

  it('are not given to a run that has been refused, however it was refused', async () => {
    const {take, directory} = await machine()
    const whole = await take('job-1', {shared: false})
    await expect(take('job-2')).rejects.toThrow()
    await whole.lock.release()
    await take('job-3')
    await expect(take('job-4', {shared: false})).rejects.toThrow()
    expect(await lockHolder(SOURCE, {directory})).toBeUndefined()
  })

  it('are one for each job: two processes never have the same one', async () => {
    const {take, processes} = await machine()
    const first = await take('job-1')
    await expect(take('job-1')).rejects.toMatchObject(refused('by job job-1 (process 100'))
    await first.lock.release()
    for (let round = 0; round < 10; round++) {
      const results = await Promise.allSettled(Array.from({length: 6}, () => take('job-1')))
      const winners = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
      expect(winners.length).toBeLessThanOrEqual(1)
      // Half of the winners end in order, the other half is killed.
      for (const {lock, pid} of winners)
        if (round % 2 === 0) await lock.release()
        else processes.kill(pid)
    }
    await take('job-1')
  })

  it('and the whole queue are never held at the same time, whoever releases or dies', async () => {
    const {take, processes} = await machine()
    const random = randomOf(20261121)
    const held = {whole: 0, shares: 0}
    const taken = {whole: 0, shares: 0}
    const pause = async (): Promise<void> => {
      for (let turns = random() * 12; turns > 0; turns--) await new Promise(resolve => setImmediate(resolve))
    }
    const contend = async (contender: number): Promise<void> => {
      for (let turn = 0; Math.min(taken.whole, taken.shares) < 10; turn++) {
        const kind = random() < 0.5 ? 'whole' : 'shares'
        const mine = await take(`job-${contender}-${turn}`, {shared: kind === 'shares'}).catch(() => undefined)
        if (mine !== undefined) {
          held[kind]++
          taken[kind]++
          expect(held.whole === 0 || (held.whole === 1 && held.shares === 0)).toBe(true)
          await pause()
          held[kind]--
          if (random() < 0.5) processes.kill(mine.pid)
          else await mine.lock.release()
        }
        await pause()
      }
    }
    await Promise.all(Array.from({length: 6}, (_, contender) => contend(contender)))
    expect(held).toEqual({whole: 0, shares: 0})
  })
})

describe('the holder of a job', () => {
  it('is found under any share, and only while it may be alive', async () => {
    const {take, directory, processes} = await machine()
    const {table} = processes.start()
    const options = {directory, processes: table, shared: true}
    await take('job-1')
    const second = await take('job-2')
    await take('job-3', {host: 'elsewhere'})
    expect(await holderOfJob(SOURCE, 'job-2', options)).toMatchObject({pid: second.pid, liveness: 'alive'})
    expect(await holderOfJob(SOURCE, 'job-3', options)).toMatchObject({host: 'elsewhere', liveness: 'unknown'})
    expect(await holderOfJob(SOURCE, 'job-4', options)).toBeUndefined()
    processes.kill(second.pid)
    expect(await holderOfJob(SOURCE, 'job-2', options)).toBeUndefined()
  })

  it('of a whole queue is that job alone', async () => {
    const {take, directory, processes} = await machine()
    const {table} = processes.start()
    const {pid} = await take('job-1', {shared: false})
    expect(await holderOfJob(SOURCE, 'job-1', {directory, processes: table})).toMatchObject({pid, job: 'job-1'})
    expect(await holderOfJob(SOURCE, 'job-2', {directory, processes: table})).toBeUndefined()
    processes.kill(pid)
    expect(await holderOfJob(SOURCE, 'job-1', {directory, processes: table})).toBeUndefined()
  })
})

describe('jobs that share a queue', () => {
  const SHARED_RUN = {...RUN, request: {engine: 'client', shared: true}}

  function optionsFor(state: StateDirectory, processes: Processes): {pid: number; options: JournalOptions} {
    const {pid, table} = processes.start()
    return {pid, options: {state, version: '0.1.0', processes: table, shared: true}}
  }

  it('are listed by what becomes of each, and resumed beside each other', async () => {
    const state = await temporaryState()
    const processes = new Processes()
    const [one, two, three] = [1, 2, 3].map(() => optionsFor(state, processes))
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were started')
    const running = await createJournal(SHARED_RUN, one.options)
    const killed = await createJournal(SHARED_RUN, two.options)
    const done = await createJournal(SHARED_RUN, three.options)
    await done.end('completed', TOTALS)
    await done.close()
    processes.kill(two.pid)
    const seen = {state, processes: processes.start().table}
    const states = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await listJobs(seen)).map(({job, state: jobState}) => [job, jobState]))
    expect(await states()).toEqual({[running.job]: 'running', [killed.job]: 'interrupted', [done.job]: 'done'})
    expect((await readJob(running.job, seen)).holder).toMatchObject({pid: one.pid})

    const {options} = optionsFor(state, processes)
    await expect(resumeJournal(running.job, SHARED_RUN, options)).rejects.toMatchObject(refused(running.job))
    const {journal} = await resumeJournal(killed.job, SHARED_RUN, options)
    expect(await states()).toEqual({[running.job]: 'running', [killed.job]: 'running', [done.job]: 'done'})
    await expect(resumeJournal(killed.job, SHARED_RUN, optionsFor(state, processes).options)).rejects.toMatchObject(
      refused(killed.job),
    )
    await journal.close()
    await running.close()
  })

  it('are cancelled one by one: the running one is asked to stop, the killed one is marked beside others', async () => {
    const state = await temporaryState()
    const processes = new Processes()
    const [one, two, three] = [1, 2, 3].map(() => optionsFor(state, processes))
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were started')
    const other = await createJournal(SHARED_RUN, one.options)
    const running = await createJournal(SHARED_RUN, two.options)
    const killed = await createJournal(SHARED_RUN, three.options)
    await killed.intent([messageId(1)])
    processes.kill(three.pid)
    const asked: [number, string][] = []
    const options = {
      state,
      version: '0.1.0',
      processes: processes.start().table,
      signal: new AbortController().signal,
      pause: () => running.close(),
      kill: (pid: number, signal: string) => void asked.push([pid, signal]),
    }
    const stopped = await cancelRun(await prepareCancel(running.job, options), options)
    expect(stopped.job.state).toBe('cancelled')
    expect(asked).toEqual([[two.pid, 'SIGTERM']])
    const marked = await cancelRun(await prepareCancel(killed.job, options), options)
    expect(marked.job.state).toBe('cancelled')
    expect(marked.possibleDuplicates.map(({messageId: id}) => id)).toEqual([messageId(1)])
    expect(asked.length).toBe(1)
    expect(await readJob(other.job, options)).toMatchObject({state: 'running', holder: {pid: one.pid}})
    await other.close()
  })
})
