import {OpsError} from '../ops-error.js'
import type {FilterPolicyScope, FilteredMessage, PolicyCall} from './filter-policy.js'
import {readMessage} from './message-input.js'
import type {CaseFields} from './suite-fields.js'
import {FILTER_FIELDS, invalidSuite, PATTERN_FIELDS, readCases} from './suite-fields.js'

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
  return withOwnIds(
    readCases(text, FILTER_FIELDS).map(fields => ({
      place: fields.place,
      one: {
        ...commonFields(fields),
        scope: oneOf(fields, 'scope', ['MessageAttributes', 'MessageBody'] as const) ?? 'MessageAttributes',
        policyText: textOf(fields, 'policy'),
        message: messageOf(fields),
        call: CALLS.find(call => call === oneOf(fields, 'api', [...CALLS, 'unknown'])),
      },
    })),
  )
}

/** Reads a suite of event pattern cases, with `patternText` or `pattern` and `eventText` or `event`; as readFilterSuite. */
export function readPatternSuite(text: string): PatternCase[] {
  return withOwnIds(
    readCases(text, PATTERN_FIELDS).map(fields => ({
      place: fields.place,
      one: {
        ...commonFields(fields),
        patternText: textOf(fields, 'pattern'),
        eventText: textOf(fields, 'event'),
        wholeEvent: oneOf(fields, 'invalidPart', ['event']) !== undefined,
      },
    })),
  )
}

// Reports and build servers tell cases apart by their ids: of two with the same, one would hide the other.
function withOwnIds<Case extends SuiteCase>(cases: readonly {readonly place: string; readonly one: Case}[]): Case[] {
  const places = new Map<string, string>()
  for (const {place, one} of cases) {
    const other = places.get(one.id)
    if (other !== undefined) throw invalidSuite(`In ${place} the id is that of ${other}: each case needs its own`)
    places.set(one.id, place)
  }
  return cases.map(({one}) => one)
}

function commonFields(fields: CaseFields): SuiteCase {
  const {parsed, number, place} = fields
  const {id, error} = parsed
  const expect = oneOf(fields, 'expect', OUTCOMES)
  if (expect === undefined) throw invalidSuite(`In ${place} there is no expect: ${OUTCOMES.join(', ')}`)
  if (error !== undefined && typeof error !== 'string') throw invalidSuite(`In ${place} error is no text`)
  if (error !== undefined && expect !== 'invalid')
    throw invalidSuite(`In ${place} an error is expected, and ${expect}: AWS says an error of what is invalid alone`)
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number')
    throw invalidSuite(`In ${place} id is no text`)
  const notSure = isTrue(fields, 'errorDoubt') || isTrue(fields, 'errorFromPeer')
  return {
    id: id === undefined ? `case ${number}` : String(id),
    expect,
    ...(error === undefined || notSure ? {} : {error}),
    doubt: isTrue(fields, 'doubt'),
  }
}

function isTrue({parsed, place}: CaseFields, name: string): boolean {
  const value = parsed[name] ?? false
  if (typeof value !== 'boolean') throw invalidSuite(`In ${place} ${name} is neither true nor false`)
  return value
}

/** `nameText` as it is, or the text of `name` as it is written; a string under `name` is the text itself. */
function textOf({parsed, written, place}: CaseFields, name: 'policy' | 'pattern' | 'event'): string {
  const exact = parsed[`${name}Text`]
  if (exact !== undefined && typeof exact !== 'string') throw invalidSuite(`In ${place} ${name}Text is no text`)
  const text = exact ?? parsed[name]
  if (typeof text === 'string') return text
  const own = written.get(name)
  if (own === undefined) throw invalidSuite(`In ${place} there is neither ${name}Text nor ${name}`)
  return own
}

function messageOf({parsed, written, place}: CaseFields): FilteredMessage {
  const {message} = parsed
  if (message === undefined) throw invalidSuite(`In ${place} there is no message`)
  // Written by hand it is meant; from a pipe it would be nothing at all.
  if (message === '') return {attributes: {}, body: ''}
  try {
    return readMessage(typeof message === 'string' ? message : (written.get('message') ?? '')).message
  } catch (error) {
    throw error instanceof OpsError ? invalidSuite(`In ${place}: ${error.message}`, error.suggestions) : error
  }
}

function oneOf<Word extends string>(
  {parsed, place}: CaseFields,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = parsed[name]
  const word = words.find(one => one === value)
  if (value !== undefined && word === undefined)
    throw invalidSuite(`In ${place} ${name} is none of ${words.join(', ')}`)
  return word
}
