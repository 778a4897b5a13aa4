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
