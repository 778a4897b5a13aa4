import {ExitCode, OpsError} from '../ops-error.js'
import {markCancelled, removeMark} from '../redrive/journal/cancel-mark.js'
import type {JobRecord, JobsOptions} from '../redrive/journal/jobs.js'
import {readJob} from '../redrive/journal/jobs.js'
import type {JournalHeader} from '../redrive/journal/header.js'
import {damageAdvice} from '../redrive/journal/journal-errors.js'
import {readHeader} from '../redrive/journal/job-file.js'
import {resumeJournal} from '../redrive/journal/open-journal.js'
import type {Recovered} from '../redrive/journal/recovery.js'
import type {RunTotals} from '../redrive/journal/records.js'
import {holderOfJob} from '../redrive/journal/share-lock.js'
import type {Doubt} from './doubt.js'
import {doubtsOf} from './doubt.js'
import type {Job} from './job.js'
import {clientJob, isOver} from './job.js'
import {readJournal} from './journal-report.js'
import type {Pause} from './pause.js'
import {reading} from './state-errors.js'

const POLL_MS = 200

export interface CancelOptions extends JobsOptions {
  /** Of msgops, for the record. */
  readonly version: string
  readonly pause: Pause
  readonly signal: AbortSignal
  /** Sends a signal to a process. */
  readonly kill?: (pid: number, signal: NodeJS.Signals) => void
}

/** A client job as it is before it is cancelled. */
export interface RunToCancel {
  readonly record: JobRecord
  readonly job: Job
  /** Of an interrupted job: what nobody will resolve once it is cancelled. */
  readonly possibleDuplicates: readonly Doubt[]
}

/**
 * Looks at a client job before it is cancelled. Throws `JobElsewhere` (exit 7) where its process cannot be asked from here and
 * `JournalDamaged` (exit 7), since a damaged journal cannot be resumed anyway.
 */
export async function prepareCancel(job: string, options: JobsOptions): Promise<RunToCancel> {
  const record = await readJob(job, options)
  const seen = clientJob(record)
  if (seen.state === 'unknown') throw elsewhere(record)
  if (seen.state === 'damaged') {
    throw new OpsError(
      `${record.problem?.message ?? 'The journal is damaged'}. It cannot be resumed, so there is nothing to cancel.`,
      {
        code: record.problem?.code ?? 'JournalDamaged',
        exitCode: ExitCode.refused,
        suggestions: damageAdvice(record.path),
      },
    )
  }
  return {record, job: seen, possibleDuplicates: seen.state === 'interrupted' ? await doubtsIn(record) : []}
}

async function doubtsIn({path}: JobRecord): Promise<readonly Doubt[]> {
  return (await reading(path, () => readJournal(path, {running: false}))).possibleDuplicates
}

/**
 * Ends a client job for good: asks its process to stop where one runs, waits until it has let the queue go, and marks the journal
 * `cancelled` where the process has not done so. Aborting the signal ends the wait with an error; the process has been asked by then.
 */
export async function cancelRun(before: RunToCancel, options: CancelOptions): Promise<RunToCancel> {
  const {job} = before.record
  const ran = before.job.state === 'running'
  if (ran) await stopProcess(before.record, options)
  const stopped = await prepareCancel(job, options)
  if (ran && stopped.job.state === 'cancelled') return {...stopped, possibleDuplicates: await doubtsIn(stopped.record)}
  if (isOver(stopped.job)) return stopped
  const path = stopped.record.path
  const header = await readHeader(path)
  const {journal, recovered} = await resumeJournal(job, header, {...options, shared: isShared(header)})
  const possibleDuplicates = doubtsOf(recovered.states, recovered.header, {running: false})
  try {
    await journal.end('cancelled', totalsOf(recovered, possibleDuplicates.length))
  } finally {
    await journal.close()
  }
  const record = await readJob(job, options)
  return {record, job: clientJob(record), possibleDuplicates}
}

async function stopProcess(record: JobRecord, options: CancelOptions): Promise<void> {
  const {job, path} = record
  const {pause, signal, state, kill = process.kill.bind(process)} = options
  const header = await readHeader(path)
  const locks = {...options, shared: isShared(header), directory: state.locks}
  const holder = () => holderOfJob(header.source, job, locks)
  const found = await holder()
  if (found === undefined) return
  try {
    // Before the signal: its process looks for it when it ends, and says then that nothing can be gone on with.
    await markCancelled(state.locks, found)
    // Looked up in this moment: its host, start of the machine and start of the process are those of the lock.
    const running = await holder()
    if (running === undefined) return
    if (running.liveness !== 'alive') throw elsewhere(record)
    kill(running.pid, 'SIGTERM')
    while ((await holder()) !== undefined) {
      signal.throwIfAborted()
      await pause(POLL_MS, signal)
    }
  } finally {
    // Who gives up waiting has cancelled nothing: the job can be gone on with, or cancelled again.
    await removeMark(state.locks, job)
  }
}

function isShared({request}: JournalHeader): boolean {
  return request?.shared === true
}

function totalsOf({states, counts, ended}: Recovered, possibleDuplicates: number): RunTotals {
  const {intent, rejected, unknown, unverified} = states.counts
  const {sent: moved, discarded} = counts
  const tried = moved + discarded + intent + unknown + unverified + rejected
  const selected = Math.max(ended?.totals.selected ?? 0, tried)
  return {
    selected,
    moved,
    skipped: ended?.totals.skipped ?? 0,
    failed: rejected,
    left: selected - tried,
    possibleDuplicates,
    discarded,
  }
}

function elsewhere({job, holder, problem}: JobRecord): OpsError {
  const where = holder === undefined ? '' : `: process ${holder.pid} on ${holder.host}, since ${holder.since}`
  return new OpsError(
    `Whether job ${job} is running cannot be told from here${where}${problem === undefined ? '' : `. ${problem.message}`}. Nothing was changed.`,
    {
      code: 'JobElsewhere',
      exitCode: ExitCode.refused,
      suggestions: [
        holder === undefined
          ? `msgops job show ${job}`
          : `Run this on ${holder.host}, or stop process ${holder.pid} there.`,
      ],
    },
  )
}
