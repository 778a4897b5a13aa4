import {
  invalidParameter,
  missingParameter,
  notAvailableForVisibilityChange,
  receiptHandleExpired,
  receiptHandleIsInvalid,
} from '../errors.js'
import {requiredText, type Input} from '../input.js'
import type {StoredMessage} from '../message.js'
import type {Queue} from '../queue.js'
import {parseReceiptHandle} from '../receipt-handle.js'
import {batchEntries, failByQuirk, settleEntries} from './batch.js'
import {queueOf, type Action, type ActionContext, type Output} from './context.js'
import {MAX_VISIBILITY_SECONDS, readRange} from './receive.js'

export const deleteMessage: Action = context => deleteOne(context, queueOf(context, 'DeleteMessage'), context.input)

export const deleteMessageBatch: Action = context => {
  const queue = queueOf(context, 'DeleteMessage')
  const entries = batchEntries(context.input, 'DeleteMessageBatchRequestEntry')
  return settleEntries(entries, entry => deleteOne(context, queue, entry))
}

export const changeMessageVisibility: Action = context =>
  changeOne(context, queueOf(context, 'ChangeMessageVisibility'), context.input)

export const changeMessageVisibilityBatch: Action = context => {
  const queue = queueOf(context, 'ChangeMessageVisibility')
  const entries = batchEntries(context.input, 'ChangeMessageVisibilityBatchRequestEntry')
  return settleEntries(entries, entry => changeOne(context, queue, entry))
}

/**
 * Deletes what the handle names. Success does not prove a deletion: a message that is gone already, and on a standard queue a handle
 * that a later receive has superseded, answer success and delete nothing ("the request will succeed, but the message might not be
 * deleted"). On FIFO a handle lives as long as its visibility timeout.
 */
function deleteOne(context: ActionContext, queue: Queue, input: Input): Output {
  failByQuirk(context, 'DeleteMessage', queue)
  const handle = requiredText(input, 'ReceiptHandle')
  const {message, latest} = resolve(queue, handle)
  if (message === undefined) return {}
  if (queue.fifo && !(latest && message.place === 'inFlight')) throw receiptHandleExpired(handle)
  if (!latest) return {}
  const backAfterMs = queue.fifo ? undefined : context.quirks.resurrectionAfterMs()
  if (backAfterMs === undefined) queue.remove(message)
  else if (message.place === 'inFlight') queue.changeVisibility(message, backAfterMs, context.nowMs)
  return {}
}

/**
 * Hides a message longer or gives it back. Recorded on AWS: after the timeout has run out the call answers success and does nothing,
 * and a superseded handle still changes the message. MessageNotInflight, which the service model lists, nobody has seen from AWS.
 */
function changeOne(context: ActionContext, queue: Queue, input: Input): Output {
  failByQuirk(context, 'ChangeMessageVisibility', queue)
  const {nowMs} = context
  const handle = requiredText(input, 'ReceiptHandle')
  const seconds = readRange(
    input,
    'VisibilityTimeout',
    [0, MAX_VISIBILITY_SECONDS],
    'Must be between 0 and 43200, if provided.',
  )
  if (seconds === undefined) throw missingParameter('VisibilityTimeout')
  const {message, latest} = resolve(queue, handle)
  if (message === undefined) throw notAvailableForVisibilityChange(handle)
  if (message.place !== 'inFlight') {
    if (queue.fifo) throw receiptHandleExpired(handle)
    return {}
  }
  if (queue.fifo && !latest) throw receiptHandleExpired(handle)
  if (nowMs + seconds * 1000 > message.lastReceivedAtMs + MAX_VISIBILITY_SECONDS * 1000) {
    throw invalidParameter(
      seconds,
      'VisibilityTimeout',
      'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
    )
  }
  queue.changeVisibility(message, seconds * 1000, nowMs)
  return {}
}

/** The message that a handle of this queue names, if it is still there, and whether the handle is of its latest receive. */
function resolve(queue: Queue, handle: string): {message: StoredMessage | undefined; latest: boolean} {
  const receipt = parseReceiptHandle(handle)
  if (receipt?.queue !== queue.uid) throw receiptHandleIsInvalid(handle)
  const message = queue.message(receipt.message)
  return {message, latest: message?.receivesHere === receipt.receive}
}
