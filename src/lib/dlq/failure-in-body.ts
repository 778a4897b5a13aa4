import type {Failure} from './failure.js'
import {lastPart} from './failure.js'

type Json = null | boolean | number | string | readonly Json[] | JsonObject
interface JsonObject {
  readonly [name: string]: Json
}

const ERROR_FIELDS = ['error', 'lasterror', 'exception', 'failure', 'errordetails', 'errors']
const MESSAGE_FIELDS = [
  'errormessage',
  'exceptionmessage',
  'failurereason',
  'errmsg',
  'errordescription',
  'faultstring',
]
const TYPE_FIELDS = ['errortype', 'errorname', 'errorcode', 'exceptiontype', 'exceptionclass', 'exceptionname']
/** Inside an error object the short names are unmistakable. */
const INNER_MESSAGE_FIELDS = [...MESSAGE_FIELDS, 'message', 'msg', 'reason', 'description', 'detail']
const INNER_TYPE_FIELDS = [...TYPE_FIELDS, 'name', 'type', 'class', 'code']
/** Where applications nest what is about the message. */
const WRAPPERS = ['detail', 'metadata', 'meta', 'payload', 'data', 'response', 'headers']
/** Fields that say of what kind a message is. */
const KIND_FIELDS = ['detail-type', 'eventtype', 'eventname', 'type', 'event', 'kind', 'action']

const KEYS_SHOWN = 8

/** What the body of a dead letter says of its failure: a Lambda destination's record, an error field, or else only its shape. Pure. */
export function failureInBody(body: string): Failure {
  const json = parse(body)
  if (json === undefined) return {origin: 'shape', message: textShape(body)}
  const inner = envelopeOf(json)
  if (inner !== undefined) return failureInBody(inner)
  const object = isObject(json) ? json : isObject(firstOf(json)) ? (firstOf(json) as JsonObject) : undefined
  const failure =
    object === undefined ? undefined : (fromDestination(object) ?? fromFields(object) ?? fromWrappers(object))
  return failure ?? {origin: 'shape', message: jsonShape(json)}
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** The message that SNS wrapped, if it did. */
function envelopeOf(json: Json): string | undefined {
  if (!isObject(json) || json.Type !== 'Notification' || typeof json.TopicArn !== 'string') return undefined
  return typeof json.Message === 'string' ? json.Message : undefined
}

/** The record that Lambda sends to an OnFailure destination. */
function fromDestination({requestContext: context, responsePayload: response}: JsonObject): Failure | undefined {
  if (!isObject(context) || typeof context.functionArn !== 'string' || typeof context.condition !== 'string')
    return undefined
  const payload = isObject(response) ? response : {}
  return {
    origin: 'lambdaDestination',
    where: functionName(context.functionArn),
    type: textOf(payload.errorType) ?? context.condition,
    message: textOf(payload.errorMessage),
  }
}

// arn:aws:lambda:REGION:ACCOUNT:function:NAME[:VERSION]
function functionName(arn: string): string | undefined {
  return arn.split(':')[6] ?? lastPart(arn)
}

function fromFields(object: JsonObject): Failure | undefined {
  const fields = folded(object)
  const error = find(
    fields,
    ERROR_FIELDS,
    value => typeof value !== 'boolean' && typeof value !== 'number' && value !== null,
  )
  const type = textOf(find(fields, TYPE_FIELDS, isText))
  const message = textOf(find(fields, MESSAGE_FIELDS, isText))
  const inner = error === undefined ? undefined : fromError(error)
  if (inner === undefined && type === undefined && message === undefined) return undefined
  return {origin: 'body', type: type ?? inner?.type, message: message ?? inner?.message}
}

function fromError(error: Json): {type?: string; message?: string} | undefined {
  const first = firstOf(error)
  if (typeof first === 'string') return first.trim() === '' ? undefined : splitType(first)
  if (!isObject(first)) return undefined
  const fields = folded(first)
  const type = textOf(find(fields, INNER_TYPE_FIELDS, isText))
  const message = textOf(find(fields, INNER_MESSAGE_FIELDS, isText))
  return type === undefined && message === undefined ? undefined : {type, message}
}

function fromWrappers(object: JsonObject): Failure | undefined {
  const fields = folded(object)
  for (const wrapper of WRAPPERS) {
    const inner = fields.get(wrapper)
    const failure = isObject(inner) ? fromFields(inner) : undefined
    if (failure !== undefined) return failure
  }
  return undefined
}

/** `TimeoutError: no answer` is a type and a message. */
function splitType(text: string): {type?: string; message: string} {
  const named = /^\s*([A-Za-z][\w.$]{0,100}(?:Error|Exception|Fault|Failure|Timeout)):\s+(\S.*)/s.exec(text)
  return named === null ? {message: text} : {type: named[1], message: named[2] ?? text}
}

function jsonShape(json: Json): string {
  if (!Array.isArray(json)) return isObject(json) ? objectShape(json) : scalarShape(json)
  const [first] = json as readonly Json[]
  if (first === undefined) return 'an empty JSON array'
  // One level: a body of a hundred thousand brackets is still a body.
  return `a JSON array, first ${isObject(first) ? objectShape(first) : scalarShape(first)}`
}

function scalarShape(json: Json): string {
  if (json === null) return 'JSON null'
  return Array.isArray(json) ? 'a JSON array' : `a JSON ${typeof json}`
}

function objectShape(object: JsonObject): string {
  // Notifications of S3 and others come as {"Records": [...]}: of what kind they are stands in the records.
  const record = Array.isArray(object.Records) ? firstOf(object.Records) : object
  const kind = textOf(find(folded(isObject(record) ? record : object), KIND_FIELDS, isKindName))
  const keys = Object.keys(object).sort()
  const shown = keys.slice(0, KEYS_SHOWN).join(', ')
  const more = keys.length > KEYS_SHOWN ? ', …' : ''
  return `JSON${kind === undefined ? '' : ` ${kind}`} {${shown}${more}}`
}

function isKindName(value: Json): boolean {
  return typeof value === 'string' && /^[\w.:/ -]{1,60}$/.test(value)
}

function textShape(body: string): string {
  const text = body.trimStart()
  if (text === '') return 'white space only'
  if (/^<[?!a-z]/i.test(text)) return 'XML'
  if (/^[[{]/.test(text)) return 'broken JSON'
  if (text.length >= 24 && /^[A-Za-z0-9+/_-]+={0,2}\s*$/.test(text)) return 'encoded text'
  return `text: ${text}`
}

function folded(object: JsonObject): Map<string, Json> {
  const fields = new Map<string, Json>()
  for (const [name, value] of Object.entries(object)) {
    fields.set(name.toLowerCase(), value)
    fields.set(name.toLowerCase().replace(/[-_.]/g, ''), value)
  }
  return fields
}

function find(
  fields: ReadonlyMap<string, Json>,
  names: readonly string[],
  test: (value: Json) => boolean,
): Json | undefined {
  for (const name of names) {
    const value = fields.get(name)
    if (value !== undefined && test(value)) return value
  }
  return undefined
}

function firstOf(json: Json): Json {
  return Array.isArray(json) ? ((json[0] as Json | undefined) ?? null) : json
}

function isText(value: Json): boolean {
  return textOf(value) !== undefined
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
