import {beforeEach, describe, expect, it} from 'vitest'
import {arn, EVERYTHING, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
beforeEach(() => {
  sqs = new LocalSqs()
})

const start = async (source: string, input: Record<string, unknown> = {}) => {
  const {TaskHandle} = await sqs.call('StartMessageMoveTask', {SourceArn: arn(source), ...input})
  return TaskHandle as string
}
const cancel = (TaskHandle: string) => sqs.call('CancelMessageMoveTask', {TaskHandle})
const handle = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64')

/** A queue whose messages failed once and lie in its dead-letter queue. */
async function failed(source: string, dlq: string, bodies: readonly string[]): Promise<{url: string; dlqUrl: string}> {
  const fifo = source.endsWith('.fifo')
  const urls = await sqs.createWithDlq(source, dlq, 1)
  for (const body of bodies) {
    await sqs.send(urls.url, body, fifo ? {MessageGroupId: 'g', MessageDeduplicationId: body} : {})
  }
  for (let times = 0; times < 2; times += 1) {
    const seen = await sqs.receive(urls.url, {MaxNumberOfMessages: 10, VisibilityTimeout: 0})
    expect(seen).toHaveLength(times === 0 ? bodies.length : 0)
  }
  expect(await sqs.counts(urls.dlqUrl)).toEqual([bodies.length, 0, 0])
  return urls
}

const numbered = (count: number) => Array.from({length: count}, (_, index) => `m${index}`)

describe('a move task', () => {
  it('moves messages back to their source and lists as COMPLETED without a handle', async () => {
    const {url, dlqUrl} = await failed('orders', 'dlq', ['a', 'b'])
    const taskHandle = await start('dlq')
    expect(JSON.parse(Buffer.from(taskHandle, 'base64').toString())).toEqual({
      taskId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sourceArn: 'arn:aws:sqs:us-east-1:000000000000:dlq',
    })
    expect(await sqs.moveTasks(arn('dlq'))).toEqual([
      {
        TaskHandle: taskHandle,
        Status: 'RUNNING',
        SourceArn: arn('dlq'),
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: 1_767_225_600_000,
      },
    ])
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn: arn('dlq'),
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: 1_767_225_600_000,
      },
    ])
    expect(await sqs.counts(dlqUrl)).toEqual([0, 0, 0])
    expect(await sqs.bodies(url)).toEqual(['a', 'b'])
  })

  it('makes new messages of the same content: id, sent time and receive count anew', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    const {MessageId} = await sqs.send(url, 'x', {
      MessageAttributes: {MyAttribute: {DataType: 'String', StringValue: 'foobar'}},
      MessageSystemAttributes: {AWSTraceHeader: {DataType: 'String', StringValue: 'Root=1'}},
      MessageGroupId: 'tenant',
    })
    for (let times = 0; times < 2; times += 1) await sqs.receive(url, {VisibilityTimeout: 0})
    sqs.clock.advance(100_000)
    await start('dlq')
    sqs.clock.advance(50)
    expect(await sqs.counts(dlqUrl)).toEqual([0, 0, 0])
    const [moved] = await sqs.receive(url, EVERYTHING)
    expect(moved?.MessageId).not.toBe(MessageId)
    expect(moved).toMatchObject({
      Body: 'x',
      MD5OfMessageAttributes: 'adb59cd4678ea5a855436b949cd07ab6',
      Attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1767225700050',
        AWSTraceHeader: 'Root=1',
        MessageGroupId: 'tenant',
      },
    })
    expect(moved?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
    sqs.clock.advance(345_599_999)
    expect(await sqs.counts(url)).toEqual([1, 0, 0])
    sqs.clock.advance(1)
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })

  it('sends each message to its own source', async () => {
    const {url} = await failed('orders', 'dlq', ['o1', 'o2'])
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 1})
    const other = await sqs.create('invoices', {RedrivePolicy})
    await sqs.send(other, 'i1')
    for (let times = 0; times < 2; times += 1) await sqs.receive(other, {VisibilityTimeout: 0})
    await start('dlq')
    sqs.clock.advance(1000)
    expect(await sqs.bodies(url)).toEqual(['o1', 'o2'])
    expect(await sqs.bodies(other)).toEqual(['i1'])
  })

  it('moves to a destination of one’s choice, at the rate asked for', async () => {
    await failed('orders', 'dlq', numbered(10))
    const rescue = await sqs.create('rescue')
    await start('dlq', {DestinationArn: arn('rescue'), MaxNumberOfMessagesPerSecond: 2})
    sqs.clock.advance(999)
    expect(await sqs.counts(rescue)).toEqual([1, 0, 0])
    sqs.clock.advance(1001)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([
      {
        Status: 'RUNNING',
        DestinationArn: arn('rescue'),
        MaxNumberOfMessagesPerSecond: 2,
        ApproximateNumberOfMessagesMoved: 4,
        ApproximateNumberOfMessagesToMove: 10,
      },
    ])
    sqs.clock.advance(3100)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([{Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 10}])
    expect(await sqs.bodies(rescue)).toEqual(numbered(10))
  })

  it('moves 500 a second when no rate is given', async () => {
    const {url, dlqUrl} = await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.create('rescue')
    for (let index = 0; index < 1000; index += 1) await sqs.send(dlqUrl, 'x')
    await start('dlq', {DestinationArn: arn('rescue')})
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([{Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 500}])
    sqs.clock.advance(1100)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([
      {Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1000},
    ])
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })

  it('takes what arrives meanwhile, and the count to move stays as it was at the start', async () => {
    const {dlqUrl} = await failed('orders', 'dlq', numbered(2))
    await sqs.create('rescue')
    await start('dlq', {DestinationArn: arn('rescue'), MaxNumberOfMessagesPerSecond: 1})
    await sqs.send(dlqUrl, 'late')
    sqs.clock.advance(4000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([
      {Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 3, ApproximateNumberOfMessagesToMove: 2},
    ])
  })

  it('leaves messages in flight where they are and completes', async () => {
    const {dlqUrl} = await failed('orders', 'dlq', ['held', 'free'])
    await sqs.receive(dlqUrl, {VisibilityTimeout: 600})
    await start('dlq')
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([
      {Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1},
    ])
    expect(await sqs.counts(dlqUrl)).toEqual([0, 1, 0])
  })

  it('leaves what a FIFO group in flight blocks, and completes', async () => {
    const {dlqUrl} = await failed('pay.fifo', 'dlq.fifo', ['held', 'blocked'])
    await sqs.receive(dlqUrl, {MaxNumberOfMessages: 1, VisibilityTimeout: 600})
    await start('dlq.fifo')
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq.fifo'))).toMatchObject([
      {Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 0, ApproximateNumberOfMessagesToMove: 1},
    ])
    expect(await sqs.counts(dlqUrl)).toEqual([1, 1, 0])
  })

  it('of an empty queue completes', async () => {
    await sqs.createWithDlq('orders', 'dlq', 1)
    await start('dlq')
    sqs.clock.advance(50)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([{Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 0}])
  })

  it('wakes a long poll on the destination', async () => {
    const {url} = await failed('orders', 'dlq', ['x'])
    const waiting = sqs.receive(url, {WaitTimeSeconds: 20})
    await start('dlq')
    sqs.clock.advance(50)
    expect((await waiting)[0]?.Body).toBe('x')
  })

  it('applies the destination’s delay', async () => {
    const {url} = await failed('orders', 'dlq', ['x'])
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {DelaySeconds: '60'}})
    await start('dlq')
    sqs.clock.advance(50)
    expect(await sqs.counts(url)).toEqual([0, 0, 1])
  })

  it('keeps FIFO order and group, and a message is never swallowed by deduplication', async () => {
    const {url} = await failed('pay.fifo', 'dlq.fifo', ['1', '2', '3'])
    await start('dlq.fifo')
    sqs.clock.advance(1000)
    const messages = await sqs.receive(url, {...EVERYTHING, MaxNumberOfMessages: 10})
    expect(messages.map(({Body}) => Body)).toEqual(['1', '2', '3'])
    expect(messages.map(({Attributes}) => Attributes?.MessageGroupId)).toEqual(['g', 'g', 'g'])
    const again = await sqs.send(url, '1', {
      MessageGroupId: 'g',
      MessageDeduplicationId: messages[0]?.Attributes?.MessageDeduplicationId,
    })
    expect(again.MessageId).toBe(messages[0]?.MessageId)
  })
})

