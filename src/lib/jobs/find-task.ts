import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import {resolveQueue} from '../queues/resolve-queue.js'
import type {MoveTask} from '../redrive/move-tasks.js'
import {isActive, listMoveTasks} from '../redrive/move-tasks.js'
import type {TaskArgument} from './job-argument.js'
import {listTasks} from './task-list.js'

/** The move task of a queue that is running or being cancelled, else its newest one; throws `NoMoveTask` (exit 5). */
export async function taskOfQueue(aws: AwsContext, dlq: string, signal?: AbortSignal): Promise<MoveTask> {
  const {arn, name} = await resolveQueue(aws, dlq, {signal})
  const tasks = await listMoveTasks(aws, arn, {signal})
  const task = tasks.find(isActive) ?? tasks[0]
  if (task !== undefined) return task
  throw new OpsError(`AWS lists no move task of ${name}`, {
    code: 'NoMoveTask',
    exitCode: ExitCode.notFound,
    suggestions: ['msgops job list'],
  })
}

/**
 * The running move task that has the handle: of the queue that is given or that the handle names, or else of any dead-letter queue of
 * the account and region. Throws `JobDoesNotExist` (exit 5), since AWS forgets the handle when a task ends.
 */
export async function taskOfHandle(
  aws: AwsContext,
  {handle, sourceArn}: TaskArgument,
  {dlq, signal}: {dlq?: string; signal?: AbortSignal},
): Promise<MoveTask> {
  const queue = dlq ?? sourceArn
  const {tasks, incomplete} = await listTasks(aws, {dlqs: queue === undefined ? [] : [queue], signal})
  const task = tasks.find(({taskHandle}) => taskHandle === handle)
  if (task !== undefined) return task
  const where = queue === undefined ? `the dead-letter queues of ${aws.region}` : nameOf(queue)
  throw new OpsError(
    `No move task of ${where} has this handle. AWS shows the handle only while a task runs, so it may have ended.${incomplete.map(text => ` ${text}.`).join('')}`,
    {
      code: 'JobDoesNotExist',
      exitCode: ExitCode.notFound,
      suggestions: [
        queue === undefined
          ? 'See the tasks: msgops job list'
          : `See its last task: msgops job show --dlq ${nameOf(queue)}`,
      ],
    },
  )
}

/** The last part of a queue's name, URL or ARN. */
export function nameOf(queue: string): string {
  return queue.slice(Math.max(queue.lastIndexOf(':'), queue.lastIndexOf('/')) + 1)
}
