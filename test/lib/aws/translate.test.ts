import {describe, expect, it} from 'vitest'
import type {Call} from '../../../src/lib/aws/call.js'
import {AwsOpsError, outcomeOf} from '../../../src/lib/aws/errors.js'
import {ConnectTimeoutError, NoReplyError} from '../../../src/lib/aws/network-errors.js'
import {translateError} from '../../../src/lib/aws/translate.js'
import {OpsError} from '../../../src/lib/ops-error.js'

const URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'
const ARN = 'arn:aws:sqs:eu-west-1:123456789012:orders'
const SEND: Call = {
  service: 'sqs',
  operation: 'SendMessageBatch',
  input: {QueueUrl: URL},
  region: 'eu-west-1',
  endpoint: undefined,
  profile: 'prod',
  sandbox: false,
}
const RECEIVE: Call = {...SEND, operation: 'ReceiveMessage'}

function thrown(name: string, httpStatusCode: number, message = 'AWS text'): Error {
  return Object.assign(new Error(message), {name, $fault: 'client', $metadata: {httpStatusCode, requestId: 'req-9'}})
}
function told(error: unknown, call = SEND): AwsOpsError {
  const translated = translateError(error, call)
  if (!(translated instanceof AwsOpsError)) throw new Error('expected an AwsOpsError', {cause: translated})
  return translated
}

describe('exit codes by name', () => {
  it.each([
    ['AccessDenied', 403, 4],
    ['AccessDeniedException', 400, 4],
    ['ExpiredToken', 403, 4],
    ['ExpiredTokenException', 400, 4],
    ['InvalidClientTokenId', 403, 4],
    ['UnrecognizedClientException', 400, 4],
    ['SignatureDoesNotMatch', 403, 4],
    ['InvalidSignatureException', 400, 4],
    ['RequestTimeTooSkewed', 403, 4],
    ['OptInRequired', 403, 4],
    ['KmsAccessDenied', 400, 4],
    ['KmsDisabled', 400, 1],
    ['KmsInvalidState', 400, 1],
    ['KmsNotFound', 400, 1],
    ['KmsInvalidKeyUsage', 400, 1],
    ['KmsThrottled', 400, 6],
    ['QueueDoesNotExist', 400, 5],
    ['AWS.SimpleQueueService.NonExistentQueue', 400, 5],
    ['ResourceNotFoundException', 404, 5],
    ['RequestThrottled', 403, 6],
    ['ThrottlingException', 400, 6],
    ['TooManyRequestsException', 429, 6],
    ['SomethingNew', 429, 6],
    ['PurgeQueueInProgress', 403, 1],
    ['OverLimit', 403, 1],
    ['InvalidParameterValue', 400, 1],
    ['UnsupportedOperation', 400, 1],
    ['InternalFailure', 500, 6],
    ['ServiceUnavailable', 503, 6],
  ])('%s (HTTP %i) exits %i', (name, status, exitCode) => {
    expect(told(thrown(name, status))).toMatchObject({
      code: name,
      awsName: name,
      exitCode,
      action: 'SendMessageBatch',
      resource: ARN,
      requestId: 'req-9',
      httpStatus: status,
      outcome: status >= 500 ? 'unknown' : 'rejected',
    })
  })
})

describe('sentences', () => {
  it('of a denial name the permission, the resource and the policy statement to ask for', () => {
    const denied = told(thrown('AccessDenied', 403, 'User: arn:aws:iam::123456789012:user/ops is not authorized'))
    expect(denied.message).toBe(
      `Access denied: SendMessageBatch on ${ARN} needs the permission sqs:SendMessage. AWS says: User: arn:aws:iam::123456789012:user/ops is not authorized.`,
    )
    expect(denied.suggestions[0]).toContain(`{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${ARN}"}`)
  })

  it.each([
    ['DeleteMessageBatch', 'sqs:DeleteMessage'],
    ['ChangeMessageVisibilityBatch', 'sqs:ChangeMessageVisibility'],
    ['ReceiveMessage', 'sqs:ReceiveMessage'],
  ])('of a denied %s name %s', (operation, action) => {
    expect(told(thrown('AccessDenied', 403), {...SEND, operation}).message).toContain(`needs the permission ${action}.`)
  })

  it('of an account-wide denial ask for every resource', () => {
    const denied = told(thrown('AccessDenied', 403), {...SEND, operation: 'ListQueues', input: {}})
    expect(denied.message).toMatch(/^Access denied: ListQueues needs the permission sqs:ListQueues\./)
    expect(denied.suggestions[0]).toContain('"Resource": "*"')
    expect(denied.resource).toBeUndefined()
  })

  it('of KMS name the actions on the key', () => {
    expect(told(thrown('KmsAccessDenied', 400)).message).toContain('kms:GenerateDataKey and kms:Decrypt')
    expect(told(thrown('KmsAccessDenied', 400), RECEIVE).message).toMatch(/needs kms:Decrypt on it/)
  })

  it('of expired credentials name the profile to log in to', () => {
    expect(told(thrown('ExpiredToken', 403)).suggestions[0]).toContain('aws sso login --profile prod')
  })

  it('of a name we do not know give the name and the words of AWS', () => {
    expect(told(thrown('InvalidAttributeValue', 400, 'Value x for parameter y is invalid')).message).toBe(
      `AWS refused SendMessageBatch on ${ARN} (InvalidAttributeValue): Value x for parameter y is invalid.`,
    )
  })
})

