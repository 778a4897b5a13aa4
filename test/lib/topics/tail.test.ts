import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import {OpsError} from '../../../src/lib/ops-error.js'
import {leftBehindWarnings} from '../../../src/lib/topics/left-behind.js'
import type {TailEvent, TailLeft, TailOptions} from '../../../src/lib/topics/tail/tail-topic.js'
import {tailTopic} from '../../../src/lib/topics/tail/tail-topic.js'
import {topicRefOfArn} from '../../../src/lib/topics/topic-ref.js'
import {startSandbox} from '../../../src/sandbox/server.js'
import {operations, sqsOf} from '../../harness/cli.js'
import {TOPIC_ARN, snsOf} from '../../harness/sns.js'

const sandbox = await startSandbox()
const sqs = sqsOf(sandbox)
const sns = snsOf(sandbox)
const aws = createAwsContext({sandbox: true, readOnly: false, env: {MSGOPS_SANDBOX_URL: sandbox.url}})
const ARN = `${TOPIC_ARN}orders`

beforeEach(async () => {
  await sandbox.reset({seed: false})
  await sns.createTopic({Name: 'orders'})
})
afterAll(() => sandbox.close())

interface Told {
  readonly events: readonly TailEvent[]
  readonly error: unknown
  readonly leftBehind: readonly TailLeft[]
}

/** A tail that polls without waiting and looks after every empty answer; `act` is called on each of its events. */
async function tail(act: (event: TailEvent) => unknown, options: Partial<TailOptions> = {}): Promise<Told> {
  const events: TailEvent[] = []
  const leftBehind: TailLeft[] = []
  const {signal = new AbortController().signal} = options
  const run = tailTopic(aws, topicRefOfArn(ARN), {
    raw: false,
    signal,
    pollSeconds: 0,
    checkAfterMs: 0,
    pause: () => Promise.resolve(),
    onLeftBehind: left => leftBehind.push(...left),
    ...options,
  })
  try {
    for await (const event of run) {
      events.push(event)
      await act(event)
    }
    return {events, error: undefined, leftBehind}
  } catch (error) {
    return {events, error, leftBehind}
  }
}

const told = ({error}: Told) =>
  error instanceof OpsError
    ? {code: error.code, exitCode: error.exitCode, message: error.message.replace(/[0-9a-f]{8}/, 'X')}
    : error

async function left() {
  const {QueueUrls = []} = await sqs.listQueues({QueueNamePrefix: 'msgops-tail-'})
  const {Subscriptions = []} = await sns.listSubscriptions({})
  return {queues: QueueUrls.length, subscriptions: Subscriptions.length}
}
const NOTHING = {queues: 0, subscriptions: 0}

async function deleteQueue(name: string): Promise<void> {
  const {QueueUrl} = await sqs.getQueueUrl({QueueName: name})
  await sqs.deleteQueue({QueueUrl})
}

describe('a tail of which somebody deletes', () => {
  it('the queue ends with exit 5, and removes the subscription', async () => {
    const run = await tail(async event => {
      if (event.event === 'listening') await sns.publish({TopicArn: ARN, Message: 'one'})
      if (event.event === 'message') await deleteQueue((await queueName()) ?? '')
    })
    expect(told(run)).toEqual({
      code: 'QueueDoesNotExist',
      exitCode: 5,
      message:
        'The queue msgops-tail-orders-X of the tail was deleted by somebody else, after 1 message. Its subscription is removed.',
    })
    expect(await left()).toEqual(NOTHING)
  })

  it('the subscription ends with exit 5, and removes the queue', async () => {
    const run = await tail(async event => {
      if (event.event === 'listening') await sns.unsubscribe({SubscriptionArn: event.subscriptionArn})
    })
    expect(told(run)).toEqual({
      code: 'SubscriptionDoesNotExist',
      exitCode: 5,
      message:
        'The subscription of the tail to orders was deleted by somebody else, after 0 messages. Its queue is removed.',
    })
    expect(await left()).toEqual(NOTHING)
  })

  it('the topic ends with exit 5, and removes the rest', async () => {
    const run = await tail(async event => {
      if (event.event === 'listening') await sns.deleteTopic({TopicArn: ARN})
    })
    expect(told(run)).toEqual({
      code: 'TopicDoesNotExist',
      exitCode: 5,
      message:
        'The topic orders was deleted by somebody else, after 0 messages. Its queue and its subscription are removed.',
    })
    expect(await left()).toEqual(NOTHING)
  })

  it('a part says so where the rest cannot be removed', async () => {
    const run = await tail(async event => {
      if (event.event !== 'listening') return
      sandbox.faults.add({kind: 'access-denied', action: 'DeleteQueue'})
      await sns.unsubscribe({SubscriptionArn: event.subscriptionArn})
    })
    expect(told(run)).toMatchObject({
      exitCode: 5,
      message: expect.stringContaining('Not all of the rest could be removed'),
    })
    expect(run.leftBehind).toMatchObject([{what: 'queue'}])
    expect(await left()).toEqual({queues: 1, subscriptions: 0})
  })
})

