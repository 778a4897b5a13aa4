import type {NodeHttpHandler} from '@smithy/node-http-handler'
import {ConnectTimeoutError, NoReplyError} from './network-errors.js'

type Request = Parameters<NodeHttpHandler['handle']>[0]
type HandlerOptions = Parameters<NodeHttpHandler['handle']>[1]
type Reply = Awaited<ReturnType<NodeHttpHandler['handle']>>

/** How long a connection may take to be made, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 3000
/** How long one request may take from its start to the last byte of its answer, in milliseconds. */
export const REQUEST_TIMEOUT_MS = 10_000
/** What is left over after the first request's time for connecting again and retrying, in milliseconds. */
const RETRY_MARGIN_MS = 3000
/** Less than this is not worth another attempt, in milliseconds. */
const LEAST_ATTEMPT_MS = 500

/** The time that a call has, all its attempts and pauses together. */
export class Deadline {
  readonly #started = performance.now()
  readonly #attemptMs: number
  readonly #totalMs: number

  /** `waitSeconds` is how long the service itself may wait (a long poll); `limitMs` bounds everything. */
  constructor(waitSeconds: number, limitMs: number | undefined) {
    const attemptMs = REQUEST_TIMEOUT_MS + waitSeconds * 1000
    this.#attemptMs = Math.min(attemptMs, limitMs ?? Infinity)
    this.#totalMs = Math.min(attemptMs + RETRY_MARGIN_MS, limitMs ?? Infinity)
  }

  /** Milliseconds that the next attempt may take; never over what is left of the whole. */
  attemptMs(): number {
    return Math.min(this.#attemptMs, this.#leftMs())
  }

  /** Whether there is time for another attempt. */
  get spent(): boolean {
    return this.#leftMs() < Math.min(LEAST_ATTEMPT_MS, this.#totalMs / 4)
  }

  #leftMs(): number {
    return Math.max(1, this.#totalMs - (performance.now() - this.#started))
  }
}

const attemptLimits = new WeakMap<Request, number>()

/** Sets how long one prepared request may take, from its start to the last byte of the answer. */
export function limitAttempt(request: object, milliseconds: number): void {
  attemptLimits.set(request as Request, milliseconds)
}

/**
 * The SDK's HTTP/1 handler with timeouts that really throw, and that cover the body too: the handler's own end with the answer's
 * head, so a body that stalls would hang for ever (redrive.md, fact 3).
 */
export class BoundedHandler {
  readonly metadata: NodeHttpHandler['metadata']
  readonly #inner: NodeHttpHandler

  constructor(inner: NodeHttpHandler) {
    this.#inner = inner
    this.metadata = inner.metadata
  }

  async handle(request: Request, options?: HandlerOptions): Promise<Reply> {
    const limitMs = attemptLimits.get(request) ?? REQUEST_TIMEOUT_MS
    const started = performance.now()
    let reply: Reply
    try {
      reply = await this.#inner.handle(request, {...options, requestTimeout: limitMs})
    } catch (error) {
      throw ownTimeout(error)
    }
    const body: unknown = reply.response.body
    if (isReadable(body)) {
      const timer = setTimeout(
        () => body.destroy(new NoReplyError('The answer stalled.')),
        limitMs - (performance.now() - started),
      )
      body.once('close', () => clearTimeout(timer))
    }
    return reply
  }

  destroy(): void {
    this.#inner.destroy()
  }

  updateHttpClientConfig(...args: Parameters<NodeHttpHandler['updateHttpClientConfig']>): void {
    this.#inner.updateHttpClientConfig(...args)
  }

  httpHandlerConfigs(): ReturnType<NodeHttpHandler['httpHandlerConfigs']> {
    return this.#inner.httpHandlerConfigs()
  }
}

/** The handler calls its own timeouts `TimeoutError`, as it does resets: only a code, and a system call, tell them apart. */
function ownTimeout(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return error
  const {code, syscall} = error as NodeJS.ErrnoException
  if (code === undefined) return new ConnectTimeoutError(error.message)
  return code === 'ETIMEDOUT' && syscall === undefined ? new NoReplyError(error.message) : error
}

interface ReadableBody {
  destroy(error: Error): unknown
  once(event: 'close', listener: () => void): unknown
}

function isReadable(body: unknown): body is ReadableBody {
  return typeof body === 'object' && body !== null && 'destroy' in body && 'once' in body
}
