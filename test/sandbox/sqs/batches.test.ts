import {beforeEach, describe, expect, it} from 'vitest'
import {LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('orders')
})

const entries = (count: number, entry: (index: number) => object = () => ({MessageBody: 'x'})) =>
  Array.from({length: count}, (_, index) => ({Id: `id-${index}`, ...entry(index)}))

describe.each([
  ['SendMessage', {MessageBody: 'x'}],
  ['DeleteMessage', {ReceiptHandle: 'x'}],
  ['ChangeMessageVisibility', {ReceiptHandle: 'x', VisibilityTimeout: 0}],
])('%sBatch as a whole', (action, members) => {
  const batch = (list: readonly Record<string, unknown>[]) => sqs.batch(action, url, list)

  it('refuses no entries', async () => {
    await expect(batch([])).rejects.toMatchObject({
      code: 'EmptyBatchRequest',
      message: `There should be at least one ${action}BatchRequestEntry in the request.`,
      options: {queryCode: 'AWS.SimpleQueueService.EmptyBatchRequest'},
    })
  })

  it('refuses more than ten', async () => {
    await expect(batch(entries(20, () => members))).rejects.toMatchObject({
      code: 'TooManyEntriesInBatchRequest',
      message: 'Maximum number of entries per request are 10. You have sent 20.',
      options: {queryCode: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest'},
    })
  })

  it.each(['', 'invalid:id', 'testLongId'.repeat(10), 'ü', 'a b'])('refuses the id %j', async Id => {
    await expect(batch([{Id, ...members}])).rejects.toMatchObject({
      code: 'InvalidBatchEntryId',
      message:
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      options: {queryCode: 'AWS.SimpleQueueService.InvalidBatchEntryId'},
    })
  })

  it('refuses an id that comes twice', async () => {
    await expect(
      batch([
        {Id: 'twin', ...members},
        {Id: 'twin', ...members},
      ]),
    ).rejects.toMatchObject({
      code: 'BatchEntryIdsNotDistinct',
      message: 'Id twin repeated.',
      options: {queryCode: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct'},
    })
  })

  it('takes an id of 80 characters', async () => {
    await batch([{Id: `${'a'.repeat(78)}_-`, ...members}])
  })
})

describe('SendMessageBatch', () => {
  it('answers each entry by its id, in order, with Failed left out when nothing failed', async () => {
    const outcome = await sqs.batch(
      'SendMessage',
      url,
      entries(3, index => ({MessageBody: `m${index}`})),
    )
    expect(outcome.Successful?.map(({Id}) => Id)).toEqual(['id-0', 'id-1', 'id-2'])
    expect(outcome).not.toHaveProperty('Failed')
    expect(await sqs.bodies(url)).toEqual(['m0', 'm1', 'm2'])
  })

  it('fails single entries in a success: bad characters, a long delay, a bad attribute', async () => {
    const outcome = await sqs.batch('SendMessage', url, [
      {Id: 'good', MessageBody: 'good'},
      {Id: 'characters', MessageBody: '\u0001'},
      {Id: 'delay', MessageBody: 'x', DelaySeconds: 901},
      {Id: 'attribute', MessageBody: 'x', MessageAttributes: {a: {DataType: 'String', StringValue: ''}}},
    ])
    expect(outcome.Successful?.map(({Id}) => Id)).toEqual(['good'])
    expect(outcome.Failed).toEqual([
      {
        Id: 'characters',
        SenderFault: true,
        Code: 'InvalidMessageContents',
        Message:
          'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
      },
      {
        Id: 'delay',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: 'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
      },
      {
        Id: 'attribute',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
      },
    ])
    expect(await sqs.bodies(url)).toEqual(['good'])
  })

  it('leaves Successful out when every entry failed', async () => {
    const outcome = await sqs.batch('SendMessage', url, [{Id: 'a', MessageBody: '\u0001'}])
    expect(outcome).not.toHaveProperty('Successful')
    expect(outcome.Failed).toHaveLength(1)
  })

  it('fails an entry over the queue’s own maximum by itself', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MaximumMessageSize: '1024'}})
    const outcome = await sqs.batch('SendMessage', url, [
      {Id: 'long', MessageBody: 'a'.repeat(1025)},
      {Id: 'short', MessageBody: 'a'.repeat(1024)},
    ])
    expect(outcome.Failed).toEqual([
      {
        Id: 'long',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
      },
    ])
    expect(outcome.Successful?.map(({Id}) => Id)).toEqual(['short'])
  })

  it('takes 1 MiB in all, attributes included, and refuses one byte more as a whole', async () => {
    const half = 524_288
    const MessageAttributes = {pic: {DataType: 'Binary', BinaryValue: Buffer.alloc(7)}}
    const fill = half - 'picBinary'.length - 7
    const pair = (second: number) => [
      {Id: 'a', MessageBody: 'a'.repeat(half)},
      {Id: 'b', MessageBody: 'b'.repeat(second), MessageAttributes},
    ]
    await expect(sqs.batch('SendMessage', url, pair(fill + 1))).rejects.toMatchObject({
      code: 'BatchRequestTooLong',
      message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
      options: {queryCode: 'AWS.SimpleQueueService.BatchRequestTooLong'},
    })
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
    expect((await sqs.batch('SendMessage', url, pair(fill))).Successful).toHaveLength(2)
  })

  it('refuses an empty body as a whole', async () => {
    await expect(
      sqs.batch(
        'SendMessage',
        url,
        entries(2, index => ({MessageBody: index ? '' : 'x'})),
      ),
    ).rejects.toMatchObject({
      code: 'MissingRequiredParameterException',
    })
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })

  it('one FIFO entry without a group, or without a deduplication id, fails the whole request', async () => {
    const fifo = await sqs.create('pay.fifo')
    const ids = {MessageGroupId: 'g', MessageDeduplicationId: 'd'}
    await expect(
      sqs.batch(
        'SendMessage',
        fifo,
        entries(2, index => ({MessageBody: 'x', ...(index ? {MessageDeduplicationId: 'e'} : ids)})),
      ),
    ).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: 'The request must contain the parameter MessageGroupId.',
    })
    await expect(
      sqs.batch(
        'SendMessage',
        fifo,
        entries(2, index => ({MessageBody: 'x', ...(index ? {MessageGroupId: 'g'} : ids)})),
      ),
    ).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    })
    expect(await sqs.counts(fifo)).toEqual([0, 0, 0])
  })
})

