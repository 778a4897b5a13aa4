import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {AwsOpsError} from '../../../../src/lib/aws/errors.js'
import {md5OfBody} from '../../../../src/lib/messages/digest.js'
import {ExitCode, OpsError} from '../../../../src/lib/ops-error.js'
import {backoffMs} from '../../../../src/lib/redrive/client/backoff.js'
import {Channel} from '../../../../src/lib/redrive/client/channel.js'
import {failureOf, outcomesOf} from '../../../../src/lib/redrive/client/classify.js'
import {Ledger} from '../../../../src/lib/redrive/client/ledger.js'
import {packBatches, roundsByGroup, toOutgoing, type Outgoing} from '../../../../src/lib/redrive/client/outgoing.js'
import {resultsOf} from '../../../../src/lib/redrive/client/sqs-queues.js'
import {StopRule} from '../../../../src/lib/redrive/client/stop-rule.js'
import {systemClock} from '../../../../src/lib/redrive/client/system-clock.js'
import {failure} from './model-queues.js'

const ROUTE = {
  arn: 'arn:aws:sqs:us-east-1:000000000000:orders',
  queue: {send: () => Promise.reject(new Error('sends nothing'))},
  maximumBytes: 1_048_576,
}
const received = (MessageId: string) => ({MessageId, ReceiptHandle: `handle of ${MessageId}`})
const SOURCE = 'arn:aws:sqs:us-east-1:000000000000:orders-dlq'

function outgoing(id: string, {bytes, groupId}: {bytes?: number; groupId?: string} = {}): Outgoing {
  const made = toOutgoing(
    {MessageId: id, Body: id, Attributes: {...(groupId === undefined ? {} : {MessageGroupId: groupId})}},
    {fifo: false, sourceArn: SOURCE, route: ROUTE, original: received(id)},
  )
  return bytes === undefined ? made : {...made, bytes}
}

describe('the outcome of each message of a send', () => {
  const batch = [outgoing('a'), outgoing('b')]
  const ok = (id: string, body: string) => ({Id: id, MessageId: `new-${body}`, MD5OfMessageBody: md5OfBody(body)})

  test('taken and verified', () => {
    expect(outcomesOf(batch, {Successful: [ok('1', 'b'), ok('0', 'a')]})).toEqual([
      {state: 'sent', newMessageId: 'new-a'},
      {state: 'sent', newMessageId: 'new-b'},
    ])
  })

  test.each([
    ['a sender fault is final', {Code: 'InvalidMessageContents', Message: 'bad', SenderFault: true}, 'never'],
    ['a fault of SQS passes', {Code: 'InternalError', SenderFault: false}, 'passing'],
    ['throttling says nothing of the message', {Code: 'RequestThrottled', SenderFault: true}, 'throttled'],
    ['throttling by its older name', {Code: 'AWS.SimpleQueueService.Throttling', SenderFault: true}, 'throttled'],
  ])('refused: %s', (_name, failed, retry) => {
    expect(outcomesOf(batch, {Successful: [ok('0', 'a')], Failed: [{Id: '1', ...failed}]})[1]).toMatchObject({
      state: 'rejected',
      code: failed.Code,
      retry,
    })
  })

  test.each([
    ['named nowhere', {}],
    [
      'named on both sides',
      {Successful: [ok('0', 'a')], Failed: [{Id: '0', Code: 'InternalError', SenderFault: false}]},
    ],
    ['named twice', {Successful: [ok('0', 'a'), ok('0', 'a')]}],
    ['another id', {Successful: [ok('00', 'a')]}],
  ])('%s: unknown', (_name, reply) => {
    expect(outcomesOf(batch, reply)[0]).toMatchObject({state: 'unknown', code: 'NoAnswer'})
  })

  test.each([
    ['the digest of another body', {MD5OfMessageBody: md5OfBody('x')}],
    ['no digest', {MD5OfMessageBody: undefined}],
    ['a digest of attributes that were not sent', {MD5OfMessageAttributes: md5OfBody('x')}],
    ['a digest of system attributes that were not sent', {MD5OfMessageSystemAttributes: md5OfBody('x')}],
    ['no MessageId', {MessageId: undefined}],
  ])('%s: unverified', (_name, change) => {
    expect(outcomesOf(batch, {Successful: [{...ok('0', 'a'), ...change}]})[0]).toMatchObject({state: 'unverified'})
  })
})

