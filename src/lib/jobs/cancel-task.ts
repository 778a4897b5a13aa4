import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {MoveTask} from '../redrive/move-tasks.js'
import {cancelMoveTask, isActive, listMoveTasks} from '../redrive/move-tasks.js'
import type {Pause} from './pause.js'

const POLL_MS = 1000

/**
 * Cancels a move task and waits until AWS has ended it; what it has moved stays moved. Returns the task as it ended, which is
 * `COMPLETED` where it was faster. Aborting the signal ends the wait, not the cancelling.
 */
export async function cancelTask(
  aws: AwsContext,
  task: MoveTask,
  {pause, signal, onPoll}: {pause: Pause; signal: AbortSignal; onPoll?: (task: MoveTask) => void},
): Promise<MoveTask> {
  if (!isActive(task)) return task
  if (task.status === 'RUNNING') await ask(aws, task)
  for (;;) {
    const now = await again(aws, task, signal)
    if (!isActive(now)) return now
    onPoll?.(now)
    await pause(POLL_MS, signal)
  }
}

async function ask(aws: AwsContext, task: MoveTask): Promise<void> {
  if (task.taskHandle === undefined) {
    throw new OpsError('AWS gave no handle of the running task, without which it cannot be cancelled', {
      code: 'NoTaskHandle',
      exitCode: ExitCode.failed,
    })
  }
  try {
    await cancelMoveTask(aws, task.taskHandle)
  } catch (error) {
    // It may have ended by itself just now, or have been cancelled by another: that is what it is read for next.
    if (!(error instanceof OpsError)) throw error
    const now = await again(aws, task)
    if (now.status === 'RUNNING') throw error
  }
}

/** The same task as AWS shows it now: by its start, since the handle goes when it ends. */
async function again(aws: AwsContext, task: MoveTask, signal?: AbortSignal): Promise<MoveTask> {
  const tasks = await listMoveTasks(aws, task.sourceArn, {signal})
  const found = tasks.find(({startedAt, taskHandle}) =>
    task.startedAt === undefined ? taskHandle === task.taskHandle : startedAt === task.startedAt,
  )
  if (found !== undefined) return found
  throw new OpsError(`AWS does not list the move task of ${task.sourceArn} any more`, {
    code: 'TaskNotListed',
    exitCode: ExitCode.failed,
    suggestions: ['msgops job list'],
  })
}
