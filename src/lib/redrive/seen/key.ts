/** Words of 32 bits in a key. */
export const WORDS = 4

/** The key that was parsed last; a field instead of a result, for the sake of six million look-ups. */
export const words = new Uint32Array(WORDS)

/** Puts the UUID's bits into `words`; false when the text is not one in lower case. */
export function parseUuid(text: string): boolean {
  if (text.length !== 36) return false
  let word = 0
  let digits = 0
  for (let index = 0; index < 36; index++) {
    const code = text.charCodeAt(index)
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== 0x2d) return false
      continue
    }
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
    if (digit === -1) return false
    word = (word << 4) | digit
    digits++
    if (digits % 8 === 0) words[digits / 8 - 1] = word
  }
  return true
}

/** The text that `parseUuid` takes. */
export function formatUuid(key: Uint32Array): string {
  return dashed([...key].map(word => word.toString(16).padStart(8, '0')).join(''))
}

/** 32 hexadecimal digits in the form of a UUID, which they need not be. */
export function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A hash of the key in `words`, 32 bits without a sign. */
export function hashOfWords(): number {
  return mixed(
    word(0) ^ Math.imul(word(1), 0x9e3779b1) ^ Math.imul(word(2), 0x85ebca6b) ^ Math.imul(word(3), 0xc2b2ae35),
  )
}

/** The first of so many slots in which a key of this hash is looked for. */
export function slotOfHash(hash: number, slots: number): number {
  return Math.floor((hash / 2 ** 32) * slots)
}

/** Another one, which has nothing to do with the first. */
export function secondHashOfWords(): number {
  return mixed(
    Math.imul(word(0), 0x27d4eb2f) ^ Math.imul(word(1), 0x165667b1) ^ Math.imul(word(2), 0xd3a2646d) ^ word(3),
  )
}

function word(index: number): number {
  return words[index] ?? 0
}

function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return (hash ^ (hash >>> 16)) >>> 0
}