describe('an error that a request threw', () => {
  test.each([
    ['a lost connection', failure('ConnectionLost', 'unknown'), 'unknown'],
    ['a 500', failure('InternalFailure', 'unknown'), 'unknown'],
    ['throttling', failure('RequestThrottled', 'rejected'), 'throttled'],
    ['throttling of KMS', failure('KmsThrottled', 'rejected'), 'throttled'],
    [
      'a 429 of an unknown name',
      new AwsOpsError('x', {
        code: 'Whatever',
        exitCode: ExitCode.unreachable,
        action: 'SendMessageBatch',
        resource: undefined,
        httpStatus: 429,
        outcome: 'rejected',
      }),
      'throttled',
    ],
    ['nothing listens', failure('ConnectionRefused', 'not-sent'), 'unreachable'],
    ['no credentials', failure('CredentialsMissing', 'not-sent', ExitCode.denied), 'fatal'],
    ['read-only', new OpsError('x', {code: 'ReadOnly', exitCode: ExitCode.refused}), 'fatal'],
    ['access denied', failure('AccessDenied', 'rejected', ExitCode.denied), 'fatal'],
    ['no such queue', failure('QueueDoesNotExist', 'rejected', ExitCode.notFound), 'fatal'],
    ['KMS key disabled', failure('KmsDisabled', 'rejected', ExitCode.failed), 'fatal'],
    ['a bad request', failure('InvalidParameterValue', 'rejected', ExitCode.failed), 'refused'],
    ['something unheard of', new TypeError('x'), 'unknown'],
  ])('%s', (_name, error, kind) => {
    expect(failureOf(error).kind).toBe(kind)
  })
})

describe('batches', () => {
  test('at most ten messages and 1 MiB, in order, none left out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 1, max: 1_048_576}), {maxLength: 60}), sizes => {
        const messages = sizes.map((bytes, index) => outgoing(`m${index}`, {bytes}))
        const batches = packBatches(messages)
        expect(batches.flat()).toEqual(messages)
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0)
          expect(batch.length).toBeLessThanOrEqual(10)
          expect(batch.reduce((sum, {bytes}) => sum + bytes, 0)).toBeLessThanOrEqual(1_048_576)
        }
      }),
    )
  })

  test('exactly 1 MiB fits', () => {
    expect(
      packBatches([outgoing('a', {bytes: 524_288}), outgoing('b', {bytes: 524_288}), outgoing('c', {bytes: 1})]).map(
        batch => batch.length,
      ),
    ).toEqual([2, 1])
  })

  test('rounds hold one message of a group at most, each group in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 20}), groups => {
        const messages = groups.map((groupId, index) => outgoing(`m${index}`, {groupId}))
        const rounds = roundsByGroup(messages)
        for (const round of rounds) expect(new Set(round.map(({groupId}) => groupId)).size).toBe(round.length)
        for (const group of ['a', 'b', 'c']) {
          expect(rounds.flat().filter(({groupId}) => groupId === group)).toEqual(
            messages.filter(({groupId}) => groupId === group),
          )
        }
        expect(rounds.flat()).toHaveLength(messages.length)
      }),
    )
  })
})

test('list values, which SQS gives and refuses, are not sent on', () => {
  const {entry} = toOutgoing(
    {
      MessageId: 'm',
      Body: 'b',
      MessageAttributes: {a: {DataType: 'String', StringValue: 'x', StringListValues: [], BinaryListValues: []}},
    },
    {fifo: false, sourceArn: SOURCE, route: ROUTE, original: received('m')},
  )
  expect(entry).toEqual({MessageBody: 'b', MessageAttributes: {a: {DataType: 'String', StringValue: 'x'}}})
})

