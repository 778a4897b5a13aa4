import {NOBODY} from '../../credential-scope.js'
import type {ServiceRequest} from '../../service.js'
import {effectivePolicy} from '../delivery-policy.js'
import {readEndpoint, type Protocol} from '../endpoint.js'
import {invalidParameter, signatureRequired} from '../errors.js'
import {text, textMap, type Input} from '../input.js'
import {Subscription} from '../subscription.js'
import {
  applySubscriptionAttributes,
  DEFAULT_SUBSCRIPTION_SETTINGS,
  showSubscriptionAttribute,
  showSubscriptionSettings,
  type SubscriptionSettings,
} from '../subscription-settings.js'
import {
  findSubscription,
  forgetLapsed,
  permitSubscription,
  subscriptionOf,
  topicOf,
  type Action,
  type Output,
} from './context.js'
import {page} from './paging.js'
import {checkFilterPolicyRoom, checkRoom} from './subscription-limits.js'

export const subscribe: Action = context => {
  const {input, request, confirmations, userArn, nowMs} = context
  const topic = topicOf(context, 'Subscribe')
  const {protocol, endpoint} = readEndpoint(topic, text(input, 'Protocol'), text(input, 'Endpoint'))
  const attributes = textMap(input, 'Attributes')
  const existing = [...topic.subscriptions.values()].find(
    subscription => subscription.protocol === protocol && subscription.endpoint === endpoint,
  )
  const current = existing?.settings ?? DEFAULT_SUBSCRIPTION_SETTINGS
  const settings = applySubscriptionAttributes(current, attributes, {topic, protocol, endpoint}, 'Subscribe')
  if (existing !== undefined) {
    checkSame(existing.settings, settings, Object.keys(attributes))
    if (!existing.confirmed) confirmations.ask(existing, 'SubscriptionConfirmation', request.origin)
    return answer(existing, input)
  }
  checkRoom(topic, protocol)
  if (settings.filterPolicy) checkFilterPolicyRoom(topic)
  const subscription = new Subscription(topic, request.account, userArn, protocol, endpoint, {
    settings,
    confirmed: needsNoConfirmation(protocol, endpoint, request),
    createdMs: nowMs,
  })
  topic.subscriptions.set(subscription.id, subscription)
  if (!subscription.confirmed) confirmations.ask(subscription, 'SubscriptionConfirmation', request.origin)
  return answer(subscription, input)
}

export const unsubscribe: Action = context => {
  const {request, confirmations} = context
  const subscription = findSubscription(context)
  if (subscription === undefined) return {}
  const signed = request.accessKeyId !== NOBODY
  if (signed) permitSubscription(context, subscription, 'Unsubscribe')
  else if (subscription.confirmationWasAuthenticated) throw signatureRequired()
  subscription.topic.subscriptions.delete(subscription.id)
  subscription.topic.subscriptionsDeleted += 1
  // "A final cancellation message is delivered to the endpoint, so that the endpoint owner can easily resubscribe" (API reference).
  if (!signed && subscription.confirmed) confirmations.ask(subscription, 'UnsubscribeConfirmation', request.origin)
  return {}
}

export const listSubscriptions: Action = ({input, request, topics, nowMs}) => {
  for (const {topics: ofRegion} of topics.all()) for (const topic of ofRegion.values()) forgetLapsed(topic, nowMs)
  return listed(topics.subscriptionsOf(request.account, request.region), input)
}

export const listSubscriptionsByTopic: Action = context => {
  const topic = topicOf(context, 'ListSubscriptionsByTopic')
  return listed([...topic.subscriptions.values()], context.input)
}

export const getSubscriptionAttributes: Action = context => {
  const subscription = subscriptionOf(context, 'GetSubscriptionAttributes')
  const {topic, protocol, settings} = subscription
  const http = protocol === 'http' || protocol === 'https'
  const effective = effectivePolicy(topic.settings.deliveryPolicy, settings.deliveryPolicy)
  return {
    Attributes: {
      ...showSubscriptionSettings(settings),
      ...(http && {EffectiveDeliveryPolicy: JSON.stringify(effective)}),
      ConfirmationWasAuthenticated: String(subscription.confirmationWasAuthenticated),
      Endpoint: subscription.endpoint,
      Owner: subscription.owner,
      PendingConfirmation: String(!subscription.confirmed),
      Protocol: protocol,
      SubscriptionArn: subscription.arn,
      SubscriptionPrincipal: subscription.principalArn,
      TopicArn: topic.arn,
    },
  }
}

export const setSubscriptionAttributes: Action = context => {
  const {input} = context
  const subscription = subscriptionOf(context, 'SetSubscriptionAttributes')
  const name = text(input, 'AttributeName')
  if (name === undefined) throw invalidParameter('AttributeName')
  const given = {[name]: text(input, 'AttributeValue') ?? ''}
  const {settings: current, topic} = subscription
  const settings = applySubscriptionAttributes(current, given, subscription, 'SetSubscriptionAttributes')
  if (settings.filterPolicy && !current.filterPolicy) checkFilterPolicyRoom(topic)
  subscription.settings = settings
  return {}
}

/** Queues and functions of the caller's own account are taken at their word, as is a telephone. */
function needsNoConfirmation(protocol: Protocol, endpoint: string, {account}: ServiceRequest): boolean {
  switch (protocol) {
    case 'sqs':
    case 'lambda':
    case 'firehose':
      return endpoint.split(':')[4] === account
    case 'sms':
    case 'application':
      return true
    case 'http':
    case 'https':
    case 'email':
    case 'email-json':
      return false
  }
}

/** Attributes that the request leaves out may have any value (recorded). */
function checkSame(existing: SubscriptionSettings, settings: SubscriptionSettings, names: readonly string[]): void {
  const differs = names.some(
    name => sameJson(showSubscriptionAttribute(settings, name)) !== sameJson(showSubscriptionAttribute(existing, name)),
  )
  if (differs) {
    throw invalidParameter('Attributes Reason: Subscription already exists with different attributes')
  }
}

/** Policies are the same however they are spaced. */
function sameJson(value: string | undefined): string | undefined {
  return value?.startsWith('{') ? JSON.stringify(JSON.parse(value)) : value
}

function answer({arn, confirmed}: Subscription, input: Input): Output {
  return {SubscriptionArn: confirmed || input.ReturnSubscriptionArn === true ? arn : 'pending confirmation'}
}

function listed(subscriptions: readonly Subscription[], input: Input): Output {
  const {items, nextToken} = page(subscriptions, input, ({arn}) => arn)
  return {
    Subscriptions: items.map(({arn, confirmed, owner, protocol, endpoint, topic}) => ({
      SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
      Owner: owner,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topic.arn,
    })),
    ...(nextToken !== undefined && {NextToken: nextToken}),
  }
}
