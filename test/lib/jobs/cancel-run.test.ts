import {readdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {cancelRun, prepareCancel} from '../../../src/lib/jobs/cancel-run.js'
import type {CancelOptions} from '../../../src/lib/jobs/cancel-run.js'
import {verifyJournal} from '../../../src/lib/redrive/journal/verify.js'
import type {StateDirectory} from '../../../src/lib/redrive/journal/state-directory.js'
import type {Step} from './journals.js'
import {messageId, temporaryHome, TOTALS, writeRun} from './journals.js'

const STEPS: Step[] = [
  ['intent', 1, 2, 3, 4],
  ['sent', [1, 101], [2, 102]],
  ['rejected', 3],
  ['unknown', 4],
  ['deleted', 1],
  ['intent', 5],
]

const optionsOf = (state: StateDirectory, more: Partial<CancelOptions> = {}): CancelOptions => ({
  state,
  version: '0.1.0',
  pause: () => new Promise(resolve => void setImmediate(resolve)),
  signal: new AbortController().signal,
  kill: () => expect.unreachable('no process is to be asked'),
  ...more,
})

describe('cancelling a client job', () => {
  it('that was interrupted lists what is uncertain and marks it cancelled', async () => {
    const {state} = await temporaryHome()
    const {job, file} = await writeRun(state, {steps: STEPS})
    const before = await prepareCancel(job, {state})
    expect(before.job.state).toBe('interrupted')
    const reasons = [
      [messageId(4), 'unknownOutcome', null],
      [messageId(5), 'unknownOutcome', null],
      [messageId(2), 'notDeleted', messageId(102)],
    ]
    const told = ({possibleDuplicates}: typeof before) =>
      possibleDuplicates.map(doubt => [doubt.messageId, doubt.reason, doubt.newMessageId])
    expect(told(before)).toEqual(reasons)
    const after = await cancelRun(before, optionsOf(state))
    expect(told(after)).toEqual(reasons)
    expect(after.job.state).toBe('cancelled')
    const {verdict, problems, ended} = await verifyJournal(file)
    expect([verdict, problems]).toEqual(['whole', []])
    expect(ended).toMatchObject({
      state: 'cancelled',
      totals: {selected: 5, moved: 2, skipped: 0, failed: 1, left: 0, possibleDuplicates: 3},
    })
  })

  it('that has ended changes nothing', async () => {
    const {state} = await temporaryHome()
    const {job} = await writeRun(state, {steps: [], end: 'completed'})
    const before = await prepareCancel(job, {state})
    expect(await cancelRun(before, optionsOf(state))).toEqual(before)
    expect(before.job.state).toBe('completed')
  })

  it('that runs asks its process once, waits for the lock and then marks it', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {steps: [['intent', 1]], running: true})
    const asked: unknown[] = []
    const pauses: number[] = []
    const before = await prepareCancel(running.job, {state})
    expect(before.job.state).toBe('running')
    const after = await cancelRun(
      before,
      optionsOf(state, {
        kill: (pid, signal) => asked.push([pid, signal]),
        pause: async ms => {
          pauses.push(ms)
          if (pauses.length === 3) await running.close()
        },
      }),
    )
    expect(asked).toEqual([[process.pid, 'SIGTERM']])
    expect(pauses).toHaveLength(3)
    expect(after.job.state).toBe('cancelled')
    expect(after.possibleDuplicates).toMatchObject([{messageId: messageId(1), reason: 'unknownOutcome'}])
  })

  it('that runs and ends in order has marked itself: its own totals stay, and what is uncertain is listed', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {steps: STEPS, running: true})
    const totals = {selected: 9, moved: 2, skipped: 0, failed: 1, left: 4, possibleDuplicates: 2, discarded: 0}
    const after = await cancelRun(
      await prepareCancel(running.job, {state}),
      optionsOf(state, {
        kill: () => undefined,
        pause: async () => {
          await running.end('interrupted', totals)
          await running.close()
        },
      }),
    )
    expect(after.job).toMatchObject({state: 'cancelled', selected: 9, moved: 2})
    expect(after.possibleDuplicates.map(({reason}) => reason)).toEqual([
      'unknownOutcome',
      'unknownOutcome',
      'notDeleted',
    ])
    expect((await verifyJournal(running.file)).ended).toMatchObject({state: 'cancelled', totals})
    expect((await readdir(state.locks)).filter(name => !name.endsWith('.lock'))).toEqual([])
  })

  it('that two cancel at once is cancelled once', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {running: true})
    const before = await prepareCancel(running.job, {state})
    let asked = 0
    const options = optionsOf(state, {
      kill: () => {
        asked++
      },
      pause: async () => {
        if (asked < 2) return
        asked = 0
        await running.end('interrupted', TOTALS)
        await running.close()
      },
    })
    const both = await Promise.all([cancelRun(before, options), cancelRun(before, options)])
    expect(both.map(({job}) => job.state)).toEqual(['cancelled', 'cancelled'])
    const {verdict, lines} = await verifyJournal(running.file)
    expect([verdict, lines]).toEqual(['whole', 2])
  })

  it('that completes when it is asked is left as it is', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {steps: [], running: true})
    const before = await prepareCancel(running.job, {state})
    const after = await cancelRun(
      before,
      optionsOf(state, {
        kill: () => undefined,
        pause: async () => {
          await running.end('completed', {
            selected: 0,
            moved: 0,
            skipped: 0,
            failed: 0,
            left: 0,
            possibleDuplicates: 0,
            discarded: 0,
          })
          await running.close()
        },
      }),
    )
    expect(after.job.state).toBe('completed')
  })

  it('waits no longer than the signal lets it', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {running: true})
    const stop = new AbortController()
    await expect(
      cancelRun(
        await prepareCancel(running.job, {state}),
        optionsOf(state, {
          kill: () => stop.abort(new Error('time is up')),
          signal: stop.signal,
        }),
      ),
    ).rejects.toThrow('time is up')
    await running.end('interrupted', TOTALS)
    await running.close()
    expect((await prepareCancel(running.job, {state})).job.state).toBe('interrupted')
  })

  it('never asks a process of another machine, nor one that only has the same number', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {running: true})
    await running.close()
    const [lock = ''] = await readdir(state.locks)
    const holder = {pid: process.pid, host: 'elsewhere', job: running.job, since: '2026-11-21T04:12:33.000Z'}
    await writeFile(path.join(state.locks, lock), `held ${JSON.stringify(holder)}\n`)
    await expect(prepareCancel(running.job, {state})).rejects.toMatchObject({
      code: 'JobElsewhere',
      exitCode: 7,
      message: `Whether job ${running.job} is running cannot be told from here: process ${process.pid} on elsewhere, since 2026-11-21T04:12:33.000Z. Nothing was changed.`,
    })
  })

  it('between the look and the deed, gives way to a holder that cannot be asked', async () => {
    const {state} = await temporaryHome()
    const running = await writeRun(state, {running: true})
    const before = await prepareCancel(running.job, {state})
    const [lock = ''] = await readdir(state.locks)
    const holder = {pid: 1, host: 'elsewhere', job: running.job, since: '2026-11-21T04:12:33.000Z'}
    await writeFile(path.join(state.locks, lock), `held ${JSON.stringify(holder)}\n`)
    await expect(cancelRun(before, optionsOf(state))).rejects.toMatchObject({code: 'JobElsewhere'})
    await running.close()
  })
})
