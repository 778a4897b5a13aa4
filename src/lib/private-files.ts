import {close, constants, fchmod, fdatasync, fstat, fsync, ftruncate, open, write} from 'node:fs'
import type {Stats} from 'node:fs'
import {chmod, lstat, mkdir, open as openHandle, readdir} from 'node:fs/promises'
import type {FileHandle} from 'node:fs/promises'
import path from 'node:path'
import {promisify} from 'node:util'
import {errnoOf, unsafe} from './disk-errors.js'

const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
const WRITABLE_BY_OTHERS = 0o022
const OPEN_TO_OTHERS = 0o077
// A link is refused, and a pipe in the file's place does not keep the open waiting.
const EXISTING = constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A file that is written at given places and made durable on request. */
export interface WritableFile {
  /** Resolves with how many of the bytes were written, which can be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>
  /** Resolves when everything written is on the disk. */
  datasync(): Promise<void>
  truncate(bytes: number): Promise<void>
  close(): Promise<void>
}

/** What is done to a disk; tests put one that fails or counts in its place. */
export interface Disk {
  /** Creates a file of the user's own (0600), which must not exist yet; a link in its place is not followed. */
  create(file: string): Promise<WritableFile>
  /** Opens such a file for writing. */
  open(file: string): Promise<WritableFile>
  /** Makes the names in a folder durable. */
  syncDirectory(directory: string): Promise<void>
}

/** The disk of this machine. */
export const localDisk: Disk = {
  async create(file) {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    const descriptor = await promisify(open)(file, flags, FILE_MODE)
    // The umask may have taken bits away.
    await promisify(fchmod)(descriptor, FILE_MODE)
    return new DescriptorFile(descriptor)
  },
  async open(file) {
    const descriptor = await openNoLink(file, () => promisify(open)(file, constants.O_RDWR | EXISTING, 0))
    try {
      assertOwnFile(file, await promisify(fstat)(descriptor))
    } catch (error) {
      await promisify(close)(descriptor)
      throw error
    }
    return new DescriptorFile(descriptor)
  },
  async syncDirectory(directory) {
    // Windows makes names durable with the file and cannot open a folder.
    if (process.platform === 'win32') return
    const descriptor = await promisify(open)(directory, constants.O_RDONLY, 0)
    try {
      await promisify(fsync)(descriptor)
    } finally {
      await promisify(close)(descriptor)
    }
  },
}

/** Writes all of the bytes, however many calls the disk makes of it. */
export async function writeAll(file: WritableFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const written = await file.write(bytes.subarray(done), position + done)
    if (written === 0) throw new Error('the disk takes no more bytes')
    done += written
  }
}

/** Creates a folder and its missing parents for this user alone (0700), each name durable; refuses one that is a link or another's. */
export async function makePrivateDirectory(directory: string, disk: Disk): Promise<void> {
  await makeDirectory(directory, disk)
  const stats = await lstat(directory)
  if (!stats.isDirectory()) throw unsafe(directory, 'it is no folder')
  if (isOthers(stats)) throw unsafe(directory, 'it belongs to another user')
  if ((stats.mode & OPEN_TO_OTHERS) !== 0) await chmod(directory, DIRECTORY_MODE)
}

/** The names in a folder; none where it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Opens a file of the user's own for reading; refuses a link, anything but a file, and a file that others own or may write to. */
export async function openOwnFile(file: string): Promise<FileHandle> {
  const handle = await openNoLink(file, () => openHandle(file, constants.O_RDONLY | EXISTING))
  try {
    assertOwnFile(file, await handle.stat())
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openNoLink<T>(file: string, opened: () => Promise<T>): Promise<T> {
  try {
    return await opened()
  } catch (error) {
    throw errnoOf(error) === 'ELOOP' ? unsafe(file, 'it is a symbolic link') : error
  }
}

function assertOwnFile(file: string, stats: Stats): void {
  if (!stats.isFile()) throw unsafe(file, 'it is no plain file')
  if (isOthers(stats)) throw unsafe(file, 'it belongs to another user')
  if (process.platform !== 'win32' && (stats.mode & WRITABLE_BY_OTHERS) !== 0)
    throw unsafe(file, 'others may write to it')
}

// Root may look after everybody's files; the lock and the binding still hold.
function isOthers(stats: Stats): boolean {
  const user = process.getuid?.()
  return user !== undefined && user !== 0 && stats.uid !== user
}

async function makeDirectory(directory: string, disk: Disk): Promise<void> {
  try {
    if (!(await isMade(directory))) return
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || path.dirname(directory) === directory) throw error
    await makeDirectory(path.dirname(directory), disk)
    // Some file systems (/proc) say of a folder that cannot be made that its parent is not there: that is not asked twice.
    if (!(await isMade(directory))) return
  }
  await chmod(directory, DIRECTORY_MODE)
  await disk.syncDirectory(path.dirname(directory))
}

/** Makes a folder; false when it was there. */
async function isMade(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, DIRECTORY_MODE)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Callbacks and not a FileHandle: two calls of the thread pool are all that a sync costs, and a FileHandle adds a third to it. */
class DescriptorFile implements WritableFile {
  constructor(private readonly descriptor: number) {}

  write(bytes: Uint8Array, position: number): Promise<number> {
    return new Promise((resolve, reject) =>
      write(this.descriptor, bytes, 0, bytes.length, position, (error, written) =>
        error === null ? resolve(written) : reject(error),
      ),
    )
  }

  datasync(): Promise<void> {
    return new Promise((resolve, reject) =>
      fdatasync(this.descriptor, error => (error === null ? resolve() : reject(error))),
    )
  }

  truncate(bytes: number): Promise<void> {
    return promisify(ftruncate)(this.descriptor, bytes)
  }

  close(): Promise<void> {
    return promisify(close)(this.descriptor)
  }
}
