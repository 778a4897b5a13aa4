import type {RedriveSummary} from './events.js'
import {readEnds} from './journal/job-file.js'
import {jobFile} from './journal/job-id.js'
import type {StateDirectory} from './journal/state-directory.js'

const CANCELLED = 'it was cancelled with msgops job cancel, for good'

/** The summary of a client redrive by what its journal says of its end: one that was cancelled meanwhile cannot be gone on with. */
export async function asRecorded(summary: RedriveSummary, {runs}: StateDirectory): Promise<RedriveSummary> {
  const {job, state, reason} = summary
  if (job === null || state === 'completed') return summary
  const ends = await readEnds(jobFile(job, runs)).catch(() => undefined)
  if (ends?.ended?.state !== 'cancelled') return summary
  const before = state === 'interrupted' || reason === undefined ? '' : `${reason}; `
  return {...summary, state: 'cancelled', reason: `${before}${CANCELLED}`}
}
