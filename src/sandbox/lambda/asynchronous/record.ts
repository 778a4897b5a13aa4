import {functionArn, LATEST} from '../function-name.js'
import type {AsyncEvent} from './event.js'
import type {Condition} from './next-step.js'

/** "The first 1 KB of the error message." */
const ERROR_MESSAGE_BYTES = 1024
const THROTTLED = 429

/** The record of an invocation as a destination gets it, in AWS's recorded members; a function that never ran has no response. */
export function invocationRecord(
  {requestId, fn, payload, attempts, last}: AsyncEvent,
  condition: 'Success' | Condition,
  nowMs: number,
): string {
  const members = [
    `"version":"1.0"`,
    `"timestamp":${JSON.stringify(new Date(nowMs).toISOString())}`,
    `"requestContext":${JSON.stringify({
      requestId,
      functionArn: functionArn(fn.address, LATEST),
      condition,
      approximateInvokeCount: attempts,
    })}`,
    // As they are: parsed and written again, a number could change.
    `"requestPayload":${payload}`,
  ]
  if (last) {
    const responseContext = {
      statusCode: 200,
      executedVersion: LATEST,
      ...(last.errorMessage !== undefined && {functionError: 'Unhandled'}),
    }
    members.push(`"responseContext":${JSON.stringify(responseContext)}`, `"responsePayload":${last.payload}`)
  }
  return `{${members.join(',')}}`
}

/** The attributes beside the event in a dead-letter queue (recorded). What AWS writes of an event that never ran is not known. */
export function deadLetterAttributes({requestId, last}: AsyncEvent) {
  const message = last?.errorMessage ?? 'Rate Exceeded.'
  return {
    RequestID: {DataType: 'String', StringValue: requestId},
    ErrorCode: {DataType: 'Number', StringValue: String(last ? 200 : THROTTLED)},
    // An attribute must not be empty; an error's message may be.
    ErrorMessage: {DataType: 'String', StringValue: firstBytes(message, ERROR_MESSAGE_BYTES) || ' '},
  }
}

/** The longest beginning of a text that fits, no character cut. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return text
  let end = limit
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}
