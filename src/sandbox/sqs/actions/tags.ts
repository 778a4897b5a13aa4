import {invalidParameterValue, missingParameter} from '../errors.js'
import {textList, textMap} from '../input.js'
import type {Queue} from '../queue.js'
import {queueOf, type Action} from './context.js'

const TAG_LIMIT = 50

export const tagQueue: Action = context => {
  const queue = queueOf(context, 'TagQueue')
  const tags = textMap(context.input, 'Tags')
  if (Object.keys(tags).length === 0) throw missingParameter('Tags')
  addTags(queue, tags)
  return {}
}

export const untagQueue: Action = context => {
  const queue = queueOf(context, 'UntagQueue')
  const keys = textList(context.input, 'TagKeys')
  if (keys.length === 0) throw invalidParameterValue('Tag keys must be between 1 and 128 characters in length.')
  for (const key of keys) queue.tags.delete(key)
  return {}
}

export const listQueueTags: Action = context => {
  const {tags} = queueOf(context, 'ListQueueTags')
  return tags.size > 0 ? {Tags: Object.fromEntries(tags)} : {}
}

/** Adds or overwrites tags; nothing is changed when one of them is not valid. */
export function addTags(queue: Queue, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) {
      throw invalidParameterValue('Tag keys must be between 1 and 128 characters in length.')
    }
    if (value.length > 256) throw invalidParameterValue('Tag values must be between 0 and 256 characters in length.')
  }
  const all = new Set([...queue.tags.keys(), ...Object.keys(tags)])
  if (all.size > TAG_LIMIT) throw invalidParameterValue(`Too many tags added for queue ${queue.name}.`)
  for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value)
}
