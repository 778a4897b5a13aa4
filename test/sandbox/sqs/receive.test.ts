import {beforeEach, describe, expect, it} from 'vitest'
import {EVERYTHING, invalid, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('orders')
})

const string = (StringValue: string) => ({DataType: 'String', StringValue})

describe('ReceiveMessage', () => {
  it('gives one message unless asked for more, at most ten', async () => {
    for (let index = 0; index < 12; index += 1) await sqs.send(url, `m${index}`)
    expect(await sqs.receive(url)).toHaveLength(1)
    expect(await sqs.receive(url, {MaxNumberOfMessages: 10})).toHaveLength(10)
    expect(await sqs.receive(url, {MaxNumberOfMessages: 10})).toHaveLength(1)
    expect(await sqs.call('ReceiveMessage', {QueueUrl: url})).toEqual({})
  })

  it('gives body, id, handle and body MD5 and, unasked, nothing else', async () => {
    const {MessageId} = await sqs.send(url, 'msg', {MessageAttributes: {Foo: string('Bar')}})
    expect(await sqs.receive(url)).toEqual([
      {
        MessageId,
        ReceiptHandle: expect.stringMatching(/^AQEB[A-Za-z0-9+/]+=*$/),
        MD5OfBody: '6e2baaf3b97dbeef01c0043275f9a0e7',
        Body: 'msg',
      },
    ])
  })

  it.each([
    [0, 'MaxNumberOfMessages', 'Must be between 1 and 10, if provided.'],
    [11, 'MaxNumberOfMessages', 'Must be between 1 and 10, if provided.'],
    [-1, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.'],
    [21, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.'],
    [-1, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.'],
    [43_201, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.'],
  ])('refuses %i for %s', async (value, parameter, reason) => {
    await expect(sqs.receive(url, {[parameter]: value})).rejects.toMatchObject(invalid(value, parameter, reason))
  })

  it('counts receives and keeps the first one’s time', async () => {
    await sqs.send(url, 'x')
    sqs.clock.advance(1000)
    const first = await sqs.receive(url, EVERYTHING)
    sqs.clock.advance(30_000)
    const second = await sqs.receive(url, EVERYTHING)
    expect(first[0]?.Attributes).toMatchObject({
      SentTimestamp: '1767225600000',
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: '1767225601000',
    })
    expect(second[0]?.Attributes).toMatchObject({
      SentTimestamp: '1767225600000',
      ApproximateReceiveCount: '2',
      ApproximateFirstReceiveTimestamp: '1767225601000',
    })
    expect(second[0]?.ReceiptHandle).not.toBe(first[0]?.ReceiptHandle)
  })

  it('hides by the queue’s timeout, or the request’s, which is not kept', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {VisibilityTimeout: '5'}})
    await sqs.send(url, 'x')
    expect(await sqs.bodies(url, {VisibilityTimeout: 2})).toEqual(['x'])
    sqs.clock.advance(1999)
    expect(await sqs.bodies(url)).toEqual([])
    sqs.clock.advance(1)
    expect(await sqs.bodies(url)).toEqual(['x'])
    sqs.clock.advance(4999)
    expect(await sqs.counts(url)).toEqual([0, 1, 0])
    sqs.clock.advance(1)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
  })

  it('with VisibilityTimeout 0 gives each message once and leaves it visible', async () => {
    await sqs.send(url, 'a')
    await sqs.send(url, 'b')
    expect(await sqs.bodies(url, {VisibilityTimeout: 0})).toEqual(['a', 'b'])
    expect(await sqs.counts(url)).toEqual([2, 0, 0])
    expect(await sqs.bodies(url)).toEqual(['a', 'b'])
    expect(await sqs.bodies(url)).toEqual([])
  })

  describe('attribute names', () => {
    beforeEach(() =>
      sqs.send(url, 'msg', {
        MessageAttributes: {Help: string('Me'), Hello: string('There'), General: string('Kenobi')},
      }),
    )
    const named = async (names: readonly string[]) => {
      const [message] = await sqs.receive(url, {MessageAttributeNames: names, VisibilityTimeout: 0})
      return message
    }

    // MD5s recorded on AWS for the same attributes.
    it.each([
      [['Hello', 'General'], ['General', 'Hello'], 'fca026605781cb4126a1e9044df24232'],
      [['Foo', 'Hello'], ['Hello'], 'a311262e065454b75da111d535b8dacd'],
    ])('%j chooses %j, and the MD5 covers those', async (names, chosen, md5) => {
      const message = await named(names)
      expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(chosen)
      expect(message?.MD5OfMessageAttributes).toBe(md5)
    })

    it.each([
      ['All', ['General', 'Hello', 'Help']],
      ['.*', ['General', 'Hello', 'Help']],
      ['Hel.*', ['Hello', 'Help']],
      ['hel.*', []],
      ['Hel', []],
      ['AWS.', []],
      ['..foo', []],
    ])('%s chooses %j', async (pattern, chosen) => {
      const message = await named([pattern])
      expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(chosen)
      if (chosen.length === 0) expect(message).not.toHaveProperty('MD5OfMessageAttributes')
    })

    it('takes system attributes from both lists and refuses unknown ones', async () => {
      const [message] = await sqs.receive(url, {
        AttributeNames: ['SentTimestamp'],
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      })
      expect(message?.Attributes).toEqual({SentTimestamp: '1767225600000', ApproximateReceiveCount: '1'})
      for (const list of ['AttributeNames', 'MessageSystemAttributeNames']) {
        await expect(sqs.receive(url, {[list]: ['Sender']})).rejects.toMatchObject({
          code: 'InvalidAttributeName',
          message: 'Unknown Attribute Sender.',
        })
      }
    })
  })
})

describe('long polling', () => {
  const poll = (input = {}) => sqs.receive(url, {WaitTimeSeconds: 20, ...input})

  it('answers at once when there is something', async () => {
    await sqs.send(url, 'x')
    expect(await poll()).toHaveLength(1)
  })

  it('waits for a message to arrive', async () => {
    const waiting = poll()
    sqs.clock.advance(7000)
    await sqs.send(url, 'late')
    expect((await waiting)[0]?.Body).toBe('late')
  })

  it('waits for a visibility timeout to end', async () => {
    await sqs.send(url, 'x')
    await sqs.receive(url, {VisibilityTimeout: 5})
    const waiting = poll(EVERYTHING)
    sqs.clock.advance(5000)
    expect((await waiting)[0]?.Attributes?.ApproximateReceiveCount).toBe('2')
  })

  it('waits for a message that is given back', async () => {
    await sqs.send(url, 'x')
    const [held] = await sqs.receive(url)
    const waiting = poll()
    await sqs.hide(url, held?.ReceiptHandle ?? '', 0)
    expect((await waiting)[0]?.Body).toBe('x')
  })

  it('waits for a timeout that was shortened meanwhile', async () => {
    await sqs.send(url, 'x')
    const [held] = await sqs.receive(url, {VisibilityTimeout: 600})
    const waiting = poll()
    await sqs.hide(url, held?.ReceiptHandle ?? '', 3)
    await Promise.resolve()
    sqs.clock.advance(3000)
    expect((await waiting)[0]?.Body).toBe('x')
  })

  it('waits for a delay to end', async () => {
    await sqs.send(url, 'x', {DelaySeconds: 4})
    const waiting = poll()
    sqs.clock.advance(4000)
    expect(await waiting).toHaveLength(1)
  })

  it('ends with nothing, at its time and not before', async () => {
    let ended = false
    const waiting = poll({WaitTimeSeconds: 2}).then(messages => {
      ended = true
      return messages
    })
    sqs.clock.advance(1999)
    await new Promise(setImmediate)
    expect(ended).toBe(false)
    sqs.clock.advance(1)
    expect(await waiting).toEqual([])
    expect(sqs.clock.pendingTimers).toBe(0)
  })

  it('goes by the queue’s ReceiveMessageWaitTimeSeconds unless the request says 0', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {ReceiveMessageWaitTimeSeconds: '3'}})
    const waiting = sqs.receive(url)
    expect(await sqs.receive(url, {WaitTimeSeconds: 0})).toEqual([])
    await sqs.send(url, 'x')
    expect(await waiting).toHaveLength(1)
  })

  it('serves waiting callers in the order in which they came', async () => {
    const first = poll()
    const second = poll()
    await sqs.batch('SendMessage', url, [
      {Id: '1', MessageBody: 'one'},
      {Id: '2', MessageBody: 'two'},
    ])
    expect([(await first)[0]?.Body, (await second)[0]?.Body]).toEqual(['one', 'two'])
  })

  it('a caller that hung up receives nothing', async () => {
    const caller = new AbortController()
    const waiting = sqs.receive(url, {WaitTimeSeconds: 20}, {signal: caller.signal})
    caller.abort()
    await sqs.send(url, 'x')
    expect(await waiting).toEqual([])
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
    expect(await sqs.receive(url, {WaitTimeSeconds: 20}, {signal: AbortSignal.abort()})).toHaveLength(1)
    expect(await sqs.receive(url, {WaitTimeSeconds: 20}, {signal: AbortSignal.abort()})).toEqual([])
    expect(sqs.clock.pendingTimers).toBe(0)
  })

  it('ends when the local AWS is reset', async () => {
    const waiting = poll()
    sqs.service.reset()
    expect(await waiting).toEqual([])
    expect(sqs.clock.pendingTimers).toBe(0)
  })
})

