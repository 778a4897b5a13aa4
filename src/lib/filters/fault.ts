import type {CaseResult} from './check.js'
import {inWhoseWords} from './our-words.js'

/** What is wrong with a case that did not come out as expected, for people. */
export interface CaseFault {
  readonly what: string
  /** The reason or AWS's error first, then the error that was expected. */
  readonly details: readonly string[]
}

/** Puts a case that did not come out as expected into words. Pure. */
export function faultOf({expected, actual, error, errorSource, expectedError, reason}: CaseResult): CaseFault {
  const what =
    expected === actual && expectedError !== undefined
      ? `${actual} as expected, with another error`
      : `expected ${expected}, was ${actual}`
  return {
    what,
    details: [
      ...(error === undefined ? [] : [inWhoseWords(error, errorSource)]),
      ...(reason === undefined ? [] : [reason]),
      ...(expectedError === undefined ? [] : [`expected error: ${expectedError}`]),
    ],
  }
}
