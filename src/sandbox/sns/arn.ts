import {invalidParameter, noValue} from './errors.js'

/** The place and names in the ARN of a topic, and of a subscription, which is its topic's with an id behind it. */
export interface SnsArn {
  readonly region: string
  readonly account: string
  readonly topicName: string
  readonly subscriptionId: string | undefined
}

const LEAST_ELEMENTS = 6

/** Reads the ARN of a topic as a parameter of this name. Throws AWS's InvalidParameter for what is no ARN of SNS in this region. */
export function readTopicArn(parameter: string, text: string | undefined, region: string): SnsArn {
  const arn = readArn(parameter, text)
  // Recorded: a topic of another region is not "not found" but a wrong parameter.
  if (arn?.region !== region || arn.subscriptionId !== undefined) throw invalidParameter(parameter)
  return arn
}

/** Reads the ARN of a subscription. Throws AWS's InvalidParameter for what is none. */
export function readSubscriptionArn(text: string | undefined): SnsArn & {readonly subscriptionId: string} {
  const arn = readArn('SubscriptionArn', text)
  if (arn === undefined) throw invalidParameter('SubscriptionArn')
  const {subscriptionId} = arn
  if (subscriptionId === undefined) throw invalidParameter('SubscriptionId')
  return {...arn, subscriptionId}
}

function readArn(parameter: string, text: string | undefined): SnsArn | undefined {
  if (text === undefined) throw noValue(parameter)
  const elements = text.split(':')
  if (elements.length < LEAST_ELEMENTS) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${elements.length}`)
  }
  const [scheme, partition = '', service, region = '', account = '', topicName = '', subscriptionId, ...rest] = elements
  if (scheme !== 'arn' || !partition.startsWith('aws') || service !== 'sns' || topicName === '' || rest.length > 0) {
    return undefined
  }
  return {region, account, topicName, subscriptionId}
}
