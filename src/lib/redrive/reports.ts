import {ExitCode} from '../ops-error.js'
import type {Report} from '../queues/reports.js'
import type {RedriveSummary} from './events.js'

/**
 * What is said of a redrive beside its result, and the exit code: 0 all moved, 9 all moved and possible duplicates listed, 3 some
 * failed, were left or are in doubt and still in the source, or it ended early (with possible duplicates listed, if there are any),
 * 75 interrupted with a job that can be resumed, 1 AWS's task failed before it moved anything. An interruption of AWS's engine decides
 * its own (130, 143, or 6 for `--timeout`). `resumeCommand`: the exact words that go on with the job.
 */
export function redriveReport(summary: RedriveSummary, resumeCommand?: string): Report {
  const resumable = isResumable(summary) ? resumeCommand : undefined
  return {
    warnings: warningsOf(summary, resumable),
    notes: notesOf(summary),
    exitCode: exitCodeOf(summary, resumable !== undefined),
  }
}

/** Whether a client redrive ended before its end, with a journal to go on from. */
function isResumable({engine, state, job}: RedriveSummary): boolean {
  return engine === 'client' && job !== null && (state === 'interrupted' || state === 'stopped' || state === 'failed')
}

function exitCodeOf(
  {state, possibleDuplicates, failed, left, moved}: RedriveSummary,
  resumable: boolean,
): Report['exitCode'] {
  if (state === 'interrupted') return resumable ? ExitCode.interrupted : undefined
  if (state === 'running') return undefined
  const done = state === 'completed' && failed === 0 && left === 0 && possibleDuplicates.every(({resent}) => resent)
  if (done) return possibleDuplicates.length > 0 ? ExitCode.possibleDuplicates : undefined
  return state === 'failed' && moved === 0 ? ExitCode.failed : ExitCode.partial
}

function warningsOf(
  {possibleDuplicates, state, reason, failed, left, source, returned}: RedriveSummary,
  resume: string | undefined,
): string[] {
  const dlq = source.slice(source.lastIndexOf(':') + 1)
  const warnings: string[] = []
  const undeleted = possibleDuplicates.filter(({resent, reason}) => !resent && reason === 'notDeleted').length
  const kept = possibleDuplicates.filter(({resent}) => !resent).length - undeleted
  const resent = possibleDuplicates.length - kept - undeleted
  if (undeleted > 0) {
    warnings.push(
      `${undeleted} ${undeleted === 1 ? 'message is' : 'messages are'} in the destination, and may still be in ${dlq} as well, because the delete could not be confirmed: see possibleDuplicates. Another redrive would send what is there again.`,
    )
  }
  if (kept > 0) {
    warnings.push(
      `${kept} ${kept === 1 ? 'message is' : 'messages are'} still in ${dlq} and may be in the destination as well: see possibleDuplicates. Look there before you redrive them again.`,
    )
  }
  if (resent > 0) {
    warnings.push(
      `${resent} ${resent === 1 ? 'message' : 'messages'} may be in the destination twice: the first send had no known outcome. See possibleDuplicates.`,
    )
  }
  if (failed > 0)
    warnings.push(
      `${failed} ${failed === 1 ? 'message' : 'messages'} could not be moved and ${failed === 1 ? 'is' : 'are'} still in ${dlq}.`,
    )
  if (returned > 0)
    warnings.push(
      `${returned} ${returned === 1 ? 'message' : 'messages'} came back to ${dlq} after being moved: the consumer still fails.`,
    )
  if (state === 'stopped' || state === 'failed' || state === 'cancelled')
    warnings.push(`The redrive ended early: ${(reason ?? state).replace(/\.$/, '')}.`)
  else if (left > 0 && state === 'completed')
    warnings.push(`${left} selected messages were not moved and are still in ${dlq}.`)
  // A warning, so that a runbook that reads JSON has it too.
  if (resume !== undefined) warnings.push(`It can be gone on with: ${resume}`)
  return warnings
}

function notesOf(summary: RedriveSummary): string[] {
  const {engine, state, skipped, job, source} = summary
  const notes: string[] = []
  if (state === 'interrupted' && engine === 'client')
    notes.push('Interrupted: the batch under way was finished, and everything else has been given back.')
  if (state === 'running')
    notes.push(`Follow it: msgops dlq redrive ${source.slice(source.lastIndexOf(':') + 1)} --attach`)
  if (skipped > 0)
    notes.push(`${skipped} ${skipped === 1 ? 'message' : 'messages'} stayed: not selected, or arrived after the start.`)
  if (engine === 'native' && job !== null && state !== 'running') notes.push("Counts of AWS's engine are approximate.")
  return notes
}
