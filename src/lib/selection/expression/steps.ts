/** An expression that cannot be applied to one message. The message is then left where it is, and reported. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
}

/** Enough for some hundred passes over the largest body there is; at most a quarter of a second of one core. */
const MAX_STEPS = 4_000_000

/** One step stands for one node of an expression, one element of a list that is looked at, or this many characters of a text. */
const CHARACTERS_A_STEP = 16

/** Setting one member of an object, or copying one element into a list of another kind. */
const STEPS_TO_STORE = 6

/** Far above any message body, so that only a text that grows on and on reaches it. */
const MAX_TEXT = 8 * 1_048_576

/**
 * What one evaluation may still spend. Work is counted instead of timed: the same expression and message come to the same verdict on
 * every machine and in every run, which a plan or a resumed job relies on, and no thread has to be killed to stop it.
 */
export class Steps {
  #left: number

  constructor(limit = MAX_STEPS) {
    this.#left = limit
  }

  /** Throws ExpressionError when the limit is passed. */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new ExpressionError('the expression takes too long on this message')
  }

  /** For putting so many members or elements where they were not before. */
  spendStoring(members: number): void {
    this.spend(members * STEPS_TO_STORE)
  }

  /** For reading or making a text of so many UTF-16 units; to be called before the text is made. */
  spendText(length: number): void {
    if (length > MAX_TEXT) throw new ExpressionError('the expression makes a text that is too long')
    this.spend(1 + length / CHARACTERS_A_STEP)
  }
}
