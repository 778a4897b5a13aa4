/** A part of a policy document. */
export type PolicyRecord = Readonly<Record<string, unknown>>

/** Whether a text fits an IAM pattern: `*` is any run of characters, `?` any one; time is bounded by the product of the lengths. */
export function isLike(text: string, pattern: string): boolean {
  let at = 0
  let sign = 0
  let star = -1
  let resumed = 0
  while (at < text.length) {
    if (pattern[sign] === '*') {
      star = sign++
      resumed = at
    } else if (sign < pattern.length && (pattern[sign] === '?' || pattern[sign] === text[at])) {
      at++
      sign++
    } else if (star >= 0) {
      sign = star + 1
      at = ++resumed
    } else return false
  }
  while (pattern[sign] === '*') sign++
  return sign === pattern.length
}

/** The texts of an element that may be one or a list; anything else in it is passed over. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter(item => typeof item === 'string')
}

/** An element that may be one or a list, or absent, as a list. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is PolicyRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
