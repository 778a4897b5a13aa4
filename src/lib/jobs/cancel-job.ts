import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {MoveTask} from '../redrive/move-tasks.js'
import type {CancelOptions, RunToCancel} from './cancel-run.js'
import {cancelRun, prepareCancel} from './cancel-run.js'
import {cancelTask} from './cancel-task.js'
import type {Doubt} from './doubt.js'
import {taskOfHandle, taskOfQueue} from './find-task.js'
import type {Job, JobState} from './job.js'
import {isOver, nativeJob} from './job.js'
import {readArgument, whichJob} from './job-argument.js'

/** What there is to cancel. */
export type Cancellation =
  | ({readonly kind: 'client'} & RunToCancel)
  | {
      readonly kind: 'native'
      readonly job: Job
      readonly task: MoveTask
      readonly account: string
      readonly possibleDuplicates: readonly Doubt[]
    }

/** The job as it is afterwards. */
export interface CancelResult extends Job {
  /** What it was before. */
  readonly before: JobState
  readonly possibleDuplicates: readonly Doubt[]
}

/** Finds the job that JOB or `--dlq` means; nothing is changed. */
export async function findCancellation(
  {job, dlq}: {job?: string; dlq?: string},
  {aws, ...options}: {aws: () => AwsContext; signal: AbortSignal} & Pick<CancelOptions, 'state' | 'processes'>,
): Promise<Cancellation> {
  const {signal, state} = options
  if (job === undefined && dlq === undefined) throw whichJob()
  const argument = job === undefined ? undefined : await readArgument(job, state)
  if (argument?.kind === 'journal') {
    if (argument.job === undefined) throw notHere(argument.path)
    return {kind: 'client', ...(await prepareCancel(argument.job, options))}
  }
  const task =
    argument === undefined
      ? await taskOfQueue(aws(), dlq ?? '', signal)
      : await taskOfHandle(aws(), argument, {dlq, signal})
  const {accountId} = await aws().identity(signal)
  return {kind: 'native', job: nativeJob(task), task, account: accountId, possibleDuplicates: []}
}

/** Carries it out; a job that has ended already is returned as it is. */
export async function cancelJob(
  found: Cancellation,
  options: CancelOptions & {aws: () => AwsContext; progress?: (text: string) => void},
): Promise<CancelResult> {
  const before = found.job.state
  if (isOver(found.job)) return {...found.job, before, possibleDuplicates: []}
  if (found.kind === 'client') {
    const {job, possibleDuplicates} = await cancelRun(found, options)
    return {...job, before, possibleDuplicates}
  }
  const ended = await cancelTask(options.aws(), found.task, {
    ...options,
    onPoll: task => options.progress?.(`AWS is cancelling; moved ${task.approximateNumberOfMessagesMoved}`),
  })
  return {...nativeJob(ended), job: found.job.job, before, possibleDuplicates: []}
}

/** The question and the facts that a person needs to answer it; undefined where nothing would be changed. */
export function consentToCancel(found: Cancellation): {question: string; details: string[]} | undefined {
  const {job, possibleDuplicates: doubts} = found
  if (isOver(job)) return undefined
  const details = [
    `Account ${job.account ?? '?'}, region ${job.region ?? '?'}`,
    `From ${job.source ?? '?'} to ${job.destination ?? 'the queue each message came from'}`,
    `Moved ${job.moved ?? 0}${job.selected === null ? '' : ` of ${found.kind === 'native' ? 'about ' : ''}${job.selected}`}, which stay moved`,
    ...((job.discarded ?? 0) === 0 ? [] : [`Discarded ${job.discarded ?? 0}, which are gone`]),
  ]
  if (found.kind === 'native') return {question: "Cancel AWS's move task?", details}
  const {holder} = found.record
  if (job.state === 'running' && holder !== undefined) {
    details.push(`Process ${holder.pid} on ${holder.host} finishes its batches and gives back the rest`)
    return {question: `Stop job ${job.job ?? ''} and mark it cancelled?`, details}
  }
  if (doubts.length > 0) {
    details.push(
      `${doubts.length} ${doubts.length === 1 ? 'message' : 'messages'} may exist twice, and no resume will find out:`,
      ...doubts.map(({messageId, newMessageId, reason}) => `  ${messageId} ${reason} ${newMessageId ?? ''}`.trimEnd()),
    )
  }
  return {question: `Mark job ${job.job ?? ''} cancelled, so that it is not resumed?`, details}
}

function notHere(path: string): OpsError {
  return new OpsError(`${path} is a copy of a journal: a job is cancelled on the machine where it ran, by its id`, {
    code: 'JobElsewhere',
    exitCode: ExitCode.usage,
    suggestions: [`msgops job show ${path}`],
  })
}
