import {describe, expect, test} from 'vitest'
import {OpsError} from '../../../src/lib/ops-error.js'
import type {QueueAttributes} from '../../../src/lib/queues/queue-attributes.js'
import type {QueueRef} from '../../../src/lib/queues/queue-ref.js'
import type {MoveTask} from '../../../src/lib/redrive/move-tasks.js'
import {planRedrive, type RedriveFacts} from '../../../src/lib/redrive/plan.js'
import type {RedriveRequest} from '../../../src/lib/redrive/request.js'

function queue(name: string): QueueRef {
  return {
    name,
    url: `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`,
    arn: `arn:aws:sqs:eu-west-1:111122223333:${name}`,
    accountId: '111122223333',
    region: 'eu-west-1',
    fifo: name.endsWith('.fifo'),
  }
}

function attributes(overrides: Partial<QueueAttributes> = {}): QueueAttributes {
  return {
    queueArn: '',
    approximateNumberOfMessages: 40,
    approximateNumberOfMessagesNotVisible: 0,
    approximateNumberOfMessagesDelayed: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastModifiedAt: '2026-01-01T00:00:00.000Z',
    visibilityTimeout: 30,
    messageRetentionPeriod: 345_600,
    maximumMessageSize: 262_144,
    delaySeconds: 0,
    receiveMessageWaitTimeSeconds: 0,
    fifoQueue: false,
    sqsManagedSseEnabled: true,
    ...overrides,
  }
}

const oneSource: RedriveFacts = {
  source: {queue: queue('orders-dlq'), attributes: attributes()},
  sources: [{queue: queue('orders'), attributes: attributes()}],
  tasks: [],
}
const twoSources: RedriveFacts = {...oneSource, sources: [{queue: queue('orders')}, {queue: queue('previews')}]}
const noSource: RedriveFacts = {...oneSource, sources: []}
const fifo: RedriveFacts = {
  source: {queue: queue('pay-dlq.fifo'), attributes: attributes({fifoQueue: true})},
  sources: [{queue: queue('pay.fifo'), attributes: attributes({fifoQueue: true})}],
  tasks: [],
}
const to = (name: string): Pick<RedriveFacts, 'to'> => ({
  to: {queue: queue(name), attributes: attributes({maximumMessageSize: 1_048_576})},
})
const task = (status: string): MoveTask => ({
  status,
  sourceArn: queue('orders-dlq').arn,
  approximateNumberOfMessagesMoved: 7,
})
const plan = (facts: RedriveFacts, wishes: Partial<RedriveRequest> = {}) =>
  planRedrive(facts, {engine: 'auto', ...wishes})

