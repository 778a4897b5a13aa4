import {InvalidEventError, InvalidPatternError, UndecidedError} from '../../lib/filters/errors.js'
import {assertEvent, compileEventPattern, type EventPattern} from '../../lib/filters/event-pattern.js'
import {AwsError} from '../service.js'

/** "Maximum length of 4096" of EventPattern (API reference). */
const LONGEST_PATTERN = 4096

/**
 * TestEventPattern: whether an event matches a pattern, with EventBridge's refusals of either. Pure; throws AwsError.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
export function testEventPattern(input: Readonly<Record<string, unknown>>): {readonly Result: boolean} {
  const patternText = required(input.EventPattern, 'eventPattern')
  const eventText = required(input.Event, 'event')
  if (patternText.length > LONGEST_PATTERN) {
    throw violation(
      patternText,
      'eventPattern',
      `Member must have length less than or equal to ${String(LONGEST_PATTERN)}`,
    )
  }
  try {
    assertEvent(eventText)
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error
    throw new AwsError('ValidationException', error.message)
  }
  const pattern = compiled(patternText)
  try {
    return {Result: pattern.matches(eventText)}
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error
    // What EventBridge does then is not known; an error at least is no wrong answer.
    throw new AwsError('InternalException', error.message)
  }
}

function compiled(patternText: string): EventPattern {
  try {
    return compileEventPattern(patternText)
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    throw new AwsError('InvalidEventPatternException', error.message)
  }
}

function required(value: unknown, member: string): string {
  if (typeof value === 'string') return value
  throw violation(undefined, member, 'Member must not be null')
}

function violation(value: string | undefined, member: string, constraint: string): AwsError {
  const said = value === undefined ? 'null' : `'${value}'`
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${said} at '${member}' failed to satisfy constraint: ${constraint}`,
  )
}
