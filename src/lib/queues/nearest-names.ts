/**
 * The names most like one that was not found, best first: one holds the other, or few letters differ (at most a third of them).
 * Pure; letter case is ignored.
 */
export function nearestNames(wanted: string, names: readonly string[], limit = 3): string[] {
  const folded = wanted.toLowerCase()
  return names
    .map(name => ({name, distance: distanceOf(folded, name.toLowerCase())}))
    .filter(({distance}) => distance <= Math.max(2, Math.floor(folded.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({name}) => name)
}

// A missing or extra word (`orders` for `orders-dlq`) is a nearer miss than its length says.
function distanceOf(wanted: string, name: string): number {
  const distance = editDistance(wanted, name)
  const contained = Math.min(wanted.length, name.length) >= 3 && (name.includes(wanted) || wanted.includes(name))
  return contained ? Math.min(distance, 2) : distance
}

/** Damerau-Levenshtein distance (adjacent transpositions count one). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({length: b.length + 1}, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      const at = (line: number[], index: number): number => line[index] ?? Number.POSITIVE_INFINITY
      const best = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + cost)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(swapped ? Math.min(best, at(beforePrevious, column - 2) + 1) : best)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? a.length
}
