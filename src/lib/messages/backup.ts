import path from 'node:path'
import {errnoOf} from '../disk-errors.js'
import {OpsError} from '../ops-error.js'
import type {Disk, WritableFile} from '../private-files.js'
import {localDisk, writeAll} from '../private-files.js'
import type {BackupEnd} from './backup-end.js'
import {findBackupEnd} from './backup-end.js'
import {backupExists, backupWriteFailed} from './backup-errors.js'
import type {MessageView} from './message-view.js'

/** Appends that come in while a sync runs share the next write, up to this many bytes. */
const GROUP_BYTES = 4 * 1_048_576

/** A file of messages, one view a line as JSON, for what is about to leave a queue. */
export interface Backup {
  /** Messages in the file that are on the disk. */
  readonly count: number
  /** Resolves when every one of the messages is on the disk. Rejects with OpsError BackupWriteFailed (exit 1), and from then on always. */
  append(views: readonly MessageView[]): Promise<void>
  /** Waits for what is being written, and closes the file. Rejects with OpsError BackupWriteFailed. */
  close(): Promise<void>
}

export interface BackupOptions {
  /** Goes on with a file that an interrupted job has left: cuts its torn last line. A file that is not there is made. */
  readonly resume?: boolean
  readonly disk?: Disk
}

/**
 * Creates a backup file for this user alone (0600). Throws OpsError BackupExists (exit 2) where there is anything in its place; with
 * `resume`, UnsafeFile or BackupDamaged (exit 7) for one that cannot be gone on with; BackupWriteFailed (exit 1) when the disk fails.
 */
export async function openBackup(
  name: string,
  {resume = false, disk = localDisk}: BackupOptions = {},
): Promise<Backup> {
  const file = path.resolve(name)
  try {
    return (resume ? await reopened(file, disk) : undefined) ?? (await created(file, disk))
  } catch (error) {
    if (error instanceof OpsError || errnoOf(error) === undefined) throw error
    throw errnoOf(error) === 'EEXIST' ? backupExists(file, error) : backupWriteFailed(file, error)
  }
}

async function created(file: string, disk: Disk): Promise<Backup> {
  const handle = await disk.create(file)
  return closedOnFailure(handle, async () => {
    await disk.syncDirectory(path.dirname(file))
    return new BackupFile(handle, file, {bytes: 0, messages: 0})
  })
}

async function reopened(file: string, disk: Disk): Promise<Backup | undefined> {
  let end: BackupEnd
  try {
    end = await findBackupEnd(file)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
  const handle = await disk.open(file)
  return closedOnFailure(handle, async () => {
    await handle.truncate(end.bytes)
    await handle.datasync()
    await disk.syncDirectory(path.dirname(file))
    return new BackupFile(handle, file, end)
  })
}

async function closedOnFailure<T>(handle: WritableFile, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    await handle.close()
    throw error
  }
}

interface Pending {
  readonly bytes: Buffer
  readonly messages: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

class BackupFile implements Backup {
  private pending: Pending[] = []
  private running: Promise<void> | undefined
  private failure: OpsError | undefined
  private closing: Promise<void> | undefined
  private bytes: number
  private messages: number

  constructor(
    private readonly handle: WritableFile,
    private readonly file: string,
    end: BackupEnd,
  ) {
    this.bytes = end.bytes
    this.messages = end.messages
  }

  get count(): number {
    return this.messages
  }

  append(views: readonly MessageView[]): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure)
    if (this.closing !== undefined) return Promise.reject(new Error('the backup is closed'))
    if (views.length === 0) return Promise.resolve()
    const bytes = Buffer.from(views.map(view => `${JSON.stringify(view)}\n`).join(''))
    return new Promise((resolve, reject) => {
      this.pending.push({bytes, messages: views.length, resolve, reject})
      this.running ??= this.run()
    })
  }

  close(): Promise<void> {
    this.closing ??= this.finish()
    return this.closing
  }

  private async finish(): Promise<void> {
    await this.running
    try {
      await this.handle.close()
    } catch (error) {
      throw this.failure ?? backupWriteFailed(this.file, error)
    }
    if (this.failure !== undefined) throw this.failure
  }

  private async run(): Promise<void> {
    // A turn of the event loop later, so that batches that came in together share a sync.
    await new Promise(resolve => setImmediate(resolve))
    while (this.pending.length > 0) {
      const group = this.take()
      try {
        await this.commit(group)
      } catch (error) {
        // After a failed sync nobody knows what the disk holds.
        this.failure = backupWriteFailed(this.file, error)
        for (const {reject} of [...group, ...this.pending.splice(0)]) reject(this.failure)
        await this.handle.truncate(this.bytes).catch(() => undefined)
      }
    }
    this.running = undefined
  }

  private take(): Pending[] {
    let bytes = 0
    let count = 0
    for (const one of this.pending) {
      bytes += one.bytes.length
      if (count > 0 && bytes > GROUP_BYTES) break
      count++
    }
    return this.pending.splice(0, count)
  }

  private async commit(group: readonly Pending[]): Promise<void> {
    const bytes = Buffer.concat(group.map(one => one.bytes))
    await writeAll(this.handle, bytes, this.bytes)
    await this.handle.datasync()
    this.bytes += bytes.length
    for (const {messages, resolve} of group) {
      this.messages += messages
      resolve()
    }
  }
}
