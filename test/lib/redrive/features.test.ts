import {GetQueueUrlCommand, ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import {mkdtempSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {MessageView} from '../../../src/lib/messages/message-view.js'
import {ARN, numbered, SandboxQueues, text} from './sandbox-queues.js'

let queues: SandboxQueues
beforeEach(async () => {
  queues = await SandboxQueues.start()
  await queues.createPair('orders', 'orders-dlq')
})
afterEach(() => queues.sandbox.close())

const bodies = async (queue: string): Promise<string[]> =>
  (await queues.drain(queue)).map(message => message.Body ?? '').sort()

/** What a consumer that still fails does: each message is received and not deleted, until SQS dead-letters it. */
async function fail(queue: string, messages: number): Promise<void> {
  const sqs = await queues.aws.sqs()
  const {QueueUrl} = await sqs.send(new GetQueueUrlCommand({QueueName: queue}))
  for (let received = 0; received < messages * 2;) {
    const {Messages = []} = await sqs.send(
      new ReceiveMessageCommand({QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0}),
    )
    if (Messages.length === 0) return
    received += Messages.length
  }
}

describe('routes', () => {
  beforeEach(async () => {
    await queues.createPair('invoices', 'orders-dlq')
    await queues.deadLetter('orders', numbered(12, 'order'))
    await queues.deadLetter('invoices', numbered(13, 'invoice'))
  })

  test('each message goes to the queue it came from', async () => {
    const {summary} = await queues.redrive('orders-dlq', {engine: 'client'})
    expect(summary).toMatchObject({state: 'completed', moved: 25, failed: 0, destination: null, remaining: 0})
    expect(await bodies('orders')).toEqual(
      numbered(12, 'order')
        .map(({MessageBody}) => MessageBody)
        .sort(),
    )
    expect(await bodies('invoices')).toEqual(
      numbered(13, 'invoice')
        .map(({MessageBody}) => MessageBody)
        .sort(),
    )
  })

  test('one whose source SQS does not name is left, and the candidates are named; with --to it goes there', async () => {
    await queues.send('orders-dlq', [{MessageBody: 'put here by hand'}])
    const {summary, events} = await queues.redrive('orders-dlq', {engine: 'client'})
    expect(summary).toMatchObject({moved: 25, failed: 1, remaining: 1})
    expect(summary.failures).toMatchObject([{stage: 'check', code: 'NoSourceQueue'}])
    expect(events).toContainEqual({
      event: 'failed',
      messageId: expect.any(String),
      stage: 'check',
      code: 'NoSourceQueue',
      message: 'SQS does not say which queue it came from, and it could be any of invoices, orders: name one with --to',
    })
    const again = await queues.redrive('orders-dlq', {engine: 'client', to: 'orders'})
    expect(again.summary).toMatchObject({moved: 1, destination: `${ARN}orders`, remaining: 0})
  })

  test('one from a queue that no longer names the dead-letter queue is left', async () => {
    const sqs = await queues.aws.sqs()
    const {DeleteQueueCommand} = await import('@aws-sdk/client-sqs')
    await sqs.send(new DeleteQueueCommand({QueueUrl: await queues.url('invoices')}))
    const {summary, events} = await queues.redrive('orders-dlq', {engine: 'client'})
    expect(summary).toMatchObject({moved: 12, failed: 13})
    expect(events.find(event => event.event === 'failed')).toMatchObject({code: 'OtherSourceQueue'})
  })
})

describe('selection', () => {
  test('what is not selected stays, is counted, and is received once in the pass however long that takes', async () => {
    await queues.deadLetter('orders', numbered(30))
    const {summary} = await queues.redrive('orders-dlq', {selection: {match: '[05]$'}, perSecond: 0.02})
    expect(summary).toMatchObject({state: 'completed', selected: 6, moved: 6, skipped: 24, failed: 0, remaining: 24})
    expect(queues.sandbox.clock.now()).toBeGreaterThan(Date.now() + 200_000)
    const left = await queues.drain('orders-dlq')
    expect(left).toHaveLength(24)
    // Once to be dead-lettered, once by the pass, once by this test.
    expect(Math.max(...left.map(message => Number(message.Attributes?.ApproximateReceiveCount)))).toBe(3)
  })

  test('--max counts what is selected', async () => {
    await queues.deadLetter('orders', numbered(30))
    const {summary} = await queues.redrive('orders-dlq', {selection: {match: '[05]$'}, max: 4})
    expect(summary).toMatchObject({state: 'completed', selected: 4, moved: 4, remaining: 26})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 26, inFlight: 0})
  })

  test('an expression that fails on a message leaves that message, and says so', async () => {
    await queues.deadLetter('orders', [{MessageBody: '{"price": 5}'}, {MessageBody: '{"price": "x"}'}])
    const {summary, events} = await queues.redrive('orders-dlq', {selection: {where: 'abs(body.price) > `1`'}})
    expect(summary).toMatchObject({moved: 1, failed: 1, remaining: 1})
    expect(events.find(event => event.event === 'failed')).toMatchObject({stage: 'select', code: 'SelectionFailed'})
  })
})

