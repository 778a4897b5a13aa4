import {
  accessDenied,
  invalidParameterValue,
  purgeQueueInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
} from '../errors.js'
import {requiredText, text, textMap} from '../input.js'
import {policyAllows} from '../policy.js'
import {Queue} from '../queue.js'
import {applyAttributes, defaultSettings, showAttribute} from '../queue-settings.js'
import {checkRedrivePolicy} from './attributes.js'
import {permit, queueOf, queueUrl, type Action} from './context.js'
import {page} from './paging.js'
import {addTags} from './tags.js'

/** "You must wait 60 seconds after deleting a queue before you can create another with the same name"; the same for two purges. */
const REST_MS = 60_000

export const createQueue: Action = context => {
  const {input, store, nowMs, world} = context
  const name = requiredText(input, 'QueueName')
  const attributes = textMap(input, 'Attributes')
  const tags = textMap(input, 'tags')
  permit(context, 'CreateQueue', store.account, name)
  const fifo = attributes.FifoQueue?.toLowerCase() === 'true'
  checkName(name, fifo)

  const existing = store.queues.get(name)
  const settings = applyAttributes(existing?.settings ?? defaultSettings(fifo), attributes)
  if (existing !== undefined) {
    // Attributes that the request leaves out may have any value (recorded).
    const different = Object.keys(attributes).find(
      attribute => showAttribute(settings, attribute) !== showAttribute(existing.settings, attribute),
    )
    if (different !== undefined) throw queueNameExists(different)
    return {QueueUrl: queueUrl(context, existing)}
  }
  const deletedAtMs = store.deletedAtMs.get(name)
  if (deletedAtMs !== undefined && nowMs - deletedAtMs < REST_MS) throw queueDeletedRecently()

  const queue = new Queue(store.account, store.region, name, settings, nowMs, world.clock)
  if (attributes.RedrivePolicy !== undefined) checkRedrivePolicy(context, queue, settings, attributes.RedrivePolicy)
  addTags(queue, tags)
  store.deletedAtMs.delete(name)
  store.queues.set(name, queue)
  return {QueueUrl: queueUrl(context, queue)}
}

export const deleteQueue: Action = context => {
  const queue = queueOf(context, 'DeleteQueue')
  context.store.queues.delete(queue.name)
  context.store.deletedAtMs.set(queue.name, context.nowMs)
  queue.purge()
  queue.polls.abandon(queueDoesNotExist())
  return {}
}

export const getQueueUrl: Action = context => {
  const {input, request, world} = context
  const name = requiredText(input, 'QueueName')
  const owner = text(input, 'QueueOwnerAWSAccountId') ?? request.account
  permit(context, 'GetQueueUrl', owner, name)
  const queue = world.store(owner, request.region).queues.get(name)
  if (owner !== request.account && (queue === undefined || !policyAllows(queue, request.account, 'GetQueueUrl'))) {
    throw queueDoesNotExist('The specified queue does not exist or you do not have access to it.')
  }
  if (queue === undefined) throw queueDoesNotExist()
  return {QueueUrl: queueUrl(context, queue)}
}

export const listQueues: Action = context => {
  const {input, store, request, quirks} = context
  if (quirks.denies('ListQueues', '')) {
    const user = `arn:aws:iam::${request.account}:user/sandbox`
    throw accessDenied(user, 'listqueues', `arn:aws:sqs:${request.region}:${request.account}:`)
  }
  const prefix = text(input, 'QueueNamePrefix') ?? ''
  const matching = store.sorted().filter(queue => queue.name.startsWith(prefix))
  const {items, nextToken} = page(matching, input)
  return {
    ...(items.length > 0 && {QueueUrls: items.map(queue => queueUrl(context, queue))}),
    ...(nextToken !== undefined && {NextToken: nextToken}),
  }
}

export const listDeadLetterSourceQueues: Action = context => {
  const queue = queueOf(context, 'ListDeadLetterSourceQueues')
  const {items, nextToken} = page(context.store.sourcesOf(queue), context.input)
  return {
    queueUrls: items.map(source => queueUrl(context, source)),
    ...(nextToken !== undefined && {NextToken: nextToken}),
  }
}

/** Deletes at once, where AWS takes up to 60 seconds and may take what is sent meanwhile. */
export const purgeQueue: Action = context => {
  const queue = queueOf(context, 'PurgeQueue')
  if (context.nowMs - queue.purgedAtMs < REST_MS) throw purgeQueueInProgress(queue.name)
  queue.purgedAtMs = context.nowMs
  queue.purge()
  return {}
}

function checkName(name: string, fifo: boolean): void {
  const suffixed = name.endsWith('.fifo')
  const stem = suffixed ? name.slice(0, -'.fifo'.length) : name
  if (fifo && !(suffixed && /^[A-Za-z0-9_-]{1,75}$/.test(stem))) {
    throw invalidParameterValue(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    )
  }
  if (!fifo && !/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw invalidParameterValue('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length')
  }
}
