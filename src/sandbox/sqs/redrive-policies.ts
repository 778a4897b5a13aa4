import {invalidParameter} from './errors.js'

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue'
  readonly sourceQueueArns?: readonly string[]
}

const MAX_SOURCE_QUEUE_ARNS = 10
const MAX_RECEIVE_COUNT_LIMIT = 1000

/** Reads RedrivePolicy. `maxReceiveCount` may come as a string; it is stored and answered as a number. */
export function parseRedrivePolicy(json: string): RedrivePolicy {
  const refuse = (reason: string) => invalidParameter(json, 'RedrivePolicy', reason)
  const policy = parseObject(json)
  if (policy === undefined) throw refuse('Redrive policy is not a valid JSON map.')
  for (const name of ['deadLetterTargetArn', 'maxReceiveCount']) {
    if (policy[name] === undefined || policy[name] === null) {
      throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`)
    }
  }
  const {deadLetterTargetArn, maxReceiveCount} = policy
  if (typeof deadLetterTargetArn !== 'string' || !/^arn:aws[a-z-]*:sqs:[^:]*:\d{12}:[^:]+$/.test(deadLetterTargetArn)) {
    throw refuse('Invalid value for deadLetterTargetArn.')
  }
  const count =
    typeof maxReceiveCount === 'string' && /^\d+$/.test(maxReceiveCount) ? Number(maxReceiveCount) : maxReceiveCount
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT_LIMIT) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`,
    )
  }
  return {deadLetterTargetArn, maxReceiveCount: count}
}

/** Reads RedriveAllowPolicy: allowAll, denyAll, or byQueue with one to ten `sourceQueueArns`. */
export function parseRedriveAllowPolicy(json: string): RedriveAllowPolicy {
  const refuse = () =>
    invalidParameter(
      json,
      'RedriveAllowPolicy',
      "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.",
    )
  const policy = parseObject(json)
  if (policy === undefined) throw refuse()
  const {redrivePermission, sourceQueueArns} = policy
  if (redrivePermission === 'allowAll' || redrivePermission === 'denyAll') {
    if (sourceQueueArns !== undefined) throw refuse()
    return {redrivePermission}
  }
  if (redrivePermission !== 'byQueue' || !Array.isArray(sourceQueueArns)) throw refuse()
  const arns: unknown[] = sourceQueueArns
  if (arns.length === 0 || arns.length > MAX_SOURCE_QUEUE_ARNS) throw refuse()
  if (!arns.every(arn => typeof arn === 'string' && arn.startsWith('arn:'))) throw refuse()
  return {redrivePermission, sourceQueueArns: arns as string[]}
}

/** Whether a dead-letter queue with this policy accepts a source queue; no policy accepts every one. */
export function acceptsSource(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (policy === undefined || policy.redrivePermission === 'allowAll') return true
  return policy.redrivePermission === 'byQueue' && (policy.sourceQueueArns ?? []).includes(sourceArn)
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
