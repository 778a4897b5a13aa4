import {noInvokeConfig, noSuchFunction, onlyLatest} from '../errors.js'
import {functionArn, LATEST} from '../function-name.js'
import type {LambdaFunction} from '../function.js'
import {readInvokeConfig, showInvokeConfig, type InvokeConfig} from '../invoke-config.js'
import {addressOf, reach, type Action, type ActionContext} from './context.js'
import {page} from './paging.js'

export const putFunctionEventInvokeConfig: Action = context => {
  const fn = configurable(context)
  fn.invokeConfig = readInvokeConfig(fn, context.input, undefined, context)
  return showInvokeConfig(fn, fn.invokeConfig)
}

export const updateFunctionEventInvokeConfig: Action = context => {
  const fn = configurable(context)
  if (fn.invokeConfig === undefined) throw noInvokeConfig(functionArn(fn.address, LATEST))
  fn.invokeConfig = readInvokeConfig(fn, context.input, fn.invokeConfig, context)
  return showInvokeConfig(fn, fn.invokeConfig)
}

export const getFunctionEventInvokeConfig: Action = context => {
  const {fn, config} = configured(context)
  return showInvokeConfig(fn, config)
}

export const deleteFunctionEventInvokeConfig: Action = context => {
  configured(context).fn.invokeConfig = undefined
  return {}
}

export const listFunctionEventInvokeConfigs: Action = context => {
  const fn = reach(context, addressOf(context), context.request.action)
  if (fn === undefined) throw noSuchFunction()
  const all = fn.invokeConfig === undefined ? [] : [fn.invokeConfig]
  const {items, nextMarker} = page(all, context.input, {keyOf: () => LATEST, most: 50})
  return {FunctionEventInvokeConfigs: items.map(config => showInvokeConfig(fn, config)), NextMarker: nextMarker}
}

function configurable(context: ActionContext): LambdaFunction {
  const address = addressOf(context)
  const fn = reach(context, address, context.request.action)
  if (fn === undefined) throw noSuchFunction()
  if ((address.qualifier ?? LATEST) !== LATEST) throw onlyLatest(functionArn(address, address.qualifier))
  return fn
}

/** A function that is not there, and a version, have no configuration either (recorded). */
function configured(context: ActionContext): {readonly fn: LambdaFunction; readonly config: InvokeConfig} {
  const address = addressOf(context)
  const fn = reach(context, address, context.request.action)
  const {qualifier = LATEST} = address
  if (fn?.invokeConfig === undefined || qualifier !== LATEST) throw noInvokeConfig(functionArn(address, qualifier))
  return {fn, config: fn.invokeConfig}
}
