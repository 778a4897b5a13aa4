import {ExitCode} from '../ops-error.js'
import type {Report} from '../queues/reports.js'
import {undecidedWarnings} from '../selection/sieve.js'
import type {DlqList} from './list-dlqs.js'
import type {DlqDetail} from './show-dlq.js'

/** Partial (exit 3) when the list cannot be known to be whole. */
export function dlqListReport({dlqs, truncated, incomplete}: DlqList): Report {
  return {
    warnings: incomplete,
    notes: truncated
      ? [`There are more dead-letter queues than the ${dlqs.length} listed; raise --limit or leave it out.`]
      : [],
    exitCode: incomplete.length > 0 ? ExitCode.partial : undefined,
  }
}

/** Partial (exit 3) when messages stay hidden, do not verify or could not be judged, or a receive failed. */
export function dlqShowReport(detail: DlqDetail): Report {
  const {stillHidden, unverified, failure} = detail
  const warnings = [
    ...(failure === undefined ? [] : [`The sample ended early: ${failure.message}`]),
    ...stillHidden.map(
      ({messageId, reason}) =>
        `${messageId} could not be given back and is hidden until its visibility timeout ends: ${reason}`,
    ),
    ...(unverified.length === 0 ? [] : [`The MD5 that SQS gave is not that of what arrived: ${unverified.join(', ')}`]),
    ...undecidedWarnings(detail),
  ]
  return {warnings, notes: dlqShowNotes(detail), exitCode: warnings.length > 0 ? ExitCode.partial : undefined}
}

function dlqShowNotes({queue, sampled, selection, matched, complete, ended, oldest, stillHidden}: DlqDetail): string[] {
  const notes: string[] = []
  if (selection !== null)
    notes.push(
      `${matched} of ${sampled} sampled messages ${matched === 1 ? 'matches' : 'match'}; the others are in no group.`,
    )
  if (sampled > 0) {
    notes.push(
      `To look is to receive: the receive count of ${sampled} ${sampled === 1 ? 'message' : 'messages'} rose by one.${stillHidden.length === 0 ? ' All were given back.' : ''}`,
    )
  }
  if (ended === 'interrupted') notes.push('Interrupted; what was received has been given back.')
  else if (!complete && queue.type === 'fifo')
    notes.push('A FIFO queue shows no more of a group than its first receive while that is held.')
  else if (ended === 'limit')
    notes.push(`A sample of about ${queue.approximateNumberOfMessages} messages; --all looks at every one.`)
  else if (!complete && ended === 'empty') {
    const {approximateNumberOfMessagesNotVisible: inFlight, approximateNumberOfMessagesDelayed: delayed} = queue
    notes.push(
      `SQS counts about ${queue.approximateNumberOfMessages} visible messages, ${inFlight} in flight and ${delayed} delayed: what others hold is not in the sample.`,
    )
  }
  if (queue.type === 'fifo' && oldest?.expiresAt != null) {
    notes.push(
      'On a FIFO queue the retention starts anew when a message is dead-lettered: it expires at the time shown at the earliest.',
    )
  }
  return notes
}