describe('change', () => {
  const attributes = {kind: text('refund'), price: text('12.50', 'Number.eur')}

  test('a new body, the attributes as they were', async () => {
    await queues.deadLetter('orders', [{MessageBody: '{"a": 1, "b": 9007199254740993}', MessageAttributes: attributes}])
    const {summary} = await queues.redrive('orders-dlq', {transform: 'merge(body, {retried: `true`})'})
    expect(summary).toMatchObject({moved: 1, failed: 0})
    const [copy] = await queues.drain('orders')
    expect(copy?.Body).toBe('{"a":1,"b":9007199254740993,"retried":true}')
    expect(copy?.MessageAttributes).toMatchObject({
      kind: {DataType: 'String', StringValue: 'refund'},
      price: {DataType: 'Number.eur', StringValue: '12.50'},
    })
  })

  test('the backup has every message as it was, before it is sent', async () => {
    await queues.deadLetter('orders', [{MessageBody: '{"a": 1}', MessageAttributes: attributes}, ...numbered(14)])
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'msgops-backup-')), 'orders.ndjson')
    queues.sandbox.faults.add({kind: 'access-denied', action: 'SendMessageBatch', resource: 'orders', skip: 1})
    const {summary} = await queues.redrive('orders-dlq', {backup: file, transform: "'x'", concurrency: 1})
    expect(summary).toMatchObject({state: 'stopped', moved: 1})
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    const views = lines.map(line => JSON.parse(line) as MessageView)
    expect(views).toHaveLength(10)
    expect(views.find(({body}) => body === '{"a": 1}')?.messageAttributes).toMatchObject({
      kind: {dataType: 'String', stringValue: 'refund'},
    })
  })

  const PROGRAM = `
    for await (const line of (await import('node:readline')).createInterface({input: process.stdin})) {
      const {messageId, body} = JSON.parse(line)
      const number = Number(body.split(' ')[1])
      const action = number % 3 === 0 ? 'discard' : number % 3 === 1 ? 'skip' : 'move'
      console.log(JSON.stringify({messageId, action, ...(action === 'move' ? {body: body + '!'} : {})}))
    }`
  const through = [process.execPath, '--input-type=module', '-e', PROGRAM]

  test('a program moves, changes, skips and discards, the last only with a backup', async () => {
    await queues.deadLetter('orders', numbered(9))
    const refused = await queues.redrive('orders-dlq', {through})
    expect(refused.summary).toMatchObject({moved: 3, skipped: 3, failed: 3, discarded: 0, remaining: 6})
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'msgops-backup-')), 'orders.ndjson')
    const {summary} = await queues.redrive('orders-dlq', {through, backup: file})
    expect(summary).toMatchObject({moved: 0, skipped: 3, failed: 0, discarded: 3, selected: 3, remaining: 3})
    expect(await bodies('orders')).toEqual(['message 2!', 'message 5!', 'message 8!'])
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(3)
    expect(await bodies('orders-dlq')).toEqual(['message 1', 'message 4', 'message 7'])
  })

  test('a program that ends midway ends the redrive: what it did not answer is neither sent nor counted', async () => {
    await queues.deadLetter('orders', numbered(25))
    const crash = [process.execPath, '-e', 'process.stdin.once("data", () => process.exit(3))']
    await expect(queues.redrive('orders-dlq', {through: crash})).rejects.toMatchObject({code: 'ProgramFailed'})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 25, inFlight: 0})
    expect(await queues.counts('orders')).toEqual({visible: 0, inFlight: 0})
  })
})

