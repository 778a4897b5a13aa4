import {outcomeOf} from '../../aws/errors.js'
import {EXPIRED_CREDENTIALS} from '../../aws/service-errors.js'
import {ExitCode, OpsError} from '../../ops-error.js'
import type {Outgoing} from './outgoing.js'
import type {SendReply} from './ports.js'

/** What became of one message of a send. Only `sent` may ever be deleted from the source. */
export type SendOutcome =
  | {readonly state: 'sent'; readonly newMessageId: string}
  | {readonly state: 'unverified'; readonly newMessageId?: string; readonly code: string; readonly message: string}
  | {readonly state: 'unknown'; readonly code: string; readonly message: string}
  | {
      readonly state: 'rejected'
      readonly code: string
      readonly message: string
      /** `throttled` says nothing of the message and is tried until the redrive ends; `passing` a few times; `never` is final. */
      readonly retry: 'throttled' | 'passing' | 'never'
    }

/** What a request that threw came to, as a whole. */
export interface RequestFailure {
  /**
   * `unknown`: it may have taken effect. The others are a definite no: `throttled`, `unreachable` (nothing was written), `refused`
   * (this request, for what it carries) and `fatal` (every other request would be refused too: access, missing queue, KMS, guards).
   */
  readonly kind: 'unknown' | 'throttled' | 'unreachable' | 'refused' | 'fatal'
  readonly code: string
  readonly message: string
  readonly error: unknown
}

const THROTTLING = new Set([
  'RequestThrottled',
  'RequestThrottledException',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'KmsThrottled',
])

/** A login that has run out; nothing is wrong with what was asked, and whoever logs in again can go on. */
const EXPIRED_LOGINS = new Set(['SsoSessionExpired', 'LoginExpired'])

/** Whether a failure is that of credentials which have run out, and could not be renewed. */
export function isExpired({code}: RequestFailure): boolean {
  return EXPIRED_CREDENTIALS.has(plainCode(code)) || EXPIRED_LOGINS.has(code)
}

/** Names that AWS gives the same error in the older query protocol: `AWS.SimpleQueueService.X`. */
export function plainCode(code: string): string {
  return code.slice(code.lastIndexOf('.') + 1)
}

/** Classifies an error that a request threw, by what the AWS layer knows of its outcome; what is not known is `unknown`. */
export function failureOf(error: unknown): RequestFailure {
  if (error instanceof OpsError) return {kind: kindOf(error), code: error.code, message: error.message, error}
  const {name, message} = error instanceof Error ? error : {name: 'Error', message: String(error)}
  return {kind: 'unknown', code: name, message, error}
}

function kindOf(error: OpsError): RequestFailure['kind'] {
  if (THROTTLING.has(plainCode(error.code))) return 'throttled'
  switch (outcomeOf(error)) {
    case 'unknown':
      return 'unknown'
    case 'not-sent':
      return error.exitCode === ExitCode.unreachable ? 'unreachable' : 'fatal'
    case 'rejected':
      return kindOfRejection(error)
  }
}

function kindOfRejection({code, exitCode}: OpsError): RequestFailure['kind'] {
  if (exitCode === ExitCode.unreachable) return 'throttled'
  const hopeless = exitCode === ExitCode.denied || exitCode === ExitCode.notFound || plainCode(code).startsWith('Kms')
  return hopeless ? 'fatal' : 'refused'
}

/**
 * Settles each message of an answered batch by itself (entry ids are positions). A 200 is no success: an entry in `Failed` is a
 * definite no, one that the answer does not name, or names twice, is unknown, and one whose digests differ is unverified.
 */
export function outcomesOf(batch: readonly Outgoing[], reply: SendReply): SendOutcome[] {
  return batch.map((outgoing, position) => settle(outgoing, String(position), reply))
}

function settle(outgoing: Outgoing, id: string, reply: SendReply): SendOutcome {
  const sent = (reply.Successful ?? []).filter(entry => entry.Id === id)
  const failed = (reply.Failed ?? []).filter(entry => entry.Id === id)
  const [success] = sent
  const [failure] = failed
  if (sent.length + failed.length !== 1) {
    const message =
      sent.length + failed.length === 0
        ? 'the answer does not name the message'
        : 'the answer names the message more than once'
    return {state: 'unknown', code: 'NoAnswer', message}
  }
  if (failure !== undefined)
    return rejectionOf(failure.Code ?? 'Error', failure.Message ?? '', failure.SenderFault === true)
  if (success?.MessageId === undefined || success.MessageId === '') {
    return {state: 'unverified', code: 'NoMessageId', message: 'SQS gave no MessageId for the copy'}
  }
  const damage = digestDamage(outgoing, success)
  return damage === undefined
    ? {state: 'sent', newMessageId: success.MessageId}
    : {state: 'unverified', newMessageId: success.MessageId, code: 'SentMd5Mismatch', message: damage}
}

function rejectionOf(code: string, message: string, senderFault: boolean): SendOutcome {
  const retry = THROTTLING.has(plainCode(code)) ? 'throttled' : senderFault ? 'never' : 'passing'
  return {state: 'rejected', code, message: message || code, retry}
}

function digestDamage(
  outgoing: Outgoing,
  success: {MD5OfMessageBody?: string; MD5OfMessageAttributes?: string; MD5OfMessageSystemAttributes?: string},
): string | undefined {
  if (success.MD5OfMessageBody !== outgoing.bodyMd5) return mismatch('body', outgoing.bodyMd5, success.MD5OfMessageBody)
  if (success.MD5OfMessageAttributes !== outgoing.attributesMd5) {
    return mismatch('attributes', outgoing.attributesMd5, success.MD5OfMessageAttributes)
  }
  // Some endpoints that speak SQS return no digest of the system attributes; losing the trace header loses no message.
  const system = success.MD5OfMessageSystemAttributes
  if (system !== undefined && system !== outgoing.systemAttributesMd5) {
    return mismatch('system attributes', outgoing.systemAttributesMd5, system)
  }
  return undefined
}

function mismatch(what: string, expected: string | undefined, returned: string | undefined): string {
  return `MD5 of the ${what}: sent ${expected ?? 'none'}, the destination answered ${returned ?? 'none'}`
}
