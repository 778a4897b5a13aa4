/** AWS's JSON parser refuses deeper nesting, which also bounds every recursion here. */
export const NESTING_LIMIT = 1000

export const CLOSE_MARKER = 'Unexpected close marker'
export const EXPECTED_VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

/** A character as the parser names it: `'x' (code 120)`. */
export function charDescription(code: number): string {
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `(CTRL-CHAR, code ${code})`
  const hex = code > 255 ? ` / 0x${code.toString(16)}` : ''
  return `'${String.fromCharCode(code)}' (code ${code}${hex})`
}

export function unexpectedCharacter(code: number, comment?: string): string {
  return `Unexpected character (${charDescription(code)})${comment === undefined ? '' : `: ${comment}`}`
}

export function unrecognizedToken(word: string): string {
  return `Unrecognized token '${word}': was expecting ${EXPECTED_VALUES}`
}

export function illegalCharacter(code: number): string {
  return `Illegal character (${charDescription(code)}): only regular white space (\\r, \\n, \\t) is allowed between tokens`
}

export function unquotedCharacter(code: number, what: string): string {
  return `Illegal unquoted character (${charDescription(code)}): has to be escaped using backslash to be included in ${what}`
}

export function unrecognizedEscape(description: string): string {
  return `Unrecognized character escape ${description}`
}

export function nestingRefusal(depth: number): string {
  return `Document nesting depth (${depth}) exceeds the maximum allowed (${NESTING_LIMIT}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`
}

const WORD_START = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}]$/u
const WORD_PART = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mc}\p{Mn}]$/u

/** Whether a word may begin with the UTF-16 unit, as in a Java identifier. */
export function isWordStart(code: number): boolean {
  return WORD_START.test(String.fromCharCode(code))
}

/** Whether a word goes on with the UTF-16 unit, as in a Java identifier; not at the end of a text (NaN). */
export function isWordPart(code: number): boolean {
  return code >= 0 && WORD_PART.test(String.fromCharCode(code))
}
