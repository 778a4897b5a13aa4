import {beforeEach, describe, expect, it} from 'vitest'
import {arn, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
beforeEach(() => {
  sqs = new LocalSqs()
})

describe('CreateQueue', () => {
  it('answers the URL under the address the caller used', async () => {
    expect(await sqs.create('orders')).toBe('http://127.0.0.1:4747/000000000000/orders')
  })

  it('answers the same URL for the same attributes, for a part of them and for none', async () => {
    const url = await sqs.create('orders', {DelaySeconds: '1', ReceiveMessageWaitTimeSeconds: '1'})
    expect(await sqs.create('orders')).toBe(url)
    expect(await sqs.create('orders', {DelaySeconds: '1'})).toBe(url)
    expect(await sqs.create('orders', {DelaySeconds: '01'})).toBe(url)
  })

  it('refuses the same name with another value, and follows SetQueueAttributes in that', async () => {
    const url = await sqs.create('orders', {DelaySeconds: '1', ReceiveMessageWaitTimeSeconds: '1'})
    const exists = {
      code: 'QueueNameExists',
      options: {queryCode: 'QueueAlreadyExists', status: 400},
      message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
    }
    await expect(sqs.create('orders', {ReceiveMessageWaitTimeSeconds: '1', DelaySeconds: '2'})).rejects.toMatchObject(
      exists,
    )
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {DelaySeconds: '2'}})
    expect(await sqs.create('orders', {ReceiveMessageWaitTimeSeconds: '1', DelaySeconds: '2'})).toBe(url)
    await expect(sqs.create('orders', {DelaySeconds: '1'})).rejects.toMatchObject(exists)
  })

  it('compares a FIFO queue by ContentBasedDeduplication too', async () => {
    const url = await sqs.create('pay.fifo')
    expect(await sqs.create('pay.fifo', {ContentBasedDeduplication: 'false'})).toBe(url)
    await expect(sqs.create('pay.fifo', {ContentBasedDeduplication: 'true'})).rejects.toMatchObject({
      message:
        'A queue already exists with the same name and a different value for attribute ContentBasedDeduplication',
    })
  })

  it.each(['', 'a'.repeat(81), 'with space', 'slash/es', 'dot.ted', 'ümlaut', 'standard.fifo'])(
    'refuses the standard name %j',
    async name => {
      await expect(sqs.call('CreateQueue', {QueueName: name})).rejects.toMatchObject(
        name === ''
          ? {code: 'MissingRequiredParameterException', message: 'The request must contain the parameter QueueName.'}
          : {
              code: 'InvalidParameterValueException',
              message: 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
            },
      )
    },
  )

  it.each(['plain', '.fifo', `${'a'.repeat(76)}.fifo`, 'a b.fifo'])('refuses the FIFO name %j', async name => {
    await expect(sqs.call('CreateQueue', {QueueName: name, Attributes: {FifoQueue: 'true'}})).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    })
  })

  it('takes names of 80 characters', async () => {
    await sqs.create('a'.repeat(80))
    await sqs.create(`${'a'.repeat(75)}.fifo`)
  })

  it('takes tags', async () => {
    const {QueueUrl} = await sqs.call('CreateQueue', {QueueName: 'orders', tags: {team: 'shop'}})
    expect(await sqs.call('ListQueueTags', {QueueUrl})).toEqual({Tags: {team: 'shop'}})
  })

  it('makes nothing when an attribute is refused', async () => {
    await expect(sqs.create('orders', {DelaySeconds: '901'})).rejects.toMatchObject({code: 'InvalidAttributeValue'})
    expect(await sqs.call('ListQueues')).toEqual({})
  })
})