describe('DeleteMessageBatch', () => {
  it('deletes what it can and fails a garbage handle by itself', async () => {
    await sqs.send(url, 'one')
    const [message] = await sqs.receive(url)
    const outcome = await sqs.batch('DeleteMessage', url, [
      {Id: 'good', ReceiptHandle: message?.ReceiptHandle},
      {Id: 'bad', ReceiptHandle: 'garbage'},
    ])
    expect(outcome).toEqual({
      Successful: [{Id: 'good'}],
      Failed: [
        {
          Id: 'bad',
          SenderFault: true,
          Code: 'ReceiptHandleIsInvalid',
          Message: 'The input receipt handle "garbage" is not a valid receipt handle.',
        },
      ],
    })
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })
})

describe('ChangeMessageVisibilityBatch', () => {
  it('changes each entry by itself', async () => {
    await sqs.send(url, 'back')
    await sqs.send(url, 'hidden')
    const [back, hidden] = await sqs.receive(url, {MaxNumberOfMessages: 10})
    const outcome = await sqs.batch('ChangeMessageVisibility', url, [
      {Id: 'back', ReceiptHandle: back?.ReceiptHandle, VisibilityTimeout: 0},
      {Id: 'over', ReceiptHandle: hidden?.ReceiptHandle, VisibilityTimeout: 43_201},
      {Id: 'none', ReceiptHandle: hidden?.ReceiptHandle},
      {Id: 'garbage', ReceiptHandle: 'x', VisibilityTimeout: 0},
    ])
    expect(outcome.Successful).toEqual([{Id: 'back'}])
    expect(outcome.Failed?.map(({Id, Code}) => [Id, Code])).toEqual([
      ['over', 'InvalidParameterValue'],
      ['none', 'MissingParameter'],
      ['garbage', 'ReceiptHandleIsInvalid'],
    ])
    expect(await sqs.bodies(url)).toEqual(['back'])
  })
})
