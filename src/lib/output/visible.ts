/**
 * Control (C0, DEL, C1), format (bidi, zero-width, tags, soft hyphen), line and paragraph separators and lone surrogates.
 * Spared are the Arabic, Syriac and Kaithi signs that Unicode files under format although terminals draw them.
 */
const UNSAFE = /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const PLAIN = /^[\x20-\x7e]*$/

export interface VisibleOptions {
  /** Keep newlines and tabs, for text that is shown over several lines. */
  readonly layout?: boolean
}

/**
 * Makes untrusted text safe to show: every character that a terminal would obey, reorder or hide becomes a visible
 * `\u{..}`; printable text is returned as it is. Idempotent (security.md 1 to 4).
 */
export function visible(text: string, options: VisibleOptions = {}): string {
  if (PLAIN.test(text)) return text
  return text.replace(UNSAFE, character =>
    options.layout === true && (character === '\n' || character === '\t') ? character : escaped(character),
  )
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/**
 * The same for JSON text that goes to a terminal: what JSON leaves raw inside strings (DEL, C1, bidi, zero-width, tags)
 * becomes `\uXXXX`, so the document still parses to the same value.
 */
export function visibleJson(json: string): string {
  if (PLAIN.test(json)) return json
  return json.replace(UNSAFE, character => (character === '\n' ? character : unicodeEscapes(character)))
}

function unicodeEscapes(character: string): string {
  return character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