describe('a move task that fails', () => {
  it('does so at a message that no SQS queue sent, and leaves it and the rest', async () => {
    const {url, dlqUrl} = await failed('orders', 'dlq', ['first'])
    await sqs.send(dlqUrl, 'sent directly')
    await sqs.send(dlqUrl, 'after it')
    await start('dlq')
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([
      {Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource', ApproximateNumberOfMessagesMoved: 1},
    ])
    expect(await sqs.bodies(url)).toEqual(['first'])
    expect(await sqs.bodies(dlqUrl)).toEqual(['sent directly', 'after it'])
  })

  it('does so when its destination is deleted, with the rest left', async () => {
    const {dlqUrl} = await failed('orders', 'dlq', numbered(10))
    const rescue = await sqs.create('rescue')
    await start('dlq', {DestinationArn: arn('rescue'), MaxNumberOfMessagesPerSecond: 1})
    sqs.clock.advance(3000)
    await sqs.call('DeleteQueue', {QueueUrl: rescue})
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toEqual([
      {
        Status: 'FAILED',
        SourceArn: arn('dlq'),
        DestinationArn: arn('rescue'),
        MaxNumberOfMessagesPerSecond: 1,
        ApproximateNumberOfMessagesMoved: 3,
        ApproximateNumberOfMessagesToMove: 10,
        FailureReason: 'AWS.SimpleQueueService.NonExistentQueue',
        StartedTimestamp: 1_767_225_600_000,
      },
    ])
    expect(await sqs.bodies(dlqUrl)).toEqual(['m3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9'])
  })

  it('does so when a message’s own source is gone', async () => {
    const {url, dlqUrl} = await failed('orders', 'dlq', ['x'])
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 1})
    await sqs.create('other', {RedrivePolicy})
    await sqs.call('DeleteQueue', {QueueUrl: url})
    await start('dlq')
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([
      {Status: 'FAILED', FailureReason: 'AWS.SimpleQueueService.NonExistentQueue'},
    ])
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
  })

  it('does so at a message too large for its destination', async () => {
    const {dlqUrl} = await failed('orders', 'dlq', ['a'.repeat(2000)])
    await sqs.create('small', {MaximumMessageSize: '1024'})
    await start('dlq', {DestinationArn: arn('small')})
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([{Status: 'FAILED', ApproximateNumberOfMessagesMoved: 0}])
    expect(await sqs.counts(dlqUrl)).toEqual([1, 0, 0])
  })

  it('keeps the order of the FIFO messages that it leaves', async () => {
    const {dlqUrl} = await failed('pay.fifo', 'dlq.fifo', ['1', '2', '3', '4'])
    const rescue = await sqs.create('rescue.fifo')
    await start('dlq.fifo', {DestinationArn: arn('rescue.fifo'), MaxNumberOfMessagesPerSecond: 1})
    sqs.clock.advance(1000)
    await sqs.call('DeleteQueue', {QueueUrl: rescue})
    sqs.clock.advance(1000)
    expect(await sqs.bodies(dlqUrl)).toEqual(['2', '3', '4'])
  })
})

