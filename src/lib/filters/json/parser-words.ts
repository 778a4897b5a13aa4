/** AWS's JSON parser refuses deeper nesting, which also bounds every recursion here. */
export const NESTING_LIMIT = 1000

export const MAYBE_COMMENT =
  "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)"
export const NO_PLUS =
  'JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow'
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

export function unexpectedInNumber(code: number, comment: string): string {
  return `Unexpected character (${charDescription(code)}) in numeric value: ${comment}`
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

const QUOTED_LENGTH = 500
const CONTROL = /(?![\r\n])\p{Cc}/gu
const WORD_START = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}]$/u
// The parser's words may also hold control and format characters, which Java ignores in them.
const WORD_PART = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mc}\p{Mn}\p{Cf}]$/u

/** Whether a word may begin with the UTF-16 unit, as in a Java identifier. */
export function isWordStart(code: number): boolean {
  return WORD_START.test(String.fromCharCode(code))
}

/** Whether a word goes on with the UTF-16 unit, as in a Java identifier; not at the end of a text (NaN). */
export function isWordPart(code: number): boolean {
  if (code <= 0x08 || (code >= 0x0e && code <= 0x1b) || (code >= 0x7f && code <= 0x9f)) return true
  return code >= 0 && WORD_PART.test(String.fromCharCode(code))
}

/** A place in the source as the parser quotes it inside of a message. */
export function quotedPlace(source: string, line: number, column: number): string {
  const shown = source.slice(0, QUOTED_LENGTH).replace(CONTROL, control => {
    return `\\u${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  })
  const cut = source.length > QUOTED_LENGTH ? `[truncated ${source.length - QUOTED_LENGTH} chars]` : ''
  return `[Source: (String)"${shown}"${cut}; line: ${line}, column: ${column}]`
}