describe('a tail that looks whether anything can still arrive', () => {
  const done = () =>
    operations(sandbox).filter(action => /^(ReceiveMessage|Get(Topic|Subscription)Attributes)$/.test(action))
  const polls = () => done().filter(action => action === 'ReceiveMessage').length
  /** A tail whose polls take 20 seconds each of its clock, ended after so many. */
  const polling = async (times: number, act: (event: TailEvent) => unknown = () => undefined) => {
    const ending = new AbortController()
    const now = () => {
      if (polls() >= times) ending.abort()
      return polls() * 20_000
    }
    return tail(act, {signal: ending.signal, checkAfterMs: 30_000, now})
  }

  it('does so after every second poll that brings nothing, in two reads', async () => {
    await polling(5)
    expect(done()).toEqual([
      ...['ReceiveMessage', 'ReceiveMessage', 'GetTopicAttributes', 'GetSubscriptionAttributes'],
      ...['ReceiveMessage', 'ReceiveMessage', 'GetTopicAttributes', 'GetSubscriptionAttributes'],
      'ReceiveMessage',
    ])
  })

  it('does not while messages arrive, and counts from the last one', async () => {
    await polling(3, async ({event}) => {
      if (event === 'listening') await sns.publish({TopicArn: ARN, Message: 'one'})
    })
    expect(done()).toEqual(['ReceiveMessage', 'ReceiveMessage', 'ReceiveMessage'])
  })

  it('says once what it may not look at, and goes on with the other', async () => {
    sandbox.faults.add({kind: 'error', action: 'GetTopicAttributes', code: 'AuthorizationError', status: 403})
    const {events, error} = await polling(7)
    expect(error).toBeUndefined()
    expect(events.map(({event}) => event)).toEqual(['listening', 'unwatched', 'ended'])
    expect(done().filter(action => action !== 'ReceiveMessage')).toEqual([
      'GetTopicAttributes',
      'GetSubscriptionAttributes',
      'GetSubscriptionAttributes',
    ])
  })

  it('takes no other failure for an answer', async () => {
    sandbox.faults.add({kind: 'error', action: 'GetTopicAttributes', code: 'InvalidParameter', status: 400})
    sandbox.faults.add({kind: 'error', action: 'GetSubscriptionAttributes', code: 'InvalidParameter', status: 400})
    const {events} = await polling(4)
    expect(events.map(({event}) => event)).toEqual(['listening', 'ended'])
  })

  it('gives a queue that was made a moment ago the time to be known', async () => {
    const notYet = {kind: 'error', action: 'ReceiveMessage', code: 'QueueDoesNotExist', status: 400} as const
    sandbox.faults.add({...notYet, times: 3})
    expect((await polling(5)).error).toBeUndefined()
    sandbox.faults.add({...notYet, times: 4})
    expect(told(await tail(() => undefined))).toMatchObject({code: 'QueueDoesNotExist', exitCode: 5})
    expect(await left()).toEqual(NOTHING)
  })
})