describe('StartMessageMoveTask', () => {
  const refusal = (code: string, message: string, status = 400) => ({code, message, options: {status}})

  it('needs a source that is the dead-letter queue of a queue', async () => {
    await sqs.create('orders')
    await expect(start('orders')).rejects.toMatchObject(
      refusal('InvalidParameterValueException', 'Source queue must be configured as a Dead Letter Queue.'),
    )
  })

  it('needs queues that exist, with 404', async () => {
    await sqs.createWithDlq('orders', 'dlq', 1)
    await expect(start('nowhere')).rejects.toMatchObject(
      refusal(
        'ResourceNotFoundException',
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
      ),
    )
    await expect(start('dlq', {DestinationArn: arn('nowhere')})).rejects.toMatchObject(
      refusal(
        'ResourceNotFoundException',
        "The resource that you specified for the DestinationArn parameter doesn't exist.",
        404,
      ),
    )
    await expect(sqs.call('StartMessageMoveTask', {SourceArn: 'dlq'})).rejects.toMatchObject(
      refusal(
        'InvalidParameterValueException',
        'You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>',
      ),
    )
  })

  it('knows the caller’s own queues of the region only', async () => {
    await failed('orders', 'dlq', ['x'])
    for (const caller of [{region: 'eu-west-1'}, {account: '111111111111'}]) {
      await expect(sqs.call('StartMessageMoveTask', {SourceArn: arn('dlq')}, caller)).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      })
    }
  })

  it('refuses a destination of the other type and the source itself', async () => {
    await sqs.createWithDlq('orders', 'dlq', 1)
    await sqs.create('pay.fifo')
    for (const DestinationArn of [arn('pay.fifo'), arn('dlq')]) {
      await expect(start('dlq', {DestinationArn})).rejects.toMatchObject({code: 'InvalidParameterValueException'})
    }
  })

  it.each([0, 501])('refuses the rate %i', async MaxNumberOfMessagesPerSecond => {
    await sqs.createWithDlq('orders', 'dlq', 1)
    await expect(start('dlq', {MaxNumberOfMessagesPerSecond})).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    })
  })

  it('allows one active task a source, while it is being cancelled too', async () => {
    await failed('orders', 'dlq', numbered(10))
    const running = await start('dlq', {MaxNumberOfMessagesPerSecond: 1})
    const busy = refusal(
      'InvalidParameterValueException',
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    )
    await expect(start('dlq')).rejects.toMatchObject(busy)
    await cancel(running)
    await expect(start('dlq')).rejects.toMatchObject(busy)
    sqs.clock.advance(50)
    await start('dlq')
  })

  it('allows 100 active tasks an account', async () => {
    for (let index = 0; index <= 100; index += 1) {
      const {dlqUrl} = await sqs.createWithDlq(`q${index}`, `dlq${index}`, 1)
      await sqs.send(dlqUrl, 'x')
      if (index < 100) await start(`dlq${index}`)
    }
    await expect(start('dlq100')).rejects.toMatchObject({code: 'OverLimit'})
    sqs.clock.advance(50)
    await start('dlq100')
  })
})

