import type {AwsContext} from '../aws/context.js'
import {ExitCode, OpsError} from '../ops-error.js'
import type {QueueRef} from '../queues/queue-ref.js'
import type {EngineClock} from './client/ports.js'
import type {RedriveEvent} from './events.js'
import {isActive, listMoveTasks} from './move-tasks.js'
import {TaskWatch} from './task-watch.js'

export interface NativeRedrive {
  readonly aws: AwsContext
  readonly source: QueueRef
  /** Undefined: each message to the queue it came from. */
  readonly destination: QueueRef | undefined
  /** The one queue that messages can go to, where there is one: counted before and after. */
  readonly counted?: QueueRef
  readonly perSecond?: number
  /** False: return as soon as AWS has taken the task. */
  readonly wait: boolean
  readonly clock: EngineClock
  readonly signal: AbortSignal
}

/**
 * Redrives by AWS's message move task: starts one (a single request, never repeated), follows it to its end, and cancels it when the
 * signal is aborted; messages it has moved stay moved. The last event is the summary. Counts are AWS's approximations.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export async function* redriveNatively(redrive: NativeRedrive): AsyncGenerator<RedriveEvent, void> {
  const watch = new TaskWatch(redrive)
  await watch.remember()
  if (redrive.signal.aborted) {
    yield watch.summary('interrupted', {reason: 'interrupted before the task was started'})
    return
  }
  const task = await watch.start()
  yield {event: 'started', job: task.taskHandle ?? '', attached: false}
  if (!redrive.wait) {
    yield watch.summary('running', {
      task,
      reason: 'AWS goes on by itself (--no-wait)',
    })
    return
  }
  yield* watch.follow(task, true)
}

/** Follows the move task that is running already to its end; aborting the signal leaves the task as it is. */
export async function* attachToTask(
  redrive: Omit<NativeRedrive, 'destination' | 'perSecond' | 'wait'>,
): AsyncGenerator<RedriveEvent, void> {
  const {aws, source, signal} = redrive
  const task = (await listMoveTasks(aws, source.arn, {signal})).find(isActive)
  if (task === undefined) {
    throw new OpsError(`No move task of ${source.name} is running`, {
      code: 'NoMoveTask',
      exitCode: ExitCode.notFound,
      suggestions: [`Start one: msgops dlq redrive ${source.name}`],
    })
  }
  const watch = new TaskWatch({...redrive, destination: undefined, wait: true})
  watch.ours(task)
  await watch.remember()
  yield {event: 'started', job: task.taskHandle ?? '', attached: true}
  yield* watch.follow(task, false)
}
