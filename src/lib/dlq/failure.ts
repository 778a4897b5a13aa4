import type {MessageView} from '../messages/message-view.js'
import {failureInBody} from './failure-in-body.js'

/** Who says that the message failed, by the shapes of aws-facts.md section 1, "Shapes found in DLQs". */
export type FailureOrigin = 'eventBridge' | 'lambda' | 'lambdaDestination' | 'sns' | 'attributes' | 'body' | 'shape'

/** What a dead letter tells about why it is one; texts as they are, not yet reduced. */
export interface Failure {
  readonly origin: FailureOrigin
  /** What could not be reached or did fail, by name: a rule, a function, a topic. */
  readonly where?: string
  /** AWS's code or the name of the error: `NO_PERMISSIONS`, `TimeoutError`. */
  readonly type?: string
  readonly message?: string
}

/** Names of message attributes that applications put their errors in, without case, `-`, `_`, `.` and a leading `x`. */
const TYPE_NAMES = [
  'errortype',
  'errorname',
  'errorclass',
  'exceptiontype',
  'exceptionclass',
  'exceptionname',
  'exceptionfqcn',
  'errorcode',
]
const MESSAGE_NAMES = [
  'errormessage',
  'error',
  'exceptionmessage',
  'exception',
  'failurereason',
  'lasterror',
  'errordescription',
  'deathreason',
]

/** Finds out what a dead letter says of its failure, in the order of how sure the sign is: AWS's attributes, others', the body, its shape. Pure. */
export function failureOf(message: MessageView): Failure {
  const read = (name: string): string | undefined => message.messageAttributes[name]?.stringValue
  return (
    fromEventBridge(read) ?? fromLambdaOrSns(message, read) ?? fromAttributes(message) ?? failureInBody(message.body)
  )
}

type Read = (name: string) => string | undefined

function fromEventBridge(read: Read): Failure | undefined {
  const type = read('ERROR_CODE')
  const rule = read('RULE_ARN')
  if (type === undefined && rule === undefined) return undefined
  return {origin: 'eventBridge', where: lastPart(rule ?? read('TARGET_ARN')), type, message: read('ERROR_MESSAGE')}
}

// Lambda sets RequestID, ErrorCode (a Number) and ErrorMessage. SNS tells nothing of a failed delivery on AWS; emulators set the same there, with a
// String. Only SNS wraps the body in its envelope.
function fromLambdaOrSns({messageAttributes, body}: MessageView, read: Read): Failure | undefined {
  if (read('RequestID') === undefined && read('ErrorCode') === undefined) return undefined
  const message = read('ErrorMessage')
  if (message === undefined) return undefined
  const topic = /^\s*\{/.test(body) ? /"TopicArn"\s*:\s*"(arn:[^"]{1,300})"/.exec(body)?.[1] : undefined
  const sns = topic !== undefined || messageAttributes.ErrorCode?.dataType === 'String'
  return {origin: sns ? 'sns' : 'lambda', where: lastPart(topic), type: sns ? read('ErrorCode') : undefined, message}
}

function fromAttributes({messageAttributes}: MessageView): Failure | undefined {
  const texts = new Map(Object.entries(messageAttributes).map(([name, {stringValue}]) => [foldName(name), stringValue]))
  const find = (names: readonly string[]): string | undefined =>
    names.map(name => texts.get(name)).find(text => text !== undefined && text.trim() !== '')
  const type = find(TYPE_NAMES)
  const message = find(MESSAGE_NAMES)
  return type === undefined && message === undefined ? undefined : {origin: 'attributes', type, message}
}

function foldName(name: string): string {
  return name.toLowerCase().replace(/^x-/, '').replace(/[-_.]/g, '')
}

/** The name at the end of an ARN: of a rule, a function, a topic. */
export function lastPart(arn: string | undefined): string | undefined {
  return arn?.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1)
}