function refusal(facts: RedriveFacts, wishes: Partial<RedriveRequest> = {}): OpsError {
  try {
    plan(facts, wishes)
  } catch (error) {
    if (error instanceof OpsError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('which engine', () => {
  test.each<[string, RedriveFacts, Partial<RedriveRequest>, 'native' | 'client', RegExp]>([
    ['nothing special', oneSource, {}, 'native', /can do all that is asked/],
    ['several sources', twoSources, {}, 'native', /can do all that is asked/],
    ['another destination', {...oneSource, ...to('retry')}, {}, 'native', /can do all that is asked/],
    ['a rate of 1', oneSource, {perSecond: 1}, 'native', /can do all that is asked/],
    ['a rate of 500', oneSource, {perSecond: 500}, 'native', /can do all that is asked/],
    ['a rate of 501', oneSource, {perSecond: 501}, 'client', /whole rates of 1 to 500/],
    ['half a message a second', oneSource, {perSecond: 0.5}, 'client', /whole rates of 1 to 500/],
    ['a number of messages', oneSource, {max: 10}, 'client', /--max/],
    ['workers', oneSource, {concurrency: 2}, 'client', /--concurrency/],
    ['no SQS source, but a destination', {...noSource, ...to('orders')}, {}, 'client', /no queue names this one/],
    ['tasks that cannot be read', {...oneSource, tasks: {unreadable: 'AccessDenied'}}, {}, 'client', /AccessDenied/],
    [
      'tasks that have ended',
      {...oneSource, tasks: [task('COMPLETED'), task('FAILED'), task('CANCELLED')]},
      {},
      'native',
      /all that is asked/,
    ],
    ['client asked for', oneSource, {engine: 'client'}, 'client', /was asked for/],
    ['native asked for', oneSource, {engine: 'native'}, 'native', /was asked for/],
    ['FIFO', fifo, {}, 'native', /all that is asked/],
  ])('%s', (_name, facts, wishes, engine, reason) => {
    expect(plan(facts, wishes)).toMatchObject({engine, reason: expect.stringMatching(reason)})
  })

  test('native asked for and impossible is refused with what is in the way', () => {
    const error = refusal(oneSource, {engine: 'native', max: 5})
    expect(error).toMatchObject({code: 'NativeEngineCannot', exitCode: 7})
    expect(error.message).toBe(
      "AWS's engine cannot do this redrive: AWS's move task cannot stop at a number of messages (--max)",
    )
  })
})

describe('refusals', () => {
  test.each<[string, RedriveFacts, Partial<RedriveRequest>, string, RegExp]>([
    ['no source and no destination', noSource, {}, 'NoDestination', /No queue has orders-dlq as its dead-letter queue/],
    [
      'itself',
      {...oneSource, ...to('orders-dlq')},
      {},
      'DestinationIsSource',
      /orders-dlq cannot be redriven to itself/,
    ],
    [
      'standard to FIFO',
      {...oneSource, ...to('orders.fifo')},
      {},
      'QueueTypeMismatch',
      /orders-dlq is a standard queue and orders.fifo a FIFO queue/,
    ],
    [
      'FIFO to standard',
      {...fifo, ...to('orders')},
      {},
      'QueueTypeMismatch',
      /pay-dlq.fifo is a FIFO queue and orders a standard queue/,
    ],
    [
      'a running task',
      {...oneSource, tasks: [task('RUNNING')]},
      {},
      'MoveTaskActive',
      /is RUNNING already \(about 7 messages moved\)/,
    ],
    [
      'a task being cancelled',
      {...oneSource, tasks: [task('CANCELLING')]},
      {engine: 'client'},
      'MoveTaskActive',
      /is CANCELLING already/,
    ],
    [
      'a task behind an ended one',
      {...oneSource, tasks: [task('COMPLETED'), task('RUNNING')]},
      {},
      'MoveTaskActive',
      /RUNNING/,
    ],
    [
      'a DLQ with a DLQ, client engine',
      {
        ...oneSource,
        source: {
          ...oneSource.source,
          attributes: attributes({
            redrivePolicy: {deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:graveyard', maxReceiveCount: 5},
          }),
        },
      },
      {engine: 'client'},
      'DlqHasRedrivePolicy',
      /to graveyard after 5 receives/,
    ],
    [
      'a canary of what is kept',
      oneSource,
      {canary: {count: 5, maxReturnPercent: 0}, keep: true},
      'CanaryNeedsMove',
      /--keep moves nothing/,
    ],
    [
      'a canary that is waited for as long as messages are kept',
      oneSource,
      {canary: {count: 5, waitSeconds: 200_000, maxReturnPercent: 0}},
      'CanaryOutlivesMessages',
      /200000 s\) is more than half of what the queue keeps messages for \(345600 s\)/,
    ],
    ['to share and to keep', oneSource, {shared: true, keep: true}, 'SharedGivesBack', /the next sends again/],
    ['to share and to hold', oneSource, {shared: true, onUnknown: 'hold'}, 'SharedGivesBack', /the next sends again/],
    ['to follow and to stop', oneSource, {follow: true, max: 3}, 'FollowTakesAll', /moves whatever arrives/],
    ['not waiting for the client engine', oneSource, {engine: 'client', wait: false}, 'NoWaitNeedsNative', /--no-wait/],
  ])('%s', (_name, facts, wishes, code, message) => {
    const error = refusal(facts, wishes)
    expect(error).toMatchObject({code, exitCode: 7})
    expect(error.message).toMatch(message)
  })

  test('a DLQ with a DLQ is left to AWS', () => {
    const policy = {deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:graveyard', maxReceiveCount: 5}
    expect(
      plan({...oneSource, source: {...oneSource.source, attributes: attributes({redrivePolicy: policy})}}).engine,
    ).toBe('native')
  })
})

describe('what the plan holds', () => {
  test('by AWS, each to its own queue', () => {
    expect(plan(twoSources)).toMatchObject({
      source: {name: 'orders-dlq', arn: 'arn:aws:sqs:eu-west-1:111122223333:orders-dlq'},
      destination: null,
      destinations: [{name: 'orders'}, {name: 'previews'}],
      approximateNumberOfMessages: 40,
      concurrency: null,
      max: null,
      perSecond: null,
    })
  })

  test('by the client engine, each to its own queue', () => {
    expect(plan(twoSources, {max: 3})).toMatchObject({
      engine: 'client',
      destination: null,
      destinations: [{name: 'orders'}, {name: 'previews'}],
    })
  })

  test('by the client engine, to the one source', () => {
    expect(plan(oneSource, {engine: 'client', perSecond: 5, max: 3})).toMatchObject({
      destination: {name: 'orders'},
      concurrency: 128,
      max: 3,
      perSecond: 5,
    })
  })

  test('a named destination takes everything, and its size counts', () => {
    expect(plan({...twoSources, ...to('retry')}, {max: 1})).toMatchObject({
      destination: {name: 'retry'},
      destinations: [{name: 'retry'}],
    })
  })

  test('a FIFO queue has one worker whatever is asked', () => {
    expect(plan(fifo, {concurrency: 4})).toMatchObject({
      concurrency: 1,
      remarks: expect.arrayContaining([expect.stringMatching(/one worker/)]),
    })
  })

  test.each<[string, RedriveFacts, Partial<RedriveRequest>, string]>([
    [
      'a rate that messages do not live to see',
      oneSource,
      {engine: 'client', perSecond: 0.0002},
      'at this rate it takes about 200000 s, and the queue keeps messages for 345600 s: some may expire before their turn',
    ],
    [
      'someone else receives',
      {...oneSource, source: {...oneSource.source, attributes: attributes({approximateNumberOfMessagesNotVisible: 3})}},
      {},
      'about 3 messages are in flight: a consumer of orders-dlq has them, or had them and is gone',
    ],
    [
      'the way back',
      {
        ...oneSource,
        sources: [
          {
            queue: queue('orders'),
            attributes: attributes({redrivePolicy: {deadLetterTargetArn: queue('orders-dlq').arn, maxReceiveCount: 3}}),
          },
        ],
      },
      {},
      'orders sends what fails again back here after 3 receives',
    ],
    [
      'a stranger',
      {...oneSource, ...to('retry')},
      {},
      'retry is none of the queues that orders-dlq is the dead-letter queue of (orders)',
    ],
    [
      'several sources, one destination',
      {...twoSources, ...to('orders')},
      {},
      'every message goes to orders, whichever queue it came from (orders, previews)',
    ],
    [
      'blind to tasks',
      {...oneSource, tasks: {unreadable: 'AccessDenied'}},
      {},
      'whether a move task is running is not known: AccessDenied',
    ],
  ])('remarks: %s', (_name, facts, wishes, remark) => {
    expect(plan(facts, wishes).remarks).toContain(remark)
  })

  test('nothing to remark', () => {
    expect(plan(oneSource).remarks).toEqual([])
  })
})
