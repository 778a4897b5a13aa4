import {ExitCode, OpsError} from '../ops-error.js'
import type {FilterPolicyScope, FilteredMessage, PolicyCall} from './filter-policy.js'
import {elementTexts, isRecord, memberTexts, parsedOrUndefined} from './json-parts.js'
import {readMessage} from './message-input.js'

/** What a policy or pattern makes of a message or event, `invalid` where AWS refuses it. */
export const OUTCOMES = ['match', 'no-match', 'invalid'] as const
export type Outcome = (typeof OUTCOMES)[number]

const CALLS: readonly PolicyCall[] = ['Subscribe', 'SetSubscriptionAttributes']

/** What every case has. */
export interface SuiteCase {
  readonly id: string
  readonly expect: Outcome
  /** AWS's message, of which the first line counts; with or without the prefix of the service. */
  readonly error?: string
  /** What is expected is not known for certain: a different outcome is reported, and does not fail the suite. */
  readonly doubt: boolean
}

export interface FilterCase extends SuiteCase {
  readonly scope: FilterPolicyScope
  readonly policyText: string
  readonly message: FilteredMessage
  /** The call whose error text is expected; where it is not given, either will do. */
  readonly call?: PolicyCall
}

export interface PatternCase extends SuiteCase {
  readonly patternText: string
  readonly eventText: string
  /** The event is refused unless it has every field that TestEventPattern asks for. */
  readonly wholeEvent: boolean
}

/**
 * Reads a suite of filter policy cases: a JSON array, or one JSON object a line. Of `policyText` and `policy`, the text wins, and an object
 * is taken as it is written; `message` has any form that readMessage knows. Throws OpsError SuiteInvalid (exit 2). Pure.
 */
export function readFilterSuite(text: string): FilterCase[] {
  return casesOf(text).map(fields => ({
    ...commonFields(fields),
    scope: oneOf(fields, 'scope', ['MessageAttributes', 'MessageBody'] as const) ?? 'MessageAttributes',
    policyText: textOf(fields, 'policy'),
    message: messageOf(fields),
    call: CALLS.find(call => call === fields.parsed.api),
  }))
}

/** Reads a suite of event pattern cases, with `patternText` or `pattern` and `eventText` or `event`; as readFilterSuite. */
export function readPatternSuite(text: string): PatternCase[] {
  return casesOf(text).map(fields => ({
    ...commonFields(fields),
    patternText: textOf(fields, 'pattern'),
    eventText: textOf(fields, 'event'),
    wholeEvent: fields.parsed.invalidPart === 'event',
  }))
}

interface Fields {
  /** Which case this is, for messages. */
  readonly place: string
  readonly number: number
  readonly parsed: Readonly<Record<string, unknown>>
  /** Each member as it is written. */
  readonly written: ReadonlyMap<string, string>
}

function casesOf(text: string): Fields[] {
  const bare = text.replace(/^\ufeff/, '')
  const whole = parsedOrUndefined(bare)
  const cases = Array.isArray(whole)
    ? elementTexts(bare).map((item, index) => fieldsOf(item, `case ${index + 1}`, index + 1))
    : isRecord(whole)
      ? [fieldsOf(bare, 'case 1', 1)]
      : linesOf(bare)
  if (cases.length === 0) throw invalid('The suite has no cases')
  return cases
}

function linesOf(text: string): Fields[] {
  if (text.trimStart().startsWith('[')) throw invalid('The suite begins as a JSON array and is not JSON')
  const lines = text.split('\n').map((line, index) => ({line, place: `line ${index + 1}`}))
  return lines.filter(({line}) => line.trim() !== '').map(({line, place}, index) => fieldsOf(line, place, index + 1))
}

function fieldsOf(text: string, place: string, number: number): Fields {
  const parsed = parsedOrUndefined(text)
  if (parsed === undefined) throw invalid(`The suite is not JSON in ${place}`)
  if (!isRecord(parsed)) throw invalid(`The suite holds no JSON object in ${place}`)
  const id = typeof parsed.id === 'string' ? ` (${parsed.id})` : ''
  const written = new Map(memberTexts(text).map(member => [member.name, member.text]))
  return {place: `${place}${id}`, number, parsed, written}
}

function commonFields(fields: Fields): SuiteCase {
  const {parsed, number, place} = fields
  const {id, error, errorDoubt, errorFromPeer} = parsed
  const expect = oneOf(fields, 'expect', OUTCOMES)
  if (expect === undefined) throw invalid(`In ${place} there is no expect: ${OUTCOMES.join(', ')}`)
  if (error !== undefined && typeof error !== 'string') throw invalid(`In ${place} error is no text`)
  return {
    id: typeof id === 'string' ? id : typeof id === 'number' ? String(id) : `case ${number}`,
    expect,
    ...(error === undefined || errorDoubt === true || errorFromPeer === true ? {} : {error}),
    doubt: parsed.doubt === true,
  }
}

/** `nameText` as it is, or the text of `name` as it is written; a string under `name` is the text itself. */
function textOf({parsed, written, place}: Fields, name: 'policy' | 'pattern' | 'event'): string {
  const text = parsed[`${name}Text`] ?? parsed[name]
  if (typeof text === 'string') return text
  const own = written.get(name)
  if (own === undefined) throw invalid(`In ${place} there is neither ${name}Text nor ${name}`)
  return own
}

function messageOf({parsed, written, place}: Fields): FilteredMessage {
  const {message} = parsed
  if (message === undefined) throw invalid(`In ${place} there is no message`)
  try {
    return readMessage(typeof message === 'string' ? message : (written.get('message') ?? '')).message
  } catch (error) {
    throw error instanceof OpsError ? invalid(`In ${place}: ${error.message}`) : error
  }
}

function oneOf<Word extends string>({parsed, place}: Fields, name: string, words: readonly Word[]): Word | undefined {
  const value = parsed[name]
  const word = words.find(one => one === value)
  if (value !== undefined && word === undefined) throw invalid(`In ${place} ${name} is none of ${words.join(', ')}`)
  return word
}

function invalid(message: string): OpsError {
  return new OpsError(message, {
    code: 'SuiteInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['A suite is a JSON array of cases, or one case a line; the command’s --help names their fields.'],
  })
}
