import type {OpsError} from '../ops-error.js'
import {ExitCode} from '../ops-error.js'
import type {Report} from '../queues/reports.js'
import {damageAdvice} from '../redrive/journal/journal-errors.js'
import type {CancelResult} from './cancel-job.js'
import {nameOf} from './find-task.js'
import type {JobList} from './list-jobs.js'
import type {MergedJobs} from './merge.js'
import type {JobDetail} from './show-job.js'
import type {Verification, VerifiedJournal} from './verify-journals.js'

/** Partial (exit 3) when the list cannot be known to be whole. `showLine`: the command that shows the task of a queue. */
export function jobListReport({jobs, incomplete}: JobList, showLine: (dlq: string) => string): Report {
  const task = jobs.find(({kind, state}) => kind === 'native' && (state === 'running' || state === 'cancelling'))
  return {
    warnings: incomplete,
    notes:
      task === undefined
        ? []
        : [`A move task is shown and cancelled by its queue: ${showLine(nameOf(task.source ?? ''))}`],
    exitCode: incomplete.length > 0 ? ExitCode.partial : undefined,
  }
}

/** What to do next stands outside the table, where no line of it is broken. Partial (exit 3) when the journal does not read to its end. */
export function jobReport(detail: JobDetail): Report {
  const warnings: string[] = []
  if (detail.kind === 'client' && detail.possibleDuplicates.length > 0)
    warnings.push(`${counted(detail.possibleDuplicates.length)} may exist twice: see possibleDuplicates.`)
  const damaged = detail.kind === 'client' && detail.verdict === 'damaged'
  if (damaged) warnings.push('The journal is damaged: what is shown is what could be read of it.')
  return {warnings, notes: detail.next, exitCode: damaged ? ExitCode.partial : undefined}
}

/** What is said of several journals of one source. */
export function mergedReport({possibleDuplicates, jobs}: MergedJobs): Report {
  const definite = possibleDuplicates.filter(({certainty}) => certainty === 'definite').length
  const open = jobs.filter(({state}) => !['completed', 'cancelled', 'failed'].includes(state))
  return {
    warnings: [
      ...(definite > 0 ? [`${counted(definite)} certainly ${definite === 1 ? 'exists' : 'exist'} twice.`] : []),
      ...(possibleDuplicates.length > definite
        ? [`${counted(possibleDuplicates.length - definite)} may exist twice.`]
        : []),
    ],
    notes:
      open.length > 0
        ? [`Not ended: ${open.map(({job}) => job ?? '').join(', ')}. The sums are of what they did so far.`]
        : [],
  }
}

/** Exit 9 when a job was given up with messages that may exist twice; 0 when it had ended before. */
export function cancelReport(result: CancelResult): Report {
  const {before, state, kind, possibleDuplicates: doubts} = result
  if (before === state) return {warnings: [], notes: [`The job had ended already: ${state}. Nothing was changed.`]}
  return {
    warnings: doubts.length > 0 ? [`${counted(doubts.length)} may exist twice: see possibleDuplicates.`] : [],
    notes: [
      ...(state === 'cancelled' ? [] : [`The job ended before it could be cancelled: ${state}.`]),
      ...(kind === 'native' ? ['What AWS had moved stays moved; its counts are approximate.'] : []),
    ],
    exitCode: doubts.length > 0 ? ExitCode.possibleDuplicates : undefined,
  }
}

/**
 * Failed (exit 1) when a journal is damaged; a torn end costs nothing. Without a damaged one, a journal that cannot be read decides by
 * the exit code that it has alone, of several the highest.
 */
export function verifyReport({verified: {journals}, refusals}: Verification): Report {
  const damaged = journals.filter(({verdict}) => verdict === 'damaged')
  // The torn line itself is one of the problems.
  const irregular = journals.filter(
    ({verdict, problems}) => READS.includes(verdict) && problems.length > (verdict === 'torn' ? 1 : 0),
  )
  return {
    warnings: [
      ...damaged.map(({path}) => `${path} is damaged and cannot be resumed.`),
      ...irregular.map(({path}) => `${path} reads, and has records that no run writes in this order.`),
      ...refusals.map(({message}) => `${message.replace(/\.$/, '')}. It was not checked.`),
    ],
    notes: damaged.flatMap(({path}) => damageAdvice(path).slice(1)),
    exitCode: damaged.length + irregular.length > 0 ? ExitCode.failed : worstOf(refusals),
  }
}

const READS: readonly VerifiedJournal['verdict'][] = ['whole', 'torn']

function worstOf(refusals: readonly OpsError[]): Report['exitCode'] {
  return refusals.map(({exitCode}) => exitCode).sort((a, b) => b - a)[0]
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'message' : 'messages'}`
}