test('an attribute called __proto__ is an attribute', () => {
  const MessageAttributes = JSON.parse('{"__proto__": {"DataType": "String", "StringValue": "x"}}') as Record<
    string,
    {DataType: string}
  >
  const {entry} = toOutgoing(
    {MessageId: 'm', Body: 'b', MessageAttributes},
    {fifo: false, sourceArn: SOURCE, route: ROUTE, original: received('m')},
  )
  expect(Object.keys(entry.MessageAttributes ?? {})).toEqual(['__proto__'])
})

describe('results of a batch of handles', () => {
  const handles = ['a', 'b'].map(messageId => ({messageId, receiptHandle: messageId}))

  test('by position; what is not named is not done; a failure outweighs a success', () => {
    expect(resultsOf(handles, {Successful: [{Id: '1'}]})).toEqual([
      {ok: false, code: 'NoAnswer', message: 'the answer does not name the message', senderFault: false},
      {ok: true},
    ])
    expect(
      resultsOf(handles, {
        Successful: [{Id: '0'}, {Id: '1'}],
        Failed: [{Id: '0', Code: 'X', Message: 'y', SenderFault: true}],
      })[0],
    ).toEqual({
      ok: false,
      code: 'X',
      message: 'y',
      senderFault: true,
    })
  })
})

describe('when an empty queue is believed', () => {
  const zero = {visible: 0, inFlight: 0, delayed: 0}
  const judge = (rule: StopRule, nowMs: number, depth = zero, heldByUs = 0, heldBlocks = false) =>
    rule.judge({nowMs, depth, heldByUs, heldBlocks})

  test('two empty polls with the counters at zero', () => {
    const rule = new StopRule(0)
    expect(judge(rule, 1000)).toBe('poll-again')
    expect(judge(rule, 2000)).toBe('empty')
  })

  test('counters that are not at zero start the count anew', () => {
    const rule = new StopRule(0)
    judge(rule, 1000)
    expect(judge(rule, 2000, {...zero, visible: 1})).toBe('poll-again')
    expect(judge(rule, 3000)).toBe('poll-again')
    expect(judge(rule, 4000)).toBe('empty')
  })

  test('what we hold ourselves does not count as in flight', () => {
    const rule = new StopRule(0)
    judge(rule, 1000, {...zero, inFlight: 3}, 3)
    expect(judge(rule, 2000, {...zero, inFlight: 3}, 3)).toBe('empty')
  })

  test('after a lost receive not before its visibility has ended', () => {
    const rule = new StopRule(0)
    rule.expectReturn(1000)
    for (const nowMs of [2000, 30_000, 65_999]) expect(judge(rule, nowMs)).toBe('poll-again')
    expect(judge(rule, 66_000)).toBe('empty')
  })

  test('patience with others counts from the last message that came', () => {
    const rule = new StopRule(0)
    const elsewhere = {...zero, inFlight: 1}
    rule.received(10_000)
    expect(judge(rule, 99_999, elsewhere)).toBe('poll-again')
    expect(judge(rule, 100_000, elsewhere)).toBe('others-hold-the-rest')
  })

  test('a counter that cannot be read is no zero', () => {
    const rule = new StopRule(0)
    for (const nowMs of [1000, 2000, 3000])
      expect(judge(rule, nowMs, {...zero, visible: Number.NaN})).toBe('poll-again')
  })

  test('messages behind held ones of their group are not waited for', () => {
    const rule = new StopRule(0)
    const behind = {...zero, visible: 5, inFlight: 1}
    for (const nowMs of [1000, 2000, 3000]) expect(judge(rule, nowMs, behind, 1, true)).toBe('poll-again')
    expect(judge(rule, 4000, behind, 1, true)).toBe('behind-held-messages')
  })
})

