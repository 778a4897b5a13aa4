import type {Paint} from './streams.js'
import {visible} from './visible.js'

/** What a failed command says of itself. */
export interface FailureReport {
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
  readonly requestId?: string | undefined
  /** For programs: further members of the JSON document's `error`. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined
  /** The stack and causes, where they were asked for. */
  readonly details?: string | undefined
}

/** The sentences for a person: what failed and why, the request id to give to AWS, what to do next. */
export function failureText(report: FailureReport, paint: Paint): string {
  const lines = [`${paint('bad', 'Error:')} ${visible(report.message, {layout: true})}`]
  if (report.requestId) lines.push(paint('dim', `AWS request id: ${visible(report.requestId)}`))
  lines.push(...report.suggestions.map(suggestion => `  ${visible(suggestion, {layout: true})}`))
  if (report.details) lines.push(visible(report.details, {layout: true}))
  return lines.join('\n')
}