describe('DeleteQueue', () => {
  it('takes queue and messages away', async () => {
    const url = await sqs.create('orders')
    await sqs.send(url, 'one')
    await sqs.call('DeleteQueue', {QueueUrl: url})
    await expect(sqs.send(url, 'two')).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
      message: 'The specified queue does not exist.',
      options: {queryCode: 'AWS.SimpleQueueService.NonExistentQueue', status: 400},
    })
  })

  it('rests the name for 60 seconds', async () => {
    const url = await sqs.create('orders')
    const old = await sqs.send(url, 'one')
    await sqs.call('DeleteQueue', {QueueUrl: url})
    sqs.clock.advance(59_999)
    await expect(sqs.create('orders')).rejects.toMatchObject({
      code: 'QueueDeletedRecently',
      message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      options: {queryCode: 'AWS.SimpleQueueService.QueueDeletedRecently'},
    })
    sqs.clock.advance(1)
    expect(await sqs.create('orders')).toBe(url)
    expect(await sqs.receive(url)).toEqual([])
    expect(old.MessageId).not.toBe('')
  })

  it('ends a long poll with QueueDoesNotExist', async () => {
    const url = await sqs.create('orders')
    const poll = sqs.receive(url, {WaitTimeSeconds: 20})
    const ended = expect(poll).rejects.toMatchObject({code: 'QueueDoesNotExist'})
    await sqs.call('DeleteQueue', {QueueUrl: url})
    await ended
  })
})

describe('queue addresses', () => {
  it('takes the name for the URL and ignores the host', async () => {
    const url = await sqs.create('orders')
    const sent = await sqs.send('orders', 'Using name instead of URL')
    expect(sent.MD5OfMessageBody).toBe('86a83f96652a1bfad3891e7d523750cb')
    expect(await sqs.bodies('https://sqs.us-east-1.amazonaws.com/000000000000/orders')).toEqual([
      'Using name instead of URL',
    ])
    expect(url).toContain('/orders')
  })

  it.each(['http://127.0.0.1/orders', 'http://127.0.0.1/000000000000/', 'http://h/0000/orders'])(
    'refuses the address %s',
    async url => {
      await expect(sqs.send(url, 'x')).rejects.toMatchObject({
        code: 'InvalidAddress',
        message: `The address ${url} is not valid for this endpoint.`,
        options: {status: 404},
      })
    },
  )

  it('GetQueueUrl finds by name only', async () => {
    const url = await sqs.create('orders')
    expect(await sqs.call('GetQueueUrl', {QueueName: 'orders'})).toEqual({QueueUrl: url})
    expect(await sqs.call('GetQueueUrl', {QueueName: 'orders', QueueOwnerAWSAccountId: '000000000000'})).toEqual({
      QueueUrl: url,
    })
    await expect(sqs.call('GetQueueUrl', {QueueName: 'Orders'})).rejects.toMatchObject({code: 'QueueDoesNotExist'})
  })

  it('keeps accounts and regions apart', async () => {
    await sqs.create('orders')
    const elsewhere = {region: 'eu-west-1'}
    const other = {account: '111111111111'}
    await expect(sqs.call('GetQueueUrl', {QueueName: 'orders'}, elsewhere)).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    })
    await expect(sqs.call('GetQueueUrl', {QueueName: 'orders'}, other)).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    })
    expect(await sqs.call('CreateQueue', {QueueName: 'orders'}, other)).toEqual({
      QueueUrl: 'http://127.0.0.1:4747/111111111111/orders',
    })
    expect(await sqs.call('ListQueues', {}, elsewhere)).toEqual({})
    expect(Object.keys(sqs.service.status())).toEqual(['000000000000/us-east-1', '111111111111/us-east-1'])
  })

  it('an unknown action is refused', async () => {
    await expect(sqs.call('MakeQueue')).rejects.toMatchObject({
      code: 'UnknownOperationException',
      options: {queryCode: 'InvalidAction'},
    })
  })
})

