import type {Counts} from '../redrive/journal/counts.js'
import type {JobRecord} from '../redrive/journal/jobs.js'
import type {RunTotals} from '../redrive/journal/records.js'
import type {MoveTask} from '../redrive/move-tasks.js'

/**
 * `interrupted`: can be resumed. `failed`: AWS gave the task up, or a client run ended before it sent anything. `damaged`: the journal does not read. `unknown`: nobody here can tell
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
  /** Messages that were to be moved, where that is known of the whole job: a journal tells it of one session. */
  readonly selected: number | null
  /** Messages whose copy is known to be there. */
  readonly moved: number | null
  /** Messages deleted without a copy, as the program of `--through` said; AWS discards none. */
  readonly discarded: number | null
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
  const state = stateOfRecord(record)
  return {
    job: record.job,
    kind: 'client',
    state,
    account: record.account ?? null,
    region: record.region ?? null,
    profile: record.profile ?? null,
    source: record.source ?? null,
    destination: destinations.length === 1 ? (destinations[0] ?? null) : null,
    destinations,
    selected: totals !== undefined && isOfWholeJob(totals, counts) ? totals.selected : null,
    moved: counts?.sent ?? null,
    discarded: counts?.discarded ?? null,
    failed: totals?.failed ?? null,
    uncertain: counts === undefined ? null : Math.max(0, counts.intents - counts.sent - counts.rejected),
    startedAt: record.startedAt ?? null,
    endedAt: record.endedAt ?? null,
    path: record.path,
    problem: record.problem ?? (state === 'failed' ? NOTHING_SENT : null),
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
    discarded: 0,
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
export function isOver({state, kind}: Pick<Job, 'state' | 'kind'>): boolean {
  // A journal that says nothing was sent can be resumed by its id, until it is cancelled.
  return state === 'completed' || state === 'cancelled' || (state === 'failed' && kind === 'native')
}

const NOTHING_SENT = {
  code: 'NothingSent',
  message: 'It ended before it sent or discarded anything: there is nothing to go on with',
}

// A session that accounts for every copy in the journal is the only one, or one that has taken the earlier ones in.
function isOfWholeJob({moved, discarded}: RunTotals, counts: Counts | undefined): boolean {
  return moved === counts?.sent && discarded === counts.discarded
}

function stateOfRecord({state, ended, holder, problem, counts}: JobRecord): JobState {
  if (state === 'done') return ended === 'cancelled' ? 'cancelled' : 'completed'
  // Whoever interrupted it was told how to go on.
  if (state === 'interrupted' && ended !== 'interrupted' && counts?.intents === 0 && counts.discarded === 0)
    return 'failed'
  if (state !== 'running') return state
  return problem !== undefined || holder?.liveness === 'unknown' ? 'unknown' : 'running'
}

function stateOfTask({status}: MoveTask): JobState {
  const state = status.toLowerCase()
  const known = ['running', 'cancelling', 'completed', 'cancelled', 'failed'] as const
  return known.find(word => word === state) ?? 'unknown'
}
