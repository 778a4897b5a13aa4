/** A word as a POSIX shell reads it back; control characters in the `$'..'` form of bash, zsh and ksh. */
export function shellQuote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  if (!/\p{Cc}/u.test(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`
  const escaped = word.replace(/[\\']/g, String.raw`\$&`).replace(/\p{Cc}/gu, octal)
  return `$'${escaped}'`
}

function octal(character: string): string {
  return [...Buffer.from(character)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

/**
 * The command line to type to do the same with more flags. They go before a `--`, after which everything is an argument,
 * and take the place of the same flag where that was given (with its value, when it has one).
 */
export function rerunCommand(words: readonly string[], flag: string, value?: string): string {
  const end = words.indexOf('--')
  const head = end === -1 ? words : words.slice(0, end)
  const kept = head.filter(
    (word, index) =>
      !(word === flag || word.startsWith(`${flag}=`) || (value !== undefined && head[index - 1] === flag)),
  )
  const line = [...kept, flag, ...(value === undefined ? [] : [value]), ...(end === -1 ? [] : words.slice(end))]
  return line.map(shellQuote).join(' ')
}
