import type {Explanation} from './explanation.js'
import type {PatternEntry} from './pattern/alternative.js'

/** First part: the decision alone. */
export function explainProgram(_entries: readonly PatternEntry[], _eventText: string, matched: boolean): Explanation {
  return {matched, keys: []}
}
