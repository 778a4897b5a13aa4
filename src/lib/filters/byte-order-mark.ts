/** U+FEFF, which some editors put before the first character of a file. To a JSON parser it is no white space. */
const MARK = '\ufeff'

/** What to say of a text that starts with a byte order mark; nothing where it does not. Pure. */
export function markWarnings(what: string, text: string): string[] {
  return text.startsWith(MARK) ? [`${what} starts with a byte order mark: save it as UTF-8 without one.`] : []
}

/** The text without its byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith(MARK) ? text.slice(MARK.length) : text
}
