/** One request and what came back, as the debug log has it: nothing of its content. */
export interface AttemptFacts {
  readonly service: string
  readonly operation: string
  readonly attempt: number
  readonly host: string
  /** HTTP status; undefined when nothing was answered. */
  readonly status: number | undefined
  /** The name of what went wrong. */
  readonly failure: string | undefined
  readonly durationMs: number
  readonly requestId: string | undefined
}

/** The line of the debug log for one request. */
export function attemptLine(facts: AttemptFacts): string {
  const {service, operation, attempt, host, status, failure, durationMs, requestId} = facts
  return [
    `${service} ${operation}`,
    `attempt ${attempt}`,
    host,
    [status ?? '-', ...(failure === undefined ? [] : [failure])].join(' '),
    `${durationMs.toFixed(0)} ms`,
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(' · ')
}
