import {CreateQueueCommand} from '@aws-sdk/client-sqs'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {createAwsContext} from '../../../../src/lib/aws/connect.js'
import {outcomeOf} from '../../../../src/lib/aws/errors.js'
import type {LeanSqs} from '../../../../src/lib/aws/lean/lean-sqs.js'
import type {QueueRef} from '../../../../src/lib/queues/queue-ref.js'
import {queueRefOfUrl} from '../../../../src/lib/queues/queue-ref.js'
import type {Handle} from '../../../../src/lib/redrive/client/ports.js'
import {SqsDestination, SqsSource} from '../../../../src/lib/redrive/client/sqs-queues.js'
import type {FaultRule} from '../../../../src/sandbox/faults/rule.js'
import {startSandbox} from '../../../../src/sandbox/server.js'
import {failureOf} from '../../aws/connection.js'

const sandbox = await startSandbox()
const aws = createAwsContext({
  sandbox: true,
  readOnly: false,
  requestTimeoutMs: 300,
  env: {MSGOPS_SANDBOX_URL: sandbox.url},
})
const sqs = await aws.sqsLean({maxSockets: 4})
const slept: number[] = []
beforeEach(async () => {
  slept.length = 0
  await sandbox.reset()
})
afterAll(async () => {
  sqs.close()
  await sandbox.close()
})

/** Waits are written down and not waited for; each takes as long by this clock. */
const clock = {
  now: () => slept.reduce((sum, delayMs) => sum + delayMs, 0),
  sleep: async (delayMs: number) => {
    slept.push(delayMs)
    return Promise.resolve()
  },
}

async function createQueue(name: string): Promise<QueueRef> {
  const attributes: Record<string, string> = name.endsWith('.fifo') ? {FifoQueue: 'true'} : {}
  const {QueueUrl = ''} = await (
    await aws.sqs()
  ).send(new CreateQueueCommand({QueueName: name, Attributes: attributes}))
  return queueRefOfUrl(QueueUrl, 'us-east-1')
}

const sourceOf = (queue: QueueRef, lean: LeanSqs = sqs) => new SqsSource(lean, queue, {clock, random: () => 0.5})
const RECEIVE = {max: 10, waitSeconds: 0, visibilitySeconds: 60}

/** A queue with three messages, all of them received. */
async function held(): Promise<{source: SqsSource; handles: Handle[]}> {
  const queue = await createQueue('orders-dlq')
  const {Failed} = await new SqsDestination(sqs, queue).send(
    ['0', '1', '2'].map(Id => ({Id, MessageBody: `message ${Id}`})),
  )
  expect(Failed ?? []).toEqual([])
  const source = sourceOf(queue)
  const messages = await source.receive(RECEIVE)
  expect(messages).toHaveLength(3)
  sandbox.requests.clear()
  return {
    source,
    handles: messages.map(({MessageId = '', ReceiptHandle = ''}) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
    })),
  }
}

const outcomes = () => sandbox.requests.list().map(({action, outcome}) => `${action} ${outcome}`)
const PASSING: readonly Omit<FaultRule, 'action'>[] = [
  {kind: 'error'},
  {kind: 'error', applied: true},
  {kind: 'throttle'},
  {kind: 'reset-before'},
  {kind: 'reset-after'},
  {kind: 'half-reply'},
  {kind: 'hang', applied: true},
]
const OK = {ok: true}

describe('what takes effect only once however often it is asked', () => {
  const CALLS: [string, (source: SqsSource, handles: Handle[]) => Promise<unknown>, unknown, object][] = [
    [
      'DeleteMessageBatch',
      async (source, handles) => source.remove(handles),
      [OK, OK, OK],
      {visible: 0, inFlight: 0, delayed: 0},
    ],
    [
      'ChangeMessageVisibilityBatch',
      async (source, handles) => source.setVisibility(handles, 600),
      [OK, OK, OK],
      {visible: 0, inFlight: 3, delayed: 0},
    ],
    [
      'GetQueueAttributes',
      async source => source.depth(),
      {visible: 0, inFlight: 3, delayed: 0},
      {visible: 0, inFlight: 3, delayed: 0},
    ],
  ]

  for (const [action, call, result, left] of CALLS) {
    it.each(PASSING)(`${action} is asked again after %o`, async fault => {
      const {source, handles} = await held()
      sandbox.faults.add({...fault, action, times: 2})
      expect(await call(source, handles)).toEqual(result)
      expect(outcomes()).toEqual([`${action} fault:${fault.kind}`, `${action} fault:${fault.kind}`, `${action} ok`])
      expect(slept).toEqual(fault.kind === 'throttle' ? [500, 1000] : [50, 100])
      expect(await source.depth()).toEqual(left)
    })

    it(`${action} fails after three requests`, async () => {
      const {source, handles} = await held()
      sandbox.faults.add({kind: 'error', action})
      expect(await failureOf(call(source, handles))).toMatchObject({code: 'InternalFailure', exitCode: 6})
      expect(outcomes()).toHaveLength(3)
    })

    it.each([
      ['access-denied', 'AccessDenied'],
      ['expired-token', 'ExpiredToken'],
    ] as const)(`${action} is not asked again after %s`, async (kind, code) => {
      const {source, handles} = await held()
      sandbox.faults.add({kind, action})
      expect(await failureOf(call(source, handles))).toMatchObject({code, exitCode: 4})
      expect(outcomes()).toEqual([`${action} fault:${kind}`])
    })
  }

  it('is not asked again when ten seconds have passed', async () => {
    const {source, handles} = await held()
    sandbox.faults.add({kind: 'error', action: 'DeleteMessageBatch'})
    const late = {now: () => clock.now() * 1000, sleep: clock.sleep}
    const impatient = new SqsSource(sqs, await createQueue('orders-dlq'), {clock: late, random: () => 0.5})
    expect(await failureOf(impatient.remove(handles))).toMatchObject({code: 'InternalFailure'})
    expect(outcomes().filter(outcome => outcome.startsWith('DeleteMessageBatch'))).toHaveLength(1)
    expect(await source.depth()).toMatchObject({inFlight: 3})
  })

  it('tells the result of each entry, of which one may fail', async () => {
    const {source, handles} = await held()
    sandbox.faults.add({kind: 'partial-batch', action: 'DeleteMessageBatch', entries: [1], times: 1})
    expect(await source.remove(handles)).toEqual([
      OK,
      {ok: false, code: 'InternalError', message: 'An internal error occurred.', senderFault: false},
      OK,
    ])
    expect(outcomes()).toEqual(['DeleteMessageBatch fault:partial-batch'])
    expect(await source.depth()).toEqual({visible: 0, inFlight: 1, delayed: 0})
  })
})

