/** Whether a text fits an IAM pattern of `*` (any run) and `?` (one character). Time is linear in text times stars, whatever the pattern. */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0
  let patternAt = 0
  let star = -1
  let starText = 0
  while (at < text.length) {
    const expected = pattern[patternAt]
    if (expected === '*') {
      star = patternAt++
      starText = at
    } else if (expected === '?' || expected === text[at]) {
      patternAt++
      at++
    } else if (star !== -1) {
      patternAt = star + 1
      at = ++starText
    } else return false
  }
  while (pattern[patternAt] === '*') patternAt++
  return patternAt === pattern.length
}
