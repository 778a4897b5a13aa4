import {queueArn} from '../aws/arn.js'
import {parseQueueUrl, type QueueUrl} from '../aws/queue-url.js'
import {ExitCode, OpsError} from '../ops-error.js'

/** A queue that was found, under all its names. */
export interface QueueRef {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly accountId: string
  readonly region: string
  readonly fifo: boolean
}

/**
 * Makes a QueueRef of a queue URL that SQS returned to a call in `region`; throws OpsError `UnreadableReply` (exit 6) for what is no
 * URL with account and name.
 */
export function queueRefOfUrl(url: string, region: string): QueueRef {
  const {accountId, name} = returnedUrl(url)
  return {name, url, arn: queueArn({region, accountId, name}), accountId, region, fifo: name.endsWith('.fifo')}
}

function returnedUrl(url: string): QueueUrl {
  try {
    return parseQueueUrl(url)
  } catch (cause) {
    throw new OpsError(`SQS answered with ${JSON.stringify(url)} where the URL of a queue belongs.`, {
      code: 'UnreadableReply',
      exitCode: ExitCode.unreachable,
      suggestions: [
        'Is it the endpoint of SQS? msgops reads AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL.',
        'Then try again.',
      ],
      cause,
    })
  }
}