describe('a receive', () => {
  it.each(PASSING)('is never repeated: %o', async fault => {
    const source = sourceOf(await createQueue('orders-dlq'))
    sandbox.requests.clear()
    sandbox.faults.add({...fault, action: 'ReceiveMessage'})
    await failureOf(source.receive(RECEIVE))
    expect(outcomes()).toEqual([`ReceiveMessage fault:${fault.kind}`])
  })

  /** What a FIFO queue's source asks with, each time. */
  function recorded(queue: QueueRef) {
    const ids: (string | undefined)[] = []
    const source = sourceOf(queue, {
      ...sqs,
      receiveMessage: async input => {
        ids.push(input.ReceiveRequestAttemptId)
        return sqs.receiveMessage(input)
      },
    })
    return {source, ids}
  }

  it('of a FIFO queue whose answer was lost is asked for by its id, and gives the same messages', async () => {
    const queue = await createQueue('orders-dlq.fifo')
    await new SqsDestination(sqs, queue).send([
      {Id: '0', MessageBody: 'first', MessageGroupId: 'a', MessageDeduplicationId: '0'},
      {Id: '1', MessageBody: 'second', MessageGroupId: 'a', MessageDeduplicationId: '1'},
    ])
    const {source, ids} = recorded(queue)
    sandbox.faults.add({kind: 'reset-after', action: 'ReceiveMessage', times: 1})
    expect(outcomeOf(await failureOf(source.receive(RECEIVE)))).toBe('unknown')
    expect((await source.receive(RECEIVE)).map(({Body}) => Body)).toEqual(['first', 'second'])
    expect(ids[0]).toMatch(/^[\da-f-]{36}$/)
    expect(ids[1]).toBe(ids[0])
    await source.receive(RECEIVE)
    expect(ids[2]).not.toBe(ids[0])
  })

  it('of a FIFO queue that was refused is asked for anew', async () => {
    const {source, ids} = recorded(await createQueue('orders-dlq.fifo'))
    sandbox.faults.add({kind: 'throttle', action: 'ReceiveMessage', times: 1})
    await failureOf(source.receive(RECEIVE))
    await source.receive(RECEIVE)
    expect(new Set(ids).size).toBe(2)
  })

  it('of a standard queue has no attempt id', async () => {
    const {source, ids} = recorded(await createQueue('orders-dlq'))
    await source.receive(RECEIVE)
    expect(ids).toEqual([undefined])
  })
})

describe('a send', () => {
  it.each(PASSING)('is never repeated: %o', async fault => {
    const destination = new SqsDestination(sqs, await createQueue('orders'))
    sandbox.requests.clear()
    sandbox.faults.add({...fault, action: 'SendMessageBatch'})
    await failureOf(destination.send([{Id: '0', MessageBody: 'message'}]))
    expect(outcomes()).toEqual([`SendMessageBatch fault:${fault.kind}`])
  })

  it('answers as SQS does, failures of entries included', async () => {
    const destination = new SqsDestination(sqs, await createQueue('orders'))
    sandbox.faults.add({kind: 'partial-batch', action: 'SendMessageBatch', entries: [0], times: 1})
    const {Successful, Failed} = await destination.send([
      {Id: '0', MessageBody: 'message'},
      {Id: '1', MessageBody: 'message'},
    ])
    expect(Successful).toMatchObject([{Id: '1', MD5OfMessageBody: '78e731027d8fd50ed642340b7c9a63b3'}])
    expect(Failed).toMatchObject([{Id: '0', Code: 'InternalError', SenderFault: false}])
  })
})

describe('the counters of a queue', () => {
  it.each([
    ['absent', {}],
    ['no number', {ApproximateNumberOfMessages: '', ApproximateNumberOfMessagesNotVisible: 'none'}],
  ])('that are %s do not read as zero', async (_what, attributes) => {
    const queue = await createQueue('orders-dlq')
    const source = sourceOf(queue, {
      ...sqs,
      getQueueAttributes: async () =>
        Promise.resolve({Attributes: {ApproximateNumberOfMessagesDelayed: '0', ...attributes}}),
    })
    expect(await source.depth()).toEqual({visible: Number.NaN, inFlight: Number.NaN, delayed: 0})
  })
})
