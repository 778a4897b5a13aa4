import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {Counts} from './counts.js'
import type {JournalBinding} from './header.js'
import {errnoOf} from './journal-errors.js'
import type {JobFileEnds} from './job-file.js'
import {readEnds} from './job-file.js'
import {jobOfFile} from './job-id.js'
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
  for (const name of await namesIn(runs)) {
    const job = jobOfFile(name)
    const ends = job === undefined ? undefined : await endsOf(path.join(runs, name))
    if (job === undefined || ends === undefined || !isOf(run, ends) || !isCutOff(ends)) continue
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

async function namesIn(runs: string): Promise<string[]> {
  try {
    return await readdir(runs)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

// One that does not read says nothing of any queue; `job list` and `job verify` tell of it.
async function endsOf(file: string): Promise<JobFileEnds | undefined> {
  try {
    return await readEnds(file)
  } catch (error) {
    if (error instanceof OpsError || errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function isOf({source, endpoint}: Pick<JournalBinding, 'source' | 'endpoint'>, {header}: JobFileEnds): boolean {
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
