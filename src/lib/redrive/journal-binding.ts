import type {AwsContext} from '../aws/context.js'
import type {JournalBinding, QueueSnapshot} from './journal/header.js'
import type {PreparedRedrive} from './preflight.js'

/** What a journal of this redrive is bound to. */
export async function bindingOf(aws: AwsContext, prepared: PreparedRedrive): Promise<JournalBinding> {
  const {plan, request, source, routes, changeHash} = prepared
  const {accountId} = await aws.identity()
  return {
    kind: 'redrive',
    account: accountId,
    region: aws.region,
    ...(aws.endpointFor('sqs') === undefined ? {} : {endpoint: aws.endpointFor('sqs')}),
    source: source.arn,
    routes: routes.map(({from, target}) => ({...(from === undefined ? {} : {from}), to: target.queue.arn})),
    selectionHash: changeHash,
    mode: request.keep === true ? 'keep' : 'move',
    fifo: plan.fifo,
    deduplication: 'rd-sha256-arn-id',
  }
}

/** The queues as they were when the redrive began. */
export function snapshotsOf({source, sourceAttributes, routes}: PreparedRedrive): QueueSnapshot[] {
  const candidates = [{queue: source, attributes: sourceAttributes}, ...routes.map(({target}) => target)]
  return candidates.flatMap(({queue, attributes}) =>
    attributes === undefined
      ? []
      : [
          {
            arn: queue.arn,
            fifo: queue.fifo,
            approximateNumberOfMessages: attributes.approximateNumberOfMessages,
            visibilityTimeoutSeconds: attributes.visibilityTimeout,
            messageRetentionPeriodSeconds: attributes.messageRetentionPeriod,
            maximumMessageSize: attributes.maximumMessageSize,
            contentBasedDeduplication: attributes.contentBasedDeduplication,
            kmsMasterKeyId: attributes.kmsMasterKeyId,
            redrivePolicy: attributes.redrivePolicy,
          },
        ],
  )
}
