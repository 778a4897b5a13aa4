import {createHash} from 'node:crypto'
import type {MessageView} from '../messages/message-view.js'
import type {Failure, FailureOrigin} from './failure.js'
import {failureOf} from './failure.js'
import {normaliseError} from './normalise.js'

/** What the dead letters of one kind have in common. */
export interface Signature {
  /** Eight hex digits: the same for the same kind of failure in every run and on every machine. */
  readonly id: string
  /** One line for people; ids, numbers and the like are placeholders. */
  readonly text: string
  readonly origin: FailureOrigin
  readonly errorType?: string
  /** Reduced as in `text`. */
  readonly errorMessage?: string
}

const ORIGIN_WORDS: Readonly<Record<FailureOrigin, string>> = {
  eventBridge: 'EventBridge',
  lambda: 'Lambda',
  lambdaDestination: 'Lambda',
  sns: 'SNS',
  attributes: '',
  body: '',
  shape: 'no error given:',
}

/** The signature of a dead letter's failure; pure. The id is the start of the SHA-256 of origin and text. */
export function signatureOf(message: MessageView): Signature {
  const failure = failureOf(message)
  const errorType = failure.type === undefined ? undefined : normaliseType(failure.type)
  const errorMessage = failure.message === undefined ? undefined : normaliseError(failure.message)
  const text = textOf(failure, errorType, errorMessage)
  const id = createHash('sha256').update(`${failure.origin}\n${text}`).digest('hex').slice(0, 8)
  return {id, text, origin: failure.origin, errorType, errorMessage}
}

function textOf({origin, where}: Failure, type: string | undefined, message: string | undefined): string {
  const what = [type, message].filter(part => part !== undefined && part !== '').join(': ')
  const who = [ORIGIN_WORDS[origin], where].filter(part => part !== undefined && part !== '').join(' ')
  if (who === '') return what
  return origin === 'shape' ? `${who} ${what}` : `${who}: ${what}`
}

/** A type is a name, whose digits tell (`404`, `Http2Error`); only what is no name is reduced like a text. */
function normaliseType(type: string): string {
  return /^[\w.$:/-]{1,100}$/.test(type) && !/[0-9a-f]{8}/i.test(type) ? type : normaliseError(type)
}
