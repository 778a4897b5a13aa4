import type {Message, SendMessageBatchRequestEntry} from '@aws-sdk/client-sqs'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import {randomUUID} from 'node:crypto'
import type {AwsContext} from '../../aws/context.js'
import {outcomeOf} from '../../aws/errors.js'
import type {QueueRef} from '../../queues/queue-ref.js'
import type {Depth, DestinationQueue, EntryResult, Handle, SendReply, SourceQueue} from './ports.js'

interface BatchReply {
  readonly Successful?: readonly {readonly Id?: string}[]
  readonly Failed?: readonly {
    readonly Id?: string
    readonly Code?: string
    readonly Message?: string
    readonly SenderFault?: boolean
  }[]
}

/** The dead-letter queue over the SQS API. */
export class SqsSource implements SourceQueue {
  /** FIFO: a receive whose answer was lost is asked for again by its id, and gives the same messages (ReceiveRequestAttemptId). */
  private attemptId: string | undefined

  constructor(
    private readonly aws: AwsContext,
    private readonly queue: QueueRef,
  ) {}

  // One attempt: a receive that the SDK repeats after a lost answer hides the first ten messages without a word.
  async receive({
    max,
    waitSeconds,
    visibilitySeconds,
  }: {
    max: number
    waitSeconds: number
    visibilitySeconds: number
  }): Promise<readonly Message[]> {
    const sqs = await this.aws.sqsOnce()
    const attemptId = this.queue.fifo ? (this.attemptId ?? randomUUID()) : undefined
    try {
      const {Messages} = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.queue.url,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
          ReceiveRequestAttemptId: attemptId,
        }),
      )
      this.attemptId = undefined
      return Messages ?? []
    } catch (error) {
      this.attemptId = outcomeOf(error) === 'unknown' ? attemptId : undefined
      throw error
    }
  }

  async remove(handles: readonly Handle[]): Promise<readonly EntryResult[]> {
    const sqs = await this.aws.sqs()
    const Entries = handles.map(({receiptHandle}, index) => ({Id: String(index), ReceiptHandle: receiptHandle}))
    return resultsOf(handles, await sqs.send(new DeleteMessageBatchCommand({QueueUrl: this.queue.url, Entries})))
  }

  async setVisibility(handles: readonly Handle[], seconds: number): Promise<readonly EntryResult[]> {
    const sqs = await this.aws.sqs()
    const Entries = handles.map(({receiptHandle}, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }))
    return resultsOf(
      handles,
      await sqs.send(new ChangeMessageVisibilityBatchCommand({QueueUrl: this.queue.url, Entries})),
    )
  }

  async depth(): Promise<Depth> {
    const sqs = await this.aws.sqs()
    const {Attributes = {}} = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.queue.url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    )
    // A counter that is missing must not read as zero: an empty queue would be believed for it.
    const count = (text: string | undefined): number =>
      text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN
    return {
      visible: count(Attributes.ApproximateNumberOfMessages),
      inFlight: count(Attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: count(Attributes.ApproximateNumberOfMessagesDelayed),
    }
  }
}

/** The destination over the SQS API, by the client that never repeats a request. */
export class SqsDestination implements DestinationQueue {
  constructor(
    private readonly aws: AwsContext,
    private readonly queue: QueueRef,
  ) {}

  async send(entries: readonly SendMessageBatchRequestEntry[]): Promise<SendReply> {
    const sqs = await this.aws.sqsOnce()
    return sqs.send(new SendMessageBatchCommand({QueueUrl: this.queue.url, Entries: [...entries]}))
  }
}

/** The result of each entry of a batch whose ids are positions. Named nowhere, or on both sides: not done. */
export function resultsOf(handles: readonly Handle[], {Successful = [], Failed = []}: BatchReply): EntryResult[] {
  return handles.map((_, index) => {
    const id = String(index)
    const failed = Failed.find(entry => entry.Id === id)
    if (failed !== undefined) {
      const code = failed.Code ?? 'Error'
      return {ok: false, code, message: failed.Message ?? code, senderFault: failed.SenderFault === true}
    }
    if (Successful.some(entry => entry.Id === id)) return {ok: true}
    return {ok: false, code: 'NoAnswer', message: 'the answer does not name the message', senderFault: false}
  })
}
