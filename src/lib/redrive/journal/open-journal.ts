import {unlink} from 'node:fs/promises'
import path from 'node:path'
import {failpoint} from '../../failpoint.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {Disk, WritableFile} from '../../private-files.js'
import {localDisk, makePrivateDirectory, writeAll} from '../../private-files.js'
import type {LogPosition} from './commit-log.js'
import {CommitLog, RESERVE_BYTES} from './commit-log.js'
import {NO_COUNTS} from './counts.js'
import type {JournalBinding, JournalHeader} from './header.js'
import {bindingDifferences, encodeHeader, SCHEMA} from './header.js'
import {errnoOf, jobCancelled, jobDoesNotExist, mismatch, writeFailed} from './journal-errors.js'
import {fileOfJob, jobFile, newJobId} from './job-id.js'
import {readHeader} from './job-file.js'
import {encodeLine, MAX_LINE_BYTES} from './line.js'
import type {ProcessTable} from './process-table.js'
import type {Recovered} from './recovery.js'
import {recoverFile} from './recovery.js'
import {RunJournal} from './run-journal.js'
import {refuseCutOff} from './cut-off.js'
import {lockSource} from './share-lock.js'
import type {SourceLock} from './source-lock.js'
import type {StateDirectory} from './state-directory.js'

const ID_ATTEMPTS = 5

export interface JournalOptions {
  readonly state: StateDirectory
  /** Of msgops. */
  readonly version: string
  readonly disk?: Disk
  readonly processes?: ProcessTable
  /** Epoch ms. */
  readonly now?: () => number
  /** Four random bytes, for the job id. */
  readonly random?: () => Uint8Array
  /** Other redrives of the same queue that are shared too may run beside it. */
  readonly shared?: boolean
  /** Refuses a new run of a queue while an earlier one was cut off and not gone on with. */
  readonly refusesCutOff?: boolean
}

/** What a new run writes down about itself; job, schema, version and start are added. */
export type NewRun = Omit<JournalHeader, 'schema' | 'version' | 'job' | 'startedAt'>

/**
 * Begins the journal of a new run: takes the lock of its source queue, then creates the file, which is durable with its name when
 * this resolves. Throws `RedriveLocked`, `JobCutOff`, `JournalWriteFailed`, `UnsafeFile`.
 */
export async function createJournal(run: NewRun, options: JournalOptions): Promise<RunJournal> {
  const {state, version, disk = localDisk, now = Date.now} = options
  return wordingFailures(state.runs, async () => {
    await makePrivateDirectory(state.root, disk)
    await makePrivateDirectory(state.runs, disk)
    for (let attempt = 1; ; attempt++) {
      const startedMs = now()
      const job = newJobId(startedMs, options.random?.())
      const header = {...run, schema: SCHEMA, version, job, startedAt: new Date(startedMs).toISOString()}
      const lock = await lockSource(run.source, job, {...options, directory: state.locks})
      failpoint('lockTaken')
      try {
        if (options.refusesCutOff === true)
          await refuseCutOff(run, {...options, directory: state.locks, runs: state.runs})
        return await beginFile(header, lock, {runs: state.runs, disk, now})
      } catch (error) {
        await lock.release()
        if (errnoOf(error) !== 'EEXIST' || attempt === ID_ATTEMPTS) throw error
      }
    }
  })
}

