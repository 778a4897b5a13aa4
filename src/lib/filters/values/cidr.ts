import {addressDigits, looksLikeAddress} from './ip-address.js'

/** The lowest and the highest address of a block as hex digits, both of one length. */
export interface AddressRange {
  readonly bottom: string
  readonly top: string
}

/** Reads `address/bits` as AWS does (host bits may be set, /32 and /128 are refused); answers AWS's words when it is none. */
export function parseCidr(text: string): AddressRange | string {
  const parts = withoutEmptyEnd(text.split('/'))
  const [address, mask] = parts
  if (parts.length !== 2 || address === undefined || mask === undefined) return "Malformed CIDR, one '/' required"
  if (!/^[+-]?[0-9]+$/.test(mask) || Math.abs(Number(mask)) > 0x7fff_ffff) {
    return 'Malformed CIDR, mask bits must be an integer'
  }
  const bits = Number(mask)
  if (bits < 0) return 'Malformed CIDR, mask bits must not be negative'
  const digits = addressDigits(address)
  if (digits === undefined) return `${looksLikeAddress(address) ? 'Invalid' : 'Nonstandard'} IP address: ${address}`
  if (digits.length === 8 && bits > 31) return 'IPv4 mask bits must be < 32'
  if (bits > 127) return 'IPv6 mask bits must be < 128'
  return {bottom: withBits(digits, bits, '0'), top: withBits(digits, bits, '1')}
}

/**
 * Whether an address lies in a range. Digits are compared from the left and the first that differs decides, as in event-ruler:
 * an address of the other family can so lie in a range as well (0.0.0.0/0 takes in ::1).
 */
export function inRange(digits: string, {bottom, top}: AddressRange): boolean {
  let onBottom = true
  let onTop = true
  const length = Math.min(digits.length, bottom.length)
  for (let at = 0; at < length; at += 1) {
    const digit = digits.charCodeAt(at)
    const low = bottom.charCodeAt(at)
    const high = top.charCodeAt(at)
    if ((onBottom && digit < low) || (onTop && digit > high)) return false
    onBottom &&= digit === low
    onTop &&= digit === high
    if (!onBottom && !onTop) return true
  }
  return digits.length >= bottom.length
}

function withBits(digits: string, bits: number, bit: '0' | '1'): string {
  let result = ''
  for (let at = 0; at < digits.length; at += 1) {
    const kept = Math.max(0, Math.min(4, bits - at * 4))
    const free = (1 << (4 - kept)) - 1
    const digit = parseInt(digits.charAt(at), 16)
    result += (bit === '0' ? digit & ~free : digit | free).toString(16).toUpperCase()
  }
  return result
}

/** Java's split drops empty parts at the end. */
function withoutEmptyEnd(parts: readonly string[]): readonly string[] {
  let length = parts.length
  while (length > 0 && parts[length - 1] === '') length -= 1
  return parts.slice(0, length)
}
