import {markWarnings} from '../byte-order-mark.js'
import type {ErrorSource, TextLocation} from '../errors.js'
import {inWhoseWords} from '../our-words.js'
import {afterEndWarnings} from '../text-after-end.js'
import {refusalOf} from '../trial.js'

/** `bad`: it does not do what it seems to; `warn`: it may not; `info`: good to know. */
export const SEVERITIES = ['bad', 'warn', 'info'] as const
export type LintSeverity = (typeof SEVERITIES)[number]

/** Something about a policy or pattern that its author should know. */
export interface LintFinding {
  readonly code: string
  readonly severity: LintSeverity
  /** Dotted path of the field; null where it is about the whole. */
  readonly path: string | null
  readonly message: string
}

/** The gravest first, otherwise in the order of the policy. */
export function bySeverity(findings: readonly LintFinding[]): LintFinding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}

/** Whether a finding is as grave as asked for, or graver. */
export function isAtLeast({severity}: LintFinding, least: LintSeverity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least)
}

/** What a linter says of a policy or pattern; `error` and its place are AWS's, where that refuses it. */
export interface Lint {
  readonly valid: boolean
  readonly error?: string
  readonly errorSource?: ErrorSource
  readonly location?: TextLocation
  readonly findings: readonly LintFinding[]
}

/** Text behind the end, which may be half of what was meant. */
export function afterEndFindings(text: string): LintFinding[] {
  return afterEndWarnings('It', text).map(message => ({code: 'TextAfterEnd', severity: 'warn', path: null, message}))
}

/** The refusal as the first finding; throws again what is none. */
export function refusedLint(thrown: unknown, text: string): Lint {
  const {error, errorSource, location} = refusalOf(thrown)
  return {
    valid: false,
    error,
    errorSource,
    ...(location === undefined ? {} : {location}),
    findings: [
      {code: 'Invalid', severity: 'bad', path: null, message: `AWS refuses it: ${inWhoseWords(error, errorSource)}`},
      ...markWarnings('It', text).map(
        message => ({code: 'ByteOrderMark', severity: 'bad', path: null, message}) as const,
      ),
    ],
  }
}
