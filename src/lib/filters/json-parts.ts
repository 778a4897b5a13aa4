/**
 * The members of a JSON object as they are written, names decoded, in order, a repeated name as often as it stands there: the text of a
 * number or of a policy within a larger document survives. The text must be a JSON object (JSON.parse has taken it). Linear.
 */
export function memberTexts(text: string): {readonly name: string; readonly text: string}[] {
  return elementTexts(text).map(part => {
    const end = afterString(part, 0)
    const name = JSON.parse(part.slice(0, end)) as string
    return {name, text: part.slice(part.indexOf(':', end) + 1).trim()}
  })
}

/** The elements of a JSON array, or the members of an object with their names, as they are written. As memberTexts. */
export function elementTexts(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = afterString(text, at) - 1
    else if (character === '{' || character === '[') {
      if (depth++ === 0) start = at + 1
    } else if ((character === ',' && depth === 1) || ((character === '}' || character === ']') && --depth === 0)) {
      const part = text.slice(start, at).trim()
      if (part !== '') parts.push(part)
      start = at + 1
    }
  }
  return parts
}

/** Where a JSON string ends that begins at `at` with its quote: the place behind it. */
export function afterString(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  return end + 1
}

/** The value of a JSON text, or undefined where the text is none. */
export function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Whether a parsed value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
