import {ExitCode, OpsError} from '../ops-error.js'
import {describeCall, redactHandles, resourceOf} from './call.js'
import type {Call} from './call.js'
import {AwsOpsError} from './errors.js'
import type {Outcome} from './errors.js'
import {networkFailure} from './network-errors.js'
import {tellServiceError} from './service-errors.js'

/** What the SDK's service exceptions carry; recognised by shape, so that no SDK is loaded to tell errors. */
interface ServiceException extends Error {
  readonly $fault: 'client' | 'server'
  readonly $metadata: {readonly httpStatusCode?: number; readonly requestId?: string}
}

/** The names that the SDK invents when the service named none: no verdict to rely on. */
const NAMELESS = new Set(['Unknown', 'UnknownError', 'Error', ''])

/**
 * Turns whatever an SDK client threw into an AwsOpsError; OpsErrors and AbortErrors pass as they are, and so does anything
 * that is neither a service's answer nor a failure of the transport: that is a bug (exit 70). `worst` is the outcome of the attempts before.
 */
export function translateError(error: unknown, call: Call, worst?: Outcome): unknown {
  if (error instanceof OpsError || !(error instanceof Error)) return error
  const common = {action: call.operation, resource: resourceOf(call), cause: bareCause(error, call)}
  const network = networkFailure(error, call)
  if (network) {
    return new AwsOpsError(network.message, {
      ...common,
      code: network.code,
      exitCode: ExitCode.unreachable,
      suggestions: network.suggestions,
      httpStatus: undefined,
      outcome: worse(worst, network.outcome),
    })
  }
  // The SDK's retry leaves metadata without a status on errors that are no answer.
  if (!hasMetadata(error) || error.$metadata.httpStatusCode === undefined) return error
  const {httpStatusCode: httpStatus, requestId} = error.$metadata
  if (!isServiceException(error) || NAMELESS.has(error.name)) return unreadable(error, call, worst)
  const {message, exitCode, suggestions} = tellServiceError(
    error.name,
    redactHandles(error.message, call.input),
    httpStatus,
    call,
  )
  return new AwsOpsError(message, {
    ...common,
    code: error.name,
    exitCode,
    suggestions,
    requestId,
    httpStatus,
    outcome: worse(worst, httpStatus >= 400 && httpStatus < 500 ? 'rejected' : 'unknown'),
  })
}

/** The outcome of a call of several attempts: unknown as soon as one of them is. */
export function worse(first: Outcome | undefined, second: Outcome): Outcome {
  if (first === undefined) return second
  if (first === 'unknown' || second === 'unknown') return 'unknown'
  return first === 'rejected' ? first : second
}

function unreadable(
  error: ServiceException | (Error & Pick<ServiceException, '$metadata'>),
  call: Call,
  worst: Outcome | undefined,
): AwsOpsError {
  const {httpStatusCode: httpStatus, requestId} = error.$metadata
  const place = call.endpoint ?? `AWS ${call.service.toUpperCase()} in ${call.region}`
  const failing = httpStatus !== undefined && httpStatus >= 500
  const status = httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`
  const message = failing
    ? `${place} failed to answer ${describeCall(call)}${status}.`
    : `${place} answered ${describeCall(call)} with something that is not an answer of ${call.service.toUpperCase()}${status}.`
  const doubt =
    call.endpoint === undefined
      ? 'A proxy or a sign-in page of the network may have answered in its place.'
      : 'Is it the endpoint of that service? msgops whoami shows where it comes from.'
  return new AwsOpsError(message, {
    action: call.operation,
    resource: resourceOf(call),
    cause: bareCause(error, call),
    code: failing ? 'ServiceUnavailable' : 'UnreadableReply',
    exitCode: ExitCode.unreachable,
    suggestions: [failing ? 'Run the command again in a moment.' : doubt],
    requestId,
    httpStatus,
    outcome: worse(worst, 'unknown'),
  })
}

/**
 * The cause as name, text and stack alone: the SDK's error holds the response, which holds the request with its session token.
 * Signature errors repeat the signed headers in their text, and parse errors a piece of the answer.
 */
function bareCause(error: Error, call: Call): Error {
  const quotes = /signature/i.test(error.name) || (hasMetadata(error) && !isServiceException(error))
  const cause = new Error(quotes ? '(its text is withheld)' : redactHandles(error.message, call.input))
  cause.name = error.name
  cause.stack = `${error.name}: ${cause.message}\n${(error.stack ?? '')
    .split('\n')
    .filter(line => /^\s+at /.test(line))
    .join('\n')}`
  return cause
}

function hasMetadata(error: Error): error is Error & Pick<ServiceException, '$metadata'> {
  return '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null
}

function isServiceException(error: Error): error is ServiceException {
  return '$fault' in error && hasMetadata(error)
}
