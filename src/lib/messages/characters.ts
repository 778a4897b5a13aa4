/**
 * The first character of a text that SQS does not accept, with its place in UTF-16 units, or undefined.
 * Allowed are #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD and #x10000 to #x10FFFF:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function firstForbiddenCharacter(
  text: string,
): {readonly index: number; readonly codePoint: string} | undefined {
  // With the u flag a lone surrogate matches as itself and a pair as the character it encodes.
  const match = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.exec(text)
  if (match === null) return undefined
  const code = match[0].codePointAt(0) ?? 0
  return {index: match.index, codePoint: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`}
}
