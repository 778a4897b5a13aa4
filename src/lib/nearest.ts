import {distance as editDistance} from 'fastest-levenshtein'

/**
 * The candidates that look like what was typed, best first: those that hold it or are held by it, and those within a few typing slips
 * (a third of the letters; none in a name of one letter). Pure; letter case is ignored.
 */
export function nearest(typed: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = typed.toLowerCase()
  // Two letters swapped are two edits.
  const slips = wanted.length < 3 ? 1 : Math.max(2, Math.floor(wanted.length / 3))
  return (
    [...new Set(candidates)]
      .map(candidate => ({candidate, distance: distanceOf(wanted, candidate.toLowerCase())}))
      // Of one letter nothing is left where it is another one.
      .filter(({candidate, distance}) => distance <= (Math.min(typed.length, candidate.length) < 2 ? 0 : slips))
      .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
      .slice(0, limit)
      .map(({candidate}) => candidate)
  )
}

// A missing or extra word (`orders` for `orders-dlq`) is a nearer miss than its length says.
function distanceOf(wanted: string, candidate: string): number {
  const distance = editDistance(wanted, candidate)
  const shorter = Math.min(wanted.length, candidate.length)
  return shorter >= 3 && (candidate.includes(wanted) || wanted.includes(candidate)) ? Math.min(distance, 1) : distance
}
