import type {AwsContext} from '../../aws/context.js'
import type {SampledMessage} from '../../filters/change/effect.js'
import {readSample, sampledMessage} from '../../filters/sample-file.js'
import {peekQueue} from '../../queues/peek-queue.js'
import type {PeekResult} from '../../queues/peek-queue.js'
import {resolveQueue} from '../../queues/resolve-queue.js'
import type {FoundSubscription} from './find-subscription.js'

/** Messages to try a change on, and where they are from. */
export interface Sample {
  readonly source: string
  readonly messages: readonly SampledMessage[]
  /** What to know about how far it can be relied on. */
  readonly warnings: readonly string[]
}

/** Long enough for an answer that has looked into the whole queue. */
const POLL_SECONDS = 1

/** What a command line says of a sample. */
export interface SampleFlags {
  /** A file, or - for standard input. */
  readonly sample?: string
  readonly 'sample-queue'?: string
  /** Messages to peek at. */
  readonly max: number
}

/** The sample that a command line asks for, if any; `read` reads a file. Throws as readSample and peekSample do. */
export async function sampleOf(
  aws: AwsContext,
  {sample, 'sample-queue': queue, max}: SampleFlags,
  options: {subscription: FoundSubscription; read: (given: string) => Promise<string>; signal?: AbortSignal},
): Promise<Sample | undefined> {
  if (queue !== undefined) return peekSample(aws, queue, {...options, max})
  if (sample === undefined) return undefined
  return {
    source: sample === '-' ? 'standard input' : 'the sample',
    messages: readSample(await options.read(sample)),
    warnings: [],
  }
}

/**
 * Peeks at up to `max` messages of a queue and gives them back; refuses what could dead-letter one, as `queue peek` does. Throws what
 * resolveQueue and peekQueue throw.
 */
async function peekSample(
  aws: AwsContext,
  reference: string,
  {max, subscription, signal}: {max: number; subscription: FoundSubscription; signal?: AbortSignal},
): Promise<Sample> {
  const queue = await resolveQueue(aws, reference, {signal})
  const peeked = await peekQueue(aws, queue, {max, waitSeconds: POLL_SECONDS, force: false, signal})
  signal?.throwIfAborted()
  return {
    source: `queue ${queue.name}`,
    messages: peeked.messages.map(view => sampledMessage(JSON.stringify(view), view.messageId)),
    warnings: [...peekWarnings(peeked, subscription.endpoint === queue.arn)],
  }
}

function* peekWarnings({messages, ended, failure, stillHidden, queue}: PeekResult, own: boolean): Generator<string> {
  if (messages.length === 0) yield `${queue.name} had no visible message: there is nothing to try the change on.`
  else if (own) {
    yield `${queue.name} is what the subscription delivers to: it holds only what the present policy let through, so nothing can be seen to start arriving.`
  }
  if (failure !== undefined) yield `The peek of ${queue.name} ended early: ${failure.message}`
  if (ended === 'receiveLimit')
    yield `The peek of ${queue.name} ended at a message whose next receive would dead-letter it.`
  for (const {messageId, hiddenUntil} of stillHidden)
    yield `${messageId} could not be given back to ${queue.name} and is hidden until ${hiddenUntil}.`
}
