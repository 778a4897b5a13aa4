import type {Message} from '@aws-sdk/client-sqs'
import {OpsError} from '../ops-error.js'
import type {SourceQueue} from '../redrive/client/ports.js'

const BATCH_SIZE = 10
/** Empty long polls in a row after which a queue has no more to show. */
const EMPTY_POLLS = 2
const WAIT_SECONDS = 1

/** A message that the sample holds. */
interface Receipt {
  readonly messageId: string
  readonly receiptHandle: string
}

export interface SampleOptions {
  /** Distinct messages to receive at most. */
  readonly limit: number
  /** Visible messages by the counters, so that a small queue is not polled for more. */
  readonly expected: number
  readonly signal: AbortSignal
  /** Called with how many distinct messages have come so far. */
  readonly progress?: (count: number) => void
}

/** Why a sample ended: as many as were wanted, none left to receive, interrupted, or a failed receive after some had come. */
export type SampleEnd = 'limit' | 'empty' | 'interrupted' | 'failed'

export interface Sample {
  readonly end: SampleEnd
  /** The failure of the receive that ended it. */
  readonly failure?: {readonly code: string; readonly message: string}
  /** Everything received, with the newest handle, to be given back. */
  readonly receipts: readonly Receipt[]
}

/**
 * Receives distinct messages and hands each to `visit` once; they stay invisible, so that each receive brings others. The caller gives
 * the receipts back. Throws only when nothing was received. A receive under way is waited for when interrupted: messages in a lost
 * answer stay hidden until their visibility ends.
 */
export async function sampleMessages(
  source: SourceQueue,
  visit: (message: Message) => void,
  options: SampleOptions,
): Promise<Sample> {
  const {limit, expected, signal, progress} = options
  const handles = new Map<string, string>()
  const receipts = (): Receipt[] => [...handles].map(([messageId, receiptHandle]) => ({messageId, receiptHandle}))
  const visibilitySeconds = visibilityFor(Math.min(limit, Math.max(expected, BATCH_SIZE)))
  for (let empty = 0; ;) {
    if (signal.aborted) return {end: 'interrupted', receipts: receipts()}
    if (handles.size >= limit) return {end: 'limit', receipts: receipts()}
    if (empty >= EMPTY_POLLS || (empty > 0 && handles.size >= expected)) return {end: 'empty', receipts: receipts()}
    let messages: readonly Message[]
    try {
      messages = await source.receive({
        max: Math.min(BATCH_SIZE, limit - handles.size),
        waitSeconds: WAIT_SECONDS,
        visibilitySeconds,
      })
    } catch (error) {
      if (!(error instanceof OpsError) || handles.size === 0) throw error
      return {end: 'failed', failure: {code: error.code, message: error.message}, receipts: receipts()}
    }
    const before = handles.size
    for (const message of messages) {
      const {MessageId, ReceiptHandle} = message
      if (MessageId === undefined || ReceiptHandle === undefined) continue
      const known = handles.has(MessageId)
      handles.set(MessageId, ReceiptHandle)
      if (!known) visit(message)
    }
    empty = handles.size === before ? empty + 1 : 0
    progress?.(handles.size)
  }
}

/**
 * Seconds to hold a sample of this size: long enough to receive all of it at a slow 5 batches a second, no longer, since a sample whose
 * process is killed hides its messages for that time.
 */
export function visibilityFor(messages: number): number {
  return Math.min(600, Math.max(30, Math.ceil(messages / BATCH_SIZE / 5) * 2 + 10))
}
