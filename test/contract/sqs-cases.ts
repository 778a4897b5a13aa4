import type {
  SQS,
  Message,
  MessageAttributeValue,
  QueueAttributeName,
  SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'

/** What a case needs: clients of a fresh place in two regions, and names that nobody else uses. */
export interface Bench {
  readonly sqs: SQS
  readonly elsewhere: SQS
  name(stem: string): string
}

/** A question to an SQS endpoint and the answer that AWS gives. */
export interface Case {
  readonly title: string
  readonly ask: (bench: Bench) => Promise<unknown>
  readonly answer: unknown
}

const MIB = 1_048_576
const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'
const EVERY_TYPE: Record<string, MessageAttributeValue> = {
  text: {DataType: 'String', StringValue: 'Grüße ✓'},
  label: {DataType: 'String.json', StringValue: '{}'},
  number: {DataType: 'Number', StringValue: '1614717034367'},
  float: {DataType: 'Number.float', StringValue: '-1.50'},
  bytes: {DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 10])},
  picture: {DataType: 'Binary.png', BinaryValue: new Uint8Array([137, 80, 78, 71])},
}
const EVERYTHING = {MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const]}

/** The error's name without the suffixes in which protocols differ; `ok` when there is none. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    return error instanceof Error ? error.name.replace(/^AWS\.SimpleQueueService\./, '') : 'unknown'
  }
}

/** The error's text, with the queue's own values left out. */
async function words(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  }
}

async function create(bench: Bench, stem: string, attributes: Partial<Record<QueueAttributeName, string>> = {}) {
  const fifo = stem.endsWith('.fifo') ? {FifoQueue: 'true'} : {}
  const {QueueUrl} = await bench.sqs.createQueue({QueueName: bench.name(stem), Attributes: {...fifo, ...attributes}})
  return QueueUrl ?? ''
}

async function arnOf(bench: Bench, QueueUrl: string): Promise<string> {
  const {Attributes} = await bench.sqs.getQueueAttributes({QueueUrl, AttributeNames: ['QueueArn']})
  return Attributes?.QueueArn ?? ''
}

async function send(bench: Bench, QueueUrl: string, MessageBody = 'x', more: object = {}) {
  return bench.sqs.sendMessage({QueueUrl, MessageBody, ...more})
}

async function receive(bench: Bench, QueueUrl: string, more: object = {}): Promise<readonly Message[]> {
  const {Messages} = await bench.sqs.receiveMessage({QueueUrl, MaxNumberOfMessages: 10, ...EVERYTHING, ...more})
  return Messages ?? []
}

async function counts(bench: Bench, QueueUrl: string): Promise<readonly string[]> {
  const {Attributes} = await bench.sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  })
  return [
    Attributes?.ApproximateNumberOfMessages ?? '',
    Attributes?.ApproximateNumberOfMessagesNotVisible ?? '',
    Attributes?.ApproximateNumberOfMessagesDelayed ?? '',
  ]
}

/** A message that failed once, dead-lettered; [source URL, DLQ URL, source ARN, DLQ ARN]. */
async function deadLetter(bench: Bench): Promise<readonly [string, string, string, string]> {
  const dlq = await create(bench, 'dlq')
  const dlqArn = await arnOf(bench, dlq)
  const source = await create(bench, 'source', {
    RedrivePolicy: JSON.stringify({deadLetterTargetArn: dlqArn, maxReceiveCount: 1}),
  })
  await send(bench, source, 'poison')
  await receive(bench, source, {VisibilityTimeout: 0})
  await receive(bench, source, {VisibilityTimeout: 0})
  return [source, dlq, await arnOf(bench, source), dlqArn]
}

const batchOf = (count: number, entry: (index: number) => Partial<SendMessageBatchRequestEntry> = () => ({})) =>
  Array.from({length: count}, (_, index) => ({Id: `id-${index}`, MessageBody: 'x', ...entry(index)}))

