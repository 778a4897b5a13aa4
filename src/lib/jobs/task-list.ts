import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {mapBounded} from '../queues/bounded.js'
import {listQueues} from '../queues/list-queues.js'
import {resolveQueue} from '../queues/resolve-queue.js'
import type {MoveTask} from '../redrive/move-tasks.js'
import {listMoveTasks} from '../redrive/move-tasks.js'

/** ListMessageMoveTasks calls under way at once. */
const READS_AT_ONCE = 4

export interface TaskList {
  readonly tasks: readonly MoveTask[]
  /** What the list cannot tell, and why. */
  readonly incomplete: readonly string[]
}

/** The recent move tasks of the given dead-letter queues; without any, of all that a redrive policy of the account and region names. */
export async function listTasks(
  aws: AwsContext,
  {dlqs = [], signal}: {dlqs?: readonly string[]; signal?: AbortSignal},
): Promise<TaskList> {
  const {arns, incomplete} = dlqs.length > 0 ? await named(aws, dlqs, signal) : await everyTarget(aws, signal)
  const found: MoveTask[] = []
  const refusals: string[] = []
  await mapBounded(arns, READS_AT_ONCE, async arn => {
    // One refusal is enough to know that the next would be refused as well.
    if (refusals.length > 0) return
    try {
      found.push(...(await listMoveTasks(aws, arn, {signal})))
    } catch (error) {
      if (!(error instanceof OpsError) || error.exitCode === ExitCode.unreachable) throw error
      // A policy can name a queue that is gone.
      if (error.exitCode !== ExitCode.notFound || dlqs.length > 0) refusals.push(error.message)
    }
  })
  return {
    tasks: found,
    incomplete: [
      ...incomplete,
      ...refusals.slice(0, 1).map(refusal => `Not all move tasks could be listed: ${refusal}`),
    ],
  }
}

async function named(aws: AwsContext, dlqs: readonly string[], signal: AbortSignal | undefined) {
  const refs = await mapBounded(dlqs, READS_AT_ONCE, dlq => resolveQueue(aws, dlq, {signal}))
  return {arns: [...new Set(refs.map(({arn}) => arn))], incomplete: []}
}

async function everyTarget(aws: AwsContext, signal: AbortSignal | undefined) {
  const {queues} = await listQueues(aws, {signal})
  return {
    arns: [...new Set(queues.flatMap(({deadLetterTargetArn: arn}) => arn ?? []))],
    incomplete: queues
      .filter(queue => queue.error !== undefined)
      .map(({name, error}) => `Where ${name} dead-letters to is not known: ${error?.message ?? ''}`),
  }
}
