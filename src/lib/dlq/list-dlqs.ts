import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {mapBounded} from '../queues/bounded.js'
import type {QueueSummary} from '../queues/list-queues.js'
import {listQueues} from '../queues/list-queues.js'
import type {MoveTask} from '../redrive/move-tasks.js'
import {isActive, listMoveTasks} from '../redrive/move-tasks.js'

/** ListMessageMoveTasks calls under way at once. */
const TASK_READS_AT_ONCE = 4

/** `jobs-dlq`, `orders_dead_letters.fifo`, `DeadLetterQueue`: what people call the queues that Lambda, SNS and EventBridge fail into. */
const DLQ_NAME =
  /(?:^|[-_])(?:dlq|dead[-_]?letters?(?:[-_]?queue)?)(?:$|[-_.])|(?:DLQ|DeadLetters?(?:Queue)?)(?:$|[-_.A-Z])/

/** One dead-letter queue of a list; counts are AWS's approximations and null where they could not be read. */
export interface DlqSummary {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly type: 'standard' | 'fifo'
  readonly approximateNumberOfMessages: number | null
  readonly approximateNumberOfMessagesNotVisible: number | null
  readonly approximateNumberOfMessagesDelayed: number | null
  readonly messageRetentionPeriod: number | null
  /** `redrivePolicy`: SQS queues dead-letter here. `name`: only its name says so; a function, topic or rule may fail into it. */
  readonly foundBy: 'redrivePolicy' | 'name'
  readonly sources: readonly {readonly name: string; readonly arn: string; readonly maxReceiveCount: number}[]
  /** The move task that is running or being cancelled; null where there is none, or where it could not be read. */
  readonly moveTask: {
    readonly status: string
    readonly approximateNumberOfMessagesMoved: number
    readonly approximateNumberOfMessagesToMove: number | null
    readonly startedAt: string | null
  } | null
}

export interface DlqList {
  readonly dlqs: readonly DlqSummary[]
  /** More dead-letter queues match than the limit let through. */
  readonly truncated: boolean
  /** What the list cannot tell, and why. */
  readonly incomplete: readonly string[]
}

/**
 * Lists the dead-letter queues of the account and region, deepest first: every queue is read for its redrive policy, whatever the
 * prefix, because any of them may name a DLQ. Receives nothing.
 */
export async function listDlqs(
  aws: AwsContext,
  {prefix = '', limit, signal}: {prefix?: string; limit?: number; signal?: AbortSignal} = {},
): Promise<DlqList> {
  const {queues} = await listQueues(aws, {signal})
  const sources = sourcesByTarget(queues)
  const found = queues
    .filter(queue => queue.name.startsWith(prefix) && (sources.has(queue.arn) || DLQ_NAME.test(queue.name)))
    .sort(byDepth)
  const kept = limit === undefined ? found : found.slice(0, limit)
  const tasks = await activeTasks(
    aws,
    kept.filter(queue => sources.has(queue.arn)),
    signal,
  )
  return {
    dlqs: kept.map(queue => summaryOf(queue, sources.get(queue.arn) ?? [], tasks.byArn.get(queue.arn))),
    truncated: kept.length < found.length,
    incomplete: [...unreadable(queues), ...missing(queues, sources, prefix), ...tasks.incomplete],
  }
}

type Source = DlqSummary['sources'][number]

function sourcesByTarget(queues: readonly QueueSummary[]): Map<string, Source[]> {
  const sources = new Map<string, Source[]>()
  for (const {name, arn, deadLetterTargetArn: target, maxReceiveCount = 0} of queues) {
    if (target === undefined) continue
    sources.set(target, [...(sources.get(target) ?? []), {name, arn, maxReceiveCount}])
  }
  return sources
}

async function activeTasks(
  aws: AwsContext,
  queues: readonly QueueSummary[],
  signal: AbortSignal | undefined,
): Promise<{byArn: Map<string, MoveTask>; incomplete: string[]}> {
  const byArn = new Map<string, MoveTask>()
  const incomplete: string[] = []
  await mapBounded(queues, TASK_READS_AT_ONCE, async ({arn}) => {
    // One refusal is enough to know that the next would be refused as well.
    if (incomplete.length > 0) return
    try {
      const task = (await listMoveTasks(aws, arn, {signal})).find(isActive)
      if (task !== undefined) byArn.set(arn, task)
    } catch (error) {
      if (!(error instanceof OpsError) || error.exitCode === ExitCode.unreachable) throw error
      if (error.exitCode !== ExitCode.notFound)
        incomplete.push(`Whether move tasks are running is not known: ${error.message}`)
    }
  })
  return {byArn, incomplete: incomplete.slice(0, 1)}
}

function unreadable(queues: readonly QueueSummary[]): string[] {
  return queues
    .filter(queue => queue.error !== undefined)
    .map(({name, error}) => `Where ${name} dead-letters to is not known: ${error?.message ?? ''}`)
}

function missing(
  queues: readonly QueueSummary[],
  sources: ReadonlyMap<string, readonly Source[]>,
  prefix: string,
): string[] {
  const present = new Set(queues.map(({arn}) => arn))
  return [...sources]
    .filter(([arn]) => !present.has(arn) && arn.slice(arn.lastIndexOf(':') + 1).startsWith(prefix))
    .map(
      ([arn, from]) =>
        `${from.map(({name}) => name).join(', ')} dead-letters to ${arn}, which is not among the queues here`,
    )
}

function summaryOf(queue: QueueSummary, sources: readonly Source[], task: MoveTask | undefined): DlqSummary {
  return {
    name: queue.name,
    url: queue.url,
    arn: queue.arn,
    type: queue.type,
    approximateNumberOfMessages: queue.approximateNumberOfMessages ?? null,
    approximateNumberOfMessagesNotVisible: queue.approximateNumberOfMessagesNotVisible ?? null,
    approximateNumberOfMessagesDelayed: queue.approximateNumberOfMessagesDelayed ?? null,
    messageRetentionPeriod: queue.messageRetentionPeriod ?? null,
    foundBy: sources.length > 0 ? 'redrivePolicy' : 'name',
    sources,
    moveTask:
      task === undefined
        ? null
        : {
            status: task.status,
            approximateNumberOfMessagesMoved: task.approximateNumberOfMessagesMoved,
            approximateNumberOfMessagesToMove: task.approximateNumberOfMessagesToMove ?? null,
            startedAt: task.startedAt ?? null,
          },
  }
}

function byDepth(a: QueueSummary, b: QueueSummary): number {
  const depth = (b.approximateNumberOfMessages ?? -1) - (a.approximateNumberOfMessages ?? -1)
  return depth || (a.name < b.name ? -1 : 1)
}
