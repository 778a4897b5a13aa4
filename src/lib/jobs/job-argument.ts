import {lstat} from 'node:fs/promises'
import path from 'node:path'
import {parseQueueArn} from '../aws/arn.js'
import {nearest} from '../nearest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {openOwnFile} from '../private-files.js'
import {fileOfJob, isJobId, jobOfFile} from '../redrive/journal/job-id.js'
import {listJobNames} from '../redrive/journal/jobs.js'
import {parseObject} from '../redrive/journal/records.js'
import type {StateDirectory} from '../redrive/journal/state-directory.js'
import {reading, readingState} from './state-errors.js'

const MAGIC = '"journal":"msgops"'
const HEAD_BYTES = 65_536
const HANDLE = /^[A-Za-z0-9+/_=-]{40,}$/

/** A journal: of a job of this machine, or a file that came from elsewhere. */
export interface JournalArgument {
  readonly kind: 'journal'
  readonly path: string
  /** Absent for a file that is not among the journals of this machine. */
  readonly job: string | undefined
}

/** A move task by its handle; the queue is what the handle itself names, where it does. */
export interface TaskArgument {
  readonly kind: 'task'
  readonly handle: string
  readonly sourceArn: string | undefined
}

/**
 * What JOB means: a job id, the path of a journal, or the handle of a move task. Throws `JobDoesNotExist` (exit 5) with the nearest job
 * ids, `JournalDoesNotExist` (exit 5), `NotAJournal` (exit 2), `UnsafeFile` (exit 7).
 */
export async function readArgument(text: string, state: StateDirectory): Promise<JournalArgument | TaskArgument> {
  if (isPath(text)) return journalAt(path.resolve(text), state)
  if (isJobId(text)) return ownJournal(text, state)
  const sourceArn = sourceOfHandle(text)
  if (sourceArn !== undefined || HANDLE.test(text)) return {kind: 'task', handle: text, sourceArn}
  throw await unknownJob(text, state)
}

/** The same where only a journal will do; a move task, which has none, is refused (exit 2). */
export async function readJournalArgument(text: string, state: StateDirectory): Promise<JournalArgument> {
  const argument = await readArgument(text, state)
  if (argument.kind === 'journal') return argument
  throw new OpsError('A move task has no journal: AWS moves the messages and says only how many.', {
    code: 'NoJournal',
    exitCode: ExitCode.usage,
    suggestions: ['msgops job list --local'],
  })
}

/** Neither a job nor the queue of a move task is given (exit 2, `UsageError`). */
export function whichJob(): OpsError {
  return new OpsError('Which job? Give its id, the path of a journal, or --dlq for a move task', {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: ['List the jobs with: msgops job list'],
  })
}

function isPath(text: string): boolean {
  return text.endsWith('.wal') || text.startsWith('.') || path.isAbsolute(text)
}

async function ownJournal(job: string, state: StateDirectory): Promise<JournalArgument> {
  const names = await readingState(state, () => listJobNames(state.runs))
  if (!names.includes(job)) throw await unknownJob(job, state)
  return {kind: 'journal', path: path.join(state.runs, fileOfJob(job)), job}
}

async function journalAt(file: string, state: StateDirectory): Promise<JournalArgument> {
  const stats = await reading(file, () => lstat(file))
  if (stats.isDirectory()) throw notAJournal(file, 'it is a folder')
  const job = jobOfFile(file)
  if (job !== undefined && path.dirname(file) === path.resolve(state.runs)) return {kind: 'journal', path: file, job}
  // A journal by its name may be damaged in its first line; anything else has to say what it is.
  if (job === undefined && !(await reading(file, () => headOf(file))).includes(MAGIC)) {
    throw notAJournal(file, 'its first line is not one of msgops')
  }
  return {kind: 'journal', path: file, job: undefined}
}

async function headOf(file: string): Promise<string> {
  const handle = await openOwnFile(file)
  try {
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** AWS's handles are base64 of `{"taskId","sourceArn"}` today. It is a hint where to look, and the task found must have the handle. */
function sourceOfHandle(handle: string): string | undefined {
  const source = parseObject(Buffer.from(handle, 'base64').toString('utf8'))?.sourceArn
  if (typeof source !== 'string') return undefined
  try {
    parseQueueArn(source)
    return source
  } catch {
    return undefined
  }
}

function notAJournal(file: string, why: string): OpsError {
  return new OpsError(`${file} is no journal of a redrive: ${why}`, {
    code: 'NotAJournal',
    exitCode: ExitCode.usage,
    suggestions: ['Journals are the .wal files that msgops job list --json names under path.'],
  })
}

async function unknownJob(job: string, state: StateDirectory): Promise<OpsError> {
  const near = nearest(job, await readingState(state, () => listJobNames(state.runs)))
  return new OpsError(`There is no job ${job} in ${state.runs}`, {
    code: 'JobDoesNotExist',
    exitCode: ExitCode.notFound,
    suggestions: [
      ...(near.length > 0 ? [`Did you mean ${near.join(', ')}?`] : []),
      'List the jobs with: msgops job list',
    ],
  })
}
