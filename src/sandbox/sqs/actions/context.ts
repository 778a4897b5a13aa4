import type {ServiceRequest} from '../../service.js'
import {accessDenied, invalidAddress, kmsAccessDenied, queueDoesNotExist} from '../errors.js'
import {requiredText, type Input} from '../input.js'
import {policyAllows} from '../policy.js'
import type {Queue} from '../queue.js'
import type {Quirks} from '../quirks.js'
import type {RegionStore, World} from '../store.js'

export type Output = Readonly<Record<string, unknown>>

/** What an action works with: the request, the caller's store, and everything around it. */
export interface ActionContext {
  readonly request: ServiceRequest
  readonly input: Input
  readonly store: RegionStore
  readonly world: World
  readonly quirks: Quirks
  readonly nowMs: number
}

export type Action = (context: ActionContext) => Output | Promise<Output>

/** "Cross-account permissions don't apply to this action" (service model), and those that take no part in sharing a queue. */
const OWNER_ONLY = new Set([
  'AddPermission',
  'DeleteQueue',
  'ListQueueTags',
  'RemovePermission',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
])

const userArn = (context: ActionContext) => `arn:aws:iam::${context.request.account}:user/sandbox`

export function queueUrl(context: ActionContext, queue: Queue): string {
  return `${context.request.origin}/${queue.account}/${queue.name}`
}

/** A queue's name stands for its URL, and the host of a URL does not matter (both recorded on AWS). */
export function locate(context: ActionContext, url: string): {account: string; name: string} {
  const slash = url.lastIndexOf('/')
  if (slash === -1) return {account: context.request.account, name: url}
  const account = url.slice(url.lastIndexOf('/', slash - 1) + 1, slash)
  const name = url.slice(slash + 1)
  if (!/^\d{12}$/.test(account) || name === '') throw invalidAddress(url)
  return {account, name}
}

/** The queue of the request's QueueUrl, settled, with the caller's permission for `action` checked (batches: of the single action). */
export function queueOf(context: ActionContext, action: string): Queue {
  const {account, name} = locate(context, requiredText(context.input, 'QueueUrl'))
  const queue = context.world.store(account, context.request.region).queues.get(name)
  permit(context, action, account, name)
  if (queue === undefined) throw queueDoesNotExist()
  if (queue.account !== context.request.account) {
    if (OWNER_ONLY.has(action) || !policyAllows(queue, context.request.account, action)) {
      throw accessDenied(userArn(context), action.toLowerCase(), queue.arn, 'resource')
    }
  }
  queue.settle(context.nowMs)
  return queue
}

/** Throws AccessDenied where a denial is switched on for this action and queue. */
export function permit(context: ActionContext, action: string, account: string, name: string): void {
  if (!context.quirks.denies(action, name)) return
  const arn = `arn:aws:sqs:${context.request.region}:${account}:${name}`
  throw accessDenied(userArn(context), action.toLowerCase(), arn)
}

/** Throws KmsAccessDenied where the caller may not use the queue's key. */
export function permitKey(context: ActionContext, queue: Queue): void {
  if (context.quirks.deniesKey(queue.name)) throw kmsAccessDenied(context.request.requestId)
}
