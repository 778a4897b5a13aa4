import {ExitCode, OpsError} from '../ops-error.js'
import {withoutMark} from './byte-order-mark.js'
import type {SampledMessage} from './change/effect.js'
import {elementTexts, isRecord, memberTexts, parsedOrUndefined} from './json-parts.js'
import {readMessage} from './message-input.js'

const FORMS = [
  'A sample is NDJSON, one message a line (jq -c writes it), or one JSON document: an array of messages, or what msgops queue peek --json or aws sqs receive-message prints.',
  'A message that is a text is given as {"body": ...} where it begins with a brace or a bracket.',
]

/** Under which names there are lists of messages: as this program, ReceiveMessage, Lambda and PublishBatch have them. */
const LISTS = ['messages', 'Messages', 'Records', 'PublishBatchRequestEntries']

/**
 * Reads the messages of a sample, each in any form that readMessage knows: one JSON document that is or holds a list of them, or NDJSON, in which blank
 * lines are passed over. The id is the message's own, or its place. Throws OpsError `SampleInvalid` (exit 2) with the place, for a line that
 * begins like JSON and is none, and for a sample without a message. Pure.
 */
export function readSample(text: string): SampledMessage[] {
  const messages = placed(withoutMark(text)).map(({part, place}) => sampledMessage(part, place))
  if (messages.length > 0) return messages
  throw invalid('The sample holds no message')
}

/** One message of a sample; throws `SampleInvalid` (exit 2) with its place. Pure. */
export function sampledMessage(text: string, place: string): SampledMessage {
  try {
    return {id: ownId(text) ?? place, message: readMessage(text).message}
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    throw invalid(`The sample at ${place}: ${error.message}`, error.suggestions)
  }
}

interface Part {
  readonly part: string
  readonly place: string
}

function placed(text: string): Part[] {
  const whole = parsedOrUndefined(text)
  if (Array.isArray(whole)) return elementTexts(text).map(numbered)
  if (isRecord(whole)) return listed(whole, text) ?? [{part: text.trim(), place: 'line 1'}]
  return text.split('\n').flatMap((content, index) => {
    const [part, place] = [content.trim(), `line ${index + 1}`]
    const value = parsedOrUndefined(part)
    if (value === undefined && /^[[\]{}]/.test(part)) throw invalid(`The sample at ${place}: this is no whole JSON`)
    if (isRecord(value))
      return listed(value, part)?.map(one => ({...one, place: `${place}, ${one.place}`})) ?? [{part, place}]
    return part === '' ? [] : [{part, place}]
  })
}

/** The members of a list of messages as they are written; undefined where the value holds none. */
function listed(value: Readonly<Record<string, unknown>>, text: string): Part[] | undefined {
  const name = LISTS.find(each => Object.hasOwn(value, each) && isListOfMessages(value[each]))
  if (name === undefined) return undefined
  const list = memberTexts(text).findLast(member => member.name === name)
  return elementTexts(list?.text ?? '').map(numbered)
}

function isListOfMessages(value: unknown): boolean {
  return Array.isArray(value) && value.every(isMessage)
}

function isMessage(value: unknown): boolean {
  if (!isRecord(value)) return false
  const {messageId, body, MessageId, Body, Message, Sns} = value
  const isText = (one: unknown): boolean => typeof one === 'string'
  return [messageId, body].every(isText) || [MessageId, Body].every(isText) || isText(Message) || isRecord(Sns)
}

function numbered(part: string, index: number): Part {
  return {part, place: `message ${index + 1}`}
}

function ownId(text: string): string | undefined {
  const value = parsedOrUndefined(text)
  if (!isRecord(value)) return undefined
  const id = value.messageId ?? value.MessageId
  return typeof id === 'string' && id !== '' ? id : undefined
}

function invalid(message: string, suggestions: readonly string[] = FORMS): OpsError {
  return new OpsError(message, {code: 'SampleInvalid', exitCode: ExitCode.usage, suggestions})
}