async function beginFile(
  header: JournalHeader,
  lock: SourceLock,
  {runs, disk, now}: {runs: string; disk: Disk; now: () => number},
): Promise<RunJournal> {
  const {bytes, crc} = encodeLine(encodeHeader(header), 0)
  if (bytes.length > MAX_LINE_BYTES) throw new RangeError(`a journal header of ${bytes.length} bytes`)
  const file = path.join(runs, fileOfJob(header.job))
  const handle = await disk.create(file)
  failpoint('journalCreated')
  const fileBytes = bytes.length + RESERVE_BYTES
  try {
    await writeAll(handle, Buffer.concat([bytes], fileBytes), 0)
    await handle.datasync()
    await disk.syncDirectory(runs)
    failpoint('headerSynced')
  } catch (error) {
    // Nothing was sent under it: the run never began.
    await unlink(file)
    await handle.close()
    throw error
  }
  const log = new CommitLog(handle, {end: bytes.length, fileBytes, crc, counts: NO_COUNTS}, error =>
    writeFailed(file, error),
  )
  return new RunJournal({job: header.job, file, log, lock, now})
}

/**
 * Goes on with a run: takes the lock, replays the journal, refuses it where it is damaged or of another redrive than `binding`, cuts
 * a torn end off and opens it for more. `recovered` is for the engine; an ended run can be gone on with too, and changes nothing.
 * Throws `JobDoesNotExist`, `JobCancelled`, `RedriveLocked`, `JournalMismatch`, `JournalDamaged`, `JournalSchemaUnknown`, `UnsafeFile`.
 */
export async function resumeJournal(
  job: string,
  binding: JournalBinding,
  options: JournalOptions,
): Promise<{journal: RunJournal; recovered: Recovered}> {
  const {state, version, disk = localDisk, now = Date.now} = options
  const file = jobFile(job, state.runs)
  return wordingFailures(state.runs, async () => {
    const header = await headerOfJob(job, file, state.runs)
    assertBinding(file, header, binding)
    const lock = await lockSource(header.source, job, {...options, directory: state.locks})
    failpoint('resumeLocked')
    let handle: WritableFile | undefined
    try {
      const recovered = await recoverFile(file)
      failpoint('resumeReplayed')
      if (recovered.ended?.state === 'cancelled') throw jobCancelled(job)
      handle = await disk.open(file)
      await settleEnd(handle, recovered)
      const log = new CommitLog(handle, positionOf(recovered), error => writeFailed(file, error))
      const journal = new RunJournal({job, file, log, lock, now})
      await journal.resumed(version)
      failpoint('resumedRecord')
      return {journal, recovered}
    } catch (error) {
      await handle?.close()
      await lock.release()
      throw error
    }
  })
}

async function headerOfJob(job: string, file: string, runs: string): Promise<JournalHeader> {
  try {
    return await readHeader(file)
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? jobDoesNotExist(job, runs) : error
  }
}

function assertBinding(file: string, header: JournalHeader, binding: JournalBinding): void {
  const differences = bindingDifferences(header, binding)
  if (differences.length > 0) throw mismatch(file, differences)
}

function positionOf({end, fileBytes, crc, counts}: Recovered): LogPosition {
  return {end, fileBytes, crc, counts}
}

/**
 * Makes a journal that was read ready for more lines: a torn end is cut off, and what is whole is synced, for a killed process may have
 * written it and no more. A power cut in the middle of the next line would otherwise damage both, and the one before is not the end.
 */
export async function settleEnd(file: WritableFile, {end, tornBytes}: Recovered): Promise<void> {
  // With zeros and not by truncation: a file that ends in neither zeros nor an end has lost something (commit-log.ts).
  if (tornBytes > 0) await writeAll(file, Buffer.alloc(tornBytes), end)
  await file.datasync()
  if (tornBytes > 0) failpoint('tornCut')
}

async function wordingFailures<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof OpsError || errnoOf(error) === undefined ? error : cannotOpen(directory, error)
  }
}

function cannotOpen(directory: string, error: unknown): OpsError {
  if (errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM') {
    return new OpsError(`The folder ${directory} is closed to this user, and nothing is sent without a journal`, {
      code: 'JournalWriteFailed',
      exitCode: ExitCode.failed,
      suggestions: [`Open ${directory} to this user, or name another place: XDG_STATE_HOME=DIRECTORY`],
      cause: error,
    })
  }
  return writeFailed(directory, error)
}
