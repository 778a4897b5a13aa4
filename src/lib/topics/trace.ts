import {InvalidPatternError, UndecidedError} from '../filters/errors.js'
import type {Explanation, KeyExplanation} from '../filters/explanation.js'
import {inWhoseWords} from '../filters/our-words.js'
import type {FilteredMessage, FilterPolicyScope} from '../filters/filter-policy.js'
import {compileFilterPolicy} from '../filters/filter-policy.js'
import type {DeliveryTargets} from './delivery-targets.js'
import {envelopeSize} from './envelope-size.js'
import type {Delivered} from './queue-verdict.js'
import {judgeQueue} from './queue-verdict.js'
import type {Subscription} from './subscriptions.js'

/**
 * `delivered`: nothing known stops it. `filtered`: the filter policy does not let it through. `blocked`: SNS would try, and fail.
 * `unknown`: it cannot be told from here.
 */
export type TraceOutcome = 'delivered' | 'filtered' | 'blocked' | 'unknown'

/** Why a message arrives as it does or not at all. */
export interface TraceReason {
  readonly code: string
  readonly message: string
}

/** The way of one message to one subscription. */
export interface TracedSubscription {
  readonly subscriptionArn?: string
  readonly protocol: string
  readonly endpoint: string
  readonly outcome: TraceOutcome
  readonly reasons: readonly TraceReason[]
  readonly filterPolicy?: string
  readonly filterPolicyScope?: FilterPolicyScope
  readonly rawMessageDelivery?: boolean
  /** The dead-letter queue it has; the reasons tell whether that takes what cannot be delivered. */
  readonly deadLetterTargetArn?: string
  /** How the filter policy judges the message; absent without one. */
  readonly explanation?: Explanation
}

/** A message with all that a delivery depends on; sizes are bytes, as AWS counts them. */
export interface TracedMessage extends FilteredMessage {
  readonly size: number
}

/** An SQS message takes ten attributes; with raw delivery SNS discards a message that has more. */
const RAW_ATTRIBUTES = 10

interface Known {
  readonly topicArn: string
  readonly targets: DeliveryTargets
}

/** Tells which way a message would take to a subscription. Pure; nothing is published. */
export function traceTo(subscription: Subscription, message: TracedMessage, known: Known): TracedSubscription {
  const {subscriptionArn, protocol, endpoint, settings, error} = subscription
  const identity = {subscriptionArn, protocol, endpoint}
  if (settings === undefined) {
    const reason = {code: 'SettingsUnread', message: `Its settings could not be read: ${error?.message ?? ''}`}
    return {...identity, outcome: 'unknown', reasons: [reason]}
  }
  const {filterPolicy, filterPolicyScope, rawMessageDelivery, deadLetterTargetArn} = settings
  const own = {...identity, filterPolicy, filterPolicyScope, rawMessageDelivery, deadLetterTargetArn}
  if (settings.pendingConfirmation) {
    const reason = {code: 'PendingConfirmation', message: 'Its owner has not confirmed the subscription'}
    return {...own, outcome: 'blocked', reasons: [reason]}
  }
  const filter = judge(filterPolicy, filterPolicyScope, message)
  if (filter.outcome !== 'delivered') return {...own, ...filter}
  const delivery = protocol === 'sqs' ? toQueue(subscription, message, known) : elsewhere(protocol)
  const {outcome} = delivery
  const reasons =
    outcome === 'blocked' ? [...delivery.reasons, ...afterFailure(subscription, message, known)] : delivery.reasons
  return {...own, explanation: filter.explanation, outcome, reasons}
}

interface Judged {
  readonly outcome: TraceOutcome
  readonly reasons: readonly TraceReason[]
  readonly explanation?: Explanation
}

