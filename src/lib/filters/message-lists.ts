import {foreignThing} from './foreign-input.js'
import {isRecord} from './json-parts.js'
import type {MessageInput} from './message-forms.js'
import {formOf, invalid, isReceived} from './message-forms.js'

type Fields = Readonly<Record<string, unknown>>

const EMPTY_BODY = [
  'A message with an empty body is given as {"body": ""}; a body that looks like a list of messages as {"body": ...}.',
]

/** Under which names there are lists of messages, and what shows that a list there is one. */
const LISTS: Readonly<Record<string, (member: Fields) => boolean>> = {
  Records: member => isReceived(member) || foreignThing(member) !== undefined,
  Messages: isReceived,
  messages: isReceived,
  Entries: member => typeof member.MessageBody === 'string' || foreignThing(member) !== undefined,
  PublishBatchRequestEntries: () => true,
}

/**
 * The one message of a list as ReceiveMessage, Lambda or this program shows it, or of a batch request; undefined where the value holds no such
 * list. Throws OpsError MessageInvalid (exit 2) for a list of several or of none. Pure.
 */
export function listForm(value: Fields): MessageInput | undefined {
  for (const [name, shows] of Object.entries(LISTS)) {
    const list: unknown = Object.hasOwn(value, name) ? value[name] : undefined
    if (!Array.isArray(list)) continue
    if (list.length === 0) throw noMessage()
    const members: unknown[] = list
    if (!members.some(member => isRecord(member) && shows(member))) continue
    if (members.length > 1) throw severalMessages(members.length)
    const [only] = members
    const form = isRecord(only) ? formOf(only, '') : undefined
    if (form !== undefined) return form
    throw invalid(`The one member of ${name} is no message`)
  }
  return undefined
}

/** The error of a text that holds no message (exit 2). */
export function noMessage(): Error {
  return invalid('The message text holds no message', EMPTY_BODY)
}

/** The error of a text that holds more than one (exit 2). */
export function severalMessages(count: number): Error {
  return invalid(`The message text holds ${count} messages; a policy is tried on one at a time`, [
    'Give one of them, e.g. by jq .messages[0], or all of them to msgops filter check, each with what is expected.',
  ])
}
