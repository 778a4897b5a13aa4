/** Exit codes, a published contract (docs/exit-codes.md). Scripts must treat a code they do not know as failure. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  denied: 4,
  notFound: 5,
  unreachable: 6,
  refused: 7,
  conditionMet: 8,
  possibleDuplicates: 9,
  bug: 70,
  interrupted: 75,
  sigint: 130,
  sigterm: 143,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

export interface OpsErrorOptions {
  /** Stable identifier for scripts, in AWS's words where AWS has one: `QueueDoesNotExist`, `RegionMissing`. */
  code: string
  exitCode: ExitCode
  /** What to do next: commands to run, names to try, permissions to ask for. */
  suggestions?: readonly string[]
  /** AWS request id of the call that failed. */
  requestId?: string
  cause?: unknown
  /** What a program needs beside the words: members of the `error` of a JSON document (docs/schemas/error.schema.json). */
  facts?: Readonly<Record<string, unknown>>
}

/**
 * A failure that the user can act on. The message is in the user's nouns and says what failed and why;
 * `suggestions` say what next. Anything thrown that is not an OpsError is a bug (exit 70).
 */
export class OpsError extends Error {
  override readonly name = 'OpsError'
  readonly code: string
  readonly exitCode: ExitCode
  readonly suggestions: readonly string[]
  readonly requestId: string | undefined
  readonly facts: Readonly<Record<string, unknown>> | undefined

  constructor(message: string, options: OpsErrorOptions) {
    super(message, {cause: options.cause})
    this.code = options.code
    this.exitCode = options.exitCode
    this.suggestions = options.suggestions ?? []
    this.requestId = options.requestId
    this.facts = options.facts
  }
}
