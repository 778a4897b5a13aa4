import {moveMessages} from '../../../../src/lib/redrive/client/engine.js'
import type {DestinationQueue} from '../../../../src/lib/redrive/client/ports.js'
import type {EngineOptions} from '../../../../src/lib/redrive/client/options.js'
import type {RedriveEvent, RedriveSummary} from '../../../../src/lib/redrive/events.js'
import {ModelClock, ModelDestination, ModelJournal, ModelSource, type World} from './model-queues.js'

export const SOURCE_ARN = 'arn:aws:sqs:us-east-1:000000000000:orders-dlq'
export const DESTINATION_ARN = 'arn:aws:sqs:us-east-1:000000000000:orders'

/** Options of a run on the model's queues; `destination` and `maximumBytes` are those of its one route. */
export function engineOptions(
  world: World,
  {
    destination = new ModelDestination(world),
    maximumBytes = 1_048_576,
    ...options
  }: Partial<EngineOptions> & {destination?: DestinationQueue; maximumBytes?: number} = {},
): EngineOptions {
  const route = {arn: DESTINATION_ARN, queue: destination, maximumBytes}
  return {
    source: new ModelSource(world),
    routeOf: () => route,
    journal: new ModelJournal(world),
    clock: new ModelClock(world),
    random: () => 0.5,
    sourceArn: SOURCE_ARN,
    destinationArn: DESTINATION_ARN,
    fifo: world.fifo,
    concurrency: 1,
    signal: new AbortController().signal,
    ...options,
  }
}

/** Runs the engine to its end and returns all events, and the summary if it came to one. */
export async function runEngine(
  options: EngineOptions,
): Promise<{events: RedriveEvent[]; summary: RedriveSummary | undefined}> {
  const events: RedriveEvent[] = []
  for await (const event of moveMessages(options)) events.push(event)
  const last = events.at(-1)
  return {events, summary: last?.event === 'done' ? last : undefined}
}