describe('CancelMessageMoveTask', () => {
  it('stops it: CANCELLING, then CANCELLED, and what was moved stays moved', async () => {
    const {url, dlqUrl} = await failed('orders', 'dlq', numbered(10))
    const task = await start('dlq', {MaxNumberOfMessagesPerSecond: 20})
    sqs.clock.advance(100)
    expect(await cancel(task)).toEqual({ApproximateNumberOfMessagesMoved: 2})
    const [cancelling] = await sqs.moveTasks(arn('dlq'))
    expect(cancelling?.Status).toBe('CANCELLING')
    expect(cancelling).not.toHaveProperty('TaskHandle')
    sqs.clock.advance(1000)
    expect(await sqs.moveTasks(arn('dlq'))).toMatchObject([{Status: 'CANCELLED', ApproximateNumberOfMessagesMoved: 3}])
    expect(await sqs.counts(url)).toEqual([3, 0, 0])
    expect(await sqs.counts(dlqUrl)).toEqual([7, 0, 0])
  })

  it('refuses a task that is not running', async () => {
    await failed('orders', 'dlq', ['x'])
    const task = await start('dlq')
    sqs.clock.advance(1000)
    await expect(cancel(task)).rejects.toMatchObject({code: 'InvalidParameterValueException'})
  })

  it.each(['garbage', '', handle({taskId: 'x'}), handle([]), Buffer.from('null').toString('base64')])(
    'refuses the handle %j',
    async taskHandle => {
      await expect(cancel(taskHandle)).rejects.toMatchObject(
        taskHandle === ''
          ? {code: 'MissingRequiredParameterException'}
          : {code: 'InvalidParameterValueException', message: 'Value for parameter TaskHandle is invalid.'},
      )
    },
  )

  it('tells a task that is not there from a source that is not there', async () => {
    await sqs.create('dlq')
    await expect(cancel(handle({taskId: 'none', sourceArn: arn('dlq')}))).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Task does not exist.',
      options: {status: 404},
    })
    await expect(cancel(handle({taskId: 'none', sourceArn: arn('nowhere')}))).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: "The resource that you specified for the SourceArn parameter doesn't exist.",
    })
  })
})

describe('ListMessageMoveTasks', () => {
  it('gives the newest alone by default, up to ten, newest first', async () => {
    await sqs.createWithDlq('orders', 'dlq', 1)
    expect(await sqs.call('ListMessageMoveTasks', {SourceArn: arn('dlq')})).toEqual({})
    for (let index = 0; index < 11; index += 1) {
      await start('dlq')
      sqs.clock.advance(1000)
    }
    const started = (await sqs.moveTasks(arn('dlq'))).map(task => task.StartedTimestamp)
    expect(started).toHaveLength(10)
    expect(started).toEqual([...started].sort((a, b) => b - a))
    const {Results} = await sqs.call('ListMessageMoveTasks', {SourceArn: arn('dlq')})
    expect(Results).toMatchObject([{StartedTimestamp: started[0]}])
  })

  it('refuses other counts and queues', async () => {
    await sqs.create('dlq')
    for (const MaxResults of [0, 11]) {
      await expect(sqs.moveTasks(arn('dlq'), MaxResults)).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
      })
    }
    await expect(sqs.moveTasks(arn('nowhere'))).rejects.toMatchObject({code: 'ResourceNotFoundException'})
  })

  it('a reset forgets tasks and stops them', async () => {
    await failed('orders', 'dlq', ['x'])
    await start('dlq')
    sqs.service.reset()
    expect(sqs.clock.pendingTimers).toBe(0)
    await sqs.create('dlq')
    expect(await sqs.moveTasks(arn('dlq'))).toEqual([])
  })
})
