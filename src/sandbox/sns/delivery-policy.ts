import type {AwsError} from '../service.js'
import {parseJsonObject} from './json-text.js'
import {BACKOFF_FUNCTIONS, HTTP_RETRIES, type BackoffFunction, type RetryPolicy} from './retry-policy.js'

/** Makes the error of a refused attribute; Create and Subscribe put other words in front than Set. */
export type Refuse = (reason: string) => AwsError

interface RequestPolicy {
  readonly headerContentType: string
}

interface ThrottlePolicy {
  readonly maxReceivesPerSecond: number
}

/** DeliveryPolicy of a topic, below its `http`. */
export interface TopicDeliveryPolicy {
  readonly defaultHealthyRetryPolicy?: Partial<RetryPolicy>
  readonly disableSubscriptionOverrides: boolean
  readonly defaultThrottlePolicy?: ThrottlePolicy
  readonly defaultRequestPolicy?: RequestPolicy
}

/** DeliveryPolicy of a subscription, in the members and order in which AWS answers it. */
export interface SubscriptionDeliveryPolicy {
  readonly healthyRetryPolicy: RetryPolicy | null
  readonly sicklyRetryPolicy: null
  readonly throttlePolicy: ThrottlePolicy | null
  readonly requestPolicy: RequestPolicy | null
  readonly guaranteed: boolean
}

const DEFAULT_REQUEST: RequestPolicy = {headerContentType: 'text/plain; charset=UTF-8'}
const MAX_RETRIES = 100
const MAX_DELAY_SECONDS = 3600

type Members = Readonly<Record<string, unknown>>

/** Reads the DeliveryPolicy of a topic; "" takes it away. */
export function readTopicDeliveryPolicy(json: string, refuse: Refuse): TopicDeliveryPolicy | undefined {
  if (json === '') return undefined
  const named: Refuse = reason => refuse(`DeliveryPolicy: ${reason}`)
  const policy = parseJsonObject(json, named)
  refuseStrangers(policy, ['http'], named)
  const http = memberObject(policy, 'http', named) ?? {}
  const known = [
    'defaultHealthyRetryPolicy',
    'defaultSicklyRetryPolicy',
    'disableSubscriptionOverrides',
    'defaultThrottlePolicy',
    'defaultRequestPolicy',
  ]
  refuseStrangers(http, known, named)
  const retries = readRetries(http, 'defaultHealthyRetryPolicy', 'http.', named)
  const throttle = readThrottle(http, 'defaultThrottlePolicy', 'http.', named)
  const request = readRequest(http, 'defaultRequestPolicy', named)
  return {
    ...(retries && {defaultHealthyRetryPolicy: retries}),
    disableSubscriptionOverrides: http.disableSubscriptionOverrides === true,
    ...(throttle && {defaultThrottlePolicy: throttle}),
    ...(request && {defaultRequestPolicy: request}),
  }
}

/** Reads the DeliveryPolicy of a subscription; "" takes it away. */
export function readSubscriptionDeliveryPolicy(json: string, refuse: Refuse): SubscriptionDeliveryPolicy | undefined {
  if (json === '') return undefined
  const named: Refuse = reason => refuse(`DeliveryPolicy: ${reason}`)
  const policy = parseJsonObject(json, named)
  const known = ['healthyRetryPolicy', 'sicklyRetryPolicy', 'throttlePolicy', 'requestPolicy', 'guaranteed']
  refuseStrangers(policy, known, named)
  const retries = readRetries(policy, 'healthyRetryPolicy', '', named)
  return {
    healthyRetryPolicy: retries ? {...HTTP_RETRIES, ...retries} : null,
    sicklyRetryPolicy: null,
    throttlePolicy: readThrottle(policy, 'throttlePolicy', '', named) ?? null,
    requestPolicy: readRequest(policy, 'requestPolicy', named) ?? null,
    guaranteed: policy.guaranteed === true,
  }
}

/** EffectiveDeliveryPolicy of a topic, "taking system defaults into account". */
export function effectiveTopicPolicy(policy: TopicDeliveryPolicy | undefined): object {
  return {
    http: {
      defaultHealthyRetryPolicy: {...HTTP_RETRIES, ...policy?.defaultHealthyRetryPolicy},
      disableSubscriptionOverrides: policy?.disableSubscriptionOverrides ?? false,
      ...(policy?.defaultThrottlePolicy && {defaultThrottlePolicy: policy.defaultThrottlePolicy}),
      defaultRequestPolicy: policy?.defaultRequestPolicy ?? DEFAULT_REQUEST,
    },
  }
}

