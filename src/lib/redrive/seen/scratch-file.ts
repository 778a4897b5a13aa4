import {closeSync, constants, openSync, readSync, unlinkSync, writeSync} from 'node:fs'
import {diskFault} from '../../disk-errors.js'
import {ExitCode, OpsError} from '../../ops-error.js'

const FILE_MODE = 0o600

/** Bytes that need not outlive the process. */
export interface Scratch {
  /** Puts the bytes behind those there are, in this order; false when the disk does not take them, and then none of them are kept. */
  append(...parts: readonly NodeJS.ArrayBufferView[]): boolean
  /** Fills `into` with the bytes that begin at `position`; throws when they do not read. */
  read(into: NodeJS.ArrayBufferView, position: number): void
  close(): void
}

/**
 * A file for this process alone, made with the first bytes: its name is taken away at once, so that nothing is left behind however
 * the process ends (Windows lets go of the name at the end). By calls that block: what is read is nearly always in the page cache.
 */
export class ScratchFile implements Scratch {
  private descriptor: number | undefined
  private named = false
  private end = 0

  constructor(private readonly file: string) {}

  append(...parts: readonly NodeJS.ArrayBufferView[]): boolean {
    let end = this.end
    try {
      this.descriptor ??= this.create()
      for (const bytes of parts) {
        for (let done = 0; done < bytes.byteLength;) {
          done += writeSync(this.descriptor, bytes, done, bytes.byteLength - done, end + done)
        }
        end += bytes.byteLength
      }
    } catch {
      return false
    }
    this.end = end
    return true
  }

  read(into: NodeJS.ArrayBufferView, position: number): void {
    try {
      if (this.descriptor === undefined) throw new RangeError('nothing was written')
      for (let done = 0; done < into.byteLength;) {
        const read = readSync(this.descriptor, into, done, into.byteLength - done, position + done)
        if (read === 0) throw new Error('the file ends too early')
        done += read
      }
    } catch (error) {
      throw new OpsError(
        `Cannot read ${this.file}, which tells what was moved: ${diskFault(error)}. Nothing more is sent.`,
        {
          code: 'ScratchReadFailed',
          exitCode: ExitCode.failed,
          suggestions: ['Check the disk, then go on with the job: msgops job list'],
          cause: error,
        },
      )
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor)
    this.descriptor = undefined
    if (this.named) unlinkSync(this.file)
    this.named = false
  }

  private create(): number {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    const descriptor = openSync(this.file, flags, FILE_MODE)
    try {
      unlinkSync(this.file)
    } catch {
      this.named = true
    }
    return descriptor
  }
}
