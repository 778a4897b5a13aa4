import {queueArn} from '../aws/arn.js'
import {parseQueueUrl} from '../aws/queue-url.js'

/** A queue that was found, under all its names. */
export interface QueueRef {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly accountId: string
  readonly region: string
  readonly fifo: boolean
}

/** Makes a QueueRef of a queue URL that SQS returned to a call in `region`; throws `QueueUrlInvalid` for a URL without account and name. */
export function queueRefOfUrl(url: string, region: string): QueueRef {
  const {accountId, name} = parseQueueUrl(url)
  return {name, url, arn: queueArn({region, accountId, name}), accountId, region, fifo: name.endsWith('.fifo')}
}
