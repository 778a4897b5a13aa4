import type {AwsError} from '../../service.js'
import {readTopicArn} from '../arn.js'
import type {Refuse} from '../delivery-policy.js'
import {invalidParameter, noValue} from '../errors.js'
import {text, textMap} from '../input.js'
import {Topic, topicArn} from '../topic.js'
import {
  applyTopicAttributes,
  DEFAULT_MAXIMUM_MESSAGE_SIZE,
  defaultTopicSettings,
  isTopicAttribute,
  showTopicAttribute,
  showTopicSettings,
} from '../topic-settings.js'
import {topicOf, type Action} from './context.js'
import {page} from './paging.js'
import {carriesLargeMessages} from './subscription-limits.js'
import {readTags, setTags} from './tags.js'

const STANDARD_NAME = /^[A-Za-z0-9_-]{1,256}$/
const FIFO_NAME = /^[A-Za-z0-9_-]{1,251}\.fifo$/

const refuseAttribute: Refuse = reason => invalidParameter(`Attributes Reason: ${reason}`)

export const createTopic: Action = ({input, request, topics}) => {
  const name = text(input, 'Name')
  if (name === undefined) throw noValue('Name')
  const attributes = textMap(input, 'Attributes')
  const tags = readTags(input)
  const fifo = attributes.FifoTopic?.toLowerCase() === 'true'
  if (!(fifo ? FIFO_NAME : STANDARD_NAME).test(name)) throw invalidParameter('Topic Name')

  const {account, region} = request
  const store = topics.of(account, region)
  const arn = topicArn(account, region, name)
  const existing = store.topics.get(name)
  const settings = applyTopicAttributes(
    existing?.settings ?? defaultTopicSettings(fifo, arn, account),
    attributes,
    refuseAttribute,
  )
  if (existing !== undefined) {
    checkSame(existing, settings, attributes, tags)
    return {TopicArn: arn}
  }
  const topic = new Topic(account, region, name, arn, settings)
  setTags(topic, tags)
  store.topics.set(name, topic)
  return {TopicArn: arn}
}

/** Idempotent: what is not there, or no longer, is as good as deleted (recorded). */
export const deleteTopic: Action = context => {
  const {request, topics, input} = context
  const {account, topicName} = readTopicArn('TopicArn', text(input, 'TopicArn'), request.region)
  if (account === request.account && topics.find(account, request.region, topicName) === undefined) return {}
  const topic = topicOf(context, 'DeleteTopic')
  topic.subscriptions.clear()
  topics.of(account, request.region).topics.delete(topic.name)
  return {}
}

export const listTopics: Action = ({input, request, topics}) => {
  const {items, nextToken} = page(topics.of(request.account, request.region).sorted(), input, topic => topic.name)
  return {Topics: items.map(({arn}) => ({TopicArn: arn})), ...(nextToken !== undefined && {NextToken: nextToken})}
}

export const getTopicAttributes: Action = context => {
  const topic = topicOf(context, 'GetTopicAttributes')
  const subscriptions = [...topic.subscriptions.values()]
  const confirmed = subscriptions.filter(subscription => subscription.confirmed).length
  const attributes: Record<string, string> = {
    ...showTopicSettings(topic.settings),
    Owner: topic.account,
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsDeleted: String(topic.subscriptionsDeleted),
    SubscriptionsPending: String(subscriptions.length - confirmed),
    TopicArn: topic.arn,
  }
  return {Attributes: attributes}
}

export const setTopicAttributes: Action = context => {
  const topic = topicOf(context, 'SetTopicAttributes')
  const name = text(context.input, 'AttributeName')
  if (name === undefined || !isTopicAttribute(name, topic.fifo)) throw invalidParameter('AttributeName')
  const settings = applyTopicAttributes(
    topic.settings,
    {[name]: text(context.input, 'AttributeValue') ?? ''},
    invalidParameter,
  )
  if (name === 'MaximumMessageSize') checkLargeMessages(topic, settings.maximumMessageSize)
  topic.settings = settings
  return {}
}

/** Attributes and tags that the request leaves out may have any value; those that it gives must be the topic's (recorded). */
function checkSame(
  existing: Topic,
  settings: Topic['settings'],
  attributes: Readonly<Record<string, string>>,
  tags: ReadonlyMap<string, string>,
): void {
  const differs = Object.keys(attributes).some(
    name => showTopicAttribute(settings, name) !== showTopicAttribute(existing.settings, name),
  )
  if (differs) throw refuseAttribute('Topic already exists with different attributes')
  for (const [key, value] of tags) {
    if (existing.tags.get(key) !== value) {
      throw invalidParameter('Tags Reason: Topic already exists with different tags')
    }
  }
}

function checkLargeMessages(topic: Topic, size = DEFAULT_MAXIMUM_MESSAGE_SIZE): void {
  if (size > DEFAULT_MAXIMUM_MESSAGE_SIZE && !carriesLargeMessages(topic)) throw largeMessagesRefused()
}

// The rule is the service model's; the text is worded here.
function largeMessagesRefused(): AwsError {
  return invalidParameter(
    'MaximumMessageSize: A topic above 262144 bytes must have 100 or fewer subscriptions, all of them to SQS, Firehose or Lambda',
  )
}
