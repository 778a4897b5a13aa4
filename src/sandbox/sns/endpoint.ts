import {invalidParameter, invalidParameterText} from './errors.js'
import type {Topic} from './topic.js'

export const PROTOCOLS = [
  'http',
  'https',
  'email',
  'email-json',
  'sms',
  'sqs',
  'application',
  'lambda',
  'firehose',
] as const
export type Protocol = (typeof PROTOCOLS)[number]

const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/
const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$/
const STREAM_ARN = /^arn:aws[a-z-]*:firehose:[a-z0-9-]+:\d{12}:deliverystream\/[A-Za-z0-9_.-]+$/
const APPLICATION_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:endpoint\/[A-Z_]+\/[^/]+\/[^/]+$/
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
/** `+12/34-567.890` is taken, `+15--551234567` is not (both recorded). */
const PHONE = /^\+?\d([-./\s]?\d){4,24}$/

/** Reads protocol and endpoint of Subscribe; throws AWS's error for what the topic cannot deliver to. */
export function readEndpoint(
  topic: Topic,
  protocol: string | undefined,
  endpoint: string | undefined,
): {readonly protocol: Protocol; readonly endpoint: string} {
  const known = PROTOCOLS.find(name => name === protocol)
  if (known === undefined) {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol ?? ''}`)
  }
  if (topic.fifo && known !== 'sqs') throw invalidParameter(`Invalid protocol type: ${known}`)
  if (endpoint === undefined || endpoint === '') throw invalidParameter('Endpoint')
  check(known, endpoint)
  if (known === 'sqs' && isFifoQueue(endpoint) && !topic.fifo) {
    // Twice, as recorded.
    throw invalidParameter(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    )
  }
  return {protocol: known, endpoint}
}

export function isQueueArn(text: string): boolean {
  return QUEUE_ARN.test(text)
}

export function isFifoQueue(queueArn: string): boolean {
  return queueArn.endsWith('.fifo')
}

export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? ''
}

function check(protocol: Protocol, endpoint: string): void {
  switch (protocol) {
    case 'http':
    case 'https':
      if (!endpoint.startsWith(`${protocol}://`)) throw invalidParameter('Endpoint must match the specified protocol')
      if (!URL.canParse(endpoint)) throw invalidParameter('Endpoint')
      return
    case 'email':
    case 'email-json':
      if (!EMAIL.test(endpoint)) throw invalidParameter('Email address')
      return
    case 'sms':
      if (!isPhoneNumber(endpoint)) throw invalidParameterText(`Invalid SMS endpoint: ${endpoint}`)
      return
    case 'sqs':
      if (!isQueueArn(endpoint)) throw invalidParameter('SQS endpoint ARN')
      return
    case 'lambda':
      if (!FUNCTION_ARN.test(endpoint)) throw invalidParameter('Lambda endpoint ARN')
      return
    case 'firehose':
      if (!STREAM_ARN.test(endpoint)) throw invalidParameter('Firehose endpoint ARN')
      return
    case 'application':
      if (!APPLICATION_ARN.test(endpoint)) throw invalidParameter(`Application endpoint arn invalid:${endpoint}`)
  }
}

export function isPhoneNumber(text: string): boolean {
  return PHONE.test(text)
}
