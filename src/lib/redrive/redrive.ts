import type {AwsContext} from '../aws/context.js'
import {moveMessages} from './client/engine.js'
import {MemoryJournal} from './client/journal.js'
import type {EngineClock} from './client/ports.js'
import {serverTimeMs} from './client/server-time.js'
import {SqsDestination, SqsSource} from './client/sqs-queues.js'
import {systemClock} from './client/system-clock.js'
import type {RedriveEvent} from './events.js'
import {attachToTask, redriveNatively} from './native.js'
import {MAXIMUM_MESSAGE_SIZE} from './client/outgoing.js'
import type {PreparedRedrive} from './preflight.js'
import type {QueueRef} from '../queues/queue-ref.js'

export interface RedriveOptions {
  /** Native engine: false returns once AWS has taken the task. */
  readonly wait: boolean
  readonly signal: AbortSignal
  readonly clock?: EngineClock
  /** In [0, 1), for jitter. */
  readonly random?: () => number
}

/**
 * Carries out a prepared redrive by the engine of its plan and yields what happens; the last event is the summary. Aborting the
 * signal ends it in order: the native engine cancels its task, the client engine finishes its batch and gives back the rest.
 */
export async function* redrive(
  aws: AwsContext,
  prepared: PreparedRedrive,
  options: RedriveOptions,
): AsyncGenerator<RedriveEvent, void> {
  const {plan} = prepared
  yield {event: 'planned', plan}
  yield* plan.engine === 'native' ? byAws(aws, prepared, options) : byClient(aws, prepared, options)
}

/** Follows the move task that is running on a queue, started by whom ever; aborting the signal leaves it running. */
export function followTask(
  aws: AwsContext,
  source: QueueRef,
  {signal, clock = systemClock()}: Omit<RedriveOptions, 'wait'>,
): AsyncGenerator<RedriveEvent, void> {
  return attachToTask({aws, source, clock, signal})
}

function byAws(
  aws: AwsContext,
  {plan, source, destination, onlyDestination}: PreparedRedrive,
  {wait, signal, clock = systemClock()}: RedriveOptions,
): AsyncGenerator<RedriveEvent, void> {
  return redriveNatively({
    aws,
    source,
    destination: plan.destination === null ? undefined : destination,
    counted: onlyDestination,
    perSecond: plan.perSecond ?? undefined,
    wait,
    clock,
    signal,
  })
}

async function* byClient(
  aws: AwsContext,
  {plan, source, destination}: PreparedRedrive,
  {signal, clock = systemClock(), random = Math.random}: RedriveOptions,
): AsyncGenerator<RedriveEvent, void> {
  if (destination === undefined) throw new Error('a plan of the client engine has a destination')
  const cutMs = await serverTimeMs(aws, source)
  if (cutMs === undefined)
    yield {
      event: 'warning',
      message: 'the time of the service is not known: messages that arrive meanwhile may be moved too',
    }
  const concurrency = plan.concurrency ?? 1
  // One more than there are workers, so that none ever waits for a socket.
  const sqs = await aws.sqsLean({maxSockets: concurrency + 1})
  yield* moveMessages({
    source: new SqsSource(sqs, source),
    destination: new SqsDestination(sqs, destination),
    journal: new MemoryJournal(),
    clock,
    random,
    sourceArn: source.arn,
    destinationArn: destination.arn,
    fifo: source.fifo,
    maximumBytes: plan.maximumMessageSize ?? MAXIMUM_MESSAGE_SIZE,
    onlyFromArn: plan.onlyFromDestination ? destination.arn : undefined,
    cutMs,
    max: plan.max ?? undefined,
    perSecond: plan.perSecond ?? undefined,
    concurrency,
    toMove: Math.min(plan.approximateNumberOfMessages, plan.max ?? Number.POSITIVE_INFINITY),
    signal,
  })
}
