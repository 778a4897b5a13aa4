import type {Finding} from '../queues/findings.js'
import type {QueueAttributes} from '../queues/queue-attributes.js'
import {deliveryPermission} from './delivery-permission.js'
import type {DeliveryTarget, DeliveryTargets} from './delivery-targets.js'
import {placedName} from './endpoint-name.js'
import type {FilterStatistics} from './sample.js'
import type {Subscription} from './subscriptions.js'
import type {TopicAttributes} from './topic-attributes.js'

/** A finding of a topic; `subscription` names the endpoint it is about, where it is about one. */
export interface TopicFinding extends Finding {
  readonly subscription?: string
}

/** What findings are made from; nothing is said about what could not be read. */
export interface FindingsInput {
  readonly topicArn: string
  readonly attributes?: TopicAttributes
  readonly subscriptions: readonly Subscription[]
  readonly targets: DeliveryTargets
  /** How many messages of a sample each subscription would get, by its place in the list; absent without a sample. */
  readonly sample?: readonly (FilterStatistics | undefined)[]
}

type Severity = Finding['severity']

const ORDER: readonly Severity[] = ['bad', 'warn', 'info']
/** Protocols that SNS delivers to without an endpoint that could be down: there a DLQ helps little. */
const WITHOUT_DLQ_ADVICE = new Set(['email', 'email-json', 'sms', 'application'])

/** Judges how a topic delivers, the gravest finding first. Pure. Rules: https://docs.aws.amazon.com/sns/latest/dg/ (delivery retries, DLQs, encryption, FIFO). */
export function findingsOf(input: FindingsInput): TopicFinding[] {
  const findings = [
    ...topicFindings(input),
    ...input.subscriptions.flatMap((subscription, index) =>
      [...subscriptionFindings(input, subscription, input.sample?.[index])].map(finding => ({
        ...finding,
        subscription: subscription.endpoint,
      })),
    ),
  ]
  return findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}

function* topicFindings({attributes, subscriptions}: FindingsInput): Generator<Finding> {
  if (subscriptions.length === 0) {
    yield finding('warn', 'NoSubscriptions', 'Nobody is subscribed: what is published is accepted and goes nowhere')
  }
  const {kmsMasterKeyId: key} = attributes ?? {}
  if (key === undefined) return
  yield key.endsWith('alias/aws/sns')
    ? finding(
        'info',
        'TopicKeyManaged',
        'The topic is encrypted with the AWS managed key alias/aws/sns: other accounts, and AWS services that publish by themselves (CloudWatch alarms, S3, EventBridge), cannot use it',
      )
    : finding(
        'info',
        'TopicKeyPolicy',
        `The topic is encrypted with ${key}: publishers need kms:GenerateDataKey and kms:Decrypt on it, AWS services by the key's policy`,
      )
}

function* subscriptionFindings(
  {topicArn, targets}: FindingsInput,
  {protocol, endpoint, settings}: Subscription,
  sample: FilterStatistics | undefined,
): Generator<Finding> {
  if (settings?.pendingConfirmation === true) {
    yield finding(
      'warn',
      'PendingConfirmation',
      `${placedName(endpoint, topicArn)} has not confirmed its subscription and gets nothing`,
    )
    return
  }
  if (protocol === 'sqs') yield* queueFindings(topicArn, endpoint, targets.get(endpoint))
  if (settings === undefined) return
  const {deadLetterTargetArn: dlq} = settings
  if (dlq !== undefined) yield* dlqFindings(topicArn, dlq, targets.get(dlq))
  else if (!WITHOUT_DLQ_ADVICE.has(protocol)) {
    yield finding(
      'warn',
      'NoDeadLetterQueue',
      `There is no dead-letter queue: what cannot be delivered to ${placedName(endpoint, topicArn)} is lost after the retries`,
    )
  }
  if (sample?.invalid !== undefined)
    yield finding(
      'warn',
      'FilterPolicyUnreadable',
      `The filter policy of ${placedName(endpoint, topicArn)} cannot be judged here: ${sample.invalid}`,
    )
  else if (
    sample !== undefined &&
    settings.filterPolicy !== undefined &&
    sample.total > 0 &&
    sample.matched === 0 &&
    sample.undecided === undefined
  ) {
    yield finding(
      'warn',
      'FilterMatchesNothing',
      sample.total === 1
        ? `The filter policy of ${placedName(endpoint, topicArn)} does not let the one message of the sample through`
        : `The filter policy of ${placedName(endpoint, topicArn)} met none of the ${sample.total} messages of the sample`,
    )
  }
}

