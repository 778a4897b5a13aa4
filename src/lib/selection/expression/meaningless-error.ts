/** The expression can be parsed, and still means nothing or not what it looks like. */
export class MeaninglessError extends Error {
  override readonly name = 'MeaninglessError'
}
