import {ExitCode, OpsError} from '../ops-error.js'
import {errnoOf} from '../redrive/journal/journal-errors.js'
import type {StateDirectory} from '../redrive/journal/state-directory.js'

/** Does work on the journals of this machine; what the system refuses becomes `JournalUnreadable` (exit 1). */
export async function readingState<T>(state: StateDirectory, work: () => Promise<T>): Promise<T> {
  return reading(state.runs, work)
}

/** Does work on one file; what the system refuses becomes `JournalUnreadable` (exit 1), a file that is not there exit 5. */
export async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const errno = errnoOf(error)
    if (error instanceof OpsError || errno === undefined) throw error
    if (errno === 'ENOENT') {
      throw new OpsError(`There is no file ${file}`, {
        code: 'JournalDoesNotExist',
        exitCode: ExitCode.notFound,
        suggestions: ['msgops job list'],
        cause: error,
      })
    }
    throw new OpsError(`${file} cannot be read: ${error instanceof Error ? error.message : errno}`, {
      code: 'JournalUnreadable',
      exitCode: ExitCode.failed,
      cause: error,
    })
  }
}
