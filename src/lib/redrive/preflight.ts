import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {mapBounded} from '../queues/bounded.js'
import {listSourceQueues} from '../queues/list-sources.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import {getQueueAttributes} from '../queues/queue-attributes.js'
import type {QueueRef} from '../queues/queue-ref.js'
import {resolveQueue} from '../queues/resolve-queue.js'
import type {Selection} from '../selection/selection.js'
import type {Transform} from '../selection/transform.js'
import {jobsInDoubt} from './journal/cut-off.js'
import type {StateDirectory} from './journal/state-directory.js'
import {listMoveTasks} from './move-tasks.js'
import type {Candidate, RedriveFacts, RedrivePlan} from './plan.js'
import {planRedrive} from './plan.js'
import type {RedriveRequest} from './request.js'
import {changeHash} from './request.js'
import type {RouteEntry} from './routes.js'

const READS_AT_ONCE = 8

/** The connections of a redrive: to the dead-letter queue, and to the queue of `--to` where that is another account or region. */
export interface RedriveConnections {
  readonly aws: AwsContext
  readonly toAws?: AwsContext
}

/** A plan together with the queues it names, found and read, and what was asked, compiled. */
export interface PreparedRedrive {
  readonly plan: RedrivePlan
  /** As asked, times no longer relative. */
  readonly request: RedriveRequest
  readonly source: QueueRef
  readonly sourceAttributes: QueueAttributes
  /** Where messages go, by the queue they came from. */
  readonly routes: readonly RouteEntry<Candidate>[]
  /** Of the queue of `--to`, where that is another connection. */
  readonly toAws: AwsContext | undefined
  /** Absent: every message. */
  readonly selection?: Selection
  readonly transform?: Transform
  /** SHA-256 (hex) of what selects and changes messages. */
  readonly changeHash: string
}

/** What is wanted of a dead-letter queue. `state`: where earlier redrives of this machine have their journals, if they are to be looked at. */
export interface RedriveWish {
  readonly source: string
  readonly request: RedriveRequest
  readonly state?: StateDirectory
  readonly signal?: AbortSignal
}

/** Compiles what is asked, reads the queues, the sources and the move tasks, and plans the redrive; changes and receives nothing. */
export async function prepareRedrive(
  connections: RedriveConnections,
  {source, request, state, signal}: RedriveWish,
): Promise<PreparedRedrive> {
  const compiled = await compile(request)
  const facts = await readFacts(connections, {source, to: request.to, signal})
  const {selection, transform} = compiled
  const planned = planRedrive(facts, compiled.request, {
    selection: selection?.text,
    change: changeWords(request, transform),
  })
  const doubts = state === undefined ? [] : await doubtRemarks(connections.aws, facts.source, state)
  const plan = {...planned, remarks: [...doubts, ...planned.remarks]}
  return {
    plan,
    request: compiled.request,
    source: facts.source.queue,
    sourceAttributes: facts.source.attributes,
    routes: facts.to === undefined ? facts.sources.map(fromItself) : [{target: facts.to}],
    toAws: connections.toAws,
    selection,
    transform,
    changeHash: changeHash({
      selectionHash: selection?.hash,
      transformHash: transform?.hash,
      through: request.through,
    }),
  }
}

async function doubtRemarks(
  aws: AwsContext,
  {queue, attributes}: RedriveFacts['source'],
  {runs}: StateDirectory,
): Promise<string[]> {
  const sinceMs = Date.now() - attributes.messageRetentionPeriod * 1000
  const jobs = await jobsInDoubt({source: queue.arn, endpoint: aws.endpointFor('sqs')}, {runs, sinceMs})
  return jobs.map(
    ({job, messages}) =>
      `${job} left ${messages} ${messages === 1 ? 'message' : 'messages'} here that may be in the destination already; what is still here is moved like any other: msgops job show ${job}`,
  )
}

function fromItself(target: Candidate): RouteEntry<Candidate> {
  return {from: target.queue.arn, target}
}

// The compilers are loaded only where there is something to compile: most redrives select nothing.
async function compile(
  request: RedriveRequest,
): Promise<{request: RedriveRequest; selection?: Selection; transform?: Transform}> {
  const {transform: expression, selection: flags, ...rest} = request
  const selection =
    flags === undefined
      ? undefined
      : await import('../selection/selection.js').then(({compileSelection}) =>
          compileSelection(flags, {now: new Date()}),
        )
  const transform =
    expression === undefined
      ? undefined
      : await import('../selection/transform.js').then(({compileTransform}) => compileTransform(expression))
  return {
    request: {
      ...rest,
      ...(selection === undefined ? {} : {selection: selection.flags}),
      ...(expression === undefined ? {} : {transform: expression}),
    },
    ...(selection === undefined || selection.everything ? {} : {selection}),
    ...(transform === undefined ? {} : {transform}),
  }
}

function changeWords({through}: RedriveRequest, transform: Transform | undefined): string | undefined {
  const words = [
    ...(transform === undefined ? [] : [transform.text]),
    ...(through === undefined ? [] : [`decided and changed by ${through.join(' ')}`]),
  ]
  return words.length === 0 ? undefined : words.join(', ')
}

async function readFacts(
  {aws, toAws = aws}: RedriveConnections,
  {source: sourceName, to: toName, signal}: {source: string; to?: string; signal?: AbortSignal},
): Promise<RedriveFacts> {
  const [queue, toQueue] = await Promise.all([
    resolveQueue(aws, sourceName, {signal}),
    toName === undefined ? undefined : resolveTo(toAws, toName, signal),
  ])
  const [attributes, toAttributes, sources, tasks] = await Promise.all([
    getQueueAttributes(aws, queue, {signal}),
    toQueue === undefined ? undefined : getQueueAttributes(toAws, toQueue, {signal}),
    listSourceQueues(aws, queue, {signal}),
    readTasks(aws, queue, signal),
  ])
  const candidates =
    toQueue === undefined
      ? await mapBounded(sources, READS_AT_ONCE, async source => readCandidate(aws, source, signal))
      : sources.map(source => ({queue: source}))
  return {
    source: {queue, attributes},
    ...(toQueue === undefined || toAttributes === undefined ? {} : {to: {queue: toQueue, attributes: toAttributes}}),
    sources: candidates,
    tasks,
  }
}

async function resolveTo(aws: AwsContext, name: string, signal: AbortSignal | undefined): Promise<QueueRef> {
  try {
    return await resolveQueue(aws, name, {signal})
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    const flag = {QueueRegionMismatch: '--to-region REGION', QueueAccountMismatch: '--to-profile PROFILE'}[error.code]
    if (flag === undefined) throw error
    throw new OpsError(error.message, {
      code: error.code,
      exitCode: error.exitCode,
      suggestions: [`To move messages there, say so: ${flag}`],
      cause: error,
    })
  }
}

// AWS's engine needs no attributes of the queues, and the client engine can do without: a message too long is refused by the queue.
async function readCandidate(aws: AwsContext, queue: QueueRef, signal: AbortSignal | undefined): Promise<Candidate> {
  try {
    return {queue, attributes: await getQueueAttributes(aws, queue, {signal})}
  } catch (error) {
    if (error instanceof OpsError && error.exitCode === ExitCode.denied) return {queue}
    throw error
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
