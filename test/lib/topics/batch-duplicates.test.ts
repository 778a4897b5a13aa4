import {describe, expect, it} from 'vitest'
import {duplicateRemarks} from '../../../src/lib/topics/batch-duplicates.js'
import type {BatchEvent} from '../../../src/lib/topics/publish-batch.js'
import {parseTopicAttributes} from '../../../src/lib/topics/topic-attributes.js'
import {topicRefOfArn} from '../../../src/lib/topics/topic-ref.js'

const topic = (name: string, attributes: Record<string, string> = {}) => {
  const ref = topicRefOfArn(`arn:aws:sns:eu-west-1:123456789012:${name}`)
  return {...ref, attributes: parseTopicAttributes(ref.arn, attributes)}
}
const PAY = topic('pay.fifo')

/** Lines by text, group and, where it has one, deduplication id. */
const lines = (...parts: readonly (readonly [message: string, group: string, id?: string])[]) =>
  parts.map(([message, messageGroupId, messageDeduplicationId], index) => ({
    line: index + 1,
    draft: {message, messageAttributes: {}, messageGroupId, messageDeduplicationId},
  }))
const published = (line: number): BatchEvent => ({event: 'published', line, messageId: `m${line}`})
const failed = (line: number): BatchEvent => ({event: 'failed', line, code: 'InternalError', message: 'no'})

const SAME_ID = lines(['a', 'g', '11'], ['b', 'g', '12'], ['c', 'g', '11'])
const REMARK =
  'Line 3 has the deduplication id (11) of line 1: within 5 minutes SNS accepts it and does not deliver it.'

describe('lines that SNS accepts and does not deliver', () => {
  it('have the deduplication id of an earlier one, before and after they are sent', () => {
    expect(duplicateRemarks(PAY, SAME_ID, undefined)).toEqual([REMARK])
    expect(duplicateRemarks(PAY, SAME_ID, [published(1), published(2), published(3)])).toEqual([REMARK])
  })

  it('or, without an id, its text', () => {
    expect(duplicateRemarks(PAY, lines(['a', 'g'], ['a', 'h'], ['A', 'g']), undefined)).toEqual([
      'Line 2 has the text of line 1: within 5 minutes SNS accepts it and does not deliver it.',
    ])
  })

  it('are not those after one that did not go out, nor those that did not go out themselves', () => {
    expect(duplicateRemarks(PAY, SAME_ID, [failed(1), published(2), published(3)])).toEqual([])
    expect(duplicateRemarks(PAY, SAME_ID, [published(1), published(2), failed(3)])).toEqual([])
  })

  it('are of one group where the topic deduplicates by group', () => {
    const scoped = topic('pay.fifo', {FifoThroughputScope: 'MessageGroup'})
    const apart = lines(['a', 'g', '11'], ['b', 'h', '11'], ['c', 'h', '11'])
    expect(duplicateRemarks(scoped, apart, undefined)).toEqual([
      'Line 3 has the deduplication id (11) of line 2: within 5 minutes SNS accepts it and does not deliver it.',
    ])
    expect(duplicateRemarks(PAY, apart, undefined)).toHaveLength(2)
  })

  it('are there on FIFO topics alone', () => {
    expect(duplicateRemarks(topic('orders'), lines(['a', 'g'], ['a', 'g']), undefined)).toEqual([])
  })

  it('are named up to five, and counted', () => {
    const same = (count: number) => lines(...Array.from({length: count}, () => ['a', 'g', '1'] as const))
    expect(duplicateRemarks(PAY, same(6), undefined)).toHaveLength(5)
    expect(duplicateRemarks(PAY, same(7), undefined).slice(5)).toEqual(['And 1 more line has what an earlier one has.'])
    expect(duplicateRemarks(PAY, same(9), undefined).slice(5)).toEqual([
      'And 3 more lines have what an earlier one has.',
    ])
  })
})
