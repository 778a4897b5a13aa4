import {randomBytes} from 'node:crypto'
import {rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {openOwnFile} from '../../private-files.js'
import {errnoOf} from './journal-errors.js'
import type {LockHolder} from './source-lock.js'

/** The process that holds a lock, from when it took it until it lets go. */
export type LockSession = Omit<LockHolder, 'liveness'>

/**
 * Leaves word beside the locks, in `directory`, that the job of the session is cancelled for good, for its process to find when it ends.
 * The mark names the session: one that is left behind says nothing to a later run. A disk that takes no file is no error: whoever
 * cancels ends the journal then.
 */
export async function markCancelled(directory: string, session: LockSession): Promise<void> {
  const file = markOf(directory, session.job)
  const draft = `${file}.${randomBytes(8).toString('hex')}.draft`
  try {
    await writeFile(draft, textOf(session), {flag: 'wx', mode: 0o600})
    await rename(draft, file)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    await rm(draft, {force: true}).catch(() => undefined)
  }
}

/** Whether there is word for this session; false for a mark that cannot be read. */
export async function isMarkedCancelled(directory: string, session: LockSession): Promise<boolean> {
  try {
    const handle = await openOwnFile(markOf(directory, session.job))
    try {
      return (await handle.readFile('utf8')) === textOf(session)
    } finally {
      await handle.close()
    }
  } catch {
    return false
  }
}

/** Takes the word back, where there is any; what cannot be removed says nothing to a later run. */
export async function removeMark(directory: string, job: string): Promise<void> {
  await rm(markOf(directory, job), {force: true}).catch(() => undefined)
}

function markOf(directory: string, job: string): string {
  return path.join(directory, `${job}.cancel`)
}

function textOf({pid, host, bootId, pidNamespace, startTicks, job, since}: LockSession): string {
  return `${JSON.stringify([pid, host, bootId, pidNamespace, startTicks, job, since])}\n`
}
