import {ExitCode, OpsError} from '../ops-error.js'
import {foreignThing} from './foreign-input.js'
import type {FilteredMessage} from './filter-policy.js'
import {isRecord, memberTexts, parsedOrUndefined} from './json-parts.js'
import {looksLikeAttributes, readAttributes} from './message-attributes.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * What a message text was taken for: its body alone; `{attributes, body}`; the input of Publish or an entry of PublishBatch; that of
 * SendMessage or SendMessageBatch; what SNS delivers to a queue or to Lambda; a message as SQS or this program shows it.
 */
export type MessageForm =
  'body' | 'message' | 'publishRequest' | 'sendRequest' | 'notification' | 'lambdaRecord' | 'sqsMessage'

export interface MessageInput {
  readonly form: MessageForm
  readonly message: FilteredMessage
  /** What to know about how it was read. */
  readonly notes: readonly string[]
}

const PUBLISH = [
  ...['Id', 'TopicArn', 'TargetArn', 'PhoneNumber', 'Message', 'Subject', 'MessageStructure', 'MessageAttributes'],
  ...['MessageDeduplicationId', 'MessageGroupId'],
]
const SEND = [
  ...['Id', 'QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageSystemAttributes'],
  ...['MessageDeduplicationId', 'MessageGroupId'],
]
/** As this program reads a batch to publish. */
const DRAFT = [
  ...['id', 'message', 'body', 'subject', 'messageStructure', 'messageAttributes'],
  ...['messageDeduplicationId', 'messageGroupId'],
]
const MESSAGE = ['attributes', ...DRAFT]

const OWN_BODY = 'A body that looks like something else is given as {"body": ...}.'

/**
 * One message in a form that is known, or undefined where the value may be the body itself; `text` is the value as it is written. Throws
 * OpsError MessageInvalid (exit 2) for a known form with parts that SNS would not take, or with others, and for what is plainly something
 * else. Pure.
 */
export function formOf(value: Fields, text: string): MessageInput | undefined {
  if (isLambdaSns(value)) return {...fromEnvelope(value.Sns), form: 'lambdaRecord'}
  if (isEnvelope(value)) return fromEnvelope(value)
  const received = fromSqs(value)
  if (received !== undefined) return received
  const foreign = foreignThing(value)
  if (foreign !== undefined) throw invalid(`The message text is ${foreign}`)
  return fromSend(value) ?? fromPublish(value) ?? fromMessage(value, text)
}

/** Whether it is a message that was received, or a record of it. */
export function isReceived(value: Fields): boolean {
  return isLambdaSns(value) || isSqs(value)
}

/** The error of a text that is no message to try a policy on (exit 2). */
export function invalid(message: string, suggestions: readonly string[] = [OWN_BODY]): OpsError {
  return new OpsError(message, {code: 'MessageInvalid', exitCode: ExitCode.usage, suggestions})
}

function isLambdaSns(value: Fields): value is {readonly Sns: Fields} {
  return isRecord(value.Sns) && isText(value.Sns.Message)
}

function isEnvelope(value: Fields): boolean {
  return value.Type === 'Notification' && isText(value.TopicArn) && isText(value.Message)
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

function fromSend(value: Fields): MessageInput | undefined {
  const {MessageBody: body, MessageAttributes} = value
  if (!isText(body)) return undefined
  if (!isOf(value, SEND, isText(value.QueueUrl) || looksLikeAttributes(MessageAttributes))) return undefined
  return {form: 'sendRequest', message: {attributes: readAttributes(MessageAttributes), body}, notes: []}
}

function fromPublish(value: Fields): MessageInput | undefined {
  const {Message, TopicArn, MessageAttributes} = value
  if (Message === undefined) return undefined
  const certain = (isText(TopicArn) && TopicArn.startsWith('arn:')) || looksLikeAttributes(MessageAttributes)
  if (!isOf(value, PUBLISH, certain)) return undefined
  if (isText(Message)) return published(Message, value.MessageStructure, MessageAttributes)
  if (certain) throw invalid('The Message of a Publish request is a text, and is none here')
  return undefined
}

function published(text: string, structure: unknown, given: unknown): MessageInput {
  const attributes = readAttributes(given)
  if (structure !== 'json') return {form: 'publishRequest', message: {attributes, body: text}, notes: []}
  const texts = parsedOrUndefined(text)
  const body = isRecord(texts) ? (texts.sqs ?? texts.default) : undefined
  if (!isText(body)) throw invalid('MessageStructure is json, and Message is no JSON object with a text under default')
  const notes = ['MessageStructure is json: the text for SQS was taken as the body, or the default where it has none.']
  return {form: 'publishRequest', message: {attributes, body}, notes}
}

function fromMessage(value: Fields, text: string): MessageInput | undefined {
  const names = Object.keys(value)
  if (names.length === 1 && names[0] === 'body') return {...fromOwn(value, text), form: 'message'}
  const under = ['attributes', 'messageAttributes'].filter(name => name in value)
  if (under.length === 0) return undefined
  if (!isOf(value, MESSAGE, 'body' in value && under.some(name => looksLikeAttributes(value[name])))) return undefined
  if (under.length > 1) throw invalid('The message has its attributes under attributes and under messageAttributes')
  if (!('message' in value)) return fromOwn(value, text)
  if ('body' in value) throw invalid('The message has a body and a message, which are the same')
  if (isText(value.message)) return published(value.message, value.messageStructure, value[under[0] ?? ''])
  throw invalid('The message is a text under message, and is none here')
}

function fromOwn(value: Fields, text: string): MessageInput {
  const {body = '', attributes = value.messageAttributes} = value
  // A body that is written as JSON, not as text, is the text that stands there.
  const written = memberTexts(text).findLast(({name}) => name === 'body')?.text ?? ''
  return {
    form: 'message',
    message: {attributes: readAttributes(attributes), body: isText(body) ? body : written},
    notes: [],
  }
}

/** Whether a value has no members but these; where it is certain what it is, another member is a slip. */
function isOf(value: Fields, names: readonly string[], certain: boolean): boolean {
  const odd = Object.keys(value).find(name => !names.includes(name))
  if (odd !== undefined && certain) {
    throw invalid(`The message text has ${JSON.stringify(odd)}, which is no part of such a message`, [
      `Besides it may have: ${names.join(', ')}.`,
      OWN_BODY,
    ])
  }
  return odd === undefined
}
