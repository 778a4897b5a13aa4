const STAR = 0x2a
const BACKSLASH = 0x5c

/** What AWS says against a wildcard, or undefined when it is sound. Positions count UTF-8 bytes, the opening quote included. */
export function wildcardFault(value: string): string | undefined {
  let position = 1
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    const next = value.charCodeAt(at + 1)
    if (code === STAR && next === STAR) return `Consecutive wildcard characters at pos ${position}`
    if (code === BACKSLASH) {
      if (next !== STAR && next !== BACKSLASH) return `Invalid escape character at pos ${position}`
      at += 1
      position += 1
    }
    position += utf8Length(code)
  }
  return undefined
}

/** The literal pieces between the stars, escapes resolved: n stars give n + 1 pieces. */
export function wildcardPieces(value: string): string[] {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    if (character === '*') {
      pieces.push(piece)
      piece = ''
    } else if (character === '\\') {
      at += 1
      piece += value.charAt(at)
    } else piece += character
  }
  pieces.push(piece)
  return pieces
}

/** Length in UTF-8 of one UTF-16 unit; the two of a pair make four together. */
function utf8Length(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3
}
