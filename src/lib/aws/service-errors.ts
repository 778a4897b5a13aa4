import {ExitCode} from '../ops-error.js'
import type {ExitCode as Exit} from '../ops-error.js'
import {describeCall, iamAction, resourceOf} from './call.js'
import type {Call} from './call.js'

/** How one family of AWS's errors is told. */
interface Family {
  readonly names: readonly string[]
  readonly exitCode: Exit
  /** The sentence; `said` is AWS's own text with its final stop. */
  message(call: Call, said: string): string
  suggestions?(call: Call, name: string): readonly string[]
}

/** The names of a refusal of credentials that were good once. */
export const EXPIRED_CREDENTIALS: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'TokenRefreshRequiredException',
])

const login = ({profile}: Call) => `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`
const WHOAMI = 'msgops whoami shows which account and role the credentials are of.'

/**
 * AWS's error names, told in the user's nouns. Names are those of the service models (botocore's sns, sqs, sts and kms) and of the
 * "Common Errors" page of the SQS API reference; texts of AWS are never matched on.
 */
const FAMILIES: readonly Family[] = [
  {
    names: [
      'AccessDenied',
      'AccessDeniedException',
      'AuthorizationError',
      'AuthorizationErrorException',
      'UnauthorizedOperation',
      'NotAuthorized',
    ],
    exitCode: ExitCode.denied,
    message: (call, said) =>
      `Access denied: ${describeCall(call)} needs the permission ${iamAction(call)}. AWS says: ${said}`,
    suggestions: call => [
      `Ask for {"Effect": "Allow", "Action": "${iamAction(call)}", "Resource": "${resourceOf(call) ?? '*'}"}; a deny in the ${nounOf(call)}'s policy, a permission boundary or an organisation's policy counts as well.`,
      WHOAMI,
    ],
  },
  {
    names: [...EXPIRED_CREDENTIALS],
    exitCode: ExitCode.denied,
    message: call => `The AWS credentials have expired (${describeCall(call)}).`,
    suggestions: call => [
      `Get new ones and run the command again: ${login(call)} for SSO, or renew AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.`,
    ],
  },
  {
    names: [
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'InvalidAccessKeyId',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
      'IncompleteSignature',
      'IncompleteSignatureException',
    ],
    exitCode: ExitCode.denied,
    message: call => `AWS does not know these credentials (${describeCall(call)}).`,
    suggestions: ({region, profile}) => [
      `Check the access key${profile === undefined ? '' : ` of profile ${profile}`}: deleted, inactive, of another partition, or a temporary key without its session token.`,
      `A region that the account has not enabled answers so too: is ${region} the one you mean?`,
    ],
  },
  {
    // AWS's texts for these repeat the signed headers, the session token among them.
    names: ['SignatureDoesNotMatch', 'InvalidSignatureException', 'InvalidSignature', 'AuthFailure'],
    exitCode: ExitCode.denied,
    message: call => `AWS refused the signature of ${describeCall(call)}.`,
    suggestions: () => [
      'The secret access key does not belong to the access key id, or the clock of this machine is wrong.',
      'A proxy that changes requests has the same effect.',
    ],
  },
  {
    names: ['RequestTimeTooSkewed', 'RequestInTheFuture', 'RequestExpired'],
    exitCode: ExitCode.denied,
    message: call => `AWS refused ${describeCall(call)} because the clock of this machine is wrong by minutes.`,
    suggestions: () => ['Set the clock (time synchronisation), then run the command again.'],
  },
  {
    names: ['OptInRequired', 'SubscriptionRequiredException'],
    exitCode: ExitCode.denied,
    message: (call, said) => `The account is not signed up for what ${describeCall(call)} needs. AWS says: ${said}`,
    suggestions: ({region}) => [`Enable the region ${region} for the account, or give another --region.`],
  },
  {
    names: ['KmsAccessDenied', 'KmsOptInRequired', 'KMSAccessDeniedException', 'KMSOptInRequired'],
    exitCode: ExitCode.denied,
    message: (call, said) =>
      `AWS KMS denied the use of the ${nounOf(call)}'s key: ${describeCall(call)} needs ${kmsActions(call)} on it. AWS says: ${said}`,
    suggestions: call => [
      `The key is KmsMasterKeyId in the ${nounOf(call)}'s attributes. Ask for ${kmsActions(call)} on that key, in IAM and in the key's policy.`,
    ],
  },
  {
    names: [
      'KmsDisabled',
      'KmsInvalidState',
      'KmsInvalidKeyUsage',
      'KmsNotFound',
      'KMSDisabledException',
      'KMSInvalidStateException',
      'KMSNotFoundException',
    ],
    exitCode: ExitCode.failed,
    message: (call, said) =>
      `The ${nounOf(call)}'s AWS KMS key cannot be used, so ${describeCall(call)} failed. AWS says: ${said}`,
    suggestions: (call, name) => [
      ['KmsNotFound', 'KmsInvalidKeyUsage', 'KMSNotFoundException'].includes(name)
        ? `Set the ${nounOf(call)}'s KmsMasterKeyId to an existing symmetric encryption key.`
        : 'Enable the key again, or cancel its deletion; messages encrypted with it are unreadable until then.',
    ],
  },
  {
    names: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    exitCode: ExitCode.notFound,
    message: call => `There is no such queue in ${call.region}: ${describeCall(call)}.`,
    suggestions: ({sandbox}) => [
      `msgops queue list${sandbox ? ' --sandbox' : ''} shows the queues that exist.`,
      'A queue deleted or created in the last minute may still be shown, or not yet.',
    ],
  },
  {
    // SNS says no more than this of a topic, a subscription or an endpoint.
    names: ['NotFound', 'NotFoundException'],
    exitCode: ExitCode.notFound,
    message: (call, said) => `Not found in ${call.region}: ${describeCall(call)}. AWS says: ${said}`,
    suggestions: ({service, sandbox}) =>
      service === 'sns' ? [`msgops topic list${sandbox ? ' --sandbox' : ''} shows the topics that exist.`] : [],
  },
  {
    names: ['ResourceNotFoundException'],
    exitCode: ExitCode.notFound,
    message: (call, said) => `Not found: ${describeCall(call)}. AWS says: ${said}`,
  },
  {
    names: [
      'RequestThrottled',
      'RequestThrottledException',
      'Throttling',
      'ThrottlingException',
      'ThrottledException',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'BandwidthLimitExceeded',
      'SlowDown',
      'KmsThrottled',
      'KMSThrottlingException',
    ],
    exitCode: ExitCode.unreachable,
    message: (call, said) => `AWS is throttling ${describeCall(call)}. AWS says: ${said}`,
    suggestions: (_call, name) => [
      name === 'KmsThrottled'
        ? "The quota is of AWS KMS: raise it, or lengthen the queue's KmsDataKeyReusePeriodSeconds."
        : name === 'KMSThrottlingException'
          ? 'The quota is of AWS KMS: raise it, or publish less at once.'
          : 'Wait and run the command again, with less at once.',
    ],
  },
  {
    names: ['PurgeQueueInProgress'],
    exitCode: ExitCode.failed,
    message: call =>
      `The queue was purged less than 60 seconds ago, and AWS allows one purge a minute (${describeCall(call)}).`,
    suggestions: () => ['Wait a minute and run the command again.'],
  },
  {
    names: ['OverLimit'],
    exitCode: ExitCode.failed,
    message: (call, said) => `The queue has reached a limit: ${describeCall(call)}. AWS says: ${said}`,
    suggestions: ({operation}) =>
      operation === 'ReceiveMessage'
        ? ['About 120,000 messages are in flight: let consumers delete them, or let their visibility end.']
        : [],
  },
]