export const CASES: readonly Case[] = [
  {
    title: 'MD5s of body, attributes and trace header',
    async ask(bench) {
      const sent = await send(bench, await create(bench, 'q'), 'message', {
        MessageAttributes: {MyAttribute: {DataType: 'String', StringValue: 'foobar'}},
        MessageSystemAttributes: {AWSTraceHeader: {DataType: 'String', StringValue: TRACE}},
      })
      return [sent.MD5OfMessageBody, sent.MD5OfMessageAttributes, sent.MD5OfMessageSystemAttributes]
    },
    answer: [
      '78e731027d8fd50ed642340b7c9a63b3',
      'adb59cd4678ea5a855436b949cd07ab6',
      '5ae4d5d7636402d80f4eb6d213245a88',
    ],
  },
  {
    title: 'attributes of every type come back as they were sent',
    async ask(bench) {
      const url = await create(bench, 'q')
      await send(bench, url, 'x', {MessageAttributes: EVERY_TYPE})
      const [message] = await receive(bench, url)
      return message?.MessageAttributes
    },
    answer: EVERY_TYPE,
  },
  {
    title: 'the trace header comes back',
    async ask(bench) {
      const url = await create(bench, 'q')
      const MessageSystemAttributes = {AWSTraceHeader: {DataType: 'String', StringValue: TRACE}}
      await send(bench, url, 'x', {MessageSystemAttributes})
      return (await receive(bench, url))[0]?.Attributes?.AWSTraceHeader
    },
    answer: TRACE,
  },
  {
    title: 'a body keeps line ends, tabs and every plane of Unicode',
    async ask(bench) {
      const url = await create(bench, 'q')
      await send(bench, url, '\t"x"\r\n\n 𝄞 \u202e \ufffd')
      return (await receive(bench, url))[0]?.Body
    },
    answer: '\t"x"\r\n\n 𝄞 \u202e \ufffd',
  },
  {
    title: 'NUL, ESC and U+FFFE are refused',
    async ask(bench) {
      const url = await create(bench, 'q')
      return Promise.all(['\u0000', '\u001b[0m', '\ufffe'].map(body => outcome(send(bench, url, body))))
    },
    answer: ['InvalidMessageContents', 'InvalidMessageContents', 'InvalidMessageContents'],
  },
  {
    title: 'an empty body is refused',
    ask: async bench => outcome(send(bench, await create(bench, 'q'), '')),
    answer: 'MissingParameter',
  },
  {
    title: '1 MiB is taken, one byte more is not',
    async ask(bench) {
      const url = await create(bench, 'q')
      return [await outcome(send(bench, url, 'a'.repeat(MIB))), await words(send(bench, url, 'a'.repeat(MIB + 1)))]
    },
    answer: ['ok', 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.'],
  },
  {
    title: 'attributes count towards the size',
    async ask(bench) {
      const MessageAttributes = {a: {DataType: 'String', StringValue: 'x'}}
      return outcome(send(bench, await create(bench, 'q'), 'a'.repeat(MIB - 1), {MessageAttributes}))
    },
    answer: 'InvalidParameterValue',
  },
  {
    title: 'eleven attributes are refused',
    async ask(bench) {
      const MessageAttributes = Object.fromEntries(
        Array.from({length: 11}, (_, index) => [`a${index}`, {DataType: 'String', StringValue: 'v'}]),
      )
      return words(send(bench, await create(bench, 'q'), 'x', {MessageAttributes}))
    },
    answer: 'Number of message attributes [11] exceeds the allowed maximum [10].',
  },
  {
    title: 'an empty attribute value is refused',
    async ask(bench) {
      const MessageAttributes = {ErrorDetails: {DataType: 'String', StringValue: ''}}
      return words(send(bench, await create(bench, 'q'), 'x', {MessageAttributes}))
    },
    answer: "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
  },
  {
    title: 'DelaySeconds 901 is refused',
    ask: async bench => words(send(bench, await create(bench, 'q'), 'x', {DelaySeconds: 901})),
    answer: 'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
  },
  {
    title: 'a delayed message is counted as delayed and not given',
    async ask(bench) {
      const url = await create(bench, 'q')
      await send(bench, url, 'x', {DelaySeconds: 900})
      return [await counts(bench, url), (await receive(bench, url)).length]
    },
    answer: [['0', '0', '1'], 0],
  },
  {
    title: 'batches are refused as a whole: none, eleven, repeated and malformed ids',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      const batch = (Entries: SendMessageBatchRequestEntry[]) =>
        outcome(bench.sqs.sendMessageBatch({QueueUrl, Entries}))
      return [
        await batch([]),
        await batch(batchOf(11)),
        await batch(batchOf(2, () => ({Id: 'twin'}))),
        await batch(batchOf(1, () => ({Id: 'not:valid'}))),
      ]
    },
    answer: ['EmptyBatchRequest', 'TooManyEntriesInBatchRequest', 'BatchEntryIdsNotDistinct', 'InvalidBatchEntryId'],
  },
  {
    title: 'a batch over 1 MiB in all is refused as a whole',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      const Entries = batchOf(2, index => ({MessageBody: 'a'.repeat(MIB / 2 + index)}))
      return [await outcome(bench.sqs.sendMessageBatch({QueueUrl, Entries})), await counts(bench, QueueUrl)]
    },
    answer: ['BatchRequestTooLong', ['0', '0', '0']],
  },
  {
    title: 'bad characters fail one entry of a batch',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      const Entries = batchOf(2, index => ({MessageBody: index === 0 ? 'good' : '\u0001'}))
      const {Successful, Failed} = await bench.sqs.sendMessageBatch({QueueUrl, Entries})
      return [Successful?.map(({Id}) => Id), Failed?.map(({Id, Code, SenderFault}) => [Id, Code, SenderFault])]
    },
    answer: [['id-0'], [['id-1', 'InvalidMessageContents', true]]],
  },
  {
    title: 'a long delay fails one entry of a batch',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      const Entries = batchOf(2, index => ({DelaySeconds: index === 0 ? 900 : 901}))
      const {Successful, Failed} = await bench.sqs.sendMessageBatch({QueueUrl, Entries})
      return [Successful?.map(({Id}) => Id), Failed?.map(({Id, Code}) => [Id, Code])]
    },
    answer: [['id-0'], [['id-1', 'InvalidParameterValue']]],
  },
  {
    title: 'a batch delete fails a garbage handle by itself',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await send(bench, QueueUrl)
      const [message] = await receive(bench, QueueUrl)
      const Entries = [
        {Id: 'good', ReceiptHandle: message?.ReceiptHandle},
        {Id: 'bad', ReceiptHandle: 'garbage'},
      ]
      const {Successful, Failed} = await bench.sqs.deleteMessageBatch({QueueUrl, Entries})
      return [Successful?.map(({Id}) => Id), Failed?.map(({Id, Code}) => [Id, Code])]
    },
    answer: [['good'], [['bad', 'ReceiptHandleIsInvalid']]],
  },
  {
    title: 'receives are counted, and the handle is new each time',
    async ask(bench) {
      const url = await create(bench, 'q')
      await send(bench, url)
      const [first] = await receive(bench, url, {VisibilityTimeout: 0})
      const [second] = await receive(bench, url)
      return [
        first?.Attributes?.ApproximateReceiveCount,
        second?.Attributes?.ApproximateReceiveCount,
        first?.MessageId === second?.MessageId,
        first?.ReceiptHandle === second?.ReceiptHandle,
      ]
    },
    answer: ['1', '2', true, false],
  },
  {
    title: 'attribute names choose by name and by prefix, and the MD5 covers the choice',
    async ask(bench) {
      const url = await create(bench, 'q')
      const string = (StringValue: string) => ({DataType: 'String', StringValue})
      await send(bench, url, 'msg', {MessageAttributes: {Hello: string('There'), General: string('Kenobi')}})
      const named = await receive(bench, url, {MessageAttributeNames: ['Hello'], VisibilityTimeout: 0})
      const prefixed = await receive(bench, url, {MessageAttributeNames: ['Gen.*'], VisibilityTimeout: 0})
      return [named[0]?.MD5OfMessageAttributes, Object.keys(prefixed[0]?.MessageAttributes ?? {})]
    },
    answer: ['a311262e065454b75da111d535b8dacd', ['General']],
  },
  {
    title: 'MaxNumberOfMessages 11 and WaitTimeSeconds 21 are refused',
    async ask(bench) {
      const url = await create(bench, 'q')
      return [
        await outcome(receive(bench, url, {MaxNumberOfMessages: 11})),
        await outcome(receive(bench, url, {WaitTimeSeconds: 21})),
      ]
    },
    answer: ['InvalidParameterValue', 'InvalidParameterValue'],
  },
  {
    title: 'a long poll ends when a message arrives',
    async ask(bench) {
      const url = await create(bench, 'q')
      const waiting = receive(bench, url, {WaitTimeSeconds: 20})
      await send(bench, url, 'late')
      return (await waiting).map(({Body}) => Body)
    },
    answer: ['late'],
  },
  {
    title: 'a garbage handle and the handle of another queue are not valid',
    async ask(bench) {
      const [mine, other] = [await create(bench, 'q'), await create(bench, 'other')]
      await send(bench, other)
      const [foreign] = await receive(bench, other)
      return [
        await words(bench.sqs.deleteMessage({QueueUrl: mine, ReceiptHandle: 'garbage'})),
        await outcome(bench.sqs.deleteMessage({QueueUrl: mine, ReceiptHandle: foreign?.ReceiptHandle})),
      ]
    },
    answer: ['The input receipt handle "garbage" is not a valid receipt handle.', 'ReceiptHandleIsInvalid'],
  },
  {
    title: 'deleting twice succeeds',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await send(bench, QueueUrl)
      const [message] = await receive(bench, QueueUrl)
      const once = () => outcome(bench.sqs.deleteMessage({QueueUrl, ReceiptHandle: message?.ReceiptHandle}))
      return [await once(), await once(), await counts(bench, QueueUrl)]
    },
    answer: ['ok', 'ok', ['0', '0', '0']],
  },
  {
    title: 'a superseded handle deletes nothing, with success',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await send(bench, QueueUrl)
      const [old] = await receive(bench, QueueUrl, {VisibilityTimeout: 0})
      await receive(bench, QueueUrl)
      const deleted = await outcome(bench.sqs.deleteMessage({QueueUrl, ReceiptHandle: old?.ReceiptHandle}))
      return [deleted, await counts(bench, QueueUrl)]
    },
    answer: ['ok', ['0', '1', '0']],
  },
  {
    title: 'visibility 0 gives a message back',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await send(bench, QueueUrl)
      const [held] = await receive(bench, QueueUrl)
      await bench.sqs.changeMessageVisibility({QueueUrl, ReceiptHandle: held?.ReceiptHandle, VisibilityTimeout: 0})
      return [await counts(bench, QueueUrl), (await receive(bench, QueueUrl)).length]
    },
    answer: [['1', '0', '0'], 1],
  },
  {
    title: 'visibility of a deleted message cannot be changed',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await send(bench, QueueUrl)
      const [held] = await receive(bench, QueueUrl)
      const ReceiptHandle = held?.ReceiptHandle
      await bench.sqs.deleteMessage({QueueUrl, ReceiptHandle})
      return outcome(bench.sqs.changeMessageVisibility({QueueUrl, ReceiptHandle, VisibilityTimeout: 42}))
    },
    answer: 'InvalidParameterValue',
  },
  {
    title: 'FIFO: a known deduplication id gets the first message’s answer and enqueues nothing',
    async ask(bench) {
      const url = await create(bench, 'q.fifo')
      const ids = {MessageGroupId: 'g', MessageDeduplicationId: 'd'}
      const [first, second] = [await send(bench, url, 'one', ids), await send(bench, url, 'two', ids)]
      return [first.MessageId === second.MessageId, (await receive(bench, url)).map(({Body}) => Body)]
    },
    answer: [true, ['one']],
  },
  {
    title: 'FIFO: sequence numbers have 20 digits and rise',
    async ask(bench) {
      const url = await create(bench, 'q.fifo')
      const numbers: string[] = []
      for (const id of 'abcdefghijkl') {
        const {SequenceNumber} = await send(bench, url, id, {MessageGroupId: 'g', MessageDeduplicationId: id})
        numbers.push(SequenceNumber ?? '')
      }
      return [numbers.every(number => number.length === 20), numbers.join() === [...numbers].sort().join()]
    },
    answer: [true, true],
  },
  {
    title: 'FIFO: several of one group in one receive, and the group blocked meanwhile',
    async ask(bench) {
      const url = await create(bench, 'q.fifo', {ContentBasedDeduplication: 'true'})
      for (const body of ['a1', 'a2', 'b1', 'a3']) await send(bench, url, body, {MessageGroupId: body.slice(0, 1)})
      const bodies = async (MaxNumberOfMessages: number) =>
        (await receive(bench, url, {MaxNumberOfMessages})).map(({Body}) => Body)
      return [await bodies(2), await bodies(10)]
    },
    answer: [['a1', 'a2'], ['b1']],
  },
  {
    title: 'FIFO: a group and a deduplication id are needed',
    async ask(bench) {
      const url = await create(bench, 'q.fifo')
      return [
        await words(send(bench, url, 'x', {MessageDeduplicationId: 'd'})),
        await words(send(bench, url, 'x', {MessageGroupId: 'g'})),
      ]
    },
    answer: [
      'The request must contain the parameter MessageGroupId.',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    ],
  },
  {
    title: 'FIFO: a message has no delay of its own',
    ask: async bench =>
      words(
        send(bench, await create(bench, 'q.fifo', {ContentBasedDeduplication: 'true'}), 'x', {
          MessageGroupId: 'g',
          DelaySeconds: 2,
        }),
      ),
    answer:
      'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
  },
  {
    title: 'FIFO: one batch entry without a group fails the whole batch',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q.fifo', {ContentBasedDeduplication: 'true'})
      const Entries = batchOf(2, index => ({MessageBody: `m${index}`, ...(index === 0 && {MessageGroupId: 'g'})}))
      return [await outcome(bench.sqs.sendMessageBatch({QueueUrl, Entries})), await counts(bench, QueueUrl)]
    },
    answer: ['InvalidParameterValue', ['0', '0', '0']],
  },
  {
    title: 'a message group of a standard queue is kept',
    async ask(bench) {
      const url = await create(bench, 'q')
      await send(bench, url, 'x', {MessageGroupId: 'tenant'})
      return (await receive(bench, url))[0]?.Attributes?.MessageGroupId
    },
    answer: 'tenant',
  },
  {
    title: 'a failed message moves to the dead-letter queue with its body and count',
    async ask(bench) {
      const [source, dlq] = await deadLetter(bench)
      const [dead] = await receive(bench, dlq)
      return [await counts(bench, source), dead?.Body, dead?.Attributes?.ApproximateReceiveCount]
    },
    answer: [['0', '0', '0'], 'poison', '2'],
  },
  {
    title: 'a dead letter names its source',
    async ask(bench) {
      const [, dlq, sourceArn] = await deadLetter(bench)
      return (await receive(bench, dlq))[0]?.Attributes?.DeadLetterQueueSourceArn === sourceArn
    },
    answer: true,
  },
  {
    title: 'a dead-letter queue knows its sources',
    async ask(bench) {
      const [source, dlq] = await deadLetter(bench)
      const {queueUrls} = await bench.sqs.listDeadLetterSourceQueues({QueueUrl: dlq})
      return queueUrls?.length === 1 && queueUrls[0] === source
    },
    answer: true,
  },
  {
    title: 'a move task starts, lists and completes',
    async ask(bench) {
      const [, , , dlqArn] = await deadLetter(bench)
      await bench.sqs.startMessageMoveTask({SourceArn: dlqArn})
      for (;;) {
        const {Results} = await bench.sqs.listMessageMoveTasks({SourceArn: dlqArn})
        const [task] = Results ?? []
        if (task?.Status !== 'RUNNING') return [task?.Status, task?.ApproximateNumberOfMessagesMoved]
      }
    },
    answer: ['COMPLETED', 1],
  },
  {
    title: 'a redrive policy needs a queue that exists, of the same type, and a sensible count',
    async ask(bench) {
      const url = await create(bench, 'q')
      const policies = [
        {deadLetterTargetArn: (await arnOf(bench, url)).replace(/[^:]+$/, 'nowhere'), maxReceiveCount: 3},
        {deadLetterTargetArn: await arnOf(bench, await create(bench, 'dlq.fifo')), maxReceiveCount: 3},
        {deadLetterTargetArn: await arnOf(bench, await create(bench, 'dlq')), maxReceiveCount: 0},
      ]
      const answers: string[] = []
      for (const policy of policies) {
        const Attributes = {RedrivePolicy: JSON.stringify(policy)}
        answers.push(await outcome(bench.sqs.setQueueAttributes({QueueUrl: url, Attributes})))
      }
      return answers
    },
    answer: ['InvalidParameterValue', 'InvalidParameterValue', 'InvalidParameterValue'],
  },
  {
    title: 'a redrive allow policy keeps sources out',
    async ask(bench) {
      const dlq = await create(bench, 'dlq', {RedriveAllowPolicy: '{"redrivePermission":"denyAll"}'})
      const RedrivePolicy = JSON.stringify({deadLetterTargetArn: await arnOf(bench, dlq), maxReceiveCount: 3})
      return outcome(create(bench, 'source', {RedrivePolicy}))
    },
    answer: 'InvalidParameterValue',
  },
  {
    title: 'creating again answers the same URL, or an error for another value',
    async ask(bench) {
      const url = await create(bench, 'q', {DelaySeconds: '1'})
      return [
        (await create(bench, 'q', {DelaySeconds: '1'})) === url,
        await outcome(create(bench, 'q', {DelaySeconds: '2'})),
      ]
    },
    answer: [true, 'QueueNameExists'],
  },
  {
    title: 'a deleted name rests for a minute',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await bench.sqs.deleteQueue({QueueUrl})
      return [await outcome(send(bench, QueueUrl)), await outcome(create(bench, 'q'))]
    },
    answer: ['QueueDoesNotExist', 'QueueDeletedRecently'],
  },
  {
    title: 'queue names have a grammar',
    async ask(bench) {
      const names = ['a'.repeat(81), 'with space', 'standard.fifo']
      return Promise.all(names.map(QueueName => outcome(bench.sqs.createQueue({QueueName}))))
    },
    answer: ['InvalidParameterValue', 'InvalidParameterValue', 'InvalidParameterValue'],
  },
  {
    title: 'lists of queues come in pages',
    async ask(bench) {
      for (const stem of ['p-1', 'p-2', 'p-3']) await create(bench, stem)
      const QueueNamePrefix = bench.name('p-')
      const first = await bench.sqs.listQueues({QueueNamePrefix, MaxResults: 2})
      const rest = await bench.sqs.listQueues({QueueNamePrefix, MaxResults: 2, NextToken: first.NextToken})
      return [first.QueueUrls?.length, rest.QueueUrls?.length, rest.NextToken]
    },
    answer: [2, 1, undefined],
  },
  {
    title: 'attributes have ranges and names',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      const set = (Attributes: Record<string, string>) => outcome(bench.sqs.setQueueAttributes({QueueUrl, Attributes}))
      return [
        await set({VisibilityTimeout: '43200'}),
        await set({VisibilityTimeout: '43201'}),
        await set({MessageRetentionPeriod: '59'}),
        await set({Depth: '1'}),
      ]
    },
    answer: ['ok', 'InvalidAttributeValue', 'InvalidAttributeValue', 'InvalidAttributeName'],
  },
  {
    title: 'an unknown attribute cannot be asked for',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      return words(bench.sqs.getQueueAttributes({QueueUrl, AttributeNames: ['Depth' as QueueAttributeName]}))
    },
    answer: 'Unknown Attribute Depth.',
  },
  {
    title: 'one purge a minute, in flight included',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await send(bench, QueueUrl)
      await receive(bench, QueueUrl)
      await bench.sqs.purgeQueue({QueueUrl})
      return [await counts(bench, QueueUrl), await outcome(bench.sqs.purgeQueue({QueueUrl}))]
    },
    answer: [['0', '0', '0'], 'PurgeQueueInProgress'],
  },
  {
    title: 'AddPermission writes a statement, RemovePermission removes it',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await bench.sqs.addPermission({QueueUrl, Label: 'one', AWSAccountIds: ['111111111111'], Actions: ['SendMessage']})
      const read = async () => {
        const {Attributes} = await bench.sqs.getQueueAttributes({QueueUrl, AttributeNames: ['Policy']})
        const policy = JSON.parse(Attributes?.Policy ?? '{"Statement":[]}') as {Statement: Record<string, unknown>[]}
        return policy.Statement.map(({Sid, Principal, Action}) => ({Sid, Principal, Action}))
      }
      const added = await read()
      await bench.sqs.removePermission({QueueUrl, Label: 'one'})
      return [added, await read()]
    },
    answer: [[{Sid: 'one', Principal: {AWS: 'arn:aws:iam::111111111111:root'}, Action: 'SQS:SendMessage'}], []],
  },
  {
    title: 'tags are kept',
    async ask(bench) {
      const QueueUrl = await create(bench, 'q')
      await bench.sqs.tagQueue({QueueUrl, Tags: {a: '1', b: '2'}})
      await bench.sqs.untagQueue({QueueUrl, TagKeys: ['a']})
      return (await bench.sqs.listQueueTags({QueueUrl})).Tags
    },
    answer: {b: '2'},
  },
  {
    title: 'regions know nothing of each other',
    async ask(bench) {
      await create(bench, 'q')
      return outcome(bench.elsewhere.getQueueUrl({QueueName: bench.name('q')}))
    },
    answer: 'QueueDoesNotExist',
  },
]
