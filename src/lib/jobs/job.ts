import type {JobRecord} from '../redrive/journal/jobs.js'
import type {MoveTask} from '../redrive/move-tasks.js'

/**
 * `interrupted`: can be resumed. `failed`: AWS gave the task up. `damaged`: the journal does not read. `unknown`: nobody here can tell
 * whether its process is alive, or AWS uses a word that this version does not know.
 */
export const JOB_STATES = [
  'running',
  'cancelling',
  'interrupted',
  'completed',
  'cancelled',
  'failed',
  'damaged',
  'unknown',
] as const

export type JobState = (typeof JOB_STATES)[number]

/** One redrive, by whichever engine. Counts of `native` jobs are AWS's approximations. */
export interface Job {
  /** Job id, or the handle of a move task, which AWS shows only while it runs. */
  readonly job: string | null
  /** `client`: a journal of this machine. `native`: a message move task of AWS's. */
  readonly kind: 'client' | 'native'
  readonly state: JobState
  readonly account: string | null
  readonly region: string | null
  readonly profile: string | null
  /** ARN of the dead-letter queue. */
  readonly source: string | null
  /** ARN of the one destination; null where there are several, or each message goes to the queue it came from. */
  readonly destination: string | null
  readonly destinations: readonly string[]
  /** Messages that were to be moved, where that is known. */
  readonly selected: number | null
  /** Messages whose copy is known to be there. */
  readonly moved: number | null
  readonly failed: number | null
  /** Sends without a verified outcome; of a running job those under way as well. */
  readonly uncertain: number | null
  /** ISO 8601. */
  readonly startedAt: string | null
  /** ISO 8601; AWS does not tell it of a move task. */
  readonly endedAt: string | null
  /** Path of the journal. */
  readonly path: string | null
  /** Why it is `damaged`, `failed` or `unknown`. */
  readonly problem: {readonly code: string; readonly message: string} | null
}

/** A job as its journal tells it. */
export function clientJob(record: JobRecord): Job {
  const {counts, totals, destinations} = record
  return {
    job: record.job,
    kind: 'client',
    state: stateOfRecord(record),
    account: record.account ?? null,
    region: record.region ?? null,
    profile: record.profile ?? null,
    source: record.source ?? null,
    destination: destinations.length === 1 ? (destinations[0] ?? null) : null,
    destinations,
    selected: totals?.selected ?? null,
    moved: counts?.sent ?? null,
    failed: totals?.failed ?? null,
    uncertain: counts === undefined ? null : Math.max(0, counts.intents - counts.sent - counts.rejected),
    startedAt: record.startedAt ?? null,
    endedAt: record.endedAt ?? null,
    path: record.path,
    problem: record.problem ?? null,
  }
}

/** A job as AWS lists its move task. */
export function nativeJob(task: MoveTask): Job {
  const [, , , region, account] = task.sourceArn.split(':')
  return {
    job: task.taskHandle ?? null,
    kind: 'native',
    state: stateOfTask(task),
    account: account ?? null,
    region: region ?? null,
    profile: null,
    source: task.sourceArn,
    destination: task.destinationArn ?? null,
    destinations: task.destinationArn === undefined ? [] : [task.destinationArn],
    selected: task.approximateNumberOfMessagesToMove ?? null,
    moved: task.approximateNumberOfMessagesMoved,
    failed: null,
    uncertain: null,
    startedAt: task.startedAt ?? null,
    endedAt: null,
    path: null,
    problem:
      task.failureReason === undefined ? null : {code: task.failureReason, message: `AWS says ${task.failureReason}`},
  }
}

/** Whether nothing will happen to the job any more. */
export function isOver({state}: Pick<Job, 'state'>): boolean {
  return state === 'completed' || state === 'cancelled' || state === 'failed'
}

function stateOfRecord({state, ended, holder, problem}: JobRecord): JobState {
  if (state === 'done') return ended === 'cancelled' ? 'cancelled' : 'completed'
  if (state !== 'running') return state
  return problem !== undefined || holder?.liveness === 'unknown' ? 'unknown' : 'running'
}

function stateOfTask({status}: MoveTask): JobState {
  const state = status.toLowerCase()
  const known = ['running', 'cancelling', 'completed', 'cancelled', 'failed'] as const
  return known.find(word => word === state) ?? 'unknown'
}
