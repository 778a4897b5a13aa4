import {compileFilterPolicy, type FilterPolicy, type FilterPolicyScope} from '../../lib/filters/filter-policy.js'
import {InvalidPatternError} from '../../lib/filters/errors.js'
import {readSubscriptionDeliveryPolicy, type Refuse, type SubscriptionDeliveryPolicy} from './delivery-policy.js'
import {isFifoQueue, isQueueArn, regionOf, type Protocol} from './endpoint.js'
import {invalidParameter, invalidParameterText} from './errors.js'
import {locationLine, parseJsonObject} from './json-text.js'
import type {Topic} from './topic.js'

/** The attributes of a subscription that a user sets, parsed. */
export interface SubscriptionSettings {
  rawMessageDelivery: boolean
  /** The policy's text as it was given, and what came of it. */
  filterPolicy: {readonly text: string; readonly compiled: FilterPolicy} | undefined
  filterPolicyScope: FilterPolicyScope
  /** The RedrivePolicy as it was given, and its queue. */
  redrivePolicy: {readonly text: string; readonly deadLetterTargetArn: string} | undefined
  deliveryPolicy: SubscriptionDeliveryPolicy | undefined
  subscriptionRoleArn: string | undefined
  replayPolicy: string | undefined
}

export const DEFAULT_SUBSCRIPTION_SETTINGS: SubscriptionSettings = {
  rawMessageDelivery: false,
  filterPolicy: undefined,
  filterPolicyScope: 'MessageAttributes',
  redrivePolicy: undefined,
  deliveryPolicy: undefined,
  subscriptionRoleArn: undefined,
  replayPolicy: undefined,
}

/** Which call sets the attributes: AWS words its refusals differently. */
export type SettingCall = 'Subscribe' | 'SetSubscriptionAttributes'

/** What the attributes are for. */
export interface SubscriptionTarget {
  readonly topic: Topic
  readonly protocol: Protocol
  readonly endpoint: string
}

const RAW_PROTOCOLS: ReadonlySet<Protocol> = new Set(['sqs', 'http', 'https', 'firehose'])
const ATTRIBUTES = [
  'RawMessageDelivery',
  'FilterPolicyScope',
  'FilterPolicy',
  'RedrivePolicy',
  'DeliveryPolicy',
  'SubscriptionRoleArn',
  'ReplayPolicy',
] as const
type Attribute = (typeof ATTRIBUTES)[number]

/** The settings with these attributes applied; throws AWS's error for the first that is not valid. */
export function applySubscriptionAttributes(
  current: SubscriptionSettings,
  attributes: Readonly<Record<string, string>>,
  target: SubscriptionTarget,
  call: SettingCall,
): SubscriptionSettings {
  const refuse: Refuse = reason => invalidParameter(call === 'Subscribe' ? `Attributes Reason: ${reason}` : reason)
  for (const name of Object.keys(attributes)) {
    if (isAttribute(name)) continue
    throw call === 'Subscribe' ? refuse(`Unknown attribute ${name}`) : invalidParameter('AttributeName')
  }
  const settings = {...current}
  // The scope before the policy, whatever order they came in: the policy is judged by it.
  for (const name of ATTRIBUTES) {
    const value = attributes[name]
    if (value !== undefined) apply(name, value, settings, {target, call, refuse})
  }
  if (attributes.FilterPolicyScope !== undefined && attributes.FilterPolicy === undefined && settings.filterPolicy) {
    settings.filterPolicy = compile(settings.filterPolicy.text, settings.filterPolicyScope, call)
  }
  return settings
}

/** One attribute as GetSubscriptionAttributes answers it; undefined where it has no value. */
export function showSubscriptionAttribute(settings: SubscriptionSettings, name: string): string | undefined {
  switch (name) {
    case 'RawMessageDelivery':
      return String(settings.rawMessageDelivery)
    case 'FilterPolicy':
      return settings.filterPolicy?.text
    case 'FilterPolicyScope':
      return settings.filterPolicyScope
    case 'RedrivePolicy':
      return settings.redrivePolicy?.text
    case 'DeliveryPolicy':
      return settings.deliveryPolicy && JSON.stringify(settings.deliveryPolicy)
    case 'SubscriptionRoleArn':
      return settings.subscriptionRoleArn
    case 'ReplayPolicy':
      return settings.replayPolicy
    default:
      return undefined
  }
}