describe('the ledger', () => {
  test('holds a message by the newest handle it was received with', () => {
    const ledger = new Ledger()
    ledger.hold('a', 'old')
    ledger.hold('a', 'new')
    expect([ledger.handle('a'), ledger.heldCount]).toEqual(['new', 1])
  })

  test('an intent of an earlier run is an unknown outcome, a rejection is forgotten', () => {
    const known = (['intent', 'unknown', 'rejected', 'sent', 'deleted', 'discarded'] as const).map(state => ({
      messageId: state,
      state,
    }))
    const states = (ledger: Ledger) => known.map(({messageId}) => ledger.state(messageId))
    const rest = [undefined, 'sent', 'deleted', 'discarded']
    expect(states(new Ledger(known, {onUnknown: 'hold'}))).toEqual(['unknown', 'unknown', ...rest])
    expect(states(new Ledger(known, {onUnknown: 'resend'}))).toEqual(['unresolved', 'unresolved', ...rest])
  })

  test('a message that is lost is as one never seen, and may be known again', () => {
    const ledger = new Ledger()
    ledger.set('a', 'held')
    ledger.hold('a', 'handle')
    ledger.lose('a')
    expect([ledger.state('a'), ledger.heldCount]).toEqual([undefined, 0])
    ledger.set('a', 'received')
    expect(ledger.state('a')).toBe('received')
  })

  test('a MessageId that is known already is a swallowed send', () => {
    const ledger = new Ledger()
    ledger.set('a', 'intent')
    expect(ledger.isSwallowed('a', 'copy')).toBe(false)
    expect(ledger.isSwallowed('b', 'copy')).toBe(true)
    expect(ledger.isSwallowed('b', 'a')).toBe(true)
    expect(ledger.isSwallowed('b', 'b')).toBe(true)
  })
})

test('backoff doubles to its cap, from a second where it was throttled, and takes a random share', () => {
  const most = () => 0.999_999
  expect([0, 1, 2, 3, 30].map(attempt => backoffMs(attempt, most))).toEqual([100, 200, 400, 800, 20_000])
  expect([0, 1, 5].map(attempt => backoffMs(attempt, most, {throttled: true}))).toEqual([1000, 2000, 20_000])
  expect(backoffMs(3, () => 0)).toBe(0)
})

describe('the clock of the machine', () => {
  test('counts what a sleeping laptop slept, and never runs back', () => {
    let [wallMs, monotonicMs] = [1_000_000, 500]
    const clock = systemClock(
      () => wallMs,
      () => monotonicMs,
    )
    monotonicMs += 100
    wallMs += 100
    expect(clock.now()).toBe(100)
    wallMs += 3_600_000
    expect(clock.now()).toBe(3_600_100)
    wallMs -= 7_200_000
    monotonicMs += 50
    expect(clock.now()).toBe(3_600_100)
  })

  test('a sleep ends at once when the signal is aborted, before or during it', async () => {
    const clock = systemClock()
    const controller = new AbortController()
    const sleeping = clock.sleep(3_600_000, controller.signal)
    controller.abort()
    await sleeping
    await clock.sleep(3_600_000, controller.signal)
  })
})

describe('the channel', () => {
  test('keeps the order and holds writers back while the reader is behind', async () => {
    const channel = new Channel<number>(2)
    const written: number[] = []
    const writing = (async () => {
      for (let item = 0; item < 6; item++) {
        await channel.room()
        written.push(item)
        channel.put(item)
      }
      channel.close()
    })()
    await new Promise(resolve => setImmediate(resolve))
    expect(written).toEqual([0, 1])
    const read: number[] = []
    for await (const item of channel.read()) read.push(item)
    await writing
    expect(read).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('a reader that leaves lets the writers go on', async () => {
    const channel = new Channel<number>(1)
    channel.put(1)
    const reading = channel.read()
    await reading.next()
    await reading.return(undefined)
    channel.put(2)
    await channel.room()
  })
})
