import type {MessageDraft} from './publish-plan.js'

/**
 * The text that subscribers of a protocol get: the message, or with MessageStructure `json` the text under the protocol's name, and where
 * there is none the default. The message has been checked (publish-plan.ts). Pure. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function textFor(
  protocol: string,
  {message, messageStructure}: Pick<MessageDraft, 'message' | 'messageStructure'>,
): string {
  if (messageStructure !== 'json') return message
  const texts = JSON.parse(message) as Readonly<Record<string, unknown>>
  const own = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined
  return String(typeof own === 'string' ? own : texts.default)
}
