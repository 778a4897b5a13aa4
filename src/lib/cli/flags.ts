import {custom} from '@oclif/core/flags'
import type {CustomOptions} from '@oclif/core/interfaces'
import {humanDuration} from '../output/humanise.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {parseDuration} from './duration.js'
import {parseInstant} from './instant.js'

export interface Bounds extends CustomOptions {
  min?: number
  max?: number
}

/** A flag in whole seconds that is written `30`, `30s`, `15m`, `2h` or `1d`; bounds in seconds (exit 2 outside of them). */
export const durationFlag = custom<number, Bounds>({
  helpValue: '<duration>',
  parse: (input, _context, options) => Promise.resolve(within(parseDuration(input), options, humanDuration)),
})

/** A flag that is a whole number in decimal digits, within the bounds (exit 2 outside of them). */
export const countFlag = custom<number, Bounds>({
  helpValue: '<count>',
  parse: (input, _context, options) => {
    if (!/^\d+$/.test(input)) throw usage(`"${input}" is no whole number`)
    return Promise.resolve(within(Number(input), options, String))
  },
})

/** A flag that is an instant: ISO 8601 with a zone, `-15m`, `2h ago`, `in 1d`; the value is ISO 8601 in UTC. */
export const timeFlag = custom({
  helpValue: '<time>',
  parse: input => Promise.resolve(parseInstant(input, Date.now())),
})

/** A flag that is a share in percent, from 0 to 100: `20`, `20%` or `2.5` (exit 2 for anything else). */
export const percentFlag = custom<number>({
  helpValue: '<percent>',
  parse: input => {
    const [, digits] = /^(\d{1,3}(?:\.\d{1,2})?) ?%?$/.exec(input) ?? []
    const percent = Number(digits)
    if (digits === undefined || percent > 100) throw usage(`"${input}" is no share of 0 to 100 percent`)
    return Promise.resolve(percent)
  },
})

function within(value: number, {min, max}: Bounds, show: (value: number) => string): number {
  if (!Number.isSafeInteger(value)) throw usage(`${value} is too large`)
  if (min !== undefined && value < min) throw usage(`${show(value)} is less than ${show(min)}, the least it can be`)
  if (max !== undefined && value > max) throw usage(`${show(value)} is more than ${show(max)}, the most it can be`)
  return value
}

function usage(message: string): OpsError {
  return new OpsError(message, {code: 'UsageError', exitCode: ExitCode.usage})
}
