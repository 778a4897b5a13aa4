import {parseArn} from '../aws/arn.js'
import {ExitCode, OpsError} from '../ops-error.js'

/** A topic under all its names. */
export interface TopicRef {
  readonly name: string
  readonly arn: string
  readonly accountId: string
  readonly region: string
  readonly fifo: boolean
}

/** Up to 256 letters, digits, - and _; a FIFO topic's `.fifo` counts: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const TOPIC_NAME = /^[A-Za-z0-9_-]+(?:\.fifo)?$/

/** Whether SNS allows a topic of this name. */
export function isTopicName(text: string): boolean {
  return text.length <= 256 && TOPIC_NAME.test(text)
}

/** The topic that an ARN names; throws OpsError `ArnInvalid` (exit 2) for the ARN of anything else, a subscription's included. */
export function topicRefOfArn(arn: string): TopicRef {
  const {service, region, accountId, resource} = parseArn(arn)
  if (service === 'sns' && region !== '' && /^\d{12}$/.test(accountId) && isTopicName(resource)) {
    return {name: resource, arn, accountId, region, fifo: resource.endsWith('.fifo')}
  }
  throw new OpsError(`${arn} is not the ARN of an SNS topic.`, {
    code: 'ArnInvalid',
    exitCode: ExitCode.usage,
    suggestions: ['The ARN of a topic looks like arn:aws:sns:eu-west-1:123456789012:orders.'],
  })
}
