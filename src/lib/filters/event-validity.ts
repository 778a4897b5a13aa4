import {InvalidEventError} from './errors.js'
import type {JsonObject, JsonValue} from './matching/scan-value.js'

const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type']

/** Throws InvalidEventError as TestEventPattern does: the event must be a JSON object with the fields every event has. */
export function assertEvent(eventText: string): void {
  const event = parsed(eventText)
  if (event === undefined || !REQUIRED.every(name => Object.hasOwn(event, name))) {
    throw new InvalidEventError('Parameter Event is not valid.')
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
