import type {MessageAttributes} from '../sqs/message.js'
import {invalidParameter} from './errors.js'
import type {Protocol} from './endpoint.js'
import type {Topic} from './topic.js'

/** A message as it was published and accepted. */
export interface Publication {
  readonly topic: Topic
  readonly messageId: string
  readonly subject: string | undefined
  readonly text: MessageText
  readonly attributes: MessageAttributes | undefined
  readonly groupId: string | undefined
  /** FIFO topics only, the hash of the text where none was given. */
  readonly deduplicationId: string | undefined
  readonly sequenceNumber: string | undefined
  readonly traceHeader: string | undefined
  readonly publishedMs: number
  /** `http://127.0.0.1:PORT`, where the links of the message lead. */
  readonly origin: string
}

/** The text for each protocol: one for all, or with MessageStructure=json one by one over a default. */
export class MessageText {
  readonly #byProtocol: Readonly<Record<string, unknown>>

  private constructor(
    readonly byDefault: string,
    byProtocol: Readonly<Record<string, unknown>>,
  ) {
    this.#byProtocol = byProtocol
  }

  static plain(text: string): MessageText {
    return new MessageText(text, {})
  }

  /** Throws AWS's error for text that is no JSON object with a string under `default`. */
  static structured(json: string): MessageText {
    let parsed: unknown
    try {
      parsed = JSON.parse(json)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw invalidParameter('Message Structure - JSON message body failed to parse')
    }
    const members = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Readonly<Record<string, unknown>>
    const {default: byDefault} = members
    if (typeof byDefault !== 'string') {
      throw invalidParameter('Message Structure - No default entry in JSON message body')
    }
    return new MessageText(byDefault, members)
  }

  for(protocol: Protocol): string {
    const own = Object.hasOwn(this.#byProtocol, protocol) ? this.#byProtocol[protocol] : undefined
    return typeof own === 'string' ? own : this.byDefault
  }
}
