import {markWarnings, withoutMark} from './byte-order-mark.js'
import {elementTexts, isRecord, parsedOrUndefined} from './json-parts.js'
import type {MessageInput} from './message-forms.js'
import {formOf} from './message-forms.js'
import {listForm, noMessage, severalMessages} from './message-lists.js'

export type {MessageForm, MessageInput} from './message-forms.js'

/**
 * Reads the message that a filter policy is tried on, whatever form it comes in; what has no known form is the body itself. An SNS envelope
 * in the body of an SQS message is opened, as a policy judges what was published. Throws OpsError MessageInvalid (exit 2) for a text that
 * holds no message or several, for a known form with parts that SNS would not take, and for what is plainly no message. Pure. Forms:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function readMessage(text: string): MessageInput {
  const bare = withoutMark(text)
  // As a pipe is where there was nothing to receive.
  if (bare.trim() === '') throw noMessage()
  const value = parsedOrUndefined(bare)
  if (value === null) throw noMessage()
  // A body is what is sent, to the last character.
  return (
    knownForm(value, bare) ?? {
      form: 'body',
      message: {attributes: {}, body: text},
      notes: markWarnings('The body', text),
    }
  )
}

function knownForm(value: unknown, text: string): MessageInput | undefined {
  if (value === undefined) assertOneLine(text)
  if (Array.isArray(value)) return arrayForm(value, text)
  return isRecord(value) ? (listForm(value) ?? formOf(value, text)) : undefined
}

function arrayForm(list: readonly unknown[], text: string): MessageInput | undefined {
  if (list.length === 0) throw noMessage()
  const texts = elementTexts(text)
  const forms = list.map((item, index) =>
    isRecord(item) ? (listForm(item) ?? formOf(item, texts[index] ?? '')) : undefined,
  )
  if (list.length > 1 && forms.some(form => form !== undefined)) throw severalMessages(list.length)
  return forms[0]
}

/** Refuses NDJSON, of which each line is a message. */
function assertOneLine(text: string): void {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const isMessage = (line: string): boolean => {
    const value = parsedOrUndefined(line)
    return isRecord(value) && knownForm(value, line) !== undefined
  }
  if (lines.length > 1 && lines.every(isMessage)) throw severalMessages(lines.length)
}
