import {ExitCode, OpsError} from '../ops-error.js'
import {parseDuration} from './duration.js'

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * An instant as ISO 8601 in UTC, from ISO 8601 with a time zone or a distance from now: `-15m`, `15m ago` and a bare `15m` lie
 * in the past, `+2h` and `in 2h` in the future, `now` is now. Throws OpsError TimeInvalid (exit 2), also for a date or time
 * without a zone, because which day that is depends on who reads it.
 */
export function parseInstant(text: string, nowMs: number): string {
  const plain = text.trim()
  if (plain === 'now') return new Date(nowMs).toISOString()
  const relative = /^(?:(-|\+|in )?)(\d+(?:[smhdw]\d*)*)( ago)?$/.exec(plain)
  if (relative) return fromNow(relative, text, nowMs)
  const iso = ISO.exec(plain)
  const at = Date.parse(plain)
  if (iso && !Number.isNaN(at) && isCalendarDay(iso)) return new Date(at).toISOString()
  if (/^\d{4}-\d{2}-\d{2}/.test(plain) && !iso && !Number.isNaN(at))
    throw invalid(
      `"${text}" does not say in which time zone`,
      'Add Z for UTC or an offset: 2026-11-21T03:00:00Z, 2026-11-21T03:00:00+09:00.',
    )
  throw invalid(
    `"${text}" is no time`,
    'Write ISO 8601 with a zone (2026-11-21T03:00:00Z) or a distance from now (-15m, 2h ago, in 1d).',
  )
}

function fromNow(match: RegExpExecArray, text: string, nowMs: number): string {
  const [, sign = '', distance = '', ago] = match
  const future = sign === '+' || sign === 'in '
  if (ago !== undefined && sign !== '') throw invalid(`"${text}" is no time`, 'Write -15m, 15m ago, +15m or in 15m.')
  const at = nowMs + (future ? 1 : -1) * parseDuration(distance) * 1000
  if (Math.abs(at) > 8.64e15) throw invalid(`"${text}" is too far away`, 'Write a nearer time.')
  return new Date(at).toISOString()
}

/** Date.parse rolls 30 February over to March; a wrong date must not become another one. */
function isCalendarDay(match: RegExpExecArray): boolean {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
}

function invalid(message: string, suggestion: string): OpsError {
  return new OpsError(message, {code: 'TimeInvalid', exitCode: ExitCode.usage, suggestions: [suggestion]})
}
