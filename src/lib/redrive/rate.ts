import {ExitCode, OpsError} from '../ops-error.js'

/** Reads `50`, `50/s` or `0.5/s` as messages per second; throws `RateInvalid` (exit 2) for anything else and for nothing per second. */
export function parseRate(text: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(?:\/s)?$/.exec(text.trim())
  const perSecond = Number(match?.[1])
  if (match !== null && perSecond > 0) return perSecond
  throw new OpsError(`"${text}" is no rate`, {
    code: 'RateInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['A rate is messages per second: 50, 50/s or 0.5/s.'],
  })
}
