import {CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand} from '@aws-sdk/client-sqs'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {listDlqs} from '../../../src/lib/dlq/list-dlqs.js'
import {dlqListReport, dlqShowReport} from '../../../src/lib/dlq/reports.js'
import {showDlq} from '../../../src/lib/dlq/show-dlq.js'
import {ARN, numbered, SandboxQueues, text} from '../redrive/sandbox-queues.js'

let queues: SandboxQueues

beforeEach(async () => {
  queues = await SandboxQueues.start()
  await queues.createPair('orders', 'orders-dlq')
})
afterEach(() => queues.sandbox.close())

const signal = new AbortController().signal
const show = (name: string, options: {sample?: number; force?: boolean; signal?: AbortSignal} = {}) =>
  showDlq(queues.aws, name, {force: false, signal, ...options})

describe('dlq list', () => {
  test('queues that a redrive policy names and queues that are called so, the deepest first', async () => {
    await queues.createPair('previews', 'media-failures')
    await queues.createPair('thumbnails', 'media-failures')
    await queues.create('resize-dlq')
    await queues.create('dlqueue')
    await queues.create('deadline')
    await queues.send('orders-dlq', numbered(2))
    await queues.send('media-failures', numbered(3))
    const list = await listDlqs(queues.aws)
    expect(
      list.dlqs.map(dlq => [dlq.name, dlq.approximateNumberOfMessages, dlq.foundBy, dlq.sources.map(({name}) => name)]),
    ).toEqual([
      ['media-failures', 3, 'redrivePolicy', ['previews', 'thumbnails']],
      ['orders-dlq', 2, 'redrivePolicy', ['orders']],
      ['resize-dlq', 0, 'name', []],
    ])
    expect(list.dlqs[1]).toEqual({
      name: 'orders-dlq',
      url: `${queues.sandbox.url}/000000000000/orders-dlq`,
      arn: `${ARN}orders-dlq`,
      type: 'standard',
      approximateNumberOfMessages: 2,
      approximateNumberOfMessagesNotVisible: 0,
      approximateNumberOfMessagesDelayed: 0,
      messageRetentionPeriod: 345_600,
      foundBy: 'redrivePolicy',
      sources: [{name: 'orders', arn: `${ARN}orders`, maxReceiveCount: 1}],
      moveTask: null,
    })
    expect(list).toMatchObject({truncated: false, incomplete: []})
    expect(queues.requests('ReceiveMessage')).toBe(0)
  })

  test.each([
    ['orders_dead_letters', true],
    ['OrdersDeadLetterQueue', true],
    ['orders-DLQ', true],
    ['dlq-orders', true],
    ['deadletter', true],
    ['orders-dlq-archive', true],
    ['undead-letterbox', false],
    ['handle', false],
  ])('a queue called %s: %s', async (name, found) => {
    await queues.create(name)
    expect((await listDlqs(queues.aws)).dlqs.some(dlq => dlq.name === name)).toBe(found)
  })

  test('a prefix narrows the list, not the search for sources', async () => {
    await queues.createPair('zebra', 'alpha-failures')
    const {dlqs} = await listDlqs(queues.aws, {prefix: 'alpha'})
    expect(dlqs.map(({name, sources}) => [name, sources.map(source => source.name)])).toEqual([
      ['alpha-failures', ['zebra']],
    ])
  })

  test('a limit keeps the deepest and says that there are more', async () => {
    await queues.createPair('previews', 'previews-dlq')
    await queues.send('previews-dlq', numbered(1))
    const list = await listDlqs(queues.aws, {limit: 1})
    expect(list).toMatchObject({dlqs: [{name: 'previews-dlq'}], truncated: true})
    expect(dlqListReport(list).notes).toEqual([
      'There are more dead-letter queues than the 1 listed; raise --limit or leave it out.',
    ])
  })

  test('a running move task shows', async () => {
    await queues.deadLetter('orders', numbered(5))
    await queues.redrive('orders-dlq', {perSecond: 1, wait: false})
    expect((await listDlqs(queues.aws)).dlqs[0]?.moveTask).toMatchObject({
      status: 'RUNNING',
      approximateNumberOfMessagesToMove: 5,
    })
  })

  test('what cannot be read is said, and is exit 3', async () => {
    queues.sandbox.faults.add({kind: 'access-denied', action: 'ListMessageMoveTasks'})
    queues.sandbox.faults.add({kind: 'access-denied', action: 'GetQueueAttributes', resource: 'orders'})
    const list = await listDlqs(queues.aws)
    // With the policy of orders unread, only the name tells what orders-dlq is.
    expect(list.dlqs.map(({name, foundBy}) => [name, foundBy])).toEqual([['orders-dlq', 'name']])
    expect(list.incomplete).toEqual([
      expect.stringMatching(/^Where orders dead-letters to is not known: Access denied/),
    ])
    expect(dlqListReport(list)).toMatchObject({warnings: list.incomplete, exitCode: 3})
  })

  test('move tasks that may not be read are said once', async () => {
    await queues.createPair('previews', 'previews-dlq')
    queues.sandbox.faults.add({kind: 'access-denied', action: 'ListMessageMoveTasks'})
    const {incomplete, dlqs} = await listDlqs(queues.aws)
    expect(incomplete).toEqual([expect.stringMatching(/^Whether move tasks are running is not known: /)])
    expect(dlqs).toHaveLength(2)
  })
})