/** What holds for a subscription by HTTP: its own policy, unless the topic forbids that, over the topic's, over AWS's. */
export function effectivePolicy(
  topic: TopicDeliveryPolicy | undefined,
  subscription: SubscriptionDeliveryPolicy | undefined,
): SubscriptionDeliveryPolicy & {readonly healthyRetryPolicy: RetryPolicy; readonly requestPolicy: RequestPolicy} {
  const own = topic?.disableSubscriptionOverrides === true ? undefined : subscription
  return {
    healthyRetryPolicy: own?.healthyRetryPolicy ?? {...HTTP_RETRIES, ...topic?.defaultHealthyRetryPolicy},
    sicklyRetryPolicy: null,
    throttlePolicy: own?.throttlePolicy ?? topic?.defaultThrottlePolicy ?? null,
    requestPolicy: own?.requestPolicy ?? topic?.defaultRequestPolicy ?? DEFAULT_REQUEST,
    guaranteed: own?.guaranteed ?? false,
  }
}

function readRetries(from: Members, member: string, path: string, refuse: Refuse): Partial<RetryPolicy> | undefined {
  const given = memberObject(from, member, refuse)
  if (given === undefined) return undefined
  refuseStrangers(given, Object.keys(HTTP_RETRIES), refuse)
  const policy: Record<string, number | BackoffFunction> = {}
  for (const name of Object.keys(HTTP_RETRIES)) {
    const value = given[name]
    if (value === undefined || value === null) continue
    const where = `${path}${member}.${name}`
    if (name === 'backoffFunction') policy[name] = backoffFunction(value, where, refuse)
    else if (name.startsWith('num')) policy[name] = wholeNumber(value, where, 0, MAX_RETRIES, refuse)
    else policy[name] = wholeNumber(value, where, 1, MAX_DELAY_SECONDS, refuse)
  }
  const whole: RetryPolicy = {...HTTP_RETRIES, ...policy}
  // Both rules are the developer guide's; the texts are worded here.
  if (whole.minDelayTarget > whole.maxDelayTarget) {
    throw refuse(`${path}${member}.maxDelayTarget must be greater than or equal to minDelayTarget`)
  }
  if (whole.numNoDelayRetries + whole.numMinDelayRetries + whole.numMaxDelayRetries > whole.numRetries) {
    throw refuse(`${path}${member}.numRetries must be greater than or equal to the sum of the retries of all phases`)
  }
  return policy
}

function backoffFunction(value: unknown, where: string, refuse: Refuse): BackoffFunction {
  const known = BACKOFF_FUNCTIONS.find(name => name === value)
  // Worded here.
  if (known === undefined) throw refuse(`${where} must be one of ${BACKOFF_FUNCTIONS.join(', ')}`)
  return known
}

function readThrottle(from: Members, member: string, path: string, refuse: Refuse): ThrottlePolicy | undefined {
  const given = memberObject(from, member, refuse)
  if (given === undefined) return undefined
  refuseStrangers(given, ['maxReceivesPerSecond'], refuse)
  const where = `${path}${member}.maxReceivesPerSecond`
  return {maxReceivesPerSecond: wholeNumber(given.maxReceivesPerSecond, where, 1, Infinity, refuse)}
}

function readRequest(from: Members, member: string, refuse: Refuse): RequestPolicy | undefined {
  const given = memberObject(from, member, refuse)
  if (given === undefined) return undefined
  refuseStrangers(given, ['headerContentType'], refuse)
  const {headerContentType} = given
  if (typeof headerContentType !== 'string') throw refuse(`${member}.headerContentType must be a string`)
  return {headerContentType}
}

function refuseStrangers(object: Members, known: readonly string[], refuse: Refuse): void {
  const stranger = Object.keys(object).find(name => !known.includes(name))
  if (stranger !== undefined) throw refuse(`Unexpected JSON member: ${stranger}`)
}

function memberObject(from: Members, name: string, refuse: Refuse): Members | undefined {
  const value = from[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw refuse(`${name} must be a JSON object`)
  return value as Members
}

function wholeNumber(value: unknown, where: string, least: number, most: number, refuse: Refuse): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw refuse(`${where} must be an integer`)
  if (value < least) throw refuse(`${where} must be greater than or equal to ${least}`)
  if (value > most) throw refuse(`${where} must be less than or equal to ${most}`)
  return value
}
