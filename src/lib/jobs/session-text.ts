import type {ClientDetail} from './show-job.js'

/** How the last session of a job ended, with what it counted by itself. */
export function lastSessionText({ended, totals, state}: ClientDetail): string {
  if (ended !== null) return totals === null ? ended : `${ended}: ${totalsText(totals)}`
  if (state === 'running') return 'under way'
  return state === 'unknown' ? 'not known to have ended' : 'cut off, so that it left no totals'
}

/** The counts of a session, with their names. */
export function totalsText(totals: object): string {
  return Object.entries(totals)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ')
}
