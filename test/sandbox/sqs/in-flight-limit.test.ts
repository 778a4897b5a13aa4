import {beforeEach, describe, expect, it} from 'vitest'
import {receiveMessage} from '../../../src/sandbox/sqs/actions/receive.js'
import {StoredMessage} from '../../../src/sandbox/sqs/message.js'
import {Queue} from '../../../src/sandbox/sqs/queue.js'
import {defaultSettings} from '../../../src/sandbox/sqs/queue-settings.js'
import {Quirks} from '../../../src/sandbox/sqs/quirks.js'
import {World} from '../../../src/sandbox/sqs/store.js'
import {ACCOUNT, HandClock, REGION, type Received} from './local-sqs.js'

const CONTENT = {
  body: 'x',
  bodyMd5: '9dd4e461268c8034f5c8564e155c67a6',
  attributes: undefined,
  attributesMd5: undefined,
  traceHeader: undefined,
  senderId: 'sender',
  size: 1,
}

let clock: HandClock
let world: World
beforeEach(() => {
  clock = new HandClock()
  world = new World(clock)
})

/** A queue of 120,010 messages of which 119,995 are in flight; without the requests that would take. */
function nearlyFull(fifo: boolean): Queue {
  const queue = new Queue(ACCOUNT, REGION, fifo ? 'q.fifo' : 'q', defaultSettings(fifo), clock.now(), clock)
  world.store(ACCOUNT, REGION).queues.set(queue.name, queue)
  for (let index = 0; index < 120_010; index += 1) {
    const content = {...CONTENT, groupId: fifo ? `g${index}` : undefined}
    const message = new StoredMessage(content, `id-${index}`, clock.now(), clock.now(), undefined, undefined)
    queue.add(message, clock.now(), clock.now())
  }
  queue.receive(119_995, 600_000, clock.now(), () => false)
  return queue
}

async function receive(queue: Queue, input: Record<string, unknown> = {}): Promise<number> {
  const request = {
    account: ACCOUNT,
    region: REGION,
    accessKeyId: 'sandbox',
    action: 'ReceiveMessage',
    input: {QueueUrl: queue.name, MaxNumberOfMessages: 10, ...input},
    requestId: 'request-1',
    origin: 'http://127.0.0.1:4747',
    signal: new AbortController().signal,
  }
  const store = world.store(ACCOUNT, REGION)
  const output = await receiveMessage({
    request,
    input: request.input,
    store,
    world,
    quirks: new Quirks(),
    nowMs: clock.now(),
  })
  return ((output.Messages ?? []) as readonly Received[]).length
}

const overLimit = {code: 'OverLimit', options: {queryCode: 'OverLimit', status: 403}}

describe('120,000 messages in flight', () => {
  it('a standard queue refuses a short poll for more, a long poll finds nothing, and a delete makes room', async () => {
    const queue = nearlyFull(false)
    const [first] = queue.receive(1, 600_000, clock.now(), () => false)
    expect(await receive(queue)).toBe(4)
    await expect(receive(queue)).rejects.toMatchObject(overLimit)
    const waiting = receive(queue, {WaitTimeSeconds: 1})
    clock.advance(1000)
    expect(await waiting).toBe(0)
    if (first !== undefined) queue.remove(first)
    expect(await receive(queue)).toBe(1)
    await expect(receive(queue)).rejects.toMatchObject(overLimit)
  })

  it('a FIFO queue says nothing and gives nothing', async () => {
    const queue = nearlyFull(true)
    expect(await receive(queue)).toBe(5)
    expect(await receive(queue)).toBe(0)
    clock.advance(600_000)
    expect(await receive(queue)).toBe(10)
  })
})
