import type {ServiceRequest} from '../../service.js'
import {readSubscriptionArn, readTopicArn} from '../arn.js'
import type {Confirmations} from '../delivery/confirmations.js'
import type {Deliverer} from '../delivery/deliverer.js'
import {notAuthorized, subscriptionNotFound, topicNotFound} from '../errors.js'
import {text, type Input} from '../input.js'
import type {Topics} from '../store.js'
import type {Subscription} from '../subscription.js'
import type {Topic} from '../topic.js'
import {topicAllows} from '../topic-policy.js'

export type Output = Readonly<Record<string, unknown>>

/** What an action works with: the request, and everything around it. */
export interface ActionContext {
  readonly request: ServiceRequest
  readonly input: Input
  readonly topics: Topics
  readonly deliverer: Deliverer
  readonly confirmations: Confirmations
  /** Whoever signed the request. */
  readonly userArn: string
  readonly nowMs: number
}

export type Action = (context: ActionContext) => Output

/** The topic of a parameter, with the caller's permission for `action` checked. Throws NotFound, or AuthorizationError for another account's. */
export function topicOf(context: ActionContext, action: string, parameter = 'TopicArn'): Topic {
  const {input, request, topics, userArn} = context
  const given = text(input, parameter)
  const {account, topicName} = readTopicArn(parameter, given, request.region)
  const topic = topics.find(account, request.region, topicName)
  if (account !== request.account) {
    const asker = {account: request.account, arn: userArn}
    // What another account has is not told to those who may not use it.
    if (topic === undefined || !topicAllows(topic, asker, action)) throw notAuthorized(userArn, action, given ?? '')
  }
  if (topic === undefined) throw topicNotFound()
  forgetLapsed(topic, context.nowMs)
  return topic
}

/** The subscription of SubscriptionArn, for its owner or the topic's. Throws NotFound, or AuthorizationError for everyone else. */
export function subscriptionOf(context: ActionContext, action: string): Subscription {
  const subscription = findSubscription(context)
  if (subscription === undefined) throw subscriptionNotFound()
  permitSubscription(context, subscription, action)
  return subscription
}

export function findSubscription({input, topics, nowMs}: ActionContext): Subscription | undefined {
  const {account, region, topicName, subscriptionId} = readSubscriptionArn(text(input, 'SubscriptionArn'))
  const topic = topics.find(account, region, topicName)
  if (topic) forgetLapsed(topic, nowMs)
  return topic?.subscriptions.get(subscriptionId)
}

export function permitSubscription(context: ActionContext, {owner, topic, arn}: Subscription, action: string): void {
  const {account} = context.request
  if (account !== owner && account !== topic.account) throw notAuthorized(context.userArn, action, arn)
}

/** Lets go of the subscriptions that nobody confirmed in time. */
export function forgetLapsed(topic: Topic, nowMs: number): void {
  for (const [id, subscription] of topic.subscriptions) if (subscription.lapsed(nowMs)) topic.subscriptions.delete(id)
}
