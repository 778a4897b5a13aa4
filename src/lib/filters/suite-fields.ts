import {nearest} from '../nearest.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {PatternRefusal} from './errors.js'
import {TokenReader} from './json/token-reader.js'
import {elementTexts, isRecord, memberTexts, parsedOrUndefined} from './json-parts.js'

/** One case of a suite, as it is written. */
export interface CaseFields {
  /** Which case this is, for messages. */
  readonly place: string
  readonly number: number
  readonly parsed: Readonly<Record<string, unknown>>
  /** Each member as it is written. */
  readonly written: ReadonlyMap<string, string>
}

/** For people, and where recorded cases come from: nothing is read from these. */
const REMARKS = [
  ...['note', 'source', 'trust', 'validatedOn', 'alsoIn', 'doubtReason'],
  ...['derivedMessage', 'errorRaw', 'errorCode', 'errorDerived', 'lossy'],
]
/** What a case may have, and something is read from. */
const ANY_CASE = ['id', 'expect', 'error', 'errorDoubt', 'errorFromPeer', 'doubt']
export const FILTER_FIELDS: readonly string[] = [...ANY_CASE, 'policy', 'policyText', 'scope', 'message', 'api']
export const PATTERN_FIELDS: readonly string[] = [
  ...ANY_CASE,
  ...['pattern', 'patternText', 'event', 'eventText', 'invalidPart'],
]

/**
 * The cases of a suite: the elements of a JSON array, one JSON object a line, or one object alone. Throws OpsError SuiteInvalid (exit 2)
 * where there is none, and for a field that is not known or stands twice. Pure.
 */
export function readCases(text: string, known: readonly string[]): CaseFields[] {
  const bare = text.replace(/^\ufeff/, '')
  const whole = parsedOrUndefined(bare)
  const cases = Array.isArray(whole)
    ? elementTexts(bare).map((item, index) => fieldsOf(item, `case ${index + 1}`, index + 1))
    : isRecord(whole)
      ? [fieldsOf(bare, 'case 1', 1)]
      : linesOf(bare)
  if (cases.length === 0) throw invalidSuite('The suite has no cases')
  for (const one of cases) assertKnown(one, known)
  return cases
}

function linesOf(text: string): CaseFields[] {
  if (text.trimStart().startsWith('['))
    throw invalidSuite(`The suite begins as a JSON array and is not JSON: ${whyNotJson(text)}`)
  const lines = text.split('\n').map((line, index) => ({line, place: `line ${index + 1}`}))
  return lines.filter(({line}) => line.trim() !== '').map(({line, place}, index) => fieldsOf(line, place, index + 1))
}

/** Why a text is not JSON, and where, in the words of AWS's parser, which reads policies and patterns as well. */
function whyNotJson(text: string): string {
  const reader = new TokenReader(text)
  try {
    while (reader.next() !== 'end');
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error
    const {reason, location} = error
    const place = location === undefined ? '' : ` (line ${location.line}, column ${location.column})`
    return `${reason.split('\n', 1)[0] ?? ''}${place}`
  }
  return 'something follows the array'
}

function fieldsOf(text: string, place: string, number: number): CaseFields {
  const parsed = parsedOrUndefined(text)
  if (parsed === undefined) throw invalidSuite(`The suite is not JSON in ${place}`)
  if (!isRecord(parsed)) throw invalidSuite(`The suite holds no JSON object in ${place}`)
  const id = typeof parsed.id === 'string' ? ` (${parsed.id})` : ''
  const written = new Map<string, string>()
  for (const member of memberTexts(text)) {
    if (written.has(member.name)) throw invalidSuite(`In ${place}${id} the field ${member.name} stands twice`)
    written.set(member.name, member.text)
  }
  return {place: `${place}${id}`, number, parsed, written}
}

// A slip in a name would leave a case that tests something else, or nothing.
function assertKnown({place, written}: CaseFields, known: readonly string[]): void {
  const odd = [...written.keys()].find(name => !known.includes(name) && !REMARKS.includes(name))
  if (odd === undefined) return
  const what = `In ${place} there is a field ${JSON.stringify(odd)}`
  if (FILTER_FIELDS.includes(odd)) throw invalidSuite(`${what}: the case is one for msgops filter check`)
  if (PATTERN_FIELDS.includes(odd)) throw invalidSuite(`${what}: the case is one for msgops pattern check`)
  // As results call it.
  const [near] = nearest(odd, [...known, 'note', 'expected'], 1)
  throw invalidSuite(`${what}, which no case has`, [
    ...(near === undefined ? [] : [`Did you mean ${near === 'expected' ? 'expect' : near}?`]),
    `A case has: ${known.join(', ')}. A remark goes under note.`,
  ])
}

/** The error of a suite that cannot be run (exit 2). */
export function invalidSuite(
  message: string,
  suggestions: readonly string[] = [
    'A suite is a JSON array of cases, or one case a line; the command’s --help names their fields.',
  ],
): OpsError {
  return new OpsError(message, {code: 'SuiteInvalid', exitCode: ExitCode.usage, suggestions})
}
