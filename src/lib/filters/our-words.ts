import type {ErrorSource} from './errors.js'

/** Behind a refusal whose text is not AWS's. */
export const OUR_WORDS = '(our words: AWS’s are not recorded)'

/** A refusal as it is told in running text. */
export function inWhoseWords(text: string, source: ErrorSource | undefined): string {
  return source === 'msgops' ? `${text} ${OUR_WORDS}` : text
}
