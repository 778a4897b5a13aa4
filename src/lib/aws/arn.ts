import {ExitCode, OpsError} from '../ops-error.js'
import {partitionOf} from './partitions.js'

/** The six fields of an ARN (`arn:partition:service:region:account:resource`); region and account may be empty. */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly accountId: string
  readonly resource: string
}

/** What names one queue: all three, always. */
export interface QueueAddress {
  readonly region: string
  readonly accountId: string
  readonly name: string
}

const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws)?:(.+)$/
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/

/** Whether a text claims to be an ARN, well formed or not. */
export function isArn(text: string): boolean {
  return text.startsWith('arn:')
}

/** Splits an ARN into its fields; throws OpsError `ArnInvalid` (exit 2) when it is none. */
export function parseArn(text: string): Arn {
  const match = ARN.exec(text)
  if (!match) {
    throw new OpsError(`${JSON.stringify(text)} is not an ARN.`, {
      code: 'ArnInvalid',
      exitCode: ExitCode.usage,
      suggestions: ['An ARN looks like arn:aws:sqs:eu-west-1:123456789012:orders.'],
    })
  }
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = match
  return {partition, service, region, accountId, resource}
}

/** The text form of an ARN. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`
}

/** Whether SQS allows a queue name: up to 80 letters, digits, `-` and `_`, a FIFO queue's `.fifo` included in the 80. */
export function isQueueName(text: string): boolean {
  return text.length <= 80 && QUEUE_NAME.test(text.endsWith('.fifo') ? text.slice(0, -5) : text)
}

/** Region, account and name of an SQS queue's ARN; throws OpsError `ArnInvalid` (exit 2) for anything else. */
export function parseQueueArn(text: string): QueueAddress {
  const {service, region, accountId, resource} = parseArn(text)
  if (service !== 'sqs' || region === '' || !/^\d{12}$/.test(accountId) || !isQueueName(resource)) {
    throw new OpsError(`${text} is not the ARN of an SQS queue.`, {
      code: 'ArnInvalid',
      exitCode: ExitCode.usage,
      suggestions: ['The ARN of a queue looks like arn:aws:sqs:eu-west-1:123456789012:orders.'],
    })
  }
  return {region, accountId, name: resource}
}

/** The ARN of a queue, in the partition of its region. */
export function queueArn({region, accountId, name}: QueueAddress): string {
  return formatArn({partition: partitionOf(region).id, service: 'sqs', region, accountId, resource: name})
}
