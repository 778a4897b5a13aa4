import {inWhoseWords} from '../filters/our-words.js'
import {textAfterEnd} from '../filters/text-after-end.js'
import type {MessageView} from '../messages/message-view.js'
import {VIEW_NAMES} from '../messages/message-view.js'
import {nearest} from '../nearest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {Verdict} from './verdict.js'

/** Characters of a text behind the end that are shown. */
const LONGEST_REST = 40

/**
 * Compiles an EventBridge event pattern (its JSON text) into a test of messages. The event that it sees is the message view with `body`
 * parsed where that is JSON, read as EventBridge reads one: of a name that an object has twice, the last counts.
 * Throws OpsError SelectionInvalid (exit 2) with EventBridge's own words, and for text behind the pattern's end.
 */
export async function compilePattern(text: string, flag: string): Promise<(view: MessageView) => Verdict> {
  const {compileEventPattern} = await import('../filters/event-pattern.js')
  const {InvalidEventError, InvalidPatternError, UndecidedError} = await import('../filters/errors.js')
  try {
    const pattern = compileEventPattern(text)
    assertOfView(pattern.fields, flag)
    assertNothingBehind(text, flag)
    assertTexts(text, flag)
    return view => {
      try {
        return pattern.matches(eventText(view)) ? 'match' : 'no-match'
      } catch (error) {
        // Such as JSON that is nested past a thousand levels, where AWS's reader ends.
        if (error instanceof InvalidEventError)
          return {error: `${flag}: EventBridge cannot read it as an event: ${error.message}`}
        if (error instanceof UndecidedError) return {error: `${flag}: ${error.message}`}
        throw error
      }
    }
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    const reason = inWhoseWords(error.reason, error.source)
    const {location} = error
    const place = location === undefined ? '' : ` (line ${location.line}, column ${location.column})`
    throw new OpsError(`${flag} is not an event pattern: ${reason}${place}`, {
      code: 'SelectionInvalid',
      exitCode: ExitCode.usage,
      suggestions: [`A pattern is JSON text, e.g. ${flag} '{"body":{"type":["order"]}}'.`],
      cause: error,
    })
  }
}

// A slip in a name must not pass: `exists: false` on a field that no message can have selects them all.
function assertOfView(fields: readonly string[], flag: string): void {
  for (const [name = ''] of fields.map(field => field.split('.'))) {
    if (VIEW_NAMES.some(known => known === name)) continue
    const [near] = nearest(name, VIEW_NAMES)
    throw new OpsError(`${flag} asks for ${name}, which no message has`, {
      code: 'SelectionInvalid',
      exitCode: ExitCode.usage,
      suggestions: [
        ...(near === undefined ? [] : [`Did you mean ${near}?`]),
        `A message has: ${VIEW_NAMES.join(', ')}. Fields of a JSON body stand under body.`,
      ],
    })
  }
}

// AWS's reader passes over what stands behind the end. Where messages are moved or deleted by the pattern, half of it must not be lost.
function assertNothingBehind(text: string, flag: string): void {
  const rest = textAfterEnd(text)
  if (rest === '') return
  const shown = rest.length > LONGEST_REST ? `${rest.slice(0, LONGEST_REST)}…` : rest
  throw new OpsError(`${flag} has text behind the end of its pattern: ${shown}`, {
    code: 'SelectionInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['Alternatives go into one pattern: {"$or": [{...}, {...}]}.'],
  })
}

// SQS's attributes are text, so a number meets none of them: a redrive by such a pattern would move nothing and say nothing.
function assertTexts(text: string, flag: string): void {
  // What AWS's reader takes and JavaScript's does not is let be.
  const field = isJson(text, undefined) ? numberOfText(JSON.parse(text), []) : undefined
  if (field === undefined) return
  throw new OpsError(`${flag} compares ${field} with a number, and it is text in every message`, {
    code: 'SelectionInvalid',
    exitCode: ExitCode.usage,
    suggestions: [
      field === 'attributes.ApproximateReceiveCount'
        ? `The number is approximateReceiveCount: ${flag} '{"approximateReceiveCount":[{"numeric":[">",1]}]}'.`
        : 'Compare it with texts, e.g. ["1"] or [{"prefix": "1"}].',
    ],
  })
}

/** The first field of the view that is always text and may, by the pattern, be numbers alone. */
function numberOfText(pattern: unknown, path: readonly string[]): string | undefined {
  if (Array.isArray(pattern)) {
    const alternatives = pattern as readonly unknown[]
    const name = path.join('.')
    return isText(name) && alternatives.length > 0 && alternatives.every(needsNumber) ? name : undefined
  }
  if (typeof pattern !== 'object' || pattern === null) return undefined
  for (const [name, value] of Object.entries(pattern)) {
    const branches: unknown[] = name === '$or' && Array.isArray(value) ? value : [value]
    for (const branch of branches) {
      const found = numberOfText(branch, name === '$or' ? path : [...path, name])
      if (found !== undefined) return found
    }
  }
  return undefined
}

function isText(name: string): boolean {
  return /^(?:attributes|messageAttributes)\./.test(name) || ['messageId', 'sentAt', 'expiresAt'].includes(name)
}

function needsNumber(alternative: unknown): boolean {
  return (
    typeof alternative === 'number' ||
    (typeof alternative === 'object' && alternative !== null && Object.keys(alternative).join() === 'numeric')
  )
}

/** The view as JSON text in which the body stands as it was sent: numbers keep every digit. */
function eventText({body, ...view}: MessageView): string {
  const rest = JSON.stringify(view)
  return `${rest.slice(0, -1)},"body":${isJson(body, view.bodyEncoding) ? body : JSON.stringify(body)}}`
}

function isJson(body: string, encoding: MessageView['bodyEncoding']): boolean {
  if (encoding !== undefined || !/^[ \t\n\r]*[[{"tfn\d-]/.test(body)) return false
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}
