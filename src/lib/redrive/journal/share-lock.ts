import type {LockHolder, LockOptions} from './source-lock.js'
import {lockHolder, locked, SourceLock} from './source-lock.js'

/** Shared redrives of one queue on one machine, at most. */
const SHARES = 16

/**
 * The lock of a run on its source queue: the whole queue, or one of the shares that runs with `--shared` have of it. Each takes its own
 * first and looks for the other kind then, so that of two that begin together one at least gives way. Throws `RedriveLocked`.
 */
export async function lockSource(
  sourceArn: string,
  job: string,
  {shared = false, ...options}: LockOptions & {readonly shared?: boolean},
): Promise<SourceLock> {
  const lock = shared ? await acquireShare(sourceArn, job, options) : await SourceLock.acquire(sourceArn, job, options)
  try {
    const other = shared ? await lockHolder(sourceArn, options) : await shareHolder(sourceArn, options)
    if (other !== undefined && other.liveness !== 'dead') throw locked(sourceArn, other)
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Who holds the queue for the given job, as a whole or a share of it; undefined when that job does not. */
export async function holderOfJob(
  sourceArn: string,
  job: string,
  options: LockOptions,
): Promise<LockHolder | undefined> {
  const whole = await lockHolder(sourceArn, options)
  if (whole?.job === job) return whole
  for (let share = 0; share < SHARES; share++) {
    const holder = await lockHolder(shareOf(sourceArn, share), options)
    if (holder?.job === job) return holder
  }
  return undefined
}

async function acquireShare(sourceArn: string, job: string, options: LockOptions): Promise<SourceLock> {
  for (let share = 0; ; share++) {
    try {
      return await SourceLock.acquire(shareOf(sourceArn, share), job, options)
    } catch (error) {
      if (share === SHARES - 1 || !(error instanceof Error && 'code' in error && error.code === 'RedriveLocked'))
        throw error
    }
  }
}

async function shareHolder(sourceArn: string, options: LockOptions): Promise<LockHolder | undefined> {
  for (let share = 0; share < SHARES; share++) {
    const holder = await lockHolder(shareOf(sourceArn, share), options)
    if (holder !== undefined && holder.liveness !== 'dead') return holder
  }
  return undefined
}

function shareOf(sourceArn: string, share: number): string {
  return `${sourceArn}#share${share}`
}