describe('dlq show', () => {
  test('groups by error, counts by source, and gives everything back', async () => {
    await queues.createPair('previews', 'orders-dlq')
    await queues.deadLetter('orders', [
      {MessageBody: '{"error":"no stock for 1"}'},
      {MessageBody: '{"error":"no stock for 22"}'},
      {
        MessageBody: '{"a":1}',
        MessageAttributes: {errorType: text('TimeoutError'), errorMessage: text('after 3000 ms')},
      },
    ])
    await queues.deadLetter('previews', [{MessageBody: '{"error":"no stock for 3"}'}])
    await queues.send('orders-dlq', [{MessageBody: 'by hand'}])
    const detail = await show('orders-dlq')
    expect(detail.groups.map(({count, signature, origin}) => [count, signature, origin])).toEqual([
      [3, 'no stock for <n>', 'body'],
      [1, 'TimeoutError: after <n> ms', 'attributes'],
      [1, 'no error given: text: by hand', 'shape'],
    ])
    expect(detail.sources).toEqual([
      {name: 'orders', arn: `${ARN}orders`, current: true, sampled: 3},
      {name: 'previews', arn: `${ARN}previews`, current: true, sampled: 1},
      {name: null, arn: null, current: false, sampled: 1},
    ])
    expect(detail).toMatchObject({sampled: 5, complete: true, ended: 'empty', stillHidden: [], unverified: []})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 5, inFlight: 0})
    expect(dlqShowReport(detail)).toEqual({
      warnings: [],
      notes: ['To look is to receive: the receive count of 5 messages rose by one. All were given back.'],
      exitCode: undefined,
    })
  })

  test('a source that names another DLQ by now is told from the current ones', async () => {
    await queues.deadLetter('orders', numbered(1))
    await queues.create('other-dlq')
    const sqs = await queues.aws.sqs()
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: await queues.url('orders'),
        Attributes: {RedrivePolicy: JSON.stringify({deadLetterTargetArn: `${ARN}other-dlq`, maxReceiveCount: 1})},
      }),
    )
    expect((await show('orders-dlq')).sources).toEqual([
      {name: 'orders', arn: `${ARN}orders`, current: false, sampled: 1},
    ])
  })

  test('the oldest message expires by the time it was sent, whatever the time it was dead-lettered', async () => {
    await queues.send('orders', [{MessageBody: 'x'}])
    queues.sandbox.clock.advance(3_600_000)
    await queues.deadLetter('orders', [{MessageBody: 'y'}])
    const {oldest, groups} = await show('orders-dlq')
    const sentMs = Date.parse(oldest?.sentAt ?? '')
    expect(Date.parse(oldest?.expiresAt ?? '') - sentMs).toBe(345_600_000)
    expect(groups.map(group => group.example.messageId)).toContain(oldest?.messageId)
  })

  test('a sample is no more than was asked for', async () => {
    await queues.send('orders-dlq', numbered(15))
    const detail = await show('orders-dlq', {sample: 12})
    expect(detail).toMatchObject({sampled: 12, complete: false, ended: 'limit'})
    expect(dlqShowReport(detail).notes[1]).toBe('A sample of about 15 messages; --all looks at every one.')
    expect(await queues.counts('orders-dlq')).toEqual({visible: 15, inFlight: 0})
  })

  test('of an empty queue there is nothing to group', async () => {
    expect(await show('orders-dlq')).toMatchObject({sampled: 0, complete: true, groups: [], oldest: null})
  })

  test('messages with a consumer are not in the sample, and that is said', async () => {
    await queues.send('orders-dlq', numbered(3))
    const sqs = await queues.aws.sqsOnce()
    await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: await queues.url('orders-dlq'),
        MaxNumberOfMessages: 2,
        VisibilityTimeout: 600,
      }),
    )
    const detail = await show('orders-dlq')
    expect(detail).toMatchObject({sampled: 1, complete: false, queue: {approximateNumberOfMessagesNotVisible: 2}})
    expect(dlqShowReport(detail).notes[1]).toBe(
      'SQS counts about 1 visible messages, 2 in flight and 0 delayed: what others hold is not in the sample.',
    )
  })

  test('a DLQ with a redrive policy of its own is refused before anything is received, unless forced', async () => {
    await queues.create('graveyard')
    const sqs = await queues.aws.sqs()
    await sqs.send(
      new CreateQueueCommand({
        QueueName: 'chained-dlq',
        Attributes: {RedrivePolicy: JSON.stringify({deadLetterTargetArn: `${ARN}graveyard`, maxReceiveCount: 5})},
      }),
    )
    await queues.send('chained-dlq', numbered(1))
    await expect(show('chained-dlq')).rejects.toMatchObject({code: 'DlqHasRedrivePolicy', exitCode: 7})
    expect(queues.requests('ReceiveMessage')).toBe(0)
    expect(await show('chained-dlq', {force: true})).toMatchObject({sampled: 1})
  })

  test('messages that cannot be given back are named, and that is exit 3', async () => {
    await queues.send('orders-dlq', numbered(2))
    queues.sandbox.faults.add({kind: 'access-denied', action: 'ChangeMessageVisibilityBatch'})
    const detail = await show('orders-dlq')
    expect(detail.stillHidden).toHaveLength(2)
    const report = dlqShowReport(detail)
    expect(report.exitCode).toBe(3)
    expect(report.warnings).toHaveLength(2)
    expect(report.notes[0]).toBe('To look is to receive: the receive count of 2 messages rose by one.')
  })

  test('messages that do not agree with their MD5 are named', async () => {
    await queues.send('orders-dlq', numbered(1))
    queues.sandbox.faults.add({kind: 'bad-md5', action: 'ReceiveMessage'})
    const detail = await show('orders-dlq')
    expect(detail.unverified).toEqual([detail.groups[0]?.example.messageId])
    expect(dlqShowReport(detail).exitCode).toBe(3)
  })

  test('an interruption gives back what was received', async () => {
    await queues.send('orders-dlq', numbered(30))
    const interruption = new AbortController()
    const detail = await showDlq(queues.aws, 'orders-dlq', {
      force: false,
      signal: interruption.signal,
      progress: () => interruption.abort(),
    })
    expect(detail).toMatchObject({ended: 'interrupted', sampled: 10})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 30, inFlight: 0})
  })

  test('FIFO: what is behind the first receive of a group is not seen, and that is said', async () => {
    await queues.create('pay-dlq.fifo')
    await queues.send(
      'pay-dlq.fifo',
      Array.from({length: 12}, (_, index) => ({
        MessageBody: `${index}`,
        MessageGroupId: 'a',
        MessageDeduplicationId: `${index}`,
      })),
    )
    const detail = await show('pay-dlq.fifo')
    expect(detail).toMatchObject({sampled: 10, complete: false, queue: {type: 'fifo'}})
    expect(dlqShowReport(detail).notes).toEqual([
      'To look is to receive: the receive count of 10 messages rose by one. All were given back.',
      'A FIFO queue shows no more of a group than its first receive while that is held.',
      'On a FIFO queue the retention starts anew when a message is dead-lettered: it expires at the time shown at the earliest.',
    ])
    expect(await queues.counts('pay-dlq.fifo')).toEqual({visible: 12, inFlight: 0})
  })

  test('an unknown queue is named with its neighbours', async () => {
    await expect(show('orders-dql')).rejects.toMatchObject({code: 'QueueDoesNotExist', exitCode: 5})
  })
})
