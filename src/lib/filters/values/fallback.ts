/** For each beginning of a piece, the length of the longest shorter beginning that it ends with (Knuth, Morris and Pratt). */
export function fallbackOf(piece: string): Int32Array {
  const fallback = new Int32Array(piece.length)
  let same = 0
  for (let at = 1; at < piece.length; at += 1) {
    while (same > 0 && piece.charCodeAt(same) !== piece.charCodeAt(at)) same = fallback[same - 1] ?? 0
    if (piece.charCodeAt(same) === piece.charCodeAt(at)) same += 1
    fallback[at] = same
  }
  return fallback
}
