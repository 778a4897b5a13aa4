import {createHash} from 'node:crypto'
import type {BatchLine} from './batch-input.js'
import type {BatchEvent} from './publish-batch.js'
import type {FoundTopic} from './resolve-topic.js'

const SHOWN = 5

/**
 * Remarks on lines for a FIFO topic that have the deduplication id of an earlier line, in its group where the topic's FifoThroughputScope is
 * MessageGroup: SNS "accepts" a second one within five minutes and does not deliver it. Without `events` (a dry run) all are judged, else those
 * that SNS took after one that it took, or may have taken. Pure.
 * https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
 */
export function duplicateRemarks(
  {fifo, attributes}: FoundTopic,
  lines: readonly BatchLine[],
  events: readonly BatchEvent[] | undefined,
): string[] {
  if (!fifo) return []
  const fates = events && new Map(events.map(({line, event}) => [line, event]))
  const first = new Map<string, number>()
  const remarks: string[] = []
  for (const {line, draft} of lines) {
    const fate = fates === undefined ? 'published' : fates.get(line)
    if (fate !== 'published' && fate !== 'unknown') continue
    const {messageGroupId, messageDeduplicationId: given, message} = draft
    // Content-based: of the body, not of the attributes.
    const id = given ?? createHash('sha256').update(message).digest('hex')
    const key = attributes?.fifoThroughputScope === 'MessageGroup' ? JSON.stringify([messageGroupId, id]) : id
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, line)
    else {
      const what = given === undefined ? 'the text' : `the deduplication id (${given})`
      remarks.push(
        `Line ${line} has ${what} of line ${earlier}: within 5 minutes SNS accepts it and does not deliver it.`,
      )
    }
  }
  const more = remarks.length - SHOWN
  return more > 0
    ? [
        ...remarks.slice(0, SHOWN),
        `And ${more} more ${more === 1 ? 'line has' : 'lines have'} what an earlier one has.`,
      ]
    : remarks
}
