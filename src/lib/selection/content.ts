import {firstForbiddenCharacter} from '../messages/characters.js'
import type {MessageAttributeView, MessageView} from '../messages/message-view.js'
import {viewSize} from '../messages/message-view.js'

/** Body and attributes together; a queue's own MaximumMessageSize may be lower. */
const MAX_BYTES = 1_048_576
const MAX_ATTRIBUTES = 10

/**
 * Why SQS would not take a changed message as it is, or undefined: an empty body, a character outside its set (which it has been seen to
 * replace silently), more than 1 MiB.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function bodyFault(view: MessageView): string | undefined {
  if (view.body === '') return 'the new body is empty, which SQS refuses'
  const forbidden = firstForbiddenCharacter(view.body)
  if (forbidden !== undefined) return `the new body holds ${forbidden.codePoint}, which SQS refuses`
  const bytes = viewSize(view)
  return bytes > MAX_BYTES ? `the message would have ${bytes} bytes, more than ${MAX_BYTES}` : undefined
}

/** Why SQS would not take these message attributes, or undefined; sizes aside. */
export function attributesFault(attributes: MessageView['messageAttributes']): string | undefined {
  const entries = Object.entries(attributes)
  if (entries.length > MAX_ATTRIBUTES) return `there are ${entries.length} attributes, more than ${MAX_ATTRIBUTES}`
  const odd = entries.find(([name, attribute]) => !isAttribute(name, attribute))
  return odd && `the attribute ${JSON.stringify(odd[0])} is none that SQS takes`
}

function isAttribute(name: string, {dataType, stringValue, binaryValue}: MessageAttributeView): boolean {
  if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(name) || name.length > 256 || /^(?:aws|amazon)\./i.test(name))
    return false
  if (dataType.length > 256 || !/^(?:String|Number|Binary)(?:\..+)?$/su.test(dataType)) return false
  if (!dataType.startsWith('Binary')) {
    return binaryValue === undefined && Boolean(stringValue) && firstForbiddenCharacter(stringValue ?? '') === undefined
  }
  return stringValue === undefined && Boolean(binaryValue) && isBase64(binaryValue ?? '')
}

// Node decodes anything; only a text that is the encoding of its own bytes is base64.
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text
}
