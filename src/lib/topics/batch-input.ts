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
  'body',
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
 * are passed over. Throws `InvalidBatch` (exit 2) with the line. Pure.
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
  const fields = fieldsOf(text, line)
  const unknown = Object.keys(fields).find(key => !KEYS.has(key))
  if (unknown !== undefined) throw invalid(`Line ${line}: ${JSON.stringify(unknown)} is no part of a message`)
  const {message = fields.body, messageStructure} = fields
  if (typeof message !== 'string') throw invalid(`Line ${line}: "message" is a text, and has to be there`)
  if (messageStructure !== undefined && messageStructure !== 'json')
    throw invalid(`Line ${line}: "messageStructure" can only be "json"`)
  return {
    message,
    messageStructure,
    messageAttributes: attributesOf(fields.messageAttributes, line),
    subject: optionalText(fields, 'subject', line),
    messageGroupId: optionalText(fields, 'messageGroupId', line),
    messageDeduplicationId: optionalText(fields, 'messageDeduplicationId', line),
  }
}

function fieldsOf(text: string, line: number): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid(`Line ${line} is no JSON: ${error instanceof Error ? error.message : ''}`)
  }
  if (!isRecord(value)) throw invalid(`Line ${line} is no JSON object`)
  return camelKeys(value)
}

function attributesOf(value: unknown, line: number): Record<string, SendableAttribute> {
  if (value === undefined) return {}
  if (!isRecord(value)) throw invalid(`Line ${line}: "messageAttributes" is an object of names and values`)
  const entries = Object.entries(value).map(([name, attribute]): [string, SendableAttribute] => {
    if (!isRecord(attribute)) throw invalid(`Line ${line}: the message attribute ${name} is no object`)
    const {dataType = 'String', stringValue, binaryValue} = camelKeys(attribute)
    const text = stringValue ?? binaryValue
    if (typeof dataType !== 'string' || typeof text !== 'string')
      throw invalid(
        `Line ${line}: the message attribute ${name} has a dataType and a stringValue or binaryValue (base64)`,
      )
    return [name, inLine(line, () => messageAttribute(name, dataType, text))]
  })
  return Object.fromEntries(entries)
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

function camelKeys(value: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.slice(0, 1).toLowerCase() + key.slice(1), member]),
  )
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): OpsError {
  return new OpsError(message, {code: 'InvalidBatch', exitCode: ExitCode.usage})
}