describe('a tail in trouble that passes', () => {
  const failing = {kind: 'error', code: 'InternalError', status: 500} as const
  /** Two messages, one after the other. */
  const two = async () => {
    const run = await tail(
      async event => {
        if (event.event === 'listening') await sns.publish({TopicArn: ARN, Message: 'one'})
        if (event.event === 'message') await sns.publish({TopicArn: ARN, Message: 'two'})
      },
      {max: 2},
    )
    return {...run, kinds: run.events.map(({event}) => event)}
  }

  it('goes on when a message cannot be deleted, and ends when it may not be', async () => {
    sandbox.faults.add({...failing, action: 'DeleteMessageBatch'})
    expect((await two()).kinds).toEqual(['listening', 'message', 'message', 'ended'])
    sandbox.faults.clear()
    sandbox.faults.add({kind: 'access-denied', action: 'DeleteMessageBatch'})
    expect(told(await two())).toMatchObject({exitCode: 4})
    expect(await left()).toEqual(NOTHING)
  })

  it('does not delete the last message, whose queue goes next', async () => {
    await tail(({event}) => event === 'listening' && sns.publish({TopicArn: ARN, Message: 'one'}), {max: 1})
    expect(operations(sandbox)).not.toContain('DeleteMessageBatch')
  })

  it('is patient where SNS throttles', async () => {
    sandbox.faults.add({kind: 'throttle', action: 'Unsubscribe', times: 4})
    expect((await two()).events.at(-1)).toMatchObject({event: 'ended', leftBehind: []})
    expect(await left()).toEqual(NOTHING)
  })

  it('says that something may still be there when the answer was lost', async () => {
    sandbox.faults.add({kind: 'reset-after', action: 'DeleteQueue'})
    const [ended] = (await two()).events.slice(-1)
    const leftBehind = ended?.event === 'ended' ? ended.leftBehind : []
    expect(leftBehindWarnings(leftBehind, 'msgops topic tail --clean-up')[0]).toMatch(
      /^The temporary queue msgops-tail-orders-\w{8} may still be there: /,
    )
  })
})

describe('the lease of a tail', () => {
  const failing = {kind: 'error', action: 'TagQueue', code: 'InternalError', status: 500} as const
  const START = Date.parse('2026-11-21T12:00:00.000Z')
  const expires = async () => {
    const {QueueUrl} = await sqs.getQueueUrl({QueueName: (await queueName()) ?? ''})
    return (await sqs.listQueueTags({QueueUrl})).Tags?.['msgops:expires']
  }
  /** A tail whose reader holds the one message; `act` sets the clock, in minutes, and lets the timer run. */
  const held = async (act: (at: (minute: number) => Promise<string | undefined>) => Promise<unknown>) => {
    let now = START
    let timers = 0
    let acted = false
    let tick = (): Promise<void> => Promise.resolve()
    const every = (run: () => Promise<void>) => {
      timers++
      tick = run
      return () => timers--
    }
    const at = async (minute: number) => {
      now = START + minute * 60_000
      await tick()
      return expires()
    }
    const run = await tail(
      async ({event}) => {
        if (event === 'listening') await sns.publish({TopicArn: ARN, Message: 'one'})
        if (event === 'message' && !acted) {
          acted = true
          await act(at)
        }
      },
      {max: 2, now: () => now, every},
    )
    return {...run, timers}
  }

  it('is renewed by the clock, also while its reader takes nothing, until the tail ends', async () => {
    const {error, timers} = await held(async at => {
      expect(await at(14)).toBe('2026-11-21T13:00:00.000Z')
      expect(await at(15)).toBe('2026-11-21T13:15:00.000Z')
      expect(await at(29)).toBe('2026-11-21T13:15:00.000Z')
      expect(await at(90)).toBe('2026-11-21T14:30:00.000Z')
      await sns.publish({TopicArn: ARN, Message: 'two'})
    })
    expect({error, timers}).toEqual({error: undefined, timers: 0})
  })

  it('is renewed later where that failed, and ends the tail where it is not allowed', async () => {
    const later = await held(async at => {
      sandbox.faults.add(failing)
      expect(await at(15)).toBe('2026-11-21T13:00:00.000Z')
      sandbox.faults.clear()
      expect(await at(16)).toBe('2026-11-21T13:16:00.000Z')
      await sns.publish({TopicArn: ARN, Message: 'two'})
    })
    expect(later.error).toBeUndefined()
    const denied = await held(async at => {
      sandbox.faults.add({kind: 'access-denied', action: 'TagQueue'})
      await at(15)
    })
    expect(told(denied)).toMatchObject({exitCode: 4})
    expect(await left()).toEqual(NOTHING)
  })
})

async function queueName(): Promise<string | undefined> {
  const {QueueUrls = []} = await sqs.listQueues({QueueNamePrefix: 'msgops-tail-'})
  return QueueUrls[0]?.split('/').at(-1)
}