describe('keep', () => {
  test('copies everything once, leaves the source as it was, and a resume adds nothing', async () => {
    await queues.deadLetter('orders', numbered(23))
    const {summary} = await queues.redrive('orders-dlq', {keep: true})
    expect(summary).toMatchObject({state: 'completed', mode: 'keep', selected: 23, moved: 23, possibleDuplicates: []})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 23, inFlight: 0})
    expect(queues.requests('DeleteMessageBatch')).toBe(0)
    const again = await queues.redrive('orders-dlq', {keep: true, resume: summary.job ?? ''})
    expect(again.summary).toMatchObject({state: 'completed', moved: 0, possibleDuplicates: []})
    expect(await bodies('orders')).toHaveLength(23)
  })
})

describe('the canary', () => {
  const canary = {count: 4, waitSeconds: 60, maxReturnPercent: 25}

  test('goes on where no more comes back than may', async () => {
    await queues.deadLetter('orders', numbered(30))
    let waited = false
    const {summary, events} = await queues.redrive('orders-dlq', {
      canary,
      onEvent: event => {
        if (event.event !== 'progress' || event.note?.startsWith('canary') !== true) return
        waited = true
        queues.sandbox.clock.advance(10_000)
      },
    })
    expect(waited).toBe(true)
    expect(events).toContainEqual({
      event: 'canary',
      moved: 4,
      returned: 0,
      waitedMs: expect.any(Number),
      measuredBy: 'content',
      passed: true,
    })
    expect(summary).toMatchObject({state: 'completed', moved: 30, returned: 0, remaining: 0})
    const moved = events.flatMap((event, index) => (event.event === 'moved' ? [index] : []))
    const looked = events.findIndex(event => event.event === 'canary')
    expect(moved.filter(index => index < looked)).toHaveLength(4)
  })

  test('with a selection: what the canary had no room for is moved after it', async () => {
    await queues.deadLetter('orders', numbered(40))
    const {summary} = await queues.redrive('orders-dlq', {
      canary: {...canary, waitSeconds: 1},
      selection: {match: '[13579]$'},
    })
    expect(summary).toMatchObject({state: 'completed', selected: 20, moved: 20, skipped: 20, failed: 0, remaining: 20})
  })

  test('stops where the consumer still fails: nothing but the canary was moved, and all of it is back', async () => {
    await queues.deadLetter('orders', numbered(30))
    let consumer: Promise<void> | undefined
    const {summary, events} = await queues.redrive('orders-dlq', {
      canary,
      onEvent: event => {
        if (event.event !== 'progress' || event.note?.startsWith('canary') !== true) return
        consumer ??= fail('orders', 4)
        void consumer.then(() => queues.sandbox.clock.advance(5000))
      },
    })
    await consumer
    expect(events).toContainEqual(expect.objectContaining({event: 'canary', moved: 4, returned: 4, passed: false}))
    expect(summary).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^4 of 4 canary messages came back within \d+ s$/),
      moved: 4,
      returned: 4,
      possibleDuplicates: [],
    })
    expect(await queues.counts('orders-dlq')).toEqual({visible: 30, inFlight: 0})
  })

  test('is not waited for where messages expire meanwhile: nothing is lost, and it is said', async () => {
    await queues.create('short-dlq', {MessageRetentionPeriod: '300'})
    await queues.create('short')
    await queues.send('short-dlq', numbered(20))
    queues.sandbox.clock.advance(200_000)
    const {summary} = await queues.redrive('short-dlq', {to: 'short', canary: {...canary, waitSeconds: 100}})
    expect(summary).toMatchObject({
      state: 'stopped',
      moved: 4,
      remaining: 16,
      reason: expect.stringMatching(
        /^messages of the queue expire within \d+ s, before the wait for the canary is over/,
      ),
    })
    expect(await queues.counts('short-dlq')).toEqual({visible: 16, inFlight: 0})
  })

  test('that was not passed is sent again by a resume, and stops it again', async () => {
    await queues.deadLetter('orders', numbered(30))
    const run = async (resume?: string) => {
      let consumer: Promise<void> | undefined
      const {summary} = await queues.redrive('orders-dlq', {
        canary,
        resume,
        onEvent: event => {
          if (event.event !== 'progress' || event.note?.startsWith('canary') !== true) return
          consumer ??= fail('orders', 4)
          void consumer.then(() => queues.sandbox.clock.advance(5000))
        },
      })
      await consumer
      return summary
    }
    const first = await run()
    expect(first).toMatchObject({state: 'stopped', moved: 4, returned: 4})
    expect(await run(first.job ?? '')).toMatchObject({state: 'stopped', moved: 4, returned: 4})
    expect(await queues.counts('orders-dlq')).toEqual({visible: 30, inFlight: 0})
  })

  test('that cannot be moved at all ends the redrive', async () => {
    await queues.deadLetter('orders', numbered(5))
    queues.sandbox.faults.add({
      kind: 'partial-batch',
      action: 'SendMessageBatch',
      resource: 'orders',
      entries: [0],
      code: 'InvalidMessageContents',
      status: 400,
      times: 2,
    })
    const {summary} = await queues.redrive('orders-dlq', {canary: {...canary, count: 2}})
    expect(summary).toMatchObject({
      state: 'stopped',
      moved: 0,
      failed: 2,
      reason: 'no message of the canary could be moved',
    })
  })
})

