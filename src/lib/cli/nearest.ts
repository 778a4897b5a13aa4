/**
 * The candidates that look like what was typed, best first: those that contain it or begin like it, and those within a few
 * typing slips (insertion, deletion, substitution, swap of neighbours).
 */
export function nearest(typed: string, candidates: readonly string[], limit = 3): readonly string[] {
  const wanted = typed.toLowerCase()
  const slips = Math.max(1, Math.floor(wanted.length / 3))
  return [...new Set(candidates)]
    .map(candidate => ({candidate, distance: distance(wanted, candidate.toLowerCase())}))
    .filter(
      ({candidate, distance}) => distance <= slips || (wanted.length > 2 && candidate.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map(({candidate}) => candidate)
}

/** Optimal string alignment: Levenshtein and one swap of neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({length: b.length + 1}, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const line = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
      line.push(cost)
    }
    before = above
    above = line
  }
  return above[b.length] ?? 0
}
