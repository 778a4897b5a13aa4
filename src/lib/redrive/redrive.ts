import type {AwsContext} from '../aws/context.js'
import type {QueueRef} from '../queues/queue-ref.js'
import {asRecorded} from './as-recorded.js'
import type {EngineClock} from './client/ports.js'
import {systemClock} from './client/system-clock.js'
import type {RedriveEvent} from './events.js'
import {refuseBeside} from './journal/cut-off.js'
import type {JournalOptions} from './journal/open-journal.js'
import {attachToTask, redriveNatively} from './native.js'
import type {PreparedRedrive} from './preflight.js'

export interface RedriveOptions {
  readonly signal: AbortSignal
  /** Where the client engine keeps its journals. */
  readonly journal: JournalOptions
  /** What a program of `--through` is given as its environment, less the credentials in it. */
  readonly env: NodeJS.ProcessEnv
  /** Client engine: the job to go on with. */
  readonly resume?: string
  /** Client engine: whether there is an event for every message, as by default. */
  readonly eachMessage?: boolean
  /** Client engine: is given what the program of `--through` writes on its standard error, line by line; untrusted text. */
  readonly onProgramLine?: (line: string) => void
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
  if (plan.engine === 'native') {
    // A client redrive of this machine would compete with AWS for the messages, and one that was cut off knows which of them are moved.
    const endpoint = aws.endpointFor('sqs')
    await refuseBeside({source: prepared.source.arn, ...(endpoint === undefined ? {} : {endpoint})}, options.journal)
    yield* byAws(aws, prepared, options)
    return
  }
  // A redrive by AWS loads nothing of the engine that it does not use.
  const {redriveByClient} = await import('./client-run.js')
  const events = redriveByClient({aws, prepared, clock: systemClock(), random: Math.random, ...options})
  for await (const event of events) {
    yield event.event === 'done' ? await asRecorded(event, options.journal.state) : event
  }
}

/** Follows the move task that is running on a queue, started by whom ever; aborting the signal leaves it running. */
export function followTask(
  aws: AwsContext,
  source: QueueRef,
  {signal, clock = systemClock()}: Pick<RedriveOptions, 'signal' | 'clock'>,
): AsyncGenerator<RedriveEvent, void> {
  return attachToTask({aws, source, clock, signal})
}

function byAws(
  aws: AwsContext,
  {plan, request, source, routes}: PreparedRedrive,
  {signal, clock = systemClock()}: RedriveOptions,
): AsyncGenerator<RedriveEvent, void> {
  const only = routes.length === 1 ? routes[0]?.target.queue : undefined
  return redriveNatively({
    aws,
    source,
    destination: plan.destination === null ? undefined : only,
    counted: only,
    perSecond: plan.perSecond ?? undefined,
    wait: request.wait ?? true,
    clock,
    signal,
  })
}
