const UNITS = [
  {name: 'd', seconds: 86_400},
  {name: 'h', seconds: 3_600},
  {name: 'm', seconds: 60},
  {name: 's', seconds: 1},
] as const

const SIZES = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** Seconds in the two largest units that say something: `4d`, `1h 30m`, `0s`; fractions are rounded to whole seconds. */
export function humanDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return String(seconds)
  let rest = Math.round(Math.abs(seconds))
  const parts: string[] = []
  const first = UNITS.findIndex(unit => rest >= unit.seconds)
  for (const unit of first === -1 ? [] : UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.seconds)
    rest -= count * unit.seconds
    if (count > 0) parts.push(`${count}${unit.name}`)
  }
  if (parts.length === 0) return '0s'
  return `${seconds < 0 ? '-' : ''}${parts.join(' ')}`
}

/** An instant as its distance from now in one unit, rounded down: `3h ago`, `in 2d`, `now` within a second; text that is no instant as it stands. */
export function humanAge(iso: string, nowMs: number): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return iso
  const distance = Math.floor(Math.abs(nowMs - at) / 1000)
  const unit = UNITS.find(candidate => distance >= candidate.seconds)
  if (!unit) return 'now'
  const text = `${Math.floor(distance / unit.seconds)}${unit.name}`
  return at <= nowMs ? `${text} ago` : `in ${text}`
}

/** Bytes in binary units with two significant places: `512 B`, `1.0 MiB`, `256 KiB`. */
export function humanSize(bytes: number): string {
  if (!Number.isFinite(bytes) || Math.abs(bytes) < 1024) return `${bytes} B`
  let value = bytes / 1024
  let unit = 0
  // What would be rounded up to 1024 of a unit is one of the next.
  while (Math.round(Math.abs(value)) >= 1024 && unit < SIZES.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${SIZES[unit] ?? ''}`
}