describe('retention', () => {
  it('lets messages go at the end of the period, in whatever place they are', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MessageRetentionPeriod: '60'}})
    await sqs.send(url, 'in flight')
    await sqs.receive(url, {VisibilityTimeout: 43_200})
    await sqs.send(url, 'visible')
    await sqs.send(url, 'delayed', {DelaySeconds: 900})
    sqs.clock.advance(59_999)
    expect(await sqs.counts(url)).toEqual([1, 1, 1])
    sqs.clock.advance(1)
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('a handle of an expired message deletes nothing, with success', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MessageRetentionPeriod: '60'}})
    await sqs.send(url, 'x')
    const [message] = await sqs.receive(url, {VisibilityTimeout: 300})
    sqs.clock.advance(61_000)
    await sqs.delete(url, message?.ReceiptHandle ?? '')
  })

  it('follows a shorter and a longer period at once', async () => {
    await sqs.send(url, 'old')
    sqs.clock.advance(100_000)
    await sqs.send(url, 'new')
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MessageRetentionPeriod: '60'}})
    expect(await sqs.bodies(url, {VisibilityTimeout: 0})).toEqual(['new'])
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MessageRetentionPeriod: '1209600'}})
    sqs.clock.advance(1_209_599_999)
    expect(await sqs.bodies(url, {VisibilityTimeout: 0})).toEqual(['new'])
    sqs.clock.advance(1)
    expect(await sqs.bodies(url)).toEqual([])
  })

  it('is four days by default', async () => {
    await sqs.send(url, 'x')
    sqs.clock.advance(345_599_999)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
    sqs.clock.advance(1)
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })
})
