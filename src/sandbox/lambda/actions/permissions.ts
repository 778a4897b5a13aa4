import {functionNotFound, invalidParameterValue, onlyLatest, resourceNotFound} from '../errors.js'
import {functionArn, LATEST} from '../function-name.js'
import type {LambdaFunction} from '../function.js'
import {text} from '../input.js'
import {addPermission, policyText, removePermission} from '../resource-policy.js'
import {addressOf, checkRevision, reach, type Action, type ActionContext} from './context.js'

export const addPermissionAction: Action = context => {
  const {input, request} = context
  const address = addressOf(context)
  if (address.qualifier === LATEST) {
    throw invalidParameterValue('We currently do not support adding policies for $LATEST.')
  }
  const fn = reach(context, address, request.action)
  if (fn === undefined) throw functionNotFound(functionArn(address, address.qualifier))
  if (address.qualifier !== undefined) throw onlyLatest(functionArn(address, address.qualifier))
  checkRevision(fn, input)
  return {Statement: JSON.stringify(addPermission(fn, input))}
}

export const removePermissionAction: Action = context => {
  const fn = policyOwner(context)
  if (fn === undefined) throw resourceNotFound(`No policy found for: ${functionArn(addressOf(context))}`)
  checkRevision(fn, context.input)
  removePermission(fn, text(context.input, 'StatementId') ?? '')
  return {}
}

export const getPolicy: Action = context => {
  const fn = policyOwner(context)
  const policy = fn && policyText(fn)
  if (policy === undefined) throw resourceNotFound('The resource you requested does not exist.')
  return {Policy: policy, RevisionId: fn?.revisionId}
}

/** Policies belong to the whole function: a version has none. */
function policyOwner(context: ActionContext): LambdaFunction | undefined {
  const address = addressOf(context)
  const fn = reach(context, address, context.request.action)
  return address.qualifier === undefined ? fn : undefined
}
