import {requiredText, textList} from '../input.js'
import {addPermission, removePermission} from '../policy.js'
import {queueOf, type Action} from './context.js'

export const addPermissionAction: Action = context => {
  const queue = queueOf(context, 'AddPermission')
  const {input} = context
  addPermission(queue, requiredText(input, 'Label'), textList(input, 'AWSAccountIds'), textList(input, 'Actions'))
  queue.lastModifiedMs = context.nowMs
  return {}
}

export const removePermissionAction: Action = context => {
  const queue = queueOf(context, 'RemovePermission')
  removePermission(queue, requiredText(context.input, 'Label'))
  queue.lastModifiedMs = context.nowMs
  return {}
}
