import type {ListMessageMoveTasksResultEntry} from '@aws-sdk/client-sqs'
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import type {AwsContext} from '../aws/context.js'

/** ListMessageMoveTasks returns the newest task alone unless asked for more, and ten at most. */
const TASKS_LISTED = 10

/** One of AWS's message move tasks; counts are AWS's approximations. */
export interface MoveTask {
  /** `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`. */
  readonly status: string
  /** Only while it is running. */
  readonly taskHandle?: string
  readonly sourceArn: string
  /** Absent where every message goes to the queue it came from. */
  readonly destinationArn?: string
  readonly approximateNumberOfMessagesMoved: number
  /** Fixed when the task starts. */
  readonly approximateNumberOfMessagesToMove?: number
  readonly maxNumberOfMessagesPerSecond?: number
  readonly failureReason?: string
  /** ISO 8601. */
  readonly startedAt?: string
}

/** The recent move tasks of a source queue, newest first. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
export async function listMoveTasks(
  aws: AwsContext,
  sourceArn: string,
  {signal}: {signal?: AbortSignal} = {},
): Promise<MoveTask[]> {
  const sqs = await aws.sqs()
  const {Results = []} = await sqs.send(
    new ListMessageMoveTasksCommand({SourceArn: sourceArn, MaxResults: TASKS_LISTED}),
    {
      abortSignal: signal,
    },
  )
  return Results.map(result => moveTaskOf(sourceArn, result)).sort((a, b) =>
    (a.startedAt ?? '') < (b.startedAt ?? '') ? 1 : -1,
  )
}

/** Whether a task keeps its source from another one: CANCELLING does, as RUNNING (aws-facts.md section 1). */
export function isActive({status}: MoveTask): boolean {
  return status === 'RUNNING' || status === 'CANCELLING'
}

/** Starts a move task with one request, never repeated, and returns its handle; `undefined` where the answer holds none. */
export async function startMoveTask(
  aws: AwsContext,
  task: {sourceArn: string; destinationArn?: string; perSecond?: number},
): Promise<string | undefined> {
  const sqs = await aws.sqsOnce()
  const {TaskHandle} = await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: task.sourceArn,
      DestinationArn: task.destinationArn,
      MaxNumberOfMessagesPerSecond: task.perSecond,
    }),
  )
  return TaskHandle
}

/** Asks AWS to cancel a running task; messages that it has moved stay moved. */
export async function cancelMoveTask(aws: AwsContext, taskHandle: string): Promise<void> {
  const sqs = await aws.sqs()
  await sqs.send(new CancelMessageMoveTaskCommand({TaskHandle: taskHandle}))
}

function moveTaskOf(sourceArn: string, result: ListMessageMoveTasksResultEntry): MoveTask {
  const started = result.StartedTimestamp
  return {
    status: result.Status ?? 'UNKNOWN',
    taskHandle: result.TaskHandle,
    sourceArn: result.SourceArn ?? sourceArn,
    destinationArn: result.DestinationArn,
    approximateNumberOfMessagesMoved: result.ApproximateNumberOfMessagesMoved ?? 0,
    approximateNumberOfMessagesToMove: result.ApproximateNumberOfMessagesToMove,
    maxNumberOfMessagesPerSecond: result.MaxNumberOfMessagesPerSecond,
    failureReason: result.FailureReason,
    startedAt: started === undefined || started === 0 ? undefined : new Date(started).toISOString(),
  }
}