describe('follow', () => {
  test('moves what arrives, leaves what came back, and ends when it is told to', async () => {
    await queues.deadLetter('orders', numbered(3))
    const controller = new AbortController()
    let step: Promise<void> | undefined
    const {summary} = await queues.redrive('orders-dlq', {
      follow: true,
      signal: controller.signal,
      onEvent: event => {
        if (event.event !== 'progress' || event.note !== 'waiting for messages') return
        step ??= (async () => {
          queues.sandbox.clock.advance(10_000)
          await fail('orders', 3)
          await queues.deadLetter('orders', [{MessageBody: 'new'}])
        })()
        if (event.moved === 4) controller.abort()
      },
    })
    await step
    expect(summary).toMatchObject({state: 'completed', moved: 4, returned: 3, skipped: 3})
    expect(await bodies('orders')).toEqual(['new'])
    expect(await bodies('orders-dlq')).toEqual(['message 0', 'message 1', 'message 2'])
  })
})

test('where half of what is moved comes back, it ends', async () => {
  await queues.deadLetter('orders', numbered(60))
  let consumer: Promise<void> | undefined
  const {summary} = await queues.redrive('orders-dlq', {
    engine: 'client',
    onEvent: event => {
      if (event.event === 'progress' && event.moved === 60) consumer ??= fail('orders', 60)
    },
  })
  await consumer
  expect(summary).toMatchObject({state: 'stopped', moved: 60})
  expect(summary.reason).toMatch(/^\d\d of 60 messages that were moved came back$/)
})

test('a body that is in S3 is moved as the pointer it is, with a word', async () => {
  const pointer = '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]'
  await queues.deadLetter('orders', [{MessageBody: pointer}, {MessageBody: pointer}])
  const {summary, events} = await queues.redrive('orders-dlq', {engine: 'client'})
  expect(summary.moved).toBe(2)
  expect(events.filter(event => event.event === 'warning')).toEqual([
    {
      event: 'warning',
      message: 'bodies of some messages are in S3: only the pointers to them are moved, so keep what they point to',
    },
  ])
})
