import path from 'node:path'
import {OpsError} from '../../ops-error.js'
import {namesIn} from '../../private-files.js'
import type {Counts} from './counts.js'
import {jobDoesNotExist, errnoOf} from './journal-errors.js'
import type {JournalHeader} from './header.js'
import type {JobFileEnds} from './job-file.js'
import {readEnds} from './job-file.js'
import {jobFile, jobOfFile, minuteOfJob} from './job-id.js'
import type {ProcessTable} from './process-table.js'
import type {EndedRecord, RunTotals} from './records.js'
import {holderOfJob} from './share-lock.js'
import type {LockHolder} from './source-lock.js'
import type {StateDirectory} from './state-directory.js'

/** `running`: its process holds the lock. `interrupted`: can be resumed. `done`: completed or cancelled. `damaged`: does not read. */
export type JobState = 'running' | 'interrupted' | 'done' | 'damaged'

/** One client redrive of this machine, as its journal tells it. */
export interface JobRecord {
  readonly job: string
  readonly state: JobState
  /** Path of the journal. */
  readonly path: string
  readonly kind?: string
  readonly account?: string
  readonly region?: string
  readonly profile?: string
  /** ARN of the dead-letter queue. */
  readonly source?: string
  /** ARNs, one for each place that messages go to. */
  readonly destinations: readonly string[]
  /** Entries in the journal. */
  readonly counts?: Counts
  /** As the run itself counted them at its end. */
  readonly totals?: RunTotals
  /** How the last session ended by itself. */
  readonly ended?: EndedRecord['state']
  /** ISO 8601, as `endedAt` and `writtenAt`. */
  readonly startedAt?: string
  readonly endedAt?: string
  /** The last write to the journal. */
  readonly writtenAt?: string
  /** The process that runs it; `unknown` when it is on a machine that cannot be asked. */
  readonly holder?: Pick<LockHolder, 'pid' | 'host' | 'since' | 'liveness'>
  /** Why it is `damaged`, or why nobody knows whether it is running. */
  readonly problem?: {readonly code: string; readonly message: string}
}

export interface JobsOptions {
  readonly state: StateDirectory
  readonly processes?: ProcessTable
}

/** Every job there is a journal of, the newest first. Reads the ends of each file; one that does not read is listed as damaged. */
export async function listJobs(options: JobsOptions): Promise<JobRecord[]> {
  const names = await journalNames(options.state.runs)
  const jobs: JobRecord[] = []
  for (const name of names)
    jobs.push(await recordOf(path.join(options.state.runs, name), jobOfFile(name) ?? name, options))
  return jobs.sort((a, b) => compare(ageOf(b), ageOf(a)))
}

/** One job; throws `JobDoesNotExist` (exit 5). */
export async function readJob(job: string, options: JobsOptions): Promise<JobRecord> {
  const file = jobFile(job, options.state.runs)
  const names = await journalNames(options.state.runs)
  if (!names.includes(path.basename(file))) throw jobDoesNotExist(job, options.state.runs)
  return recordOf(file, job, options)
}

/** A journal that is not among those of this machine, by its path: whether its job runs elsewhere cannot be told. */
export async function readJournalFile(file: string): Promise<JobRecord> {
  const ends = await endsOf(file)
  const job = jobOfFile(file) ?? path.basename(file)
  if ('problem' in ends) return {job, state: 'damaged', path: file, destinations: [], problem: ends.problem}
  return {...factsOf(file, ends.header.job, ends), ...(isDone(ends.ended) ? {state: 'done'} : UNKNOWN_ELSEWHERE)}
}

/** The ids of every job there is a journal of, in no particular order. */
export async function listJobNames(runs: string): Promise<string[]> {
  return (await journalNames(runs)).flatMap(name => jobOfFile(name) ?? [])
}

async function journalNames(runs: string): Promise<string[]> {
  return (await namesIn(runs)).filter(name => jobOfFile(name) !== undefined)
}

async function recordOf(file: string, job: string, options: JobsOptions): Promise<JobRecord> {
  const ends = await endsOf(file)
  if ('problem' in ends) return {job, state: 'damaged', path: file, destinations: [], problem: ends.problem}
  return {...factsOf(file, job, ends), ...(await stateOf(job, ends.header, ends.ended, options))}
}

async function endsOf(file: string): Promise<JobFileEnds | Required<Pick<JobRecord, 'problem'>>> {
  try {
    return await readEnds(file)
  } catch (error) {
    return {problem: problemOf(error)}
  }
}

function factsOf(file: string, job: string, {header, counts, ended, writtenAt}: JobFileEnds): Omit<JobRecord, 'state'> {
  const {kind, account, region, profile, source, startedAt} = header
  return {
    job,
    path: file,
    kind,
    account,
    region,
    profile,
    source,
    destinations: [...new Set(header.routes.map(route => route.to))],
    counts,
    totals: ended?.totals,
    ended: ended?.state,
    startedAt,
    endedAt: ended && new Date(ended.atMs).toISOString(),
    writtenAt,
  }
}

async function stateOf(
  job: string,
  {source, request}: JournalHeader,
  ended: EndedRecord | undefined,
  options: JobsOptions,
): Promise<Pick<JobRecord, 'state' | 'holder' | 'problem'>> {
  if (isDone(ended)) return {state: 'done'}
  try {
    const shared = request?.shared === true
    const holder = await holderOfJob(source, job, {...options, shared, directory: options.state.locks})
    if (holder === undefined) return {state: 'interrupted'}
    const {pid, host, since, liveness} = holder
    return {state: 'running', holder: {pid, host, since, liveness}}
  } catch (error) {
    // Whether it runs cannot be told, and it cannot be resumed either.
    return {state: 'running', problem: problemOf(error)}
  }
}

const UNKNOWN_ELSEWHERE = {
  state: 'running',
  problem: {
    code: 'JournalElsewhere',
    message: 'Whether its process is alive cannot be told from a copy of its journal',
  },
} as const

function isDone(ended: EndedRecord | undefined): boolean {
  return ended?.state === 'completed' || ended?.state === 'cancelled'
}

function problemOf(error: unknown): {code: string; message: string} {
  const code = error instanceof OpsError ? error.code : errnoOf(error)
  if (code === undefined || !(error instanceof Error)) throw error
  return {code, message: error.message}
}

// The minute is in the name of every job, the time in the header of those that can be read.
function ageOf({job, startedAt}: JobRecord): string {
  return minuteOfJob(job) + (startedAt ?? '')
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
