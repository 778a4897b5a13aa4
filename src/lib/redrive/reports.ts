import {ExitCode} from '../ops-error.js'
import type {Report} from '../queues/reports.js'
import type {RedriveSummary} from './events.js'

/**
 * What is said of a redrive beside its result, and the exit code: 0 all moved, 3 some failed or left, 9 possible duplicates listed,
 * 1 AWS's task failed before it moved anything. An interruption decides its own (130, 143, or 6 for `--timeout`).
 */
export function redriveReport(summary: RedriveSummary): Report {
  return {warnings: warningsOf(summary), notes: notesOf(summary), exitCode: exitCodeOf(summary)}
}

function exitCodeOf({state, possibleDuplicates, failed, left, moved}: RedriveSummary): Report['exitCode'] {
  if (state === 'interrupted') return undefined
  if (possibleDuplicates.length > 0) return ExitCode.possibleDuplicates
  if (state === 'running') return undefined
  if (state === 'completed' && failed === 0 && left === 0) return undefined
  return state === 'failed' && moved === 0 ? ExitCode.failed : ExitCode.partial
}

function warningsOf({possibleDuplicates, state, reason, failed, left, source}: RedriveSummary): string[] {
  const dlq = source.slice(source.lastIndexOf(':') + 1)
  const warnings: string[] = []
  if (possibleDuplicates.length > 0) {
    const count = possibleDuplicates.length
    warnings.push(
      `${count} ${count === 1 ? 'message is' : 'messages are'} still in ${dlq} and may be in the destination as well: see possibleDuplicates. Look there before you redrive them again.`,
    )
  }
  if (failed > 0)
    warnings.push(
      `${failed} ${failed === 1 ? 'message' : 'messages'} could not be moved and ${failed === 1 ? 'is' : 'are'} still in ${dlq}.`,
    )
  if (state === 'stopped' || state === 'failed' || state === 'cancelled')
    warnings.push(`The redrive ended early: ${reason ?? state}.`)
  else if (left > 0 && state === 'completed')
    warnings.push(`${left} selected messages were not moved and are still in ${dlq}.`)
  return warnings
}

function notesOf({engine, state, skipped, job, source}: RedriveSummary): string[] {
  const notes: string[] = []
  if (state === 'interrupted' && engine === 'client') {
    notes.push(
      'Interrupted: the batch under way was finished, and everything else has been given back. Run the command again to go on.',
    )
  }
  if (state === 'running')
    notes.push(`Follow it: msgops dlq redrive ${source.slice(source.lastIndexOf(':') + 1)} --attach`)
  if (skipped > 0)
    notes.push(`${skipped} ${skipped === 1 ? 'message' : 'messages'} arrived after the start and stayed.`)
  if (engine === 'native' && job !== null && state !== 'running') notes.push("Counts of AWS's engine are approximate.")
  return notes
}