describe('ListQueues', () => {
  const names = (output: Record<string, unknown>) =>
    (output.QueueUrls as string[] | undefined)?.map(url => url.split('/').at(-1))

  it('filters by prefix, in order, and leaves QueueUrls out when there is none', async () => {
    for (const name of ['b-2', 'a-1', 'b-1']) await sqs.create(name)
    expect(names(await sqs.call('ListQueues'))).toEqual(['a-1', 'b-1', 'b-2'])
    expect(names(await sqs.call('ListQueues', {QueueNamePrefix: 'b-'}))).toEqual(['b-1', 'b-2'])
    expect(await sqs.call('ListQueues', {QueueNamePrefix: 'B-'})).toEqual({})
  })

  it('gives NextToken only where MaxResults was set', async () => {
    for (let index = 0; index < 10; index += 1) await sqs.create(`queue-${index}`)
    const first = await sqs.call('ListQueues', {MaxResults: 2, QueueNamePrefix: 'queue-'})
    expect(names(first)).toEqual(['queue-0', 'queue-1'])
    const rest = await sqs.call('ListQueues', {MaxResults: 10, NextToken: first.NextToken, QueueNamePrefix: 'queue-'})
    expect(names(rest)).toHaveLength(8)
    expect(rest).not.toHaveProperty('NextToken')
    expect(await sqs.call('ListQueues', {})).not.toHaveProperty('NextToken')
  })

  it('stops at 1,000 queues without a word when MaxResults is not set', async () => {
    for (let index = 0; index < 1001; index += 1) await sqs.create(`q${index.toString().padStart(4, '0')}`)
    const silent = await sqs.call('ListQueues')
    expect(names(silent)).toHaveLength(1000)
    expect(silent).not.toHaveProperty('NextToken')
    const paged = await sqs.call('ListQueues', {MaxResults: 1000})
    expect(names(await sqs.call('ListQueues', {MaxResults: 1000, NextToken: paged.NextToken}))).toEqual(['q1000'])
  })

  it.each([0, 1001])('refuses MaxResults %i', async MaxResults => {
    await expect(sqs.call('ListQueues', {MaxResults})).rejects.toMatchObject({code: 'InvalidParameterValueException'})
  })

  it('refuses a NextToken that it did not give', async () => {
    await expect(sqs.call('ListQueues', {MaxResults: 1, NextToken: 'x'})).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    })
  })
})

describe('ListDeadLetterSourceQueues', () => {
  it('lists the sources by pages, under a name in lower case', async () => {
    const dlqUrl = await sqs.create('dlq')
    expect(await sqs.call('ListDeadLetterSourceQueues', {QueueUrl: dlqUrl})).toEqual({queueUrls: []})
    const RedrivePolicy = JSON.stringify({deadLetterTargetArn: arn('dlq'), maxReceiveCount: 3})
    const sources = [await sqs.create('a', {RedrivePolicy}), await sqs.create('b', {RedrivePolicy})]
    await sqs.create('c')
    expect(await sqs.call('ListDeadLetterSourceQueues', {QueueUrl: dlqUrl})).toEqual({queueUrls: sources})
    const first = await sqs.call('ListDeadLetterSourceQueues', {QueueUrl: dlqUrl, MaxResults: 1})
    expect(first.queueUrls).toEqual([sources[0]])
    const {NextToken} = first
    expect(await sqs.call('ListDeadLetterSourceQueues', {QueueUrl: dlqUrl, MaxResults: 1, NextToken})).toEqual({
      queueUrls: [sources[1]],
    })
  })
})

describe('PurgeQueue', () => {
  it('takes visible, delayed and in-flight messages', async () => {
    const url = await sqs.create('orders', {VisibilityTimeout: '3'})
    await sqs.send(url, 'in flight')
    await sqs.receive(url)
    await sqs.send(url, 'visible')
    await sqs.send(url, 'delayed', {DelaySeconds: 2})
    expect(await sqs.counts(url)).toEqual([1, 1, 1])
    await sqs.call('PurgeQueue', {QueueUrl: url})
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    sqs.clock.advance(4000)
    expect(await sqs.bodies(url)).toEqual([])
    await sqs.send(url, 'after')
    expect(await sqs.bodies(url)).toEqual(['after'])
  })

  it('refuses a second one within 60 seconds', async () => {
    const url = await sqs.create('orders')
    await sqs.call('PurgeQueue', {QueueUrl: url})
    sqs.clock.advance(59_999)
    await expect(sqs.call('PurgeQueue', {QueueUrl: url})).rejects.toMatchObject({
      code: 'PurgeQueueInProgress',
      message: 'Only one PurgeQueue operation on orders is allowed every 60 seconds.',
      options: {queryCode: 'AWS.SimpleQueueService.PurgeQueueInProgress', status: 403},
    })
    sqs.clock.advance(1)
    await sqs.call('PurgeQueue', {QueueUrl: url})
  })

  it('forgets deduplication ids of a FIFO queue', async () => {
    const url = await sqs.create('pay.fifo')
    const ids = {MessageGroupId: 'g', MessageDeduplicationId: 'd'}
    await sqs.send(url, 'message-1', ids)
    await sqs.call('PurgeQueue', {QueueUrl: url})
    await sqs.send(url, 'message-2', ids)
    expect(await sqs.bodies(url)).toEqual(['message-2'])
  })
})
