import type {ChangeMessageVisibilityBatchResult} from '@aws-sdk/client-sqs'
import {ChangeMessageVisibilityBatchCommand} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'
import {OpsError} from '../ops-error.js'
import type {QueueRef} from './queue-ref.js'

const BATCH_SIZE = 10
const ATTEMPTS = 3

/** A received message that is to be visible again. */
export interface Receipt {
  readonly messageId: string
  readonly receiptHandle: string
}

/** A message that could not be made visible again; it returns by itself when its visibility timeout ends. */
export interface StillHeld {
  readonly messageId: string
  readonly code: string
  readonly reason: string
}

/**
 * Makes received messages visible again at once (visibility timeout 0), ten a request, and checks every entry of every answer.
 * Entries that failed for a passing reason are tried three times; what stays hidden is returned, never thrown, so that the caller
 * can name it. Takes no AbortSignal: it is what must still run after an interruption.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
 */
export async function giveBack(aws: AwsContext, queue: QueueRef, receipts: readonly Receipt[]): Promise<StillHeld[]> {
  const held: StillHeld[] = []
  for (let start = 0; start < receipts.length; start += BATCH_SIZE) {
    held.push(...(await giveBackBatch(aws, queue, receipts.slice(start, start + BATCH_SIZE))))
  }
  return held
}

async function giveBackBatch(aws: AwsContext, queue: QueueRef, batch: readonly Receipt[]): Promise<StillHeld[]> {
  const final: StillHeld[] = []
  let pending = batch
  let passing: StillHeld[] = []
  for (let attempt = 1; attempt <= ATTEMPTS && pending.length > 0; attempt++) {
    const failures = await attemptBatch(aws, queue, pending)
    final.push(...failures.filter(failure => failure.permanent).map(asHeld))
    const retried = new Set(failures.filter(failure => !failure.permanent).map(failure => failure.messageId))
    passing = failures.filter(failure => !failure.permanent).map(asHeld)
    pending = pending.filter(receipt => retried.has(receipt.messageId))
  }
  return [...final, ...passing]
}

interface Failure extends StillHeld {
  readonly permanent: boolean
}

async function attemptBatch(aws: AwsContext, queue: QueueRef, batch: readonly Receipt[]): Promise<Failure[]> {
  const Entries = batch.map(({receiptHandle}, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: 0,
  }))
  try {
    const sqs = await aws.sqs()
    const output = await sqs.send(new ChangeMessageVisibilityBatchCommand({QueueUrl: queue.url, Entries}))
    return batch.flatMap((receipt, index) => failureOf(receipt, String(index), output))
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    // The client has already retried what is worth retrying.
    return batch.map(({messageId}) => ({messageId, code: error.code, reason: error.message, permanent: true}))
  }
}

function failureOf({messageId}: Receipt, id: string, output: ChangeMessageVisibilityBatchResult): Failure[] {
  if (output.Successful?.some(entry => entry.Id === id)) return []
  const failed = output.Failed?.find(entry => entry.Id === id)
  const code = failed?.Code ?? 'NoAnswer'
  // Not in flight: its visibility timeout has already ended, so it is where it should be.
  if (code.endsWith('MessageNotInflight')) return []
  const reason =
    failed?.Message ?? failed?.Code ?? 'SQS named the message neither among the successes nor among the failures'
  return [{messageId, code, reason, permanent: failed?.SenderFault === true}]
}

function asHeld({messageId, code, reason}: Failure): StillHeld {
  return {messageId, code, reason}
}
