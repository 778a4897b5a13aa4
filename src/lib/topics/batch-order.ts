import type {BatchLine} from './batch-input.js'
import type {BatchEvent} from './publish-batch.js'

/**
 * Remarks on a FIFO topic's messages that were not published, or of which it is not known, while a later one of their group was, in the same
 * request: published again, they come after it. SNS judges each entry of a batch by itself. Pure.
 */
export function overtakenRemarks(lines: readonly BatchLine[], events: readonly BatchEvent[]): string[] {
  const groups = new Map(lines.map(({line, draft}) => [line, draft.messageGroupId]))
  const published = events.filter(({event}) => event === 'published').map(({line}) => line)
  return events.flatMap(({event, line}) => {
    const group = groups.get(line)
    if (group === undefined || event === 'published') return []
    const later = published.find(other => other > line && groups.get(other) === group)
    if (later === undefined) return []
    const what = event === 'unknown' ? 'may not be published' : 'is not published'
    return [`Line ${line} ${what}, and line ${later} of its group ${group} is: published again, it comes after that.`]
  })
}
