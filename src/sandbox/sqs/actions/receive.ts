import {deadLetter} from '../dead-letter.js'
import {invalidParameter, tooManyInFlight, wrongForQueueType} from '../errors.js'
import {integer, text, textList, type Input} from '../input.js'
import {showMessage, systemAttributeNames, type MessageFilter} from '../message-filter.js'
import type {StoredMessage} from '../message.js'
import {IN_FLIGHT_LIMIT, type Queue} from '../queue.js'
import {formatReceiptHandle} from '../receipt-handle.js'
import {permitKey, queueOf, type Action, type ActionContext, type Output} from './context.js'

/** The longest visibility timeout, in seconds: 12 hours. */
export const MAX_VISIBILITY_SECONDS = 43_200
const MAX_WAIT_SECONDS = 20
const MAX_MESSAGES = 10
const ATTEMPT_ID = /^[!-~]{1,128}$/

interface Wanted {
  readonly limit: number
  readonly visibilityMs: number
  readonly attemptId: string | undefined
  readonly filter: MessageFilter
}

export const receiveMessage: Action = async context => {
  const queue = queueOf(context, 'ReceiveMessage')
  const waitSeconds = readRange(
    context.input,
    'WaitTimeSeconds',
    [0, MAX_WAIT_SECONDS],
    'Must be >= 0 and <= 20, if provided.',
  )
  const wanted = readWanted(queue, context.input)
  permitKey(context, queue)
  const waitMs = (waitSeconds ?? queue.settings.receiveMessageWaitTimeSeconds) * 1000
  if (waitMs === 0) {
    // Developer guide: a short poll at the limit is told so, a long poll just finds nothing; FIFO never tells.
    if (!queue.fifo && queue.counts.inFlight >= IN_FLIGHT_LIMIT) throw tooManyInFlight()
    if (context.quirks.falselyEmpty()) return {}
    return receive(context, queue, wanted, context.nowMs) ?? {}
  }
  const found = receive(context, queue, wanted, context.nowMs)
  if (found !== undefined) return found
  const {clock} = context.world
  const attempt = () => {
    const nowMs = clock.now()
    queue.settle(nowMs)
    return receive(context, queue, wanted, nowMs)
  }
  return (await queue.polls.wait(attempt, context.nowMs + waitMs, context.request.signal)) ?? {}
}

function receive(context: ActionContext, queue: Queue, wanted: Wanted, nowMs: number): Output | undefined {
  const again = wanted.attemptId === undefined ? undefined : repeat(queue, wanted.attemptId, wanted, nowMs)
  const messages =
    again ??
    queue.receive(wanted.limit, wanted.visibilityMs, nowMs, message => deadLetter(context.world, queue, message, nowMs))
  if (messages.length === 0) return undefined
  if (wanted.attemptId !== undefined) {
    const received = messages.map(message => ({message, receive: message.receivesHere, turn: message.turn}))
    queue.deduplication.receives.remember(wanted.attemptId, {received}, nowMs)
  }
  return {Messages: messages.map(message => showMessage(message, handleOf(queue, message), wanted.filter))}
}

/**
 * A receive with a known ReceiveRequestAttemptId: the same messages and handles, hidden anew, as long as none was deleted, changed in
 * its visibility, or has become visible again. Otherwise it is a receive like any other.
 */
function repeat(
  queue: Queue,
  attemptId: string,
  {visibilityMs}: Wanted,
  nowMs: number,
): readonly StoredMessage[] | undefined {
  const attempt = queue.deduplication.receives.get(attemptId, nowMs)
  if (attempt === undefined) return undefined
  const {received} = attempt
  if (!received.every(({message, turn}) => message.place === 'inFlight' && message.turn === turn)) return undefined
  for (const {message} of received) queue.changeVisibility(message, visibilityMs, nowMs)
  return received.map(({message}) => message)
}

function handleOf(queue: Queue, message: StoredMessage): string {
  return formatReceiptHandle({queue: queue.uid, message: message.key, receive: message.receivesHere})
}

function readWanted(queue: Queue, input: Input): Wanted {
  const limit = readRange(input, 'MaxNumberOfMessages', [1, MAX_MESSAGES], 'Must be between 1 and 10, if provided.')
  const visibilitySeconds = readRange(
    input,
    'VisibilityTimeout',
    [0, MAX_VISIBILITY_SECONDS],
    'Must be between 0 and 43200, if provided.',
  )
  const attemptId = text(input, 'ReceiveRequestAttemptId')
  if (attemptId !== undefined) {
    if (!queue.fifo) throw wrongForQueueType(attemptId, 'ReceiveRequestAttemptId')
    if (!ATTEMPT_ID.test(attemptId)) {
      throw invalidParameter(
        attemptId,
        'ReceiveRequestAttemptId',
        'ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
      )
    }
  }
  const names = [...textList(input, 'AttributeNames'), ...textList(input, 'MessageSystemAttributeNames')]
  return {
    limit: limit ?? 1,
    visibilityMs: (visibilitySeconds ?? queue.settings.visibilityTimeout) * 1000,
    attemptId,
    filter: {
      systemAttributes: systemAttributeNames(names),
      messageAttributes: textList(input, 'MessageAttributeNames'),
    },
  }
}

/** An integer member within limits; throws AWS's InvalidParameterValue with `reason`. */
export function readRange(
  input: Input,
  name: string,
  [least, most]: readonly [number, number],
  reason: string,
): number | undefined {
  const value = integer(input, name)
  if (value !== undefined && (value < least || value > most)) throw invalidParameter(value, name, reason)
  return value
}
