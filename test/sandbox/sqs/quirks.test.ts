import {beforeEach, describe, expect, it} from 'vitest'
import {arn, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('orders')
})

describe('falseEmpty', () => {
  it('answers the next short polls empty and leaves long polls alone', async () => {
    await sqs.send(url, 'x')
    sqs.service.quirks.set({falseEmpty: {times: 2}})
    expect(await sqs.receive(url)).toEqual([])
    expect(await sqs.receive(url, {WaitTimeSeconds: 1, VisibilityTimeout: 0})).toHaveLength(1)
    expect(await sqs.receive(url)).toEqual([])
    expect(await sqs.receive(url)).toHaveLength(1)
  })

  it('answers a seeded share of them empty', async () => {
    await sqs.send(url, 'x')
    const empties = async (seed: number) => {
      sqs.service.quirks.set({falseEmpty: {rate: 0.5, seed}})
      const answers: number[] = []
      for (let index = 0; index < 200; index += 1) {
        answers.push((await sqs.receive(url, {VisibilityTimeout: 0})).length)
      }
      return answers
    }
    const first = await empties(1)
    expect(first.filter(count => count === 0).length).toBeGreaterThan(60)
    expect(first.filter(count => count === 0).length).toBeLessThan(140)
    expect(await empties(1)).toEqual(first)
    expect(await empties(2)).not.toEqual(first)
  })
})

describe('counterLagMs', () => {
  it('lets the counters answer as they stood', async () => {
    sqs.service.quirks.set({counterLagMs: 60_000})
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    await sqs.send(url, 'x')
    sqs.clock.advance(59_999)
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    sqs.clock.advance(1)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
  })
})

describe('resurrect', () => {
  it('brings a deleted message back, once, though the delete said success', async () => {
    await sqs.send(url, 'x')
    sqs.service.quirks.set({resurrect: {times: 1, afterMs: 5000}})
    const [first] = await sqs.receive(url)
    await sqs.delete(url, first?.ReceiptHandle ?? '')
    expect(await sqs.bodies(url)).toEqual([])
    sqs.clock.advance(5000)
    const [again] = await sqs.receive(url)
    expect(again?.MessageId).toBe(first?.MessageId)
    await sqs.delete(url, again?.ReceiptHandle ?? '')
    sqs.clock.advance(100_000)
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('never happens on FIFO', async () => {
    const fifo = await sqs.create('pay.fifo')
    await sqs.send(fifo, 'x', {MessageGroupId: 'g', MessageDeduplicationId: 'd'})
    sqs.service.quirks.set({resurrect: {}})
    const [message] = await sqs.receive(fifo)
    await sqs.delete(fifo, message?.ReceiptHandle ?? '')
    expect(await sqs.counts(fifo)).toEqual([0, 0, 0])
  })
})

describe('failEntries', () => {
  const rule = {code: 'InternalError', message: 'We encountered an internal error.', senderFault: false}

  it('fails entries of a batch by rule, in a success', async () => {
    await sqs.create('other')
    sqs.service.quirks.set({failEntries: [{...rule, action: 'SendMessage', queue: 'orders', times: 1}]})
    const entries = [
      {Id: 'a', MessageBody: 'a'},
      {Id: 'b', MessageBody: 'b'},
    ]
    expect(await sqs.batch('SendMessage', 'other', entries)).not.toHaveProperty('Failed')
    const outcome = await sqs.batch('SendMessage', url, entries)
    expect(outcome.Failed).toEqual([
      {Id: 'a', SenderFault: false, Code: 'InternalError', Message: 'We encountered an internal error.'},
    ])
    expect(await sqs.bodies(url)).toEqual(['b'])
  })

  it('fails deletes and visibility changes without applying them', async () => {
    await sqs.send(url, 'x')
    const [message] = await sqs.receive(url)
    const entry = {Id: 'a', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0}
    sqs.service.quirks.set({
      failEntries: [
        {...rule, action: 'DeleteMessage'},
        {...rule, action: 'ChangeMessageVisibility'},
      ],
    })
    expect((await sqs.batch('DeleteMessage', url, [entry])).Failed).toHaveLength(1)
    expect((await sqs.batch('ChangeMessageVisibility', url, [entry])).Failed).toHaveLength(1)
    expect(await sqs.counts(url)).toEqual([0, 1, 0])
  })
})

describe('deny', () => {
  it('refuses the action, and its batch by the name of the single action, in IAM’s words', async () => {
    sqs.service.quirks.set({deny: [{action: 'SendMessage', queue: 'orders'}]})
    const denied = {
      code: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::000000000000:user/sandbox is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:orders because no identity-based policy allows the sqs:sendmessage action',
      options: {queryCode: 'AccessDenied', status: 403},
    }
    await expect(sqs.send(url, 'x')).rejects.toMatchObject(denied)
    await expect(sqs.batch('SendMessage', url, [{Id: 'a', MessageBody: 'x'}])).rejects.toMatchObject(denied)
    expect(await sqs.receive(url)).toEqual([])
    await sqs.send(await sqs.create('other'), 'x')
  })

  it.each([
    ['CreateQueue', {QueueName: 'new'}],
    ['GetQueueUrl', {QueueName: 'orders'}],
    ['ListQueues', {}],
    ['GetQueueAttributes', {QueueUrl: 'orders'}],
    ['PurgeQueue', {QueueUrl: 'orders'}],
    ['StartMessageMoveTask', {SourceArn: arn('orders')}],
    ['ListMessageMoveTasks', {SourceArn: arn('orders')}],
  ])('reaches %s', async (action, input) => {
    sqs.service.quirks.set({deny: [{action}]})
    await expect(sqs.call(action, input)).rejects.toMatchObject({code: 'AccessDeniedException'})
  })

  it('denies the destination of a move task as a send', async () => {
    await sqs.createWithDlq('shop', 'dlq', 1)
    sqs.service.quirks.set({deny: [{action: 'SendMessage', queue: 'orders'}]})
    await expect(
      sqs.call('StartMessageMoveTask', {SourceArn: arn('dlq'), DestinationArn: arn('orders')}),
    ).rejects.toMatchObject({code: 'AccessDeniedException'})
  })
})

describe('kmsDenied', () => {
  it('refuses to send and to receive', async () => {
    sqs.service.quirks.set({kmsDenied: ['orders']})
    const denied = {
      code: 'KmsAccessDenied',
      message: expect.stringContaining(
        'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
      ),
      options: {queryCode: 'KMS.AccessDeniedException', status: 400},
    }
    await expect(sqs.send(url, 'x')).rejects.toMatchObject(denied)
    await expect(sqs.batch('SendMessage', url, [{Id: 'a', MessageBody: 'x'}])).rejects.toMatchObject(denied)
    await expect(sqs.receive(url)).rejects.toMatchObject(denied)
  })
})

it('a reset switches everything off', async () => {
  sqs.service.quirks.set({falseEmpty: {}, deny: [{action: 'SendMessage'}]})
  sqs.service.reset()
  url = await sqs.create('orders')
  await sqs.send(url, 'x')
  expect(await sqs.bodies(url)).toEqual(['x'])
})
