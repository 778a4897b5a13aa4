import {invalidParameter, resourceNotFound, tagLimitExceeded, validationError} from '../errors.js'
import {structures, text, textList, type Input} from '../input.js'
import {readTopicArn} from '../arn.js'
import type {Topic} from '../topic.js'
import type {Action, ActionContext} from './context.js'

const TAG_LIMIT = 50
const MAX_KEY = 128
const MAX_VALUE = 256

export const tagResource: Action = context => {
  setTags(resourceOf(context), readTags(context.input))
  return {}
}

export const untagResource: Action = context => {
  const {tags} = resourceOf(context)
  for (const key of textList(context.input, 'TagKeys')) tags.delete(key)
  return {}
}

export const listTagsForResource: Action = context => ({
  Tags: [...resourceOf(context).tags].map(([Key, Value]) => ({Key, Value})),
})

/** Reads the tags of a request; throws AWS's error for lengths and repeated keys. */
export function readTags(input: Input): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const [index, tag] of structures(input, 'Tags').entries()) {
    const key = text(tag, 'Key') ?? ''
    const value = text(tag, 'Value') ?? ''
    checkLength(key, `tags.${index + 1}.member.key`, 1, MAX_KEY)
    checkLength(value, `tags.${index + 1}.member.value`, 0, MAX_VALUE)
    if (tags.has(key)) throw invalidParameter('Duplicated keys are not allowed.')
    tags.set(key, value)
  }
  return tags
}

/** Adds or overwrites tags; nothing is changed when they would be too many. */
export function setTags(topic: Topic, tags: ReadonlyMap<string, string>): void {
  if (new Set([...topic.tags.keys(), ...tags.keys()]).size > TAG_LIMIT) throw tagLimitExceeded()
  for (const [key, value] of tags) topic.tags.set(key, value)
}

/** Topics are what can be tagged; one of another account is not there. */
function resourceOf({input, request, topics}: ActionContext): Topic {
  const {topicName} = readTopicArn('ResourceArn', text(input, 'ResourceArn'), request.region)
  const topic = topics.find(request.account, request.region, topicName)
  if (topic === undefined || topic.arn !== text(input, 'ResourceArn')) throw resourceNotFound()
  return topic
}

function checkLength(value: string, member: string, least: number, most: number): void {
  if (value.length < least) {
    throw validationError(value, member, `Member must have length greater than or equal to ${least}`)
  }
  if (value.length > most) throw validationError(value, member, `Member must have length less than or equal to ${most}`)
}
