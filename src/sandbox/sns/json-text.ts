import {PatternRefusal, type TextLocation} from '../../lib/filters/errors.js'
import {TokenReader} from '../../lib/filters/json/token-reader.js'
import type {AwsError} from '../service.js'

/** Reads the JSON object of an attribute; what is none is refused in the words of AWS's parser. */
export function parseJsonObject(json: string, refuse: (reason: string) => AwsError): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw refuse(`failed to parse JSON. ${jsonRefusal(json)}`)
  }
  // Worded here.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('must be a JSON object')
  return value as Readonly<Record<string, unknown>>
}

/**
 * The second line of a parser's refusal, as SNS has written it since 2025: where, without the text itself. Its parser now says of an
 * unexpected character where it is, and no longer where the next one would be (both recorded).
 */
export function locationLine(reason: string, location: TextLocation | undefined): string {
  if (location === undefined) return ''
  const column = location.column - (reason.includes('Unexpected character') ? 1 : 0)
  return `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${location.line}, column: ${column}]`
}

/** What AWS's parser says of text that is no JSON: the first thing that is wrong, and where. */
export function jsonRefusal(json: string): string {
  const reader = new TokenReader(json)
  try {
    while (reader.next() !== 'end');
    return 'Unexpected end-of-input'
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error
    return error.reason + locationLine(error.reason, error.location)
  }
}
