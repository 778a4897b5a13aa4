import {NOBODY} from '../../credential-scope.js'
import {invalidParameter, invalidParameterText} from '../errors.js'
import {text} from '../input.js'
import {readTopicArn} from '../arn.js'
import type {Action} from './context.js'

/**
 * Confirms by token, signed or by link, again and again if need be. The topic must be of this region but its name is not looked at
 * (recorded); what was ended by link is restored.
 */
export const confirmSubscription: Action = ({input, request, topics, nowMs}) => {
  try {
    readTopicArn('Topic', text(input, 'TopicArn'), request.region)
  } catch {
    throw invalidParameter('Topic')
  }
  const token = text(input, 'Token') ?? ''
  if (!/^[0-9a-f]+$/i.test(token)) throw invalidParameterText('Invalid token')
  const subscription = topics.byToken(token)
  const topic = subscription?.topic
  if (topic && topic.region !== request.region) throw invalidParameter('Topic')
  const standing = topic && topics.find(topic.account, topic.region, topic.name) === topic
  if (subscription === undefined || !standing || subscription.lapsed(nowMs)) throw invalidParameter('Token')
  if (!topic.subscriptions.has(subscription.id)) {
    topic.subscriptions.set(subscription.id, subscription)
    topic.subscriptionsDeleted -= 1
  }
  subscription.confirmed = true
  const signed = request.accessKeyId !== NOBODY
  if (signed && text(input, 'AuthenticateOnUnsubscribe')?.toLowerCase() === 'true') {
    subscription.confirmationWasAuthenticated = true
  }
  return {SubscriptionArn: subscription.arn}
}
