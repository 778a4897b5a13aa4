import {describeCall} from './call.js'
import type {Call} from './call.js'
import type {Outcome} from './errors.js'

/** The connection was not there in time; nothing was sent. The name is the one that the SDK's retry takes for transient. */
export class ConnectTimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

/** Connected, sent, and no whole answer in time. Its name keeps the SDK from retrying: silence has used up the time already. */
export class NoReplyError extends Error {
  override readonly name = 'NoReplyError'
}

/** What answered breaks the rules of HTTP/1 (RFC 9112). The text names the rule and repeats nothing of the answer. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer'
}

/** What became of a request that no service answered. */
export interface NetworkFailure {
  readonly code: string
  readonly outcome: Outcome
  readonly message: string
  readonly suggestions: readonly string[]
}

const HOST_UNKNOWN = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])
const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'EACCES', 'EPERM'])
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'])
/** OpenSSL's verdicts on a certificate (nodejs.org/api/tls.html, "X509 certificate error codes") have no common prefix. */
const CERTIFICATE =
  /CERT|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^HOSTNAME_MISMATCH$|SIGNATURE_FAILURE|^INVALID_CA$|^PATH_LENGTH_EXCEEDED$/

/**
 * Sorts an error of the transport by its class and Node error code; undefined when it is none. `not-sent` only where the
 * connection was never made, since a broken one looks the same before and after the service has acted (redrive.md, fact 1).
 */
export function networkFailure(error: unknown, call: Call): NetworkFailure | undefined {
  if (!(error instanceof Error)) return undefined
  const place = call.endpoint ?? `AWS ${call.service.toUpperCase()} in ${call.region}`
  if (error instanceof ConnectTimeoutError) {
    return {
      code: 'ConnectTimeout',
      outcome: 'not-sent',
      message: `No connection to ${place} in time (${describeCall(call)}).`,
      suggestions: reachability(call),
    }
  }
  if (error instanceof NoReplyError) {
    return {
      code: 'NoReply',
      outcome: 'unknown',
      message: `${place} did not answer ${describeCall(call)} in time.`,
      suggestions: ['Run the command again; --timeout SECONDS changes how long it waits.'],
    }
  }
  if (error instanceof MalformedAnswer) {
    return {
      code: 'UnreadableReply',
      outcome: 'unknown',
      message: `${place} answered ${describeCall(call)} with what is not HTTP: ${error.message}.`,
      suggestions: ['Look at what listens there, and whether a proxy stands in between.'],
    }
  }
  const code = nodeCode(error)
  if (code === undefined) return undefined
  if (CERTIFICATE.test(code)) {
    return {
      code: 'TlsFailed',
      // A certificate is judged before anything is sent; a TLS alert can come at any time.
      outcome: /^EPROTO$|^ERR_SSL_/.test(code) ? 'unknown' : 'not-sent',
      message: `No secure connection to ${place}: ${code} (${describeCall(call)}).`,
      suggestions: ['If a proxy of your company signs the connection, name its certificate in NODE_EXTRA_CA_CERTS.'],
    }
  }
  if (code === 'ECONNREFUSED') {
    return {
      code: 'ConnectionRefused',
      outcome: 'not-sent',
      message: `Nothing listens at ${place} (${describeCall(call)}).`,
      suggestions: call.sandbox ? ['Start the sandbox in another terminal: msgops sandbox start'] : reachability(call),
    }
  }
  if (HOST_UNKNOWN.has(code)) {
    return {
      code: 'HostNotFound',
      outcome: 'not-sent',
      message: `The host of ${place} cannot be found: ${code} (${describeCall(call)}).`,
      suggestions: [
        ...(call.endpoint === undefined ? [`Is ${call.region} the region you mean?`] : []),
        ...reachability(call),
      ],
    }
  }
  if (beforeConnect(error) || NO_ROUTE.has(code)) {
    return {
      code: 'HostUnreachable',
      outcome: beforeConnect(error) ? 'not-sent' : 'unknown',
      message: `${place} cannot be reached: ${code} (${describeCall(call)}).`,
      suggestions: reachability(call),
    }
  }
  if (!BROKEN.has(code) && !code.startsWith('HPE_')) return undefined
  return {
    code: code.startsWith('HPE_') ? 'UnreadableReply' : 'ConnectionLost',
    outcome: 'unknown',
    message: `The connection to ${place} broke during ${describeCall(call)}: ${code}.`,
    suggestions: ['Run the command again.'],
  }
}

function reachability({endpoint, endpointSource}: Call): string[] {
  return endpoint === undefined
    ? ['Check the network, its DNS, and that a firewall or VPC lets this machine reach AWS.']
    : [`Check that address: it comes from ${endpointSource ?? 'another place than AWS (msgops whoami shows which)'}.`]
}

function nodeCode(error: Error): string | undefined {
  const {code} = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : undefined
}

/** Node tries a host's addresses in turn and then reports them together. */
function beforeConnect(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(beforeConnect)
  const syscall = (error as NodeJS.ErrnoException).syscall
  return syscall === 'connect' || syscall === 'getaddrinfo'
}
