import type {NumberOperand} from '../pattern/alternative.js'

/**
 * Decides whether one alternative takes a value. A string is handed over as a part [start, end) of a longer text,
 * so that the text of an event is never cut up.
 */
export interface Matcher {
  string(text: string, start: number, end: number): boolean
  /** A JSON number: its text, and its double when one stands for it. */
  number(operand: NumberOperand): boolean
  literal(word: 'true' | 'false' | 'null'): boolean
}

/** Takes no value; what an operator does take, it overrides. */
export class NoValue implements Matcher {
  string(...part: Parameters<Matcher['string']>): boolean
  string(): boolean {
    return false
  }

  number(...operand: Parameters<Matcher['number']>): boolean
  number(): boolean {
    return false
  }

  literal(...word: Parameters<Matcher['literal']>): boolean
  literal(): boolean {
    return false
  }
}

/** Whether a part of a text is this string. */
export function isPart(text: string, start: number, end: number, string: string): boolean {
  return end - start === string.length && liesAt(text, start, string)
}

/** text.startsWith(string, at), several times as fast for the short strings of patterns. */
export function liesAt(text: string, at: number, string: string): boolean {
  const {length} = string
  for (let index = 0; index < length; index += 1) {
    if (text.charCodeAt(at + index) !== string.charCodeAt(index)) return false
  }
  return true
}
