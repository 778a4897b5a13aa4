import {createHash} from 'node:crypto'
import {expect, test} from 'vitest'
import type {AwsContext} from '../../../src/lib/aws/context.js'
import {peekQueue} from '../../../src/lib/queues/peek-queue.js'

const ATTRIBUTES = {
  QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:work',
  ApproximateNumberOfMessages: '2',
  ApproximateNumberOfMessagesNotVisible: '0',
  ApproximateNumberOfMessagesDelayed: '0',
  CreatedTimestamp: '1767225600',
  LastModifiedTimestamp: '1767225600',
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '262144',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
}
const WORK = {
  name: 'work',
  url: 'https://sqs.eu-west-1.amazonaws.com/111122223333/work',
  arn: 'arn:aws:sqs:eu-west-1:111122223333:work',
  accountId: '111122223333',
  region: 'eu-west-1',
  fifo: false,
}

const delivered = (MessageId: string, Body: string, ReceiptHandle: string) => ({
  MessageId,
  Body,
  ReceiptHandle,
  MD5OfBody: createHash('md5').update(Body).digest('hex'),
})

test('a message that SQS delivers twice is judged once, and given back by its newest handle', async () => {
  const answers = [[delivered('m1', 'yes', 'h1'), delivered('m2', 'no', 'h2')], [delivered('m1', 'yes', 'h3')]]
  const handles: unknown[] = []
  const send = ({input}: {input: Record<string, unknown>}) => {
    if ('AttributeNames' in input) return Promise.resolve({Attributes: ATTRIBUTES})
    if (!('Entries' in input)) return Promise.resolve({Messages: answers.shift() ?? []})
    const entries = input.Entries as {Id: string; ReceiptHandle: string}[]
    handles.push(...entries.map(({ReceiptHandle}) => ReceiptHandle))
    return Promise.resolve({Successful: entries.map(({Id}) => ({Id}))})
  }
  const aws = {sqs: () => Promise.resolve({send})} as unknown as AwsContext
  const result = await peekQueue(aws, WORK, {max: 2, selection: {match: 'yes'}, waitSeconds: 1, force: false})
  expect(result).toMatchObject({
    messages: [{messageId: 'm1'}],
    lookedAt: 2,
    matched: 1,
    ended: 'empty',
    receiveCountRaised: 3,
    stillHidden: [],
  })
  expect(handles).toEqual(['h3', 'h2'])
})
