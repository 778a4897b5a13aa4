import {noValue} from '../errors.js'
import {text, textList} from '../input.js'
import {addPermission, removePermission} from '../topic-policy.js'
import {topicOf, type Action, type ActionContext} from './context.js'

export const addPermissionAction: Action = context => {
  const topic = topicOf(context, 'AddPermission')
  const {input} = context
  addPermission(topic, labelOf(context), textList(input, 'AWSAccountId'), textList(input, 'ActionName'))
  return {}
}

export const removePermissionAction: Action = context => {
  removePermission(topicOf(context, 'RemovePermission'), labelOf(context))
  return {}
}

function labelOf({input}: ActionContext): string {
  const label = text(input, 'Label')
  if (label === undefined || label === '') throw noValue('Label')
  return label
}
