import {ExitCode, OpsError} from '../ops-error.js'

/** Where AWS's parser stood when it refused a pattern: just after the offending token, both counted from 1. */
export interface TextLocation {
  readonly line: number
  readonly column: number
}

/**
 * Whose words a refusal is in: AWS's, recorded from it or those of event-ruler, which it runs; or ours, where it is known that AWS refuses
 * something and not how it says so.
 */
export type ErrorSource = 'aws' | 'msgops'

/** A filter policy or event pattern that AWS refuses; `message` is the first line of AWS's answer, its prefix included. */
export class InvalidPatternError extends Error {
  override readonly name = 'InvalidPatternError'

  constructor(
    message: string,
    /** The rule's own words, without the prefix of the service. */
    readonly reason: string,
    readonly location?: TextLocation,
    readonly source: ErrorSource = 'aws',
  ) {
    super(message)
  }
}

/** An event that cannot be evaluated: not a JSON object, or one that TestEventPattern refuses. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError'
}

/** An event or message that was made so hard that it is not decided here; what AWS decides is not known then. */
export class UndecidedError extends OpsError {
  constructor() {
    super(
      'It cannot be told whether this matches: the message or event gives the same paths in so many ways that there are too many combinations to try.',
      {
        code: 'EventUndecided',
        exitCode: ExitCode.failed,
        suggestions: ['Give each name once in an object, and write a path either nested or with dots.'],
      },
    )
  }
}

/** What the grammar says against a pattern, before a service puts its own words in front. */
export class PatternRefusal extends Error {
  override readonly name = 'PatternRefusal'

  constructor(
    readonly reason: string,
    readonly location?: TextLocation,
    readonly source: ErrorSource = 'aws',
  ) {
    super(reason)
  }
}
