import {ExitCode, OpsError} from './ops-error.js'

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has reached the size limit of this process',
  EIO: 'the disk reported an I/O error',
  EROFS: 'the disk is read-only',
}
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** The errno name of a system error (`ENOSPC`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether the error says that a file could not grow, which leaves what it holds untouched. */
export function isNoSpace(error: unknown): boolean {
  return NO_SPACE.has(errnoOf(error) ?? '')
}

/** What a disk's error means, in words. */
export function diskFault(error: unknown): string {
  return REASONS[errnoOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
}

/** A file or folder that others could have put there or could change (exit 7, `UnsafeFile`). */
export function unsafe(file: string, why: string): OpsError {
  return new OpsError(`${file} is not used: ${why}`, {code: 'UnsafeFile', exitCode: ExitCode.refused})
}