function judge(
  filterPolicy: string | undefined,
  scope: FilterPolicyScope = 'MessageAttributes',
  message: FilteredMessage,
): Judged {
  if (filterPolicy === undefined) return {outcome: 'delivered', reasons: []}
  try {
    const explanation = compileFilterPolicy(filterPolicy, scope).explain(message)
    if (explanation.matched) return {outcome: 'delivered', reasons: [], explanation}
    return {outcome: 'filtered', reasons: [{code: 'FilterPolicy', message: whyNot(explanation)}], explanation}
  } catch (error) {
    if (error instanceof UndecidedError)
      return {outcome: 'unknown', reasons: [{code: 'FilterPolicyUndecided', message: error.message}]}
    if (!(error instanceof InvalidPatternError)) throw error
    const reason = {
      code: 'FilterPolicyUnreadable',
      message: `Its filter policy cannot be judged here: ${inWhoseWords(error.reason, error.source)}`,
    }
    return {outcome: 'unknown', reasons: [reason]}
  }
}

/** One sentence of an explanation: the whole's reason, or the keys that do not match with what was seen. */
function whyNot({reason, keys}: Explanation): string {
  if (reason !== undefined) return `Its filter policy: ${reason}`
  const missed = keys.filter(({matched}) => !matched).map(whyNotKey)
  return `Its filter policy does not match: ${missed.join('; ')}`
}

function whyNotKey({path, values, branches}: KeyExplanation): string {
  if (branches !== undefined) return `no branch of ${path} does`
  return `${path} ${values.length === 0 ? 'is not there' : `is ${values.join(', ')}`}`
}

function toQueue({endpoint, settings}: Subscription, message: TracedMessage, known: Known): Judged {
  const judged = judgeQueue(known.targets.get(endpoint), delivered(settings, message, known), 'The queue')
  if (tooManyAttributes(settings, message)) {
    const attributes = Object.keys(message.attributes).length
    const reason = {
      code: 'TooManyAttributes',
      message: `With raw message delivery a message has at most ${RAW_ATTRIBUTES} attributes, and this one has ${attributes}: SNS discards it`,
    }
    return {outcome: 'blocked', reasons: [reason, ...(judged.verdict === 'refuses' ? judged.reasons : [])]}
  }
  if (judged.verdict === 'takes') return {outcome: 'delivered', reasons: keyReasons(judged.kmsMasterKeyId)}
  return {outcome: judged.verdict === 'refuses' ? 'blocked' : 'unknown', reasons: judged.reasons}
}

function tooManyAttributes(settings: Subscription['settings'], {attributes}: TracedMessage): boolean {
  return settings?.rawMessageDelivery === true && Object.keys(attributes).length > RAW_ATTRIBUTES
}

function delivered(settings: Subscription['settings'], message: TracedMessage, {topicArn}: Known): Delivered {
  const {size} = message
  return {topicArn, size, deliveredSize: settings?.rawMessageDelivery === true ? size : envelopeSize(topicArn, message)}
}

function keyReasons(key: string | undefined): TraceReason[] {
  if (key === undefined) return []
  return [{code: 'QueueKeyPolicy', message: `If the policy of its key ${key} lets sns.amazonaws.com use it`}]
}

function elsewhere(protocol: string): Judged {
  const message = `SNS sends it; whether the ${protocol} endpoint takes it is not known here`
  return {outcome: 'delivered', reasons: [{code: 'EndpointNotChecked', message}]}
}

/** Where a message ends that SNS cannot deliver: SNS needs the same of a dead-letter queue as of an endpoint. */
function afterFailure({settings}: Subscription, message: TracedMessage, known: Known): TraceReason[] {
  // A dead-letter queue takes ten attributes as well.
  const dlq = tooManyAttributes(settings, message) ? undefined : settings?.deadLetterTargetArn
  if (dlq === undefined) return [{code: 'Lost', message: 'No dead-letter queue takes it: the message is lost'}]
  const judged = judgeQueue(known.targets.get(dlq), delivered(settings, message, known), `The dead-letter queue ${dlq}`)
  if (judged.verdict === 'takes') {
    return [
      {code: 'DeadLettered', message: `It goes to the dead-letter queue ${dlq}`},
      ...keyReasons(judged.kmsMasterKeyId),
    ]
  }
  const because = judged.reasons.map(reason => reason.message).join('; ')
  return judged.verdict === 'refuses'
    ? [{code: 'Lost', message: `${because}; the message is lost`}]
    : [{code: 'DeadLetterUnknown', message: `Whether it goes to the dead-letter queue is not known: ${because}`}]
}
