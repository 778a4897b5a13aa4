import {invalidParameter, missingParameter, unknownAttribute} from '../errors.js'
import {textList, textMap} from '../input.js'
import type {Queue} from '../queue.js'
import {applyAttributes, SETTABLE_ATTRIBUTES, showAttribute, type QueueSettings} from '../queue-settings.js'
import {acceptsSource} from '../redrive-policies.js'
import {queueOf, type Action, type ActionContext} from './context.js'

const COMPUTED_ATTRIBUTES = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
]
const KNOWN_ATTRIBUTES = new Set([...COMPUTED_ATTRIBUTES, ...SETTABLE_ATTRIBUTES])

export const getQueueAttributes: Action = context => {
  const queue = queueOf(context, 'GetQueueAttributes')
  const names = textList(context.input, 'AttributeNames')
  const unknown = names.find(name => name !== 'All' && !KNOWN_ATTRIBUTES.has(name))
  if (unknown !== undefined) throw unknownAttribute(unknown)
  const wanted = names.includes('All') ? [...KNOWN_ATTRIBUTES] : names
  const computed = computedAttributes(queue, context)
  const attributes: Record<string, string> = {}
  for (const name of wanted) {
    const value = computed[name] ?? showAttribute(queue.settings, name)
    if (value !== undefined) attributes[name] = value
  }
  return Object.keys(attributes).length > 0 ? {Attributes: attributes} : {}
}

export const setQueueAttributes: Action = context => {
  const queue = queueOf(context, 'SetQueueAttributes')
  const attributes = textMap(context.input, 'Attributes')
  if (Object.keys(attributes).length === 0) throw missingParameter('Attribute.Name')
  const settings = applyAttributes(queue.settings, attributes)
  if (attributes.RedrivePolicy !== undefined) checkRedrivePolicy(context, queue, settings, attributes.RedrivePolicy)
  const delayChanged = settings.delaySeconds !== queue.settings.delaySeconds
  queue.settings = settings
  queue.lastModifiedMs = context.nowMs
  if (delayChanged && queue.fifo) queue.retimeDelayed(context.nowMs)
  return {}
}

/** A dead-letter queue must exist, be of the same type, and by its RedriveAllowPolicy accept this source. */
export function checkRedrivePolicy(
  {world}: ActionContext,
  queue: Queue,
  {redrivePolicy}: QueueSettings,
  given: string,
): void {
  if (redrivePolicy === undefined) return
  const refuse = (reason: string) => invalidParameter(given, 'RedrivePolicy', reason)
  const {deadLetterTargetArn: targetArn} = redrivePolicy
  const target = targetArn === queue.arn ? queue : world.queueByArn(targetArn)
  // "Same account and Region": other queues are, for the source, not there.
  if (target?.account !== queue.account || target.region !== queue.region) {
    throw refuse('Dead letter target does not exist.')
  }
  if (target.fifo !== queue.fifo) throw refuse('Dead-letter queue must be same type of queue as the source.')
  if (!acceptsSource(target.settings.redriveAllowPolicy, queue.arn)) {
    // The rule is the service model's; the text is worded here.
    throw refuse(`The redrive allow policy of ${targetArn} does not allow ${queue.arn} as a source queue.`)
  }
}

function computedAttributes(queue: Queue, {quirks, nowMs}: ActionContext): Readonly<Record<string, string>> {
  const lagMs = quirks.settings.counterLagMs
  const counts = lagMs === undefined ? queue.counts : queue.laggedCounts(nowMs, lagMs)
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: counts.ready.toString(),
    ApproximateNumberOfMessagesNotVisible: counts.inFlight.toString(),
    ApproximateNumberOfMessagesDelayed: counts.delayed.toString(),
    CreatedTimestamp: seconds(queue.createdMs),
    LastModifiedTimestamp: seconds(queue.lastModifiedMs),
  }
}

const seconds = (ms: number) => Math.floor(ms / 1000).toString()
