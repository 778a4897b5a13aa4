import {functionNotFound, invalidParameterValue, notTaggable, tooManyTags} from '../errors.js'
import {parseFunctionArn} from '../function-name.js'
import type {LambdaFunction} from '../function.js'
import {text, textList, textMap} from '../input.js'
import {Violations} from '../validation.js'
import {reach, type Action, type ActionContext} from './context.js'

export const TAG_LIMIT = 50

const RESOURCE =
  /^arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d:\d{12}:function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?$/
const RESOURCE_SHOWN =
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)'

export const listTags: Action = context => ({Tags: Object.fromEntries(resourceOf(context).tags)})

export const tagResource: Action = context => {
  const {tags} = resourceOf(context)
  const given = Object.entries(textMap(context.input, 'Tags') ?? {})
  if (given.length === 0) throw invalidParameterValue('An error occurred and the request cannot be processed.')
  if (new Set([...tags.keys(), ...given.map(([key]) => key)]).size > TAG_LIMIT) throw tooManyTags()
  for (const [key, value] of given) tags.set(key, value)
  return {}
}

export const untagResource: Action = context => {
  const keys = textList(context.input, 'TagKeys')
  const violations = new Violations()
  violations.required('tagKeys', keys)
  violations.refuse()
  const {tags} = resourceOf(context)
  for (const key of keys ?? []) tags.delete(key)
  return {}
}

function resourceOf(context: ActionContext): LambdaFunction {
  const resource = text(context.input, 'Resource')
  const violations = new Violations()
  violations.pattern('resource', resource, RESOURCE, RESOURCE_SHOWN)
  violations.refuse()
  const address = parseFunctionArn(resource ?? '')
  if (address?.qualifier !== undefined) throw notTaggable()
  const fn = address && reach(context, address, context.request.action)
  if (fn === undefined) throw functionNotFound(resource ?? '')
  return fn
}
