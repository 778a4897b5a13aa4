import {AwsError} from '../service.js'
import {decideAccess} from '../policies/decide.js'
import type {ActionContext} from './actions/context.js'
import {sendTo} from './actions/send.js'
import {kmsAccessDenied, queueDoesNotExist} from './errors.js'
import type {MessageAttributes} from './message.js'
import type {Quirks} from './quirks.js'
import type {World} from './store.js'

/** A message that an AWS service puts into a queue by itself, as SNS does for a subscription. */
export interface ServiceDelivery {
  readonly queueArn: string
  readonly body: string
  readonly attributes: MessageAttributes | undefined
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  readonly traceHeader: string | undefined
  readonly sender: {
    /** `sns.amazonaws.com` */
    readonly service: string
    /** The topic, rule, ... and its account: what queue policies ask for as aws:SourceArn and aws:SourceAccount. */
    readonly sourceArn: string
    readonly sourceAccount: string
  }
}

/** The key that AWS manages for SQS lets no other service in, and its policy cannot be changed. */
const MANAGED_KEY = /(^|:)alias\/aws\/sqs$/
const NEVER = new AbortController().signal

/**
 * Takes a message in from a service. Unlike a user, a service needs the queue's policy to allow it, in the same account too. Throws
 * AwsError in SQS's words: the queue is gone, its policy or key refuses, the message is not valid for it.
 */
export function takeIn(world: World, quirks: Quirks, delivery: ServiceDelivery): void {
  const {queueArn, body, attributes, groupId, deduplicationId, traceHeader, sender} = delivery
  const queue = world.queueByArn(queueArn)
  if (queue === undefined) throw queueDoesNotExist()
  const {account, region} = queue
  const allowed = decideAccess(queue.settings.policy, {
    asker: {service: sender.service},
    action: 'sqs:SendMessage',
    resourceArn: queue.arn,
    context: {
      'aws:sourcearn': sender.sourceArn,
      'aws:sourceaccount': sender.sourceAccount,
      'aws:securetransport': 'true',
      'aws:principalisawsservice': 'true',
    },
  })
  if (allowed !== 'allow') throw deniedToService(sender.service, queue.arn)
  const input = {
    MessageBody: body,
    MessageAttributes: attributes,
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
    MessageSystemAttributes: traceHeader && {AWSTraceHeader: {DataType: 'String', StringValue: traceHeader}},
  }
  const requestId = 'service-delivery'
  if (MANAGED_KEY.test(queue.settings.kmsMasterKeyId ?? '')) throw kmsAccessDenied(requestId)
  const context: ActionContext = {
    request: {account, region, accessKeyId: '', action: 'SendMessage', input, requestId, origin: '', signal: NEVER},
    input,
    store: world.store(account, region),
    world,
    quirks,
    nowMs: world.clock.now(),
  }
  queue.settle(context.nowMs)
  sendTo(context, queue)
}

function deniedToService(service: string, queueArn: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `${service} is not authorized to perform: sqs:sendmessage on resource: ${queueArn} because no resource-based policy allows the sqs:sendmessage action`,
    {status: 403, queryCode: 'AccessDenied'},
  )
}
