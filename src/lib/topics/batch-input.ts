import {isRecord, memberTexts} from '../filters/json-parts.js'
import type {SendableAttribute} from '../messages/attribute-argument.js'
import {messageAttribute} from '../messages/attribute-argument.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {TextKind} from '../read-text.js'
import {readText} from '../read-text.js'
import type {MessageDraft} from './publish-plan.js'

const BATCH: TextKind = {
  what: 'The batch',
  // Everything is checked before anything is published, so all of it is held in memory.
  maxBytes: 268_435_456,
  limit: '256 MiB; split it',
  invalid: 'InvalidBatch',
  unreadable: 'BatchUnreadable',
  notText: 'NDJSON is text',
}

/** One line of a batch, and the message in it. */
export interface BatchLine {
  /** From 1. */
  readonly line: number
  readonly draft: MessageDraft
}

type Fields = Readonly<Record<string, unknown>>

const KEYS = new Set([
  'id',
  'message',
  'subject',
  'messageAttributes',
  'messageStructure',
  'messageGroupId',
  'messageDeduplicationId',
])

/** Reads a batch from a file, or from standard input where `source` is `-`; a message beside it is refused. Throws `BatchUnreadable` or `InvalidBatch` (exit 2). */
export async function readBatch(
  source: string,
  stdin: AsyncIterable<Uint8Array | string>,
  message?: string,
): Promise<BatchLine[]> {
  if (message !== undefined) throw invalid('A message and --batch contradict each other: give one of them')
  return parseBatch(await readText(source === '-' ? {stdin} : {file: source}, BATCH))
}

/**
 * Parses NDJSON, one message a line: `{"message": ..., "subject": ..., "messageAttributes": {"name": {"dataType": ..., "stringValue": ...}},
 * "messageGroupId": ..., "messageDeduplicationId": ..., "messageStructure": "json"}`; AWS's own capitals are taken too, and blank lines
 * are passed over. Throws `InvalidBatch` (exit 2) with the line, also for a field that is given twice, in one spelling or two. Pure.
 */
export function parseBatch(text: string): BatchLine[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((content, index) => {
      const trimmed = content.trim()
      return trimmed === '' ? [] : [{line: index + 1, draft: draftOf(trimmed, index + 1)}]
    })
  if (lines.length === 0) throw invalid('The batch holds no message')
  return lines
}

function draftOf(text: string, line: number): MessageDraft {
  const written = fieldsOf(text, line)
  const fields = Object.fromEntries([...written].map(([name, {value}]) => [name, value]))
  const unknown = Object.keys(fields).find(key => !KEYS.has(key))
  if (unknown !== undefined) throw invalid(`Line ${line}: ${JSON.stringify(unknown)} is no part of a message`)
  const {message, messageStructure} = fields
  if (typeof message !== 'string') throw invalid(`Line ${line}: "message" is a text, and has to be there`)
  if (messageStructure !== undefined && messageStructure !== 'json')
    throw invalid(`Line ${line}: "messageStructure" can only be "json"`)
  return {
    message,
    messageStructure,
    messageAttributes: attributesOf(written.get('messageAttributes'), line),
    subject: optionalText(fields, 'subject', line),
    messageGroupId: optionalText(fields, 'messageGroupId', line),
    messageDeduplicationId: optionalText(fields, 'messageDeduplicationId', line),
  }
}

/** A member of a JSON object, as its text and as what that means. */
interface Member {
  /** As it is spelt there. */
  readonly name: string
  readonly text: string
  readonly value: unknown
}

function fieldsOf(text: string, line: number): ReadonlyMap<string, Member> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid(`Line ${line} is no JSON: ${error instanceof Error ? error.message : ''}`)
  }
  if (!isRecord(value)) throw invalid(`Line ${line} is no JSON object`)
  return membersOf(text, value, {of: `Line ${line}`, meaning: fieldMeant})
}

/** The members of an object by what their names mean. Two of one meaning are refused: which of them counts, readers disagree on. */
function membersOf(
  text: string,
  value: Fields,
  {of, meaning}: {readonly of: string; readonly meaning: (name: string) => string},
): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>()
  for (const {name, text: written} of memberTexts(text)) {
    const meant = meaning(name)
    const other = members.get(meant)
    if (other?.name === name) throw invalid(`${of}: ${JSON.stringify(name)} stands there twice`)
    if (other !== undefined)
      throw invalid(`${of}: ${JSON.stringify(other.name)} and ${JSON.stringify(name)} are the same: give one of them`)
    members.set(meant, {name, text: written, value: value[name]})
  }
  return members
}

const camelCased = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1)

function fieldMeant(name: string): string {
  const meant = camelCased(name)
  return meant === 'body' ? 'message' : meant
}

function attributesOf(written: Member | undefined, line: number): Record<string, SendableAttribute> {
  if (written === undefined) return {}
  const {text, value} = written
  if (!isRecord(value)) throw invalid(`Line ${line}: "messageAttributes" is an object of names and values`)
  const members = membersOf(text, value, {of: `Line ${line}, messageAttributes`, meaning: name => name})
  const entries = [...members.values()].map((member): [string, SendableAttribute] => [
    member.name,
    attributeOf(member, line),
  ])
  return Object.fromEntries(entries)
}

function attributeOf({name, text, value}: Member, line: number): SendableAttribute {
  const which = `Line ${line}: the message attribute ${name}`
  if (!isRecord(value)) throw invalid(`${which} is no object`)
  const members = membersOf(text, value, {of: which, meaning: camelCased})
  // Written out by some tools where there is none.
  const given = ['dataType', 'stringValue', 'binaryValue'].flatMap(key => {
    const member = members.get(key)
    return member === undefined || member.value === null ? [] : [[key, member] as const]
  })
  const odd = given.find(([, member]) => typeof member.value !== 'string')?.[1]
  if (odd !== undefined)
    throw invalid(`${which} has a ${odd.name} that is no text: write it in quotes${inQuotes(odd.value)}`)
  const {
    dataType = 'String',
    stringValue,
    binaryValue,
  } = Object.fromEntries(given.map(([key, {value: its}]) => [key, its as string]))
  if (stringValue !== undefined && binaryValue !== undefined)
    throw invalid(`${which} has a stringValue and a binaryValue: give the one of its type`)
  const its = stringValue ?? binaryValue
  if (its === undefined) throw invalid(`${which} has no stringValue and no binaryValue (base64)`)
  return inLine(line, () => messageAttribute(name, dataType, its))
}

function inQuotes(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? `, "${String(value)}"` : ''
}

function inLine<Value>(line: number, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw error instanceof OpsError ? invalid(`Line ${line}: ${error.message}`) : error
  }
}

function optionalText(fields: Fields, key: string, line: number): string | undefined {
  const value = fields[key]
  if (value === undefined || typeof value === 'string') return value
  throw invalid(`Line ${line}: "${key}" is a text`)
}

function invalid(message: string): OpsError {
  return new OpsError(`${message}. Nothing was published.`, {code: 'InvalidBatch', exitCode: ExitCode.usage})
}