function* queueFindings(topicArn: string, queueArn: string, queue: DeliveryTarget | undefined): Generator<Finding> {
  if (queue === 'missing') {
    yield finding(
      'bad',
      'EndpointMissing',
      `The queue ${placedName(queueArn, topicArn)} does not exist: every delivery to it fails`,
    )
    return
  }
  const fifo = {topic: topicArn.endsWith('.fifo'), queue: queueArn.endsWith('.fifo')}
  if (fifo.topic && !fifo.queue) {
    yield finding(
      'warn',
      'FifoOrderLost',
      `A FIFO topic delivers to the standard queue ${placedName(queueArn, topicArn)}: neither order nor deduplication holds there`,
    )
  }
  if (!fifo.topic && fifo.queue) {
    yield finding(
      'bad',
      'FifoMismatch',
      `${placedName(queueArn, topicArn)} is a FIFO queue, and SNS delivers there from FIFO topics only`,
    )
  }
  if (!isRead(queue)) return
  yield* acceptanceFindings('queue', topicArn, queue, 'every delivery to it fails')
}

function* dlqFindings(topicArn: string, dlqArn: string, dlq: DeliveryTarget | undefined): Generator<Finding> {
  if (dlq === 'missing') {
    yield finding(
      'bad',
      'DeadLetterQueueMissing',
      `The dead-letter queue ${placedName(dlqArn, topicArn)} does not exist: what cannot be delivered is lost`,
    )
    return
  }
  if (topicArn.endsWith('.fifo') !== dlqArn.endsWith('.fifo')) {
    yield finding(
      'warn',
      'DeadLetterQueueTypeMismatch',
      `The topic and its dead-letter queue ${placedName(dlqArn, topicArn)} are not both FIFO, or both standard, as SNS asks for`,
    )
  }
  if (!isRead(dlq)) return
  yield* acceptanceFindings('dead-letter queue', topicArn, dlq, 'what cannot be delivered is lost')
}

/** What SNS needs of any queue that it puts messages into; the consequence is that of a refusal. */
function* acceptanceFindings(
  what: 'queue' | 'dead-letter queue',
  topicArn: string,
  {queueArn, policy, kmsMasterKeyId: key}: QueueAttributes,
  consequence: string,
): Generator<Finding> {
  const {verdict, reason = ''} = deliveryPermission(policy, {topicArn, queueArn})
  const name = `${what} ${placedName(queueArn, topicArn)}`
  const subject = `The access policy of the ${name}`
  if (verdict === 'refused')
    yield finding('bad', 'PolicyRefusesTopic', `${subject} refuses this topic: ${reason}; ${consequence}`)
  if (verdict === 'unknown') yield finding('info', 'PolicyUnclear', `${subject} may refuse this topic: ${reason}`)
  if (key === undefined) return
  // SNS cannot be given the use of a key that AWS manages: its policy is AWS's.
  yield key.endsWith('alias/aws/sqs')
    ? finding(
        'bad',
        'QueueKeyManaged',
        `The ${name} is encrypted with the AWS managed key alias/aws/sqs, which SNS cannot use: ${consequence}. Take SSE-SQS or a key of your own`,
      )
    : finding(
        'info',
        'QueueKeyPolicy',
        `The ${name} is encrypted with ${key}: the key's policy must allow sns.amazonaws.com kms:GenerateDataKey and kms:Decrypt`,
      )
}

/** Whether the attributes of a queue are known. */
export function isRead(target: DeliveryTarget | undefined): target is QueueAttributes {
  return typeof target === 'object' && !('unread' in target)
}

function finding(severity: Severity, code: string, message: string): Finding {
  return {code, severity, message}
}
