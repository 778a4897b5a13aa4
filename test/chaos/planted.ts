import {DeleteMessageBatchCommand, ReceiveMessageCommand, SendMessageBatchCommand} from '@aws-sdk/client-sqs'
import type {MessageAttributeValue, SQSClient} from '@aws-sdk/client-sqs'

/** A message as it was put into the dead-letter queue, before anything was moved. */
export interface Planted {
  /** Unique, and part of the body: by it a copy is known, whatever id SQS gave it. */
  readonly mark: string
  /** In the dead-letter queue. */
  readonly messageId: string
  readonly body: string
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>
  readonly traceHeader?: string
  /** Of FIFO messages, and of some on standard queues. */
  readonly groupId?: string
}

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'

// Each is a kind of content that a mover has been seen to spoil (redrive.md, catalogue 37 to 41).
const BODIES: readonly ((mark: string) => string)[] = [
  mark => JSON.stringify({order: mark, amount: 12.5}),
  mark => `{"id": 12345678901234567890, "ref": "${mark}",  "spaced" : true }\n`,
  mark => `  ${mark}\twith tab and trailing space `,
  mark => `${mark} \u{1F4EE} žluťoučký 漢字 \u00a0`,
  mark => `<xml a="1">${mark}&amp;\r\n</xml>`,
  mark => mark + 'x'.repeat(3000),
]

const ATTRIBUTES: readonly Readonly<Record<string, MessageAttributeValue>>[] = [
  {},
  {kind: {DataType: 'String', StringValue: 'refund'}},
  {price: {DataType: 'Number.float', StringValue: '12.50'}, raw: {DataType: 'Binary', BinaryValue: bytes(0, 255, 10)}},
  {
    thumb: {DataType: 'Binary.png', BinaryValue: bytes(137, 80, 78, 71)},
    city: {DataType: 'String', StringValue: 'Žilina'},
  },
  Object.fromEntries(
    Array.from({length: 10}, (_, index) => [`a${index}`, {DataType: 'String.tag', StringValue: `v${index}`}]),
  ),
]

export interface Planting {
  readonly sqs: SQSClient
  readonly url: string
  readonly count: number
  readonly fifo: boolean
  /** FIFO: how many groups the messages are of. */
  readonly groups?: number
}

/** Puts messages of every sort into a queue, in order, and returns what they are. */
export async function plant({sqs, url, count, fifo, groups = 3}: Planting): Promise<Planted[]> {
  const messages = Array.from({length: count}, (_, index) => sketch(index, fifo ? groups : 0))
  const planted: Planted[] = []
  for (let start = 0; start < count; start += 10) {
    const batch = messages.slice(start, start + 10)
    const {Successful = []} = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: batch.map((message, index) => ({
          Id: String(index),
          MessageBody: message.body,
          MessageAttributes: message.attributes,
          MessageGroupId: message.groupId,
          MessageDeduplicationId: fifo ? message.mark : undefined,
          MessageSystemAttributes:
            message.traceHeader === undefined
              ? undefined
              : {AWSTraceHeader: {DataType: 'String', StringValue: message.traceHeader}},
        })),
      }),
    )
    for (const [index, message] of batch.entries()) {
      const messageId = Successful.find(({Id}) => Id === String(index))?.MessageId
      if (messageId === undefined) throw new Error(`${message.mark} could not be planted`)
      planted.push({...message, messageId})
    }
  }
  return planted
}

function sketch(index: number, groups: number): Omit<Planted, 'messageId'> {
  const mark = `mark-${String(index).padStart(6, '0')}-`
  const body = BODIES[index % BODIES.length] ?? (text => text)
  return {
    mark,
    body: body(mark),
    attributes: ATTRIBUTES[index % ATTRIBUTES.length] ?? {},
    traceHeader: index % 4 === 1 ? TRACE : undefined,
    groupId: groups > 0 ? `group-${index % groups}` : index % 7 === 3 ? 'tenant' : undefined,
  }
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

/** A copy of a message as it lies in a queue now. */
export interface Copy {
  readonly place: 'source' | 'destination'
  readonly messageId: string
  readonly body: string
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>
  readonly traceHeader?: string
  readonly groupId?: string
  /** FIFO: the order in which SQS took them. */
  readonly sequenceNumber?: string
}

/** Takes everything visible out of a queue, for good: for the end of a run, when nothing is in flight any more. */
export async function drain(sqs: SQSClient, url: string, place: Copy['place']): Promise<Copy[]> {
  const copies: Copy[] = []
  for (;;) {
    const {Messages = []} = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 43_200,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) return copies
    await remove(
      sqs,
      url,
      Messages.flatMap(({ReceiptHandle}) => ReceiptHandle ?? []),
    )
    for (const {MessageId = '', Body = '', Attributes = {}, MessageAttributes = {}} of Messages) {
      copies.push({
        place,
        messageId: MessageId,
        body: Body,
        attributes: MessageAttributes,
        traceHeader: Attributes.AWSTraceHeader,
        groupId: Attributes.MessageGroupId,
        sequenceNumber: Attributes.SequenceNumber,
      })
    }
  }
}

async function remove(sqs: SQSClient, url: string, handles: readonly string[]): Promise<void> {
  const {Failed = []} = await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: url,
      Entries: handles.map((ReceiptHandle, index) => ({Id: String(index), ReceiptHandle})),
    }),
  )
  if (Failed.length > 0) throw new Error(`the checker could not take ${Failed.length} messages out of ${url}`)
}
