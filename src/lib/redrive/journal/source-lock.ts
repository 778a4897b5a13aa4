import {createHash, randomBytes} from 'node:crypto'
import {link, unlink} from 'node:fs/promises'
import path from 'node:path'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {Disk, WritableFile} from '../../private-files.js'
import {localDisk, makePrivateDirectory, namesIn, openOwnFile, writeAll} from '../../private-files.js'
import {errnoOf} from './journal-errors.js'
import type {Liveness, ProcessIdentity, ProcessTable} from './process-table.js'
import {localProcesses} from './process-table.js'
import {isObject, parseObject} from './records.js'

const HELD = 'held'
/** Of the same length, so that one write turns the one into the other. */
const FREE = 'free'
const ATTEMPTS = 50

/** Who redrives a source queue. */
export interface LockHolder extends ProcessIdentity {
  readonly job: string
  /** ISO 8601. */
  readonly since: string
  readonly liveness: Liveness
}

export interface LockOptions {
  /** Folder of the locks. */
  readonly directory: string
  readonly disk?: Disk
  readonly processes?: ProcessTable
  /** Epoch ms. */
  readonly now?: () => number
}

interface LockFile {
  readonly name: string
  readonly generation: number
}

/**
 * The lock on one source queue, held from here until `release` or the end of the process, whichever comes first.
 *
 * A lock is a numbered file, `<sha256 of the ARN>.<generation>.lock`, and the highest number counts. It is made complete under another
 * name and linked into place, which fails where the name is taken: of two processes that find the same dead holder, one gets the next
 * number. Nobody ever removes or replaces the newest file, so a process that was slow to act on an old holder cannot take away the
 * lock of a new one, as it could with a single file; and should the number it takes have been passed already, it sees the higher one
 * when it looks again and gives way. The two newest files stay.
 */
export class SourceLock {
  private constructor(
    private file: WritableFile | undefined,
    /** Whom it names. */
    readonly holder: Omit<LockHolder, 'liveness'>,
    readonly directory: string,
  ) {}

  /** Takes the lock for a job; throws `RedriveLocked` (exit 7) where a process that is alive, or that cannot be asked, holds it. */
  static async acquire(sourceArn: string, job: string, options: LockOptions): Promise<SourceLock> {
    const {directory, disk = localDisk, processes = localProcesses, now = Date.now} = options
    await makePrivateDirectory(directory, disk)
    const draft = path.join(directory, `${keyOf(sourceArn)}.${randomBytes(8).toString('hex')}.draft`)
    const file = await disk.create(draft)
    try {
      const holder = {...processes.self(), job, since: new Date(now()).toISOString()}
      await writeAll(file, Buffer.from(`${HELD} ${JSON.stringify(holder)}\n`), 0)
      await file.datasync()
      await place(draft, sourceArn, {directory, processes})
      return new SourceLock(file, holder, directory)
    } catch (error) {
      await file.close()
      throw error
    } finally {
      await unlink(draft)
    }
  }

  /** Lets others have the queue. Safe to call again. */
  async release(): Promise<void> {
    const {file} = this
    this.file = undefined
    if (file === undefined) return
    try {
      await writeAll(file, Buffer.from(FREE), 0)
    } finally {
      await file.close()
    }
  }
}

/** Who holds the lock of a source queue, alive or not; undefined when nobody does. */
export async function lockHolder(sourceArn: string, options: LockOptions): Promise<LockHolder | undefined> {
  const {directory, processes = localProcesses} = options
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const top = (await lockFiles(directory, sourceArn)).at(-1)
    if (top === undefined) return undefined
    const holder = await readHolder(path.join(directory, top.name), processes)
    if (holder !== 'gone') return holder
  }
  throw busy(sourceArn)
}

async function place(
  draft: string,
  sourceArn: string,
  {directory, processes}: {directory: string; processes: ProcessTable},
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const top = (await lockFiles(directory, sourceArn)).at(-1)
    const holder = top && (await readHolder(path.join(directory, top.name), processes))
    if (holder === 'gone') continue
    if (holder !== undefined && holder.liveness !== 'dead')
      throw locked(sourceArn, holder, path.join(directory, top?.name ?? ''))
    const generation = (top?.generation ?? 0) + 1
    const target = path.join(directory, nameOf(sourceArn, generation))
    if (!(await isLinked(draft, target))) continue
    const files = await lockFiles(directory, sourceArn)
    if (files.at(-1)?.generation !== generation) {
      await unlink(target)
      continue
    }
    await Promise.all(
      files.filter(file => file.generation < generation - 1).map(file => remove(path.join(directory, file.name))),
    )
    return
  }
  throw busy(sourceArn)
}

async function isLinked(draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

async function remove(file: string): Promise<void> {
  try {
    await unlink(file)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

/** The holder that the file names, undefined when it was let go, `gone` when a newer file has taken its place. */
async function readHolder(file: string, processes: ProcessTable): Promise<LockHolder | undefined | 'gone'> {
  let text: string
  try {
    const handle = await openOwnFile(file)
    try {
      text = await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone'
    throw error
  }
  if (text.startsWith(FREE)) return undefined
  const holder = parseObject(text.slice(HELD.length))
  if (!text.startsWith(HELD) || !isHolder(holder)) throw unreadable(file)
  return {...holder, liveness: processes.liveness(holder)}
}

function isHolder(value: unknown): value is Omit<LockHolder, 'liveness'> {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0 &&
    ['host', 'job', 'since'].every(name => typeof value[name] === 'string') &&
    ['bootId', 'pidNamespace', 'startTicks'].every(name => value[name] === undefined || typeof value[name] === 'string')
  )
}

async function lockFiles(directory: string, sourceArn: string): Promise<LockFile[]> {
  const key = keyOf(sourceArn)
  const files: LockFile[] = []
  for (const name of await namesIn(directory)) {
    const [, owner, generation] = /^([0-9a-f]{64})\.([1-9]\d{0,14})\.lock$/.exec(name) ?? []
    if (owner === key) files.push({name, generation: Number(generation)})
  }
  return files.sort((a, b) => a.generation - b.generation)
}

function nameOf(sourceArn: string, generation: number): string {
  return `${keyOf(sourceArn)}.${generation}.lock`
}

function keyOf(sourceArn: string): string {
  return createHash('sha256').update(sourceArn).digest('hex')
}

/** `file`: of the lock, where it is the one that the holder has. */
function locked(sourceArn: string, holder: LockHolder, file?: string): OpsError {
  const {job, pid, host, since, liveness} = holder
  const elsewhere = liveness === 'unknown'
  return new OpsError(`${sourceArn} is being redriven by job ${job} (process ${pid} on ${host}) since ${since}`, {
    code: 'RedriveLocked',
    exitCode: ExitCode.refused,
    suggestions: [
      `msgops job show ${job}`,
      elsewhere
        ? `Whether that process is alive cannot be seen from here.${file === undefined ? '' : ` When it has certainly ended: rm ${file}`}`
        : 'Wait for it to end, or stop it with Ctrl-C',
    ],
  })
}

function unreadable(file: string): OpsError {
  return new OpsError(`The lock ${file} cannot be read, so nobody knows whether its queue is being redriven`, {
    code: 'RedriveLocked',
    exitCode: ExitCode.refused,
    suggestions: [`When no redrive of the queue is under way: rm ${file}`],
  })
}

function busy(sourceArn: string): OpsError {
  return new OpsError(`The lock of ${sourceArn} changes hands too fast`, {
    code: 'RedriveLocked',
    exitCode: ExitCode.refused,
    suggestions: ['msgops job list', 'Try again'],
  })
}
