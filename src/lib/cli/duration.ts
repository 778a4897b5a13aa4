import {ExitCode, OpsError} from '../ops-error.js'

const SECONDS = {s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800} as const
const PART = /(\d+)([smhdw])/gy

/**
 * Whole seconds of `30`, `30s`, `15m`, `2h`, `1d`, `1w` or a compound such as `1h30m` (largest unit first).
 * Throws OpsError DurationInvalid (exit 2).
 */
export function parseDuration(text: string): number {
  const plain = text.trim()
  if (/^\d+$/.test(plain)) return checked(Number(plain), text)
  let total = 0
  let at = 0
  let previous = Number.POSITIVE_INFINITY
  for (const match of plain.matchAll(PART)) {
    const unit = SECONDS[match[2] as keyof typeof SECONDS]
    if (unit >= previous) throw invalid(text)
    previous = unit
    total += Number(match[1]) * unit
    at += match[0].length
  }
  if (at === 0 || at !== plain.length) throw invalid(text)
  return checked(total, text)
}

function checked(seconds: number, text: string): number {
  if (!Number.isSafeInteger(seconds)) throw invalid(text)
  return seconds
}

function invalid(text: string): OpsError {
  return new OpsError(`"${text}" is no duration`, {
    code: 'DurationInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['Write seconds or a number with a unit: 90, 30s, 15m, 2h, 1d, 1h30m.'],
  })
}
