import {isRecord, parsedOrUndefined} from './json-parts.js'

/** What every event on a bus has, and TestEventPattern asks for. */
export const EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'detail-type']

/** The fields that TestEventPattern asks for and an event lacks; none where the text is no JSON object, which is refused before. */
export function missingFields(eventText: string): string[] {
  const event = parsedOrUndefined(eventText)
  return isRecord(event) ? EVENT_FIELDS.filter(name => !Object.hasOwn(event, name)) : []
}