/** Every attribute with a value; the scope is hidden until there is a policy (recorded). */
export function showSubscriptionSettings(settings: SubscriptionSettings): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const name of ATTRIBUTES) {
    const value = showSubscriptionAttribute(settings, name)
    if (value !== undefined && (name !== 'FilterPolicyScope' || settings.filterPolicy)) shown[name] = value
  }
  return shown
}

interface Applying {
  readonly target: SubscriptionTarget
  readonly call: SettingCall
  readonly refuse: Refuse
}

function apply(name: Attribute, value: string, settings: SubscriptionSettings, {target, call, refuse}: Applying): void {
  switch (name) {
    case 'RawMessageDelivery':
      settings.rawMessageDelivery = readRaw(value, target.protocol, refuse)
      return
    case 'FilterPolicyScope':
      settings.filterPolicyScope = readScope(value)
      return
    case 'FilterPolicy':
      settings.filterPolicy = compile(value, settings.filterPolicyScope, call)
      return
    case 'RedrivePolicy':
      settings.redrivePolicy = readRedrivePolicy(value, target, refuse)
      return
    case 'DeliveryPolicy':
      settings.deliveryPolicy = readSubscriptionDeliveryPolicy(value, refuse)
      return
    case 'SubscriptionRoleArn':
      settings.subscriptionRoleArn = value === '' ? undefined : value
      return
    case 'ReplayPolicy':
      settings.replayPolicy = value === '' ? undefined : value
  }
}

function isAttribute(name: string): boolean {
  return ATTRIBUTES.some(known => known === name)
}

/** AWS takes booleans in any case (`TrUe` is recorded). */
function readRaw(value: string, protocol: Protocol, refuse: Refuse): boolean {
  const lower = value.toLowerCase()
  if (lower !== 'true' && lower !== 'false') {
    throw refuse(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`)
  }
  if (lower === 'true' && !RAW_PROTOCOLS.has(protocol)) {
    throw refuse(`Delivery protocol [${protocol}] does not support raw message delivery.`)
  }
  return lower === 'true'
}

/** The refusal has the same words in both calls (recorded). */
function readScope(value: string): FilterPolicyScope {
  if (value === 'MessageAttributes' || value === 'MessageBody') return value
  throw invalidParameter(
    `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
  )
}

/** "" (recorded) and {} (developer guide) take the policy away. */
function compile(text: string, scope: FilterPolicyScope, call: SettingCall): SubscriptionSettings['filterPolicy'] {
  if (text === '' || /^\s*\{\s*\}\s*$/.test(text)) return undefined
  try {
    return {text, compiled: compileFilterPolicy(text, scope, call)}
  } catch (error) {
    if (!(error instanceof InvalidPatternError)) throw error
    throw invalidParameterText(error.message + locationLine(error.reason, error.location))
  }
}

/** "The Amazon SNS subscription and Amazon SQS queue must be under the same AWS account and Region"; whether it exists is not asked. */
function readRedrivePolicy(
  text: string,
  {topic, endpoint}: SubscriptionTarget,
  refuse: Refuse,
): SubscriptionSettings['redrivePolicy'] {
  if (text === '') return undefined
  const named: Refuse = reason => refuse(`RedrivePolicy: ${reason}`)
  const {deadLetterTargetArn} = parseJsonObject(text, named)
  if (typeof deadLetterTargetArn !== 'string' || !isQueueArn(deadLetterTargetArn)) {
    throw named('deadLetterTargetArn is an invalid arn')
  }
  if (regionOf(deadLetterTargetArn) !== topic.region) throw named('deadLetterTargetArn is an invalid arn')
  if (topic.fifo && isFifoQueue(endpoint) && !isFifoQueue(deadLetterTargetArn)) {
    throw named('must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.')
  }
  // Worded here; the developer guide has the rule.
  if (!isFifoQueue(endpoint) && isFifoQueue(deadLetterTargetArn)) {
    throw named('must use a Standard queue as DLQ for a Standard Subscription.')
  }
  return {text, deadLetterTargetArn}
}
