import type {AwsContext} from '../aws/context.js'
import type {MessageState} from '../redrive/client/journal.js'
import {explainFailureReason} from '../redrive/failure-reason.js'
import type {Counts} from '../redrive/journal/counts.js'
import type {JournalHeader} from '../redrive/journal/header.js'
import type {JobRecord, JobsOptions} from '../redrive/journal/jobs.js'
import {readJob, readJournalFile} from '../redrive/journal/jobs.js'
import type {RunTotals} from '../redrive/journal/records.js'
import type {JournalProblem} from '../redrive/journal/verify.js'
import type {MoveTask} from '../redrive/move-tasks.js'
import type {ConnectionInUse} from './connection.js'
import type {Doubt} from './doubt.js'
import {nameOf, taskOfHandle, taskOfQueue} from './find-task.js'
import type {Job} from './job.js'
import {clientJob, nativeJob} from './job.js'
import type {JournalArgument, TaskArgument} from './job-argument.js'
import type {JournalReport} from './journal-report.js'
import {readJournal} from './journal-report.js'
import {nextOfClient, nextOfNative} from './next-steps.js'
import {reading} from './state-errors.js'

/** What the first line of a journal says of its run. */
export interface RunFacts {
  readonly version: string
  readonly mode: 'move' | 'keep'
  readonly fifo: boolean
  readonly endpoint: string | null
  readonly routes: JournalHeader['routes']
  readonly selectionHash: string
  readonly deduplication: string
  /** What was asked of the redrive, as it wrote it down. */
  readonly request: Readonly<Record<string, unknown>> | null
  readonly snapshot: JournalHeader['snapshot']
}

/** Everything a journal tells of its job. */
export interface ClientDetail extends Job {
  readonly kind: 'client'
  readonly run: RunFacts | null
  /** How the last session ended by itself; null when it was killed or is under way. */
  readonly ended: string | null
  readonly writtenAt: string | null
  readonly holder: NonNullable<JobRecord['holder']> | null
  /** Entries in the journal. */
  readonly counts: Counts | null
  /** As the last session counted them at its end; `counts` and `messages` are of the whole job. */
  readonly totals: RunTotals | null
  /** Messages by the state they are in. */
  readonly messages: Readonly<Record<MessageState, number>>
  readonly underWay: number
  readonly verdict: JournalReport['verdict']
  readonly tornBytes: number
  readonly possibleDuplicates: readonly Doubt[]
  readonly problems: readonly JournalProblem[]
  readonly problemsLeftOut: number
  readonly next: readonly string[]
}

/** Everything that AWS tells of a move task. */
export interface NativeDetail extends Job {
  readonly kind: 'native'
  /** AWS's own word. */
  readonly status: string
  readonly maxNumberOfMessagesPerSecond: number | null
  readonly failureReason: string | null
  /** What nobody can know of it, and why. */
  readonly notKnown: readonly string[]
  readonly next: readonly string[]
}

export type JobDetail = ClientDetail | NativeDetail

/** Reads one journal to its end. */
export async function showJournal(
  argument: JournalArgument,
  options: JobsOptions & {inUse?: ConnectionInUse},
): Promise<ClientDetail> {
  return reading(argument.path, async () => {
    const record =
      argument.job === undefined ? await readJournalFile(argument.path) : await readJob(argument.job, options)
    const job = clientJob(record)
    const report = await readJournal(argument.path, {running: job.state === 'running'})
    return detailOf(record, job, report, {isOwn: argument.job !== undefined, inUse: options.inUse})
  })
}

/** Reads the move task of a handle, or of a queue: the one that is running, else the newest. */
export async function showTask(
  aws: AwsContext,
  {
    task,
    dlq,
    signal,
    inUse,
  }: {
    task?: TaskArgument
    dlq?: string | undefined
    signal?: AbortSignal | undefined
    inUse?: ConnectionInUse | undefined
  },
): Promise<NativeDetail> {
  if (task !== undefined) return nativeDetail(await taskOfHandle(aws, task, {dlq, signal}), inUse)
  return nativeDetail(await taskOfQueue(aws, dlq ?? '', signal), inUse)
}

function detailOf(
  record: JobRecord,
  job: Job,
  report: JournalReport,
  place: {isOwn: boolean; inUse: ConnectionInUse | undefined},
): ClientDetail {
  const {header, possibleDuplicates} = report
  const damaged = report.verdict === 'damaged' ? {state: 'damaged' as const} : {}
  const seen = {...job, ...damaged}
  return {
    ...seen,
    kind: 'client',
    run: header === undefined ? null : factsOf(header),
    ended: record.ended ?? null,
    writtenAt: record.writtenAt ?? null,
    holder: record.holder ?? null,
    counts: record.counts ?? null,
    totals: record.totals ?? null,
    messages: report.messages,
    underWay: report.underWay,
    verdict: report.verdict,
    tornBytes: report.tornBytes,
    possibleDuplicates,
    problems: report.problems,
    problemsLeftOut: report.problemsLeftOut,
    next: nextOfClient(seen, {header, doubts: possibleDuplicates.length, ...place}),
  }
}

function factsOf(header: JournalHeader): RunFacts {
  const {version, mode, fifo, routes, selectionHash, deduplication, snapshot} = header
  return {
    version,
    mode,
    fifo,
    endpoint: header.endpoint ?? null,
    routes,
    selectionHash,
    deduplication,
    request: header.request ?? null,
    snapshot,
  }
}

function nativeDetail(task: MoveTask, inUse?: ConnectionInUse): NativeDetail {
  const job = nativeJob(task)
  const isFailed = job.state === 'failed'
  return {
    ...job,
    kind: 'native',
    problem: isFailed
      ? {code: task.failureReason ?? 'Unknown', message: explainFailureReason(task.failureReason)}
      : job.problem,
    status: task.status,
    maxNumberOfMessagesPerSecond: task.maxNumberOfMessagesPerSecond ?? null,
    failureReason: task.failureReason ?? null,
    notKnown: [
      'Which messages were moved, and under which new MessageIds: AWS lists none, and its counts are approximate.',
      ...(job.job === null ? ['When it ended, and its handle: AWS shows the handle only while a task runs.'] : []),
    ],
    next: nextOfNative(job, nameOf(task.sourceArn), inUse?.sandbox === 'typed' ? ' --sandbox' : ''),
  }
}
