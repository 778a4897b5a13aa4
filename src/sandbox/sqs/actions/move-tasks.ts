import {invalidParameterValue, overLimit, resourceNotFound} from '../errors.js'
import {requiredText, text} from '../input.js'
import {MoveTask} from '../move-task.js'
import type {Queue} from '../queue.js'
import {permit, type Action, type ActionContext} from './context.js'
import {readRange} from './receive.js'

const ACTIVE_TASKS_LIMIT = 100
const LISTED_TASKS_LIMIT = 10

export const startMessageMoveTask: Action = context => {
  const {input, store, world, nowMs} = context
  const source = queueByArn(context, 'StartMessageMoveTask', 'SourceArn', requiredText(input, 'SourceArn'))
  if (store.sourcesOf(source).length === 0) {
    throw invalidParameterValue('Source queue must be configured as a Dead Letter Queue.')
  }
  const destinationArn = text(input, 'DestinationArn')
  if (destinationArn !== undefined) {
    const destination = queueByArn(context, 'SendMessage', 'DestinationArn', destinationArn)
    // Both rules are the developer guide's; the texts are worded here.
    if (destination === source)
      throw invalidParameterValue('Source queue arn and destination queue arn cannot be the same.')
    if (destination.fifo !== source.fifo) {
      throw invalidParameterValue('Source queue and destination queue must be of the same queue type.')
    }
  }
  const rate = readRange(input, 'MaxNumberOfMessagesPerSecond', [1, 500], 'Must be between 1 and 500, if provided.')
  if (store.moveTasks.some(task => task.active && task.source === source)) {
    throw invalidParameterValue(
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    )
  }
  if (store.moveTasks.filter(task => task.active).length >= ACTIVE_TASKS_LIMIT) {
    throw overLimit('The maximum number of active message move tasks of the account is 100.')
  }
  source.settle(nowMs)
  const task = new MoveTask(world, source, destinationArn, rate)
  // "The most recent message movement tasks (up to 10)" are all that can be listed.
  const recent = store.moveTasks.filter(other => other.source === source).slice(1 - LISTED_TASKS_LIMIT)
  store.moveTasks = [...store.moveTasks.filter(other => other.source !== source), ...recent, task]
  return {TaskHandle: task.taskHandle}
}

export const listMessageMoveTasks: Action = context => {
  const {input, store} = context
  const source = queueByArn(context, 'ListMessageMoveTasks', 'SourceArn', requiredText(input, 'SourceArn'))
  const limit = readRange(input, 'MaxResults', [1, LISTED_TASKS_LIMIT], 'Must be between 1 and 10, if provided.') ?? 1
  const tasks = store.moveTasks.filter(task => task.source === source).reverse()
  const results = tasks.slice(0, limit).map(task => ({
    ...(task.status === 'RUNNING' && {TaskHandle: task.taskHandle}),
    Status: task.status,
    SourceArn: source.arn,
    ...(task.destinationArn !== undefined && {DestinationArn: task.destinationArn}),
    ...(task.maxNumberOfMessagesPerSecond !== undefined && {
      MaxNumberOfMessagesPerSecond: task.maxNumberOfMessagesPerSecond,
    }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.messagesToMove,
    ...(task.failureReason !== undefined && {FailureReason: task.failureReason}),
    StartedTimestamp: task.startedMs,
  }))
  return results.length > 0 ? {Results: results} : {}
}

export const cancelMessageMoveTask: Action = context => {
  const {taskId, sourceArn} = readTaskHandle(requiredText(context.input, 'TaskHandle'))
  const source = queueByArn(context, 'CancelMessageMoveTask', 'SourceArn', sourceArn)
  const task = context.store.moveTasks.find(candidate => candidate.taskId === taskId && candidate.source === source)
  if (task === undefined) throw resourceNotFound('Task does not exist.')
  // "A message movement can only be cancelled when the current status is RUNNING"; the text is worded here.
  if (task.status !== 'RUNNING') throw invalidParameterValue('Only active tasks can be cancelled.')
  task.cancel()
  return {ApproximateNumberOfMessagesMoved: task.moved}
}

/** The caller's queue of an ARN; the errors name the parameter. */
function queueByArn(context: ActionContext, action: string, parameter: string, arn: string): Queue {
  if (!/^arn:[^:]+:sqs:[^:]*:[^:]*:[^:]+$/.test(arn)) {
    throw invalidParameterValue(
      `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    )
  }
  const {store} = context
  const queue = context.world.queueByArn(arn)
  if (queue !== undefined) permit(context, action, queue.account, queue.name)
  if (queue === undefined || store.queues.get(queue.name) !== queue) {
    throw resourceNotFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`)
  }
  return queue
}

function readTaskHandle(handle: string): {taskId: string; sourceArn: string} {
  try {
    const value: unknown = JSON.parse(Buffer.from(handle, 'base64').toString())
    if (typeof value === 'object' && value !== null && 'taskId' in value && 'sourceArn' in value) {
      const {taskId, sourceArn} = value
      if (typeof taskId === 'string' && typeof sourceArn === 'string') return {taskId, sourceArn}
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalidParameterValue('Value for parameter TaskHandle is invalid.')
}
