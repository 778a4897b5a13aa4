import {ExitCode, OpsError} from '../../ops-error.js'
import type {LockHolder, LockOptions} from './source-lock.js'
import {lockHolder, SourceLock} from './source-lock.js'

/** Shared redrives of one queue on one machine, at most. */
const SHARES = 16

interface Shared {
  /** Given with `--shared`: the run has a share of the queue, and others may have theirs. */
  readonly shared?: boolean
}

/**
 * The lock of a run on its source queue: the whole queue, or one of the shares that runs with `--shared` have of it. Each takes its own
 * first and looks then for what excludes it: the other kind, and its own job under another share. So of two that begin together one at
 * least gives way. Throws `RedriveLocked` (exit 7).
 */
export async function lockSource(
  sourceArn: string,
  job: string,
  {shared = false, ...options}: LockOptions & Shared,
): Promise<SourceLock> {
  // Looked at before as well: a run that must give way is never in the way of others meanwhile.
  await assertAllowed(sourceArn, {job, shared}, options)
  const {lock, share} = shared
    ? await acquireShare(sourceArn, job, options)
    : {lock: await SourceLock.acquire(sourceArn, job, options), share: undefined}
  try {
    await assertAllowed(sourceArn, {job, shared, share}, options)
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** The process that holds the queue, or with `shared` a share of it, for the given job; undefined when none does that may be alive. */
export async function holderOfJob(
  sourceArn: string,
  job: string,
  {shared = false, ...options}: LockOptions & Shared,
): Promise<LockHolder | undefined> {
  const holders = shared ? await shareHolders(sourceArn, options) : [await lockHolder(sourceArn, options)]
  return holders.find(holder => holder?.job === job && isInTheWay(holder))
}

/** Throws `RedriveLocked` (exit 7) where a redrive holds the queue, or a share of it. */
export async function assertFree(sourceArn: string, options: LockOptions): Promise<void> {
  const holders = [await lockHolder(sourceArn, options), ...(await shareHolders(sourceArn, options))]
  const holder = holders.find(found => found !== undefined && isInTheWay(found))
  if (holder !== undefined) throw excluded(sourceArn, holder, options)
}

/** `share`: its own, once it has one. */
async function assertAllowed(
  sourceArn: string,
  {job, shared, share}: {job: string; shared: boolean; share?: number},
  options: LockOptions,
): Promise<void> {
  if (!shared) {
    const holder = (await shareHolders(sourceArn, options)).find(isInTheWay)
    if (holder !== undefined) throw excluded(sourceArn, holder, options)
    return
  }
  const whole = await lockHolder(sourceArn, options)
  if (whole !== undefined && isInTheWay(whole)) throw excluded(sourceArn, whole, options)
  // Two processes on one journal would write over each other's records.
  const others = await shareHolders(sourceArn, options, share)
  const twin = others.find(holder => holder.job === job && isInTheWay(holder))
  if (twin !== undefined) throw excluded(sourceArn, twin, options)
}

function isInTheWay({liveness}: LockHolder): boolean {
  return liveness !== 'dead'
}

async function acquireShare(
  sourceArn: string,
  job: string,
  options: LockOptions,
): Promise<{lock: SourceLock; share: number}> {
  for (let share = 0; share < SHARES; share++) {
    try {
      return {lock: await SourceLock.acquire(shareOf(sourceArn, share), job, options), share}
    } catch (error) {
      if (!(error instanceof OpsError && error.code === 'RedriveLocked')) throw error
    }
  }
  throw refusal(`All ${SHARES} shares that a machine can have of ${sourceArn} are taken`, [
    'msgops job list --local --state running,unknown',
    'Run more on other hosts; more processes of one host are no faster',
    `Shares of processes that cannot be seen from here stay taken; their files are in ${options.directory}`,
  ])
}

/** Whoever is named by a share, alive or not. `except`: a share to leave out. */
async function shareHolders(sourceArn: string, options: LockOptions, except?: number): Promise<LockHolder[]> {
  const holders: LockHolder[] = []
  for (let share = 0; share < SHARES; share++) {
    const holder = share === except ? undefined : await lockHolder(shareOf(sourceArn, share), options)
    if (holder !== undefined) holders.push(holder)
  }
  return holders
}

function shareOf(sourceArn: string, share: number): string {
  return `${sourceArn}#share${share}`
}

function excluded(
  sourceArn: string,
  {job, pid, host, since, liveness}: LockHolder,
  {directory}: LockOptions,
): OpsError {
  return refusal(`${sourceArn} is being redriven by job ${job} (process ${pid} on ${host}) since ${since}`, [
    `msgops job show ${job}`,
    'Redrives run beside each other only when all are started with --shared, and each job once',
    liveness === 'unknown'
      ? `Whether that process is alive cannot be seen from here. When it has certainly ended, remove its lock: the file in ${directory} that names ${job}`
      : 'Wait for it to end, or stop it with Ctrl-C',
  ])
}

function refusal(message: string, suggestions: readonly string[]): OpsError {
  return new OpsError(message, {code: 'RedriveLocked', exitCode: ExitCode.refused, suggestions})
}
