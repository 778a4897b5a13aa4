import {isUtf8} from 'node:buffer'
import {jsonRefusal} from '../../sns/json-text.js'
import {LARGEST_EVENT} from '../asynchronous/event.js'
import {chainOf} from '../asynchronous/lineage.js'
import {invalidRequestContent, requestTooLarge, throttled, wasReset} from '../errors.js'
import {LATEST} from '../function-name.js'
import {bytes, text} from '../input.js'
import {tailOf} from '../invocation-log.js'
import {Violations} from '../validation.js'
import {functionOf, type Action, type Output} from './context.js'

const LARGEST_REQUEST = 6_291_456
const TYPES = ['Event', 'RequestResponse', 'DryRun']

/** Runs the function and waits, hands the event to its queue, or only looks whether the caller may. */
export const invoke: Action = context => {
  const {input, request, executor, queue} = context
  const {requestId, origin, traceHeader} = request
  const type = text(input, 'InvocationType') ?? 'RequestResponse'
  const violations = new Violations()
  violations.oneOf('invocationType', type, TYPES)
  violations.oneOf('logType', text(input, 'LogType'), ['None', 'Tail'])
  violations.refuse()
  const fn = functionOf(context, 'InvokeFunction', LATEST)
  const payload = bytes(input, 'Payload') ?? Buffer.alloc(0)
  const limit = type === 'Event' ? LARGEST_EVENT : LARGEST_REQUEST
  if (payload.length > limit) throw requestTooLarge(limit)
  const event = readEvent(payload)
  if (type === 'DryRun') return {StatusCode: 204}
  if (type === 'Event') {
    queue.accept(fn, {requestId, payload: event, chain: chainOf(traceHeader), origin})
    return {StatusCode: 202}
  }
  if (fn.busy) {
    fn.counts.throttles += 1
    throw throttled()
  }
  return new Promise<Output>((resolve, reject) => {
    executor.run(fn, {event, requestId}, execution => {
      if (execution === undefined) {
        reject(wasReset())
        return
      }
      resolve({
        StatusCode: 200,
        ExecutedVersion: LATEST,
        ...(execution.errorMessage !== undefined && {FunctionError: 'Unhandled'}),
        ...(text(input, 'LogType') === 'Tail' && {LogResult: tailOf(execution.log)}),
        Payload: Buffer.from(execution.payload),
      })
    })
  })
}

/** The event's JSON; {} where there is none. Throws InvalidRequestContentException in the words of AWS's parser. */
function readEvent(payload: Buffer): string {
  if (payload.length === 0) return '{}'
  // Worded here: AWS names the first byte that is wrong.
  if (!isUtf8(payload)) throw invalidRequestContent('Invalid UTF-8')
  const event = payload.toString('utf8')
  try {
    JSON.parse(event)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalidRequestContent(jsonRefusal(event))
  }
  return event
}