describe('resources', () => {
  it.each([
    [{QueueUrl: 'http://127.0.0.1:4747/000000000000/orders'}, 'arn:aws:sqs:eu-west-1:000000000000:orders'],
    [{QueueUrl: 'nonsense'}, 'nonsense'],
    [
      {SourceArn: 'arn:aws:sqs:eu-west-1:123456789012:orders-dlq', DestinationArn: ARN},
      'arn:aws:sqs:eu-west-1:123456789012:orders-dlq',
    ],
    [{QueueName: 'orders'}, 'orders'],
    [{}, undefined],
  ])('%j is about %s', (input, resource) => {
    expect(told(thrown('InvalidParameterValue', 400), {...SEND, input}).resource).toBe(resource)
  })
})

describe('transport', () => {
  const node = (code: string, syscall?: string) =>
    Object.assign(new Error(`${syscall ?? ''} ${code}`), {code, ...(syscall ? {syscall} : {})})
  it.each([
    ['ECONNREFUSED', node('ECONNREFUSED', 'connect'), 'ConnectionRefused', 'not-sent'],
    ['ENOTFOUND', node('ENOTFOUND', 'getaddrinfo'), 'HostNotFound', 'not-sent'],
    ['EAI_AGAIN', node('EAI_AGAIN', 'getaddrinfo'), 'HostNotFound', 'not-sent'],
    ['EHOSTUNREACH while connecting', node('EHOSTUNREACH', 'connect'), 'HostUnreachable', 'not-sent'],
    ['EHOSTUNREACH later', node('EHOSTUNREACH', 'read'), 'HostUnreachable', 'unknown'],
    ['ETIMEDOUT while connecting', node('ETIMEDOUT', 'connect'), 'HostUnreachable', 'not-sent'],
    ['ETIMEDOUT later', node('ETIMEDOUT', 'read'), 'ConnectionLost', 'unknown'],
    [
      'every address refused',
      Object.assign(new AggregateError([node('ENETUNREACH', 'connect'), node('ETIMEDOUT', 'connect')]), {
        code: 'ENETUNREACH',
      }),
      'HostUnreachable',
      'not-sent',
    ],
    ['ECONNRESET', node('ECONNRESET', 'read'), 'ConnectionLost', 'unknown'],
    ['EPIPE', node('EPIPE', 'write'), 'ConnectionLost', 'unknown'],
    ['a reply that is not HTTP', node('HPE_INVALID_CONSTANT'), 'UnreadableReply', 'unknown'],
    ['a self-signed certificate', node('DEPTH_ZERO_SELF_SIGNED_CERT'), 'TlsFailed', 'not-sent'],
    ['an unknown issuer', node('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'TlsFailed', 'not-sent'],
    ['a certificate of another host', node('ERR_TLS_CERT_ALTNAME_INVALID'), 'TlsFailed', 'not-sent'],
    ['a TLS alert', node('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR'), 'TlsFailed', 'unknown'],
    ['no connection in time', new ConnectTimeoutError('t'), 'ConnectTimeout', 'not-sent'],
    ['no answer in time', new NoReplyError('t'), 'NoReply', 'unknown'],
  ])('%s', (_name, error, code, outcome) => {
    expect(told(error)).toMatchObject({code, outcome, exitCode: 6, httpStatus: undefined})
  })

  it('asks about the region where the host does not exist, and about the endpoint where there is one', () => {
    expect(told(node('ENOTFOUND', 'getaddrinfo')).suggestions[0]).toBe('Is eu-west-1 the region you mean?')
    expect(told(node('ENOTFOUND', 'getaddrinfo'), {...SEND, endpoint: 'https://x.example'}).message).toMatch(
      /^The host of https:\/\/x\.example cannot be found/,
    )
  })
})

describe('what is no failure of AWS', () => {
  it.each([
    [new TypeError('x is not a function')],
    [new OpsError('no', {code: 'No', exitCode: 2})],
    ['a string'],
    [Object.assign(new Error('odd'), {code: 'ERR_INVALID_ARG_TYPE'})],
    [Object.assign(new TypeError('after the retry'), {$metadata: {attempts: 1}})],
  ])('passes as it is: %s', error => expect(translateError(error, SEND)).toBe(error))

  it('proves nothing about a send, unless it is our own refusal', () => {
    expect(outcomeOf(new TypeError('x'))).toBe('unknown')
    expect(outcomeOf(undefined)).toBe('unknown')
    expect(outcomeOf(new OpsError('no', {code: 'ReadOnly', exitCode: 7}))).toBe('not-sent')
    expect(outcomeOf(told(thrown('AccessDenied', 403)))).toBe('rejected')
  })
})

it('keeps the worst outcome of all attempts', () => {
  const outcome = (worst: 'rejected' | 'not-sent' | 'unknown' | undefined, error: unknown) =>
    (translateError(error, SEND, worst) as AwsOpsError).outcome
  expect(outcome('unknown', thrown('AccessDenied', 403))).toBe('unknown')
  expect(outcome('not-sent', thrown('AccessDenied', 403))).toBe('rejected')
  expect(outcome('rejected', new ConnectTimeoutError('t'))).toBe('rejected')
  expect(outcome('not-sent', new ConnectTimeoutError('t'))).toBe('not-sent')
  expect(outcome('not-sent', thrown('InternalError', 500))).toBe('unknown')
})