const BY_NAME = new Map(FAMILIES.flatMap(family => family.names.map(name => [name, family] as const)))

/** Message, exit code and suggestions for an error that a service answered, by its name; `said` is AWS's text, free of secrets. */
export function tellServiceError(
  name: string,
  said: string,
  httpStatus: number | undefined,
  call: Call,
): {message: string; exitCode: Exit; suggestions: readonly string[]} {
  const text = said === '' ? `${name}.` : /[.!?]$/.test(said) ? said : `${said}.`
  const family = BY_NAME.get(name)
  if (family) {
    return {
      message: family.message(call, text),
      exitCode: family.exitCode,
      suggestions: family.suggestions?.(call, name) ?? [],
    }
  }
  if (httpStatus === 429) {
    return {
      message: `AWS is throttling ${describeCall(call)}. AWS says: ${text}`,
      exitCode: ExitCode.unreachable,
      suggestions: [],
    }
  }
  if (httpStatus !== undefined && httpStatus >= 500) {
    return {
      message: `AWS failed to answer ${describeCall(call)} (${name}, HTTP ${httpStatus}).`,
      exitCode: ExitCode.unreachable,
      suggestions: ['Run the command again in a moment; health.aws.amazon.com tells of disturbances.'],
    }
  }
  return {message: `AWS refused ${describeCall(call)} (${name}): ${text}`, exitCode: ExitCode.failed, suggestions: []}
}

/** What a call of the service is mostly about, in the user's words. */
function nounOf({service}: Call): string {
  if (service === 'events') return 'event bus'
  return service === 'sns' ? 'topic' : 'queue'
}

function kmsActions({operation}: Call): string {
  return /^(Send|Publish)/.test(operation) ? 'kms:GenerateDataKey and kms:Decrypt' : 'kms:Decrypt'
}
