import type {PublishBatchCommandInput} from '@aws-sdk/client-sns'
import {describe, expect, it} from 'vitest'
import type {AwsContext} from '../../../src/lib/aws/context.js'
import {AwsOpsError} from '../../../src/lib/aws/errors.js'
import type {Outcome} from '../../../src/lib/aws/errors.js'
import {overtakenRemarks} from '../../../src/lib/topics/batch-order.js'
import type {BatchEvent} from '../../../src/lib/topics/publish-batch.js'
import {publishBatches} from '../../../src/lib/topics/publish-batch.js'
import {parseTopicAttributes} from '../../../src/lib/topics/topic-attributes.js'
import {topicRefOfArn} from '../../../src/lib/topics/topic-ref.js'
import {failureOf} from '../aws/connection.js'

type Answer = object | Error
const accepted = (...ids: string[]) => ({Successful: ids.map(Id => ({Id, MessageId: `m-${Id}`}))})

function failure(code: string, outcome: Outcome): AwsOpsError {
  const options = {exitCode: 6, action: 'PublishBatch', resource: undefined, httpStatus: undefined} as const
  return new AwsOpsError(`told: ${code}`, {...options, code, outcome})
}

/** An SNS that gives these answers, one a request; `sent` is what it was asked to publish. */
function snsWith(...answers: Answer[]) {
  const sent: string[][] = []
  const send = ({input}: {input: PublishBatchCommandInput}): Promise<object> => {
    sent.push((input.PublishBatchRequestEntries ?? []).map(({Id = ''}) => Id))
    const answer = answers[sent.length - 1] ?? {}
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }
  return {sent, aws: {snsOnce: () => Promise.resolve({send})} as unknown as AwsContext}
}

/** Lines of 100 kB on a topic that takes 256 KiB: two go in a request. */
async function published(aws: AwsContext, groups: readonly string[], signal?: AbortSignal): Promise<BatchEvent[]> {
  const ref = topicRefOfArn(`arn:aws:sns:eu-west-1:123456789012:${groups.join('') === '' ? 'orders' : 'pay.fifo'}`)
  const lines = groups.map((group, index) => ({
    line: index + 1,
    size: 100_000,
    draft: {message: 'x', messageAttributes: {}, ...(group === '' ? {} : {messageGroupId: group})},
  }))
  const events: BatchEvent[] = []
  const topic = {...ref, attributes: parseTopicAttributes(ref.arn, {})}
  for await (const event of publishBatches(aws, topic, lines, {signal}).events) events.push(event)
  return events
}

const short = (events: readonly BatchEvent[]) =>
  events.map(event => [event.line, event.event, ...('code' in event ? [event.code] : [])])

describe('publishing in batches', () => {
  it('an entry that the answer does not name is unknown', async () => {
    const {aws} = snsWith(accepted('2'))
    expect(short(await published(aws, ['', '']))).toEqual([
      [1, 'unknown', 'NotAnswered'],
      [2, 'published'],
    ])
  })

  it('nothing is sent after a request that was refused whole', async () => {
    const {aws, sent} = snsWith(accepted('1', '2'), failure('AuthorizationErrorException', 'rejected'))
    expect(short(await published(aws, ['', '', '', '', '']))).toEqual([
      [1, 'published'],
      [2, 'published'],
      [3, 'failed', 'AuthorizationErrorException'],
      [4, 'failed', 'AuthorizationErrorException'],
      [5, 'notPublished', 'AuthorizationErrorException'],
    ])
    expect(sent).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
  })

  it('nor after one whose answer was lost, of which it is not known', async () => {
    const {aws, sent} = snsWith(failure('ConnectionReset', 'unknown'))
    expect(short(await published(aws, ['', '', '']))).toEqual([
      [1, 'unknown', 'ConnectionReset'],
      [2, 'unknown', 'ConnectionReset'],
      [3, 'notPublished', 'ConnectionReset'],
    ])
    expect(sent).toHaveLength(1)
  })

  it('a first request that certainly failed is thrown as it is', async () => {
    const {aws} = snsWith(failure('NotFoundException', 'rejected'))
    expect(await failureOf(published(aws, ['', '']))).toMatchObject({code: 'NotFoundException'})
  })

  it('a signal keeps back what was not sent yet', async () => {
    const controller = new AbortController()
    const {aws, sent} = snsWith(accepted('1', '2'))
    const interrupting = {
      snsOnce: async () => {
        controller.abort()
        return aws.snsOnce()
      },
    } as unknown as AwsContext
    expect(short(await published(interrupting, ['', '', ''], controller.signal))).toEqual([
      [1, 'published'],
      [2, 'published'],
      [3, 'notPublished', 'Interrupted'],
    ])
    expect(sent).toHaveLength(1)
  })

  it('on a FIFO topic a group ends with its first failure, and the others go on', async () => {
    const {aws, sent} = snsWith(
      {...accepted('2'), Failed: [{Id: '1', Code: 'InternalError', Message: 'no', SenderFault: false}]},
      accepted('4'),
    )
    expect(short(await published(aws, ['a', 'b', 'a', 'b']))).toEqual([
      [1, 'failed', 'InternalError'],
      [2, 'published'],
      [3, 'notPublished', 'GroupStopped'],
      [4, 'published'],
    ])
    expect(sent).toEqual([['1', '2'], ['4']])
  })
})

describe('a message of a FIFO topic that a later one of its group overtook', () => {
  const line = (number: number, messageGroupId?: string) => ({
    line: number,
    draft: {message: 'x', messageAttributes: {}, messageGroupId},
  })
  const published = (number: number): BatchEvent => ({event: 'published', line: number, messageId: 'm'})
  const other = (event: 'failed' | 'unknown', number: number): BatchEvent => ({
    event,
    line: number,
    code: 'c',
    message: '',
  })

  it.each([
    ['failed', 'Line 1 is not published, and line 3 of its group a is: published again, it comes after that.'],
    ['unknown', 'Line 1 may not be published, and line 3 of its group a is: published again, it comes after that.'],
  ] as const)('is told (%s)', (event, remark) => {
    const lines = [line(1, 'a'), line(2, 'b'), line(3, 'a')]
    expect(overtakenRemarks(lines, [other(event, 1), published(2), published(3)])).toEqual([remark])
  })

  it('is none where only others, or earlier ones, were published', () => {
    const lines = [line(1, 'a'), line(2, 'a'), line(3, 'b'), line(4)]
    const events = [published(1), other('failed', 2), published(3), other('failed', 4)]
    expect(overtakenRemarks(lines, events)).toEqual([])
  })
})
