import path from 'node:path'
import {diskFault, isNoSpace} from '../disk-errors.js'
import {ExitCode, OpsError} from '../ops-error.js'

/** There is something in the place of the backup file (exit 2, `BackupExists`). */
export function backupExists(file: string, cause: unknown): OpsError {
  return new OpsError(`${file} exists already, and a backup never overwrites anything`, {
    code: 'BackupExists',
    exitCode: ExitCode.usage,
    suggestions: [
      'Give another file with --backup, or move that one away',
      'A job that was interrupted goes on with its own file: msgops job resume JOB',
    ],
    cause,
  })
}

/** The backup could not be written (exit 1, `BackupWriteFailed`): nothing may be removed from a queue after it. */
export function backupWriteFailed(file: string, error: unknown): OpsError {
  const directory = path.dirname(file)
  return new OpsError(`Cannot write the backup ${file}: ${diskFault(error)}. What it does not hold is not touched.`, {
    code: 'BackupWriteFailed',
    exitCode: ExitCode.failed,
    suggestions: [isNoSpace(error) ? `Free space on the disk of ${directory}` : `Check ${directory}`],
    cause: error,
  })
}

/** A file to go on with holds lines that are no messages (exit 7, `BackupDamaged`); it stays as it is. */
export function backupDamaged(file: string, line: number, why: string): OpsError {
  return new OpsError(`${file} is not gone on with: line ${line} ${why}`, {
    code: 'BackupDamaged',
    exitCode: ExitCode.refused,
    suggestions: [`Keep a copy of ${file}: the messages of its other lines may be nowhere else`],
  })
}
