import {hexDigit} from '../json/characters.js'

/**
 * An IP address as upper-case hex digits (8 for IPv4, 32 for IPv6), or undefined when the text is none.
 * As in Java's InetAddress: octets are decimal even with leading zeros, and an IPv4-mapped IPv6 address is the IPv4 address.
 */
export function addressDigits(text: string): string | undefined {
  const bytes = looksLikeIpv4(text) ? ipv4Bytes(text) : looksLikeIpv6(text) ? ipv6Bytes(text) : undefined
  return bytes === undefined ? undefined : hexOf(bytes)
}

/** Whether AWS would try the text as an address at all; what looks like none is "nonstandard". */
export function looksLikeAddress(text: string): boolean {
  return looksLikeIpv4(text) || looksLikeIpv6(text)
}

/** Whether a text that AWS does not read is an IPv6 address all the same: with its end as IPv4, or with a zone. */
export function isUnreadAddress(text: string): boolean {
  const [address = ''] = text.split(/%(?=.)/)
  const end = /:([0-9.]+)$/.exec(address)?.[1] ?? ''
  if (!end.includes('.')) return address !== text && address.includes(':') && addressDigits(address) !== undefined
  return addressDigits(end) !== undefined && addressDigits(`${address.slice(0, -end.length)}0:0`) !== undefined
}

function looksLikeIpv4(text: string): boolean {
  return /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/.test(text)
}

function looksLikeIpv6(text: string): boolean {
  return text.includes(':') && /^[0-9a-fA-F:]+$/.test(text)
}

function ipv4Bytes(text: string): number[] | undefined {
  if (text.length > 15) return undefined
  const octets = text.split('.').map(Number)
  return octets.every(octet => octet <= 255) ? octets : undefined
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(groupsOf)
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const filled = 8 - head.length - (tail?.length ?? 0)
  if (halves.length === 1 ? filled !== 0 : filled < 1) return undefined
  const groups = [...head, ...Array<number>(filled).fill(0), ...(tail ?? [])]
  const bytes = groups.flatMap(group => [group >> 8, group & 0xff])
  const mapped = bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return mapped ? bytes.slice(12) : bytes
}

function groupsOf(half: string): number[] | undefined {
  if (half === '') return []
  const groups: number[] = []
  for (const text of half.split(':')) {
    const group = groupValue(text)
    if (group === undefined) return undefined
    groups.push(group)
  }
  return groups
}

function groupValue(text: string): number | undefined {
  if (text === '') return undefined
  let group = 0
  for (let at = 0; at < text.length; at += 1) {
    group = group * 16 + hexDigit(text.charCodeAt(at))
    if (group > 0xffff) return undefined
  }
  return group
}

function hexOf(bytes: readonly number[]): string {
  return bytes.map(byte => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}
