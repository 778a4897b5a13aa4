import {ExitCode, OpsError} from '../../ops-error.js'
import type {Counts} from './counts.js'
import type {JournalBinding} from './header.js'
import {errnoOf} from './journal-errors.js'
import type {JobFileEnds} from './job-file.js'
import {readEnds, readHeader} from './job-file.js'
import {jobFile} from './job-id.js'
import {listJobNames} from './jobs.js'
import type {JournalOptions} from './open-journal.js'
import {assertFree, holderOfJob} from './share-lock.js'
import type {LockOptions} from './source-lock.js'

/**
 * Refuses a new redrive of a queue while an earlier one of this machine was cut off (a crash, a kill) in the middle of a send or a delete:
 * only its journal knows which messages are in the destination already, and a run without it would send them again and tell nobody.
 * Throws `JobCutOff` (exit 7). To be called with the lock of the queue held.
 */
export async function refuseCutOff(
  run: Pick<JournalBinding, 'source' | 'endpoint'>,
  {runs, ...locks}: LockOptions & {readonly runs: string},
): Promise<void> {
  for (const job of await listJobNames(runs)) {
    const ends = await endsOf(jobFile(job, runs), run)
    if (ends === undefined || !isOf(run, ends.header) || !isCutOff(ends)) continue
    const shared = ends.header.request?.shared === true
    if ((await holderOfJob(run.source, job, {...locks, shared})) !== undefined) continue
    throw new OpsError(
      `The redrive ${job} of this queue was cut off, and what it had sent is known to its journal alone`,
      {
        code: 'JobCutOff',
        exitCode: ExitCode.refused,
        suggestions: [
          `Go on with it: msgops job resume ${job}`,
          `Or see which messages may be in both queues, and give it up: msgops job cancel ${job}`,
        ],
      },
    )
  }
}

/** Refuses what is not to happen beside a redrive of this machine, or after one that was cut off: `RedriveLocked`, `JobCutOff` (exit 7). */
export async function refuseBeside(
  run: Pick<JournalBinding, 'source' | 'endpoint'>,
  {state, processes}: JournalOptions,
): Promise<void> {
  const locks = {directory: state.locks, processes}
  await assertFree(run.source, locks)
  await refuseCutOff(run, {...locks, runs: state.runs})
}

/** A redrive of this machine that ended and left messages in the queue of which nobody knows whether they are in the destination too. */
export interface JobInDoubt {
  readonly job: string
  readonly messages: number
}

/**
 * The redrives of a queue that ended with messages in doubt, which they have listed: another redrive takes these for any others.
 * `sinceMs` (epoch): what ended before has no messages left there. Journals that do not read are passed over: `refuseCutOff` has them.
 */
export async function jobsInDoubt(
  run: Pick<JournalBinding, 'source' | 'endpoint'>,
  {runs, sinceMs}: {readonly runs: string; readonly sinceMs: number},
): Promise<JobInDoubt[]> {
  const found: JobInDoubt[] = []
  for (const job of await listJobNames(runs)) {
    const ends = await readEnds(jobFile(job, runs)).catch(() => undefined)
    const {ended, header} = ends ?? {}
    if (ended === undefined || header === undefined || ended.atMs < sinceMs) continue
    if (ended.state === 'cancelled' || header.mode === 'keep' || !isOf(run, header)) continue
    const {selected, moved, discarded, failed, left} = ended.totals
    const messages = selected - moved - discarded - failed - left
    if (messages > 0) found.push({job, messages})
  }
  return found
}

async function endsOf(
  file: string,
  run: Pick<JournalBinding, 'source' | 'endpoint'>,
): Promise<JobFileEnds | undefined> {
  try {
    return await readEnds(file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (!(error instanceof OpsError)) throw error
    await refuseDamaged(file, run, error)
    return undefined
  }
}

// What a damaged journal knew of its queue is known to nobody. One without a readable header says nothing of any queue.
async function refuseDamaged(
  file: string,
  run: Pick<JournalBinding, 'source' | 'endpoint'>,
  cause: OpsError,
): Promise<void> {
  const header = await readHeader(file).catch((error: unknown) => {
    if (error instanceof OpsError) return undefined
    throw error
  })
  if (header === undefined || !isOf(run, header)) return
  throw new OpsError(
    `The journal of an earlier redrive of this queue, ${header.job}, is damaged: what it had sent is not known`,
    {
      code: 'JobCutOff',
      exitCode: ExitCode.refused,
      suggestions: [
        `See what can be read of it: msgops job verify ${header.job}`,
        `When its messages are accounted for, move it away: mv ${file} ${file}.damaged`,
      ],
      cause,
    },
  )
}

function isOf({source, endpoint}: Pick<JournalBinding, 'source' | 'endpoint'>, header: JournalBinding): boolean {
  return header.source === source && header.endpoint === (endpoint === undefined ? undefined : new URL(endpoint).origin)
}

/** Not ended, and not every message it had begun is settled. A run that ends by itself lists what it leaves. */
function isCutOff({ended, counts, header}: JobFileEnds): boolean {
  return ended === undefined && isUnsettled(counts, header.mode)
}

function isUnsettled(
  {intents, sent, rejected, unknown, unverified, deleted, discarded}: Counts,
  mode: JournalBinding['mode'],
): boolean {
  if (intents > sent + rejected || unknown + unverified > 0) return true
  return mode === 'move' && sent + discarded > deleted
}
