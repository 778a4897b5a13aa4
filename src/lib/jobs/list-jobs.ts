import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {minuteOfJob} from '../redrive/journal/job-id.js'
import {listJobs as listJournals} from '../redrive/journal/jobs.js'
import type {JobsOptions} from '../redrive/journal/jobs.js'
import type {ConnectionInUse} from './connection.js'
import {clientJob, nativeJob} from './job.js'
import type {Job, JobState} from './job.js'
import {readingState} from './state-errors.js'
import {listTasks} from './task-list.js'

/** What is wrong with the connection alone: the journals of this machine can be listed without one. */
const NO_CONNECTION = new Set([
  'ConfigInvalid',
  'ConfigUnreadable',
  'CredentialsIncomplete',
  'ProfileIncomplete',
  'ProfileNotFound',
  'RegionMissing',
])

export interface JobList {
  /** The newest first. */
  readonly jobs: readonly Job[]
  /** What the list cannot tell, and why. */
  readonly incomplete: readonly string[]
}

export interface JobSources extends JobsOptions {
  /** For the commands that are shown to be typed next. */
  readonly inUse?: ConnectionInUse
  /** Called only when AWS is to be asked; may throw where there is no connection. */
  readonly aws: () => AwsContext
  readonly signal?: AbortSignal
}

export interface JobFilter {
  readonly dlqs?: readonly string[]
  readonly states?: readonly JobState[]
  /** Journals of this machine alone: no request is made. */
  readonly local?: boolean
}

/** Lists the journals of this machine and AWS's move tasks; where AWS cannot be asked the journals are listed and the rest is `incomplete`. */
export async function listEveryJob(
  sources: JobSources,
  {dlqs = [], states = [], local = false}: JobFilter,
): Promise<JobList> {
  const records = await readingState(sources.state, () => listJournals(sources))
  const client = records.map(clientJob).filter(({source}) => dlqs.length === 0 || dlqs.some(dlq => names(dlq, source)))
  const {tasks, incomplete} = local ? {tasks: [], incomplete: []} : await reachableTasks(sources, dlqs)
  const jobs = [...client, ...tasks.map(nativeJob)]
    .filter(({state}) => states.length === 0 || states.includes(state))
    .sort((a, b) => compare(ageOf(b), ageOf(a)))
  return {jobs, incomplete}
}

async function reachableTasks({aws, signal}: JobSources, dlqs: readonly string[]) {
  try {
    return await listTasks(aws(), {dlqs, signal})
  } catch (error) {
    if (!isNoConnection(error) || signal?.aborted === true) throw error
    return {tasks: [], incomplete: [`The move tasks of AWS are not listed: ${error.message}`]}
  }
}

/** Whether AWS could not be asked: no region, no credentials, not allowed, not reached. What needs no connection can still be told. */
export function isNoConnection(error: unknown): error is OpsError {
  if (!(error instanceof OpsError)) return false
  return error.exitCode === ExitCode.denied || error.exitCode === ExitCode.unreachable || NO_CONNECTION.has(error.code)
}

// By the last part of a name, URL or ARN: a journal may be of another account or region than this connection.
function names(dlq: string, source: string | null): boolean {
  if (source === null) return false
  return dlq.startsWith('arn:')
    ? dlq === source
    : dlq.slice(dlq.lastIndexOf('/') + 1) === source.slice(source.lastIndexOf(':') + 1)
}

// Of a journal that does not read, its name still tells the minute.
function ageOf({startedAt, job}: Job): string {
  if (startedAt !== null || job === null) return (startedAt ?? '').replace(/[-:T]/g, '')
  return minuteOfJob(job).replace('-', '')
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
