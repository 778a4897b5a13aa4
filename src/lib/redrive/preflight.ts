import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {listSourceQueues} from '../queues/list-sources.js'
import {getQueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import {resolveQueue} from '../queues/resolve-queue.js'
import {listMoveTasks} from './move-tasks.js'
import type {RedriveFacts, RedrivePlan, RedriveWishes} from './plan.js'
import {planRedrive} from './plan.js'

/** A plan together with the queues it names, found and read. */
export interface PreparedRedrive {
  readonly plan: RedrivePlan
  readonly source: QueueRef
  /** The one destination of the client engine, or of `--to`. */
  readonly destination: QueueRef | undefined
  /** The one queue that messages can go to, by whichever engine, if there is one. */
  readonly onlyDestination: QueueRef | undefined
}

/** Reads both queues, the sources and the move tasks, and plans the redrive; changes nothing, receives nothing. */
export async function prepareRedrive(
  aws: AwsContext,
  request: {source: string; to?: string; wishes: RedriveWishes; signal?: AbortSignal},
): Promise<PreparedRedrive> {
  const facts = await readFacts(aws, request)
  const plan = planRedrive(facts, request.wishes)
  const destination = facts.to?.queue ?? (plan.destination === null ? undefined : facts.sources[0])
  const onlyDestination = facts.to?.queue ?? (facts.sources.length === 1 ? facts.sources[0] : undefined)
  return {plan, source: facts.source.queue, destination, onlyDestination}
}

async function readFacts(
  aws: AwsContext,
  {source: sourceName, to: toName, signal}: {source: string; to?: string; signal?: AbortSignal},
): Promise<RedriveFacts> {
  const [queue, toQueue] = await Promise.all([
    resolveQueue(aws, sourceName, {signal}),
    toName === undefined ? undefined : resolveQueue(aws, toName, {signal}),
  ])
  const [attributes, toAttributes, sources, tasks] = await Promise.all([
    getQueueAttributes(aws, queue, {signal}),
    toQueue === undefined ? undefined : getQueueAttributes(aws, toQueue, {signal}),
    listSourceQueues(aws, queue, {signal}),
    readTasks(aws, queue, signal),
  ])
  const [only] = sources
  const onlySource =
    toQueue === undefined && sources.length === 1 && only !== undefined
      ? await getQueueAttributes(aws, only, {signal})
      : undefined
  return {
    source: {queue, attributes},
    ...(toQueue === undefined || toAttributes === undefined ? {} : {to: {queue: toQueue, attributes: toAttributes}}),
    sources,
    onlySource,
    tasks,
  }
}

// Without the permission, or on an endpoint that knows no move tasks, the client engine can still do the work.
async function readTasks(
  aws: AwsContext,
  queue: QueueRef,
  signal: AbortSignal | undefined,
): Promise<RedriveFacts['tasks']> {
  try {
    return await listMoveTasks(aws, queue.arn, {signal})
  } catch (error) {
    if (error instanceof OpsError && error.exitCode !== ExitCode.unreachable) return {unreadable: error.code}
    throw error
  }
}
