import type {MessageAttributeView} from '../../messages/message-view.js'
import type {Json, JsonObject} from '../expression/json.js'
import {isObject} from '../expression/json.js'
import {parseJson} from '../expression/json-reader.js'

/** What the program said is to become of a message. */
export type Decision =
  | {
      readonly action: 'move'
      /** Absent where the body, or the attributes, stay as they are. */
      readonly body?: string
      readonly messageAttributes?: Readonly<Record<string, MessageAttributeView>>
    }
  | {readonly action: 'skip'}
  | {readonly action: 'discard'}

/** What is known of one message; without a usable answer there is a reason, and the message stays where it is. */
export type ProgramAnswer = Decision | {readonly error: string}

export interface Answer {
  readonly messageId: string
  readonly decision: Decision
}

/** The line is no answer. The program cannot be relied on any further: it is not known which message it meant, or what for. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError'
}

/**
 * Reads `{"messageId", "action": "move"|"skip"|"discard", "body"?, "messageAttributes"?}`, UTF-8, from one line; further names are
 * ignored, so that a program may send back the message it was given with an action added. Throws BadAnswerError.
 */
export function parseAnswer(line: Uint8Array): Answer {
  const answer = parseLine(line)
  const messageId = answer.get('messageId')
  if (typeof messageId !== 'string') throw new BadAnswerError('it has no messageId')
  const action = answer.get('action')
  if (action === 'skip' || action === 'discard') return {messageId, decision: {action}}
  if (action !== 'move') throw new BadAnswerError('its action is not move, skip or discard')
  const body = optional(answer, 'body', isText, 'a string (the exact body, not parsed)')
  const attributes = optional(answer, 'messageAttributes', isObject, 'an object')
  return {
    messageId,
    decision: {
      action,
      ...(body === undefined ? {} : {body}),
      ...(attributes === undefined ? {} : {messageAttributes: attributesOf(attributes)}),
    },
  }
}

function parseLine(line: Uint8Array): JsonObject {
  try {
    const value = parseJson(new TextDecoder('utf-8', {fatal: true}).decode(line))
    if (isObject(value)) return value
  } catch (error) {
    throw new BadAnswerError(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  throw new BadAnswerError('it is not a JSON object')
}

// Object.fromEntries defines each key, so that __proto__ becomes an attribute, to be refused as one.
function attributesOf(attributes: JsonObject): Record<string, MessageAttributeView> {
  return Object.fromEntries(
    Array.from(attributes.entries(), ([name, value]) => {
      if (!isObject(value)) throw new BadAnswerError(`its attribute ${JSON.stringify(name)} is not an object`)
      const dataType = value.get('dataType')
      if (typeof dataType !== 'string')
        throw new BadAnswerError(`its attribute ${JSON.stringify(name)} has no dataType`)
      const stringValue = optional(value, 'stringValue', isText, 'a string')
      const binaryValue = optional(value, 'binaryValue', isText, 'a string (base64)')
      return [
        name,
        {
          dataType,
          ...(stringValue === undefined ? {} : {stringValue}),
          ...(binaryValue === undefined ? {} : {binaryValue}),
        },
      ]
    }),
  )
}

function optional<Value extends Json>(
  object: JsonObject,
  name: string,
  test: (value: Json) => value is Value,
  described: string,
): Value | undefined {
  const value = object.get(name)
  if (value === undefined || test(value)) return value
  throw new BadAnswerError(`its ${name} is not ${described}`)
}

function isText(value: Json): value is string {
  return typeof value === 'string'
}
