import {ExitCode, OpsError} from '../ops-error.js'

const INSTANT = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/
const DURATION = /^-?(\d{1,10})(s|m|h|d|w)?$/
/** A longer time ago is an epoch time that was taken for a duration, by which every message would be new. */
const MAX_AGO_MS = 3653 * 86_400_000
const MS_OF_UNIT: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000}

/**
 * The instant, in epoch milliseconds, that a time flag names: ISO 8601 with a zone, or how long before `nowMs` (seconds, or with a unit:
 * `90s`, `15m`, `2h`, `7d`, `1w`; a minus before it means the same). Throws OpsError SelectionInvalid (exit 2), also for a time
 * without a zone: whose clock it is by is never guessed.
 */
export function instantOf(text: string, {flag, nowMs}: {flag: string; nowMs: number}): number {
  const [, amount, unit = 's'] = DURATION.exec(text) ?? []
  const agoMs = amount === undefined ? 0 : Number(amount) * (MS_OF_UNIT[unit] ?? NaN)
  const instantMs = amount === undefined ? isoInstant(text) : nowMs - agoMs
  if (!Number.isNaN(instantMs) && agoMs <= MAX_AGO_MS) return instantMs
  throw new OpsError(
    `${flag} takes a time such as 2026-03-01T06:00:00Z, or how long ago such as 90s, 15m, 2h or 7d: not ${text}`,
    {
      code: 'SelectionInvalid',
      exitCode: ExitCode.usage,
      suggestions:
        amount === undefined
          ? ['A time needs its zone: Z for UTC, or an offset such as +02:00.']
          : ['A number is how many seconds ago, 10 years at most, not an epoch time.'],
    },
  )
}

// Date.parse accepts 31 February, and makes it a day of March.
function isoInstant(text: string): number {
  if (!INSTANT.test(text)) return NaN
  const [date = '', time = ''] = text.toUpperCase().split('T')
  const midnight = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return NaN
  return Date.parse(`${date}T${time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')}`)
}
