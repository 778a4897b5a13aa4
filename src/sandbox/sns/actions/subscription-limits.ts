import type {Protocol} from '../endpoint.js'
import {filterPolicyLimitExceeded, invalidParameter, subscriptionLimitExceeded} from '../errors.js'
import type {Topic} from '../topic.js'
import {DEFAULT_MAXIMUM_MESSAGE_SIZE} from '../topic-settings.js'

/** Quotas of the AWS general reference: subscriptions of a FIFO topic, and of one with large messages; filter policies of a topic. */
const FIFO_SUBSCRIPTIONS = 100
const LARGE_MESSAGE_SUBSCRIPTIONS = 100
const FILTER_POLICIES = 200

const LARGE_MESSAGE_PROTOCOLS: ReadonlySet<Protocol> = new Set(['sqs', 'firehose', 'lambda'])

/** Whether a topic's subscriptions let it have messages above 256 KiB. */
export function carriesLargeMessages(topic: Topic): boolean {
  const subscriptions = [...topic.subscriptions.values()]
  return (
    subscriptions.length <= LARGE_MESSAGE_SUBSCRIPTIONS &&
    subscriptions.every(({protocol}) => LARGE_MESSAGE_PROTOCOLS.has(protocol))
  )
}

/** Throws AWS's error where a topic has no room for one more subscription with this protocol. */
export function checkRoom(topic: Topic, protocol: Protocol): void {
  const {size} = topic.subscriptions
  if (topic.fifo && size >= FIFO_SUBSCRIPTIONS) throw subscriptionLimitExceeded(FIFO_SUBSCRIPTIONS)
  if ((topic.settings.maximumMessageSize ?? 0) <= DEFAULT_MAXIMUM_MESSAGE_SIZE) return
  if (size >= LARGE_MESSAGE_SUBSCRIPTIONS) throw subscriptionLimitExceeded(LARGE_MESSAGE_SUBSCRIPTIONS)
  // Worded here.
  if (!LARGE_MESSAGE_PROTOCOLS.has(protocol)) {
    throw invalidParameter(`Protocol Reason: ${protocol} is not supported by a topic with messages above 262144 bytes`)
  }
}

/** Throws AWS's error where a topic has no room for one more filter policy. */
export function checkFilterPolicyRoom(topic: Topic): void {
  const policies = [...topic.subscriptions.values()].filter(({settings}) => settings.filterPolicy).length
  if (policies >= FILTER_POLICIES) throw filterPolicyLimitExceeded(FILTER_POLICIES)
}
