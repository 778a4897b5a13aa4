import {ExitCode, OpsError} from '../ops-error.js'
import {markWarnings, withoutMark} from './byte-order-mark.js'
import type {FilteredMessage} from './filter-policy.js'
import {isRecord, memberTexts, parsedOrUndefined} from './json-parts.js'
import {readAttributes} from './message-attributes.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * What a message text was taken for: its body alone; `{attributes, body}`; the input of Publish; what SNS delivers to a queue or to Lambda;
 * a message as SQS or this program shows it.
 */
export type MessageForm = 'body' | 'message' | 'publishRequest' | 'notification' | 'lambdaRecord' | 'sqsMessage'

export interface MessageInput {
  readonly form: MessageForm
  readonly message: FilteredMessage
  /** What to know about how it was read. */
  readonly notes: readonly string[]
}

const PUBLISH = new Set([
  'Id',
  'TopicArn',
  'TargetArn',
  'PhoneNumber',
  'Message',
  'Subject',
  'MessageStructure',
  'MessageAttributes',
  'MessageDeduplicationId',
  'MessageGroupId',
])
const MESSAGE = new Set(['attributes', 'messageAttributes', 'body'])

/**
 * Reads the message that a filter policy is tried on, whatever form it comes in; what has no known form is the body itself. An SNS envelope
 * in the body of an SQS message is opened, as a policy judges what was published. Throws OpsError MessageInvalid (exit 2) for a known form
 * with parts that SNS would not take. Pure. Forms: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function readMessage(text: string): MessageInput {
  const bare = withoutMark(text)
  const value = parsedOrUndefined(bare)
  const known = isRecord(value) ? knownForm(value, bare) : undefined
  // A body is what is sent, to the last character.
  return known ?? {form: 'body', message: plain(text), notes: markWarnings('The body', text)}
}

function knownForm(value: Fields, text: string): MessageInput | undefined {
  const list = ['Records', 'Messages', 'messages'].map(name => value[name]).find(isListOfMessages)
  if (list !== undefined) return only(list)
  if (isLambdaSns(value)) return {...fromEnvelope(value.Sns), form: 'lambdaRecord'}
  if (isEnvelope(value)) return fromEnvelope(value)
  return fromSqs(value) ?? fromPublish(value) ?? fromMessage(value, text)
}

function isListOfMessages(value: unknown): value is readonly Fields[] {
  if (!Array.isArray(value) || value.length === 0) return false
  return value.every(item => isRecord(item) && (isLambdaSns(item) || isSqs(item)))
}

function only(list: readonly Fields[]): MessageInput | undefined {
  const [first] = list
  if (first !== undefined && list.length === 1) return knownForm(first, '')
  throw invalid(`The message text holds ${list.length} messages; a policy is tried on one at a time`)
}

function isLambdaSns(value: Fields): value is {readonly Sns: Fields} {
  return isRecord(value.Sns) && typeof value.Sns.Message === 'string'
}

function isEnvelope(value: Fields): boolean {
  return value.Type === 'Notification' && typeof value.TopicArn === 'string' && typeof value.Message === 'string'
}

function fromEnvelope({Message, MessageAttributes}: Fields): MessageInput {
  return {
    form: 'notification',
    message: {attributes: readAttributes(MessageAttributes), body: Message as string},
    notes: [],
  }
}

function isSqs({messageId, body, MessageId, Body}: Fields): boolean {
  return [messageId, body].every(isText) || ([MessageId, Body].every(isText) && messageId === undefined)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** As ReceiveMessage has it, as Lambda hands it over, or the view that this program shows. */
function fromSqs(value: Fields): MessageInput | undefined {
  if (!isSqs(value)) return undefined
  const shown = 'messageId' in value
  const body = (shown ? value.body : value.Body) as string
  const inner = parsedOrUndefined(body)
  if (isRecord(inner) && isEnvelope(inner)) return fromEnvelope(inner)
  const attributes = readAttributes(shown ? value.messageAttributes : value.MessageAttributes)
  return {form: 'sqsMessage', message: {attributes, body}, notes: []}
}

function fromPublish(value: Fields): MessageInput | undefined {
  if (typeof value.Message !== 'string' || !Object.keys(value).every(name => PUBLISH.has(name))) return undefined
  const {Message, MessageStructure, MessageAttributes} = value
  const attributes = readAttributes(MessageAttributes)
  if (MessageStructure !== 'json') return {form: 'publishRequest', message: {attributes, body: Message}, notes: []}
  const texts = parsedOrUndefined(Message)
  const body = isRecord(texts) ? (texts.sqs ?? texts.default) : undefined
  if (typeof body !== 'string')
    throw invalid('MessageStructure is json, and Message is no JSON object with a text under default')
  const notes = ['MessageStructure is json: the text for SQS was taken as the body, or the default where it has none.']
  return {form: 'publishRequest', message: {attributes, body}, notes}
}

function fromMessage(value: Fields, text: string): MessageInput | undefined {
  const names = Object.keys(value)
  const attributes = value.attributes ?? value.messageAttributes
  if (!isRecord(attributes) || !names.every(name => MESSAGE.has(name))) return undefined
  const {body = ''} = value
  // A body that is written as JSON, not as text, is the text that stands there.
  const written = memberTexts(text).findLast(({name}) => name === 'body')?.text ?? ''
  return {
    form: 'message',
    message: {attributes: readAttributes(attributes), body: typeof body === 'string' ? body : written},
    notes: [],
  }
}

function plain(body: string): FilteredMessage {
  return {attributes: {}, body}
}

function invalid(message: string): OpsError {
  return new OpsError(message, {code: 'MessageInvalid', exitCode: ExitCode.usage})
}
