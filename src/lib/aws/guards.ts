import {ExitCode, OpsError} from '../ops-error.js'
import {describeCall} from './call.js'
import type {Call} from './call.js'
import {assertOwnQueueUrl} from './queue-url.js'

/**
 * The only operations that --read-only lets through. ReceiveMessage is none of them: it hides the message, raises its receive count
 * and can so dead-letter it. An operation that is not listed is denied, so a new one is safe until somebody has thought about it.
 */
const READ_ONLY: Readonly<Record<string, ReadonlySet<string>>> = {
  events: new Set([
    'DescribeApiDestination',
    'DescribeArchive',
    'DescribeConnection',
    'DescribeEndpoint',
    'DescribeEventBus',
    'DescribeEventSource',
    'DescribePartnerEventSource',
    'DescribeReplay',
    'DescribeRule',
    'ListApiDestinations',
    'ListArchives',
    'ListConnections',
    'ListEndpoints',
    'ListEventBuses',
    'ListEventSources',
    'ListPartnerEventSourceAccounts',
    'ListPartnerEventSources',
    'ListReplays',
    'ListRuleNamesByTarget',
    'ListRules',
    'ListTagsForResource',
    'ListTargetsByRule',
    'TestEventPattern',
  ]),
  sns: new Set([
    'CheckIfPhoneNumberIsOptedOut',
    'GetDataProtectionPolicy',
    'GetEndpointAttributes',
    'GetPlatformApplicationAttributes',
    'GetSMSAttributes',
    'GetSMSSandboxAccountStatus',
    'GetSubscriptionAttributes',
    'GetTopicAttributes',
    'ListEndpointsByPlatformApplication',
    'ListOriginationNumbers',
    'ListPhoneNumbersOptedOut',
    'ListPlatformApplications',
    'ListSMSSandboxPhoneNumbers',
    'ListSubscriptions',
    'ListSubscriptionsByTopic',
    'ListTagsForResource',
    'ListTopics',
  ]),
  sqs: new Set([
    'GetQueueAttributes',
    'GetQueueUrl',
    'ListDeadLetterSourceQueues',
    'ListMessageMoveTasks',
    'ListQueueTags',
    'ListQueues',
  ]),
  sts: new Set(['GetCallerIdentity']),
}

/** Operations that take effect again when repeated, or whose repetition fails because the first one worked. */
const ONCE: ReadonlySet<string> = new Set([
  'events:PutEvents',
  'events:PutPartnerEvents',
  'sns:Publish',
  'sns:PublishBatch',
  'sqs:PurgeQueue',
  'sqs:SendMessage',
  'sqs:SendMessageBatch',
  'sqs:StartMessageMoveTask',
])

/** Throws OpsError `ReadOnly` (exit 7) unless the operation is known to change nothing. */
export function assertReadOnly(call: Call): void {
  if (READ_ONLY[call.service]?.has(call.operation)) return
  const why = call.operation === 'ReceiveMessage' ? ', which hides messages and raises their receive counts' : ''
  throw new OpsError(`Read-only mode refuses ${describeCall(call)}${why}. Nothing was sent.`, {
    code: 'ReadOnly',
    exitCode: ExitCode.refused,
    suggestions: ['Leave out --read-only, or unset MSGOPS_READ_ONLY, to allow it.'],
  })
}

/** Throws a plain Error, a bug (exit 70), when a call that must not be repeated is given to a client that repeats (redrive.md, fact 1). */
export function assertRepeatable(call: Call): void {
  if (!ONCE.has(`${call.service}:${call.operation}`)) return
  throw new Error(
    `${call.operation} must go through ${call.service}Once(): the SDK would repeat it after an answer that was lost.`,
  )
}

/** Refuses a call whose QueueUrl belongs to another host or region; throws OpsError (exit 2). */
export function assertOwnQueue({input, region, endpoint}: Call): void {
  if (typeof input.QueueUrl === 'string') assertOwnQueueUrl(input.QueueUrl, {region, endpoint})
}
