import path from 'node:path'
import {diskFault, isNoSpace} from '../../disk-errors.js'
import {ExitCode, OpsError} from '../../ops-error.js'

export {errnoOf, isNoSpace} from '../../disk-errors.js'

/** The journal could not be written (exit 1, `JournalWriteFailed`): nothing may be sent after it. */
export function writeFailed(file: string, error: unknown): OpsError {
  if (error instanceof OpsError && error.code === 'JournalWriteFailed') return error
  return new OpsError(`Cannot write the journal ${file}: ${diskFault(error)}. Nothing more is sent.`, {
    code: 'JournalWriteFailed',
    exitCode: ExitCode.failed,
    suggestions: [
      isNoSpace(error) ? `Free space on the disk of ${path.dirname(file)}` : `Check the disk of ${path.dirname(file)}`,
    ],
    cause: error,
  })
}

/** A part of the journal that is not its torn end does not read (exit 7, `JournalDamaged`). */
export function damaged(file: string, at: {line: number; offset: number} | undefined, why: string): OpsError {
  const place = at === undefined ? '' : ` at line ${at.line} (byte ${at.offset})`
  return refused(`The journal ${file} is damaged${place}: ${why}`, 'JournalDamaged', damageAdvice(file))
}

/** What to do about a damaged journal, and what it means for the messages, a sentence each. */
export function damageAdvice(file: string): string[] {
  const quoted = /^[\w@%+=:,./-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`
  return [
    `See which lines are damaged: msgops job verify ${quoted}`,
    `Get what is readable before them: msgops job export ${quoted} --output ndjson`,
    'The journal cannot be gone on with. The queues are untouched by its damage: what was not moved is still in the dead-letter queue, and a new redrive moves it, but may send a second time what this one sent and had not deleted yet.',
  ]
}

/** The job was given up with `job cancel` (exit 7, `JobCancelled`), which is for good. */
export function jobCancelled(job: string): OpsError {
  return refused(`Job ${job} was cancelled and is not gone on with`, 'JobCancelled', [
    `See what it did and what may exist twice: msgops job show ${job}`,
    'Start a new redrive for what is left in the dead-letter queue: msgops dlq redrive DLQ --dry-run',
  ])
}

/** The journal was written by a version that records what this one does not know (exit 7, `JournalSchemaUnknown`). */
export function schemaUnknown(file: string, what: string): OpsError {
  return refused(`The journal ${file} is of a newer msgops: ${what}`, 'JournalSchemaUnknown')
}

/** The journal is of another redrive than the one it is to continue (exit 7, `JournalMismatch`); `differences` are shown one by one. */
export function mismatch(file: string, differences: readonly string[]): OpsError {
  return refused(`The journal ${file} is of another redrive: ${differences.join('; ')}`, 'JournalMismatch')
}

/** There is no journal of that job (exit 5, `JobDoesNotExist`). */
export function jobDoesNotExist(job: string, runs: string): OpsError {
  return new OpsError(`There is no job ${job} in ${runs}`, {
    code: 'JobDoesNotExist',
    exitCode: ExitCode.notFound,
    suggestions: ['msgops job list'],
  })
}

function refused(message: string, code: string, suggestions: readonly string[] = []): OpsError {
  return new OpsError(message, {code, exitCode: ExitCode.refused, suggestions})
}
