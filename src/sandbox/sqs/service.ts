import type {Clock} from '../clock.js'
import type {Service, ServiceRequest} from '../service.js'
import {getQueueAttributes, setQueueAttributes} from './actions/attributes.js'
import type {Action, Output} from './actions/context.js'
import {cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask} from './actions/move-tasks.js'
import {addPermissionAction, removePermissionAction} from './actions/permissions.js'
import {
  createQueue,
  deleteQueue,
  getQueueUrl,
  listDeadLetterSourceQueues,
  listQueues,
  purgeQueue,
} from './actions/queues.js'
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from './actions/receipts.js'
import {receiveMessage} from './actions/receive.js'
import {sendMessage, sendMessageBatch} from './actions/send.js'
import {listQueueTags, tagQueue, untagQueue} from './actions/tags.js'
import {unknownAction} from './errors.js'
import {takeIn, type ServiceDelivery} from './intake.js'
import {Quirks} from './quirks.js'
import {World} from './store.js'

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    AddPermission: addPermissionAction,
    CancelMessageMoveTask: cancelMessageMoveTask,
    ChangeMessageVisibility: changeMessageVisibility,
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
    CreateQueue: createQueue,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    DeleteQueue: deleteQueue,
    GetQueueAttributes: getQueueAttributes,
    GetQueueUrl: getQueueUrl,
    ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
    ListMessageMoveTasks: listMessageMoveTasks,
    ListQueueTags: listQueueTags,
    ListQueues: listQueues,
    PurgeQueue: purgeQueue,
    ReceiveMessage: receiveMessage,
    RemovePermission: removePermissionAction,
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    SetQueueAttributes: setQueueAttributes,
    StartMessageMoveTask: startMessageMoveTask,
    TagQueue: tagQueue,
    UntagQueue: untagQueue,
  }),
)

/** What `sandbox status` shows of one queue. */
export interface QueueStatus {
  readonly name: string
  readonly approximateNumberOfMessages: number
  readonly approximateNumberOfMessagesNotVisible: number
  readonly approximateNumberOfMessagesDelayed: number
}

export interface SqsStatus {
  readonly queues: readonly QueueStatus[]
  readonly activeMoveTasks: number
}

/** SQS in memory, on the clock that it is given. State is kept apart by account and region. */
export class SqsService implements Service {
  readonly name = 'sqs'
  /** Rare but legitimate behaviour of AWS, switched on by tests. */
  readonly quirks = new Quirks()
  readonly #world: World

  constructor({clock}: {readonly clock: Clock}) {
    this.#world = new World(clock)
  }

  async handle(request: ServiceRequest): Promise<Output> {
    const action = ACTIONS.get(request.action)
    if (action === undefined) throw unknownAction(request.action)
    return action({
      request,
      input: request.input,
      store: this.#world.store(request.account, request.region),
      world: this.#world,
      quirks: this.quirks,
      nowMs: this.#world.clock.now(),
    })
  }

  /** Takes a message in from another service of the local AWS; throws AwsError where the queue does not take it. */
  deliver(delivery: ServiceDelivery): void {
    takeIn(this.#world, this.quirks, delivery)
  }

  status(): Readonly<Record<string, SqsStatus>> {
    const nowMs = this.#world.clock.now()
    const status: Record<string, SqsStatus> = {}
    for (const store of this.#world.stores()) {
      if (store.queues.size === 0) continue
      const queues = store.sorted().map(queue => {
        queue.settle(nowMs)
        return {
          name: queue.name,
          approximateNumberOfMessages: queue.counts.ready,
          approximateNumberOfMessagesNotVisible: queue.counts.inFlight,
          approximateNumberOfMessagesDelayed: queue.counts.delayed,
        }
      })
      const activeMoveTasks = store.moveTasks.filter(task => task.active).length
      status[`${store.account}/${store.region}`] = {queues, activeMoveTasks}
    }
    return status
  }

  /** Forgets everything: queues, messages, tasks and quirks. Long polls end with nothing. */
  reset(): void {
    this.#world.clear()
    this.quirks.reset()
  }
}
