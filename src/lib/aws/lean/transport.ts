import {Agent as HttpAgent, request as httpRequest} from 'node:http'
import type {ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions} from 'node:http'
import {Agent as HttpsAgent, request as httpsRequest} from 'node:https'
import {CONNECT_TIMEOUT_MS} from '../deadlines.js'
import {failpointOnceWritten} from '../../failpoint.js'
import {ConnectTimeoutError, NoReplyError} from '../network-errors.js'
import {abortError} from './abort-listeners.js'
import type {AbortListeners} from './abort-listeners.js'
import {UnreadableAnswer} from './answer.js'
import type {Answer} from './answer.js'

/** A received batch is ten messages of 1 MiB and its escapes: above this, it is no answer of SQS. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/**
 * A socket idle for longer is closed by us: one that the other end closes first breaks the next request in a way that leaves its
 * outcome unknown.
 */
const IDLE_SOCKET_MS = 4000

export interface TransportOptions {
  readonly endpoint: URL
  readonly maxSockets: number
  readonly aborts: AbortListeners
  readonly maxAnswerBytes?: number
}

/** POSTs to one endpoint over keep-alive HTTP/1 connections. Repeats nothing and follows nothing. */
export class Transport {
  readonly #options: RequestOptions
  readonly #request: typeof httpRequest
  readonly #connectedEvent: 'connect' | 'secureConnect'
  readonly #agent: HttpAgent
  readonly #aborts: AbortListeners
  readonly #maxAnswerBytes: number

  constructor({endpoint, maxSockets, aborts, maxAnswerBytes = MAX_ANSWER_BYTES}: TransportOptions) {
    this.#aborts = aborts
    this.#maxAnswerBytes = maxAnswerBytes
    const secure = endpoint.protocol === 'https:'
    // Last in, first out: the socket used last is the least likely to have been closed by the other end.
    const agent = {keepAlive: true, maxSockets, noDelay: true, scheduling: 'lifo', timeout: IDLE_SOCKET_MS} as const
    this.#agent = secure ? new HttpsAgent(agent) : new HttpAgent(agent)
    this.#request = secure ? httpsRequest : httpRequest
    this.#connectedEvent = secure ? 'secureConnect' : 'connect'
    this.#options = {
      agent: this.#agent,
      host: endpoint.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint.port === '' ? undefined : endpoint.port,
      method: 'POST',
      path: endpoint.pathname,
    }
  }

  /**
   * Sends one request and collects its answer, whatever the status. The body is text, which Node writes in one piece with the
   * headers. Rejects with ConnectTimeoutError when there is no connection in 3 s (nothing was sent then), with NoReplyError when the
   * whole answer is not there within `limitMs` milliseconds, with an AbortError, or with Node's error.
   */
  async post(
    headers: readonly string[],
    body: string,
    limitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    if (signal?.aborted) throw abortError(signal)
    return new Promise((resolve, reject) => {
      // Node takes a list of names and values in turn; its types know that of an answer only.
      const request = this.#request({...this.#options, headers: headers as unknown as IncomingHttpHeaders})
      let settled = false
      let answered: IncomingMessage | undefined
      let connecting: NodeJS.Timeout | undefined
      const settle = () => {
        settled = true
        clearTimeout(connecting)
        clearTimeout(deadline)
        if (signal) this.#aborts.remove(signal, stop)
      }
      const fail = (error: Error) => {
        if (settled) return
        settle()
        reject(error)
        request.destroy()
      }
      const stop = () => {
        if (signal) fail(abortError(signal))
      }
      if (!request.reusedSocket) {
        connecting = setTimeout(
          () => fail(new ConnectTimeoutError('No connection.')),
          Math.min(CONNECT_TIMEOUT_MS, limitMs),
        )
        onConnected(request, this.#connectedEvent, () => clearTimeout(connecting))
      }
      const deadline = setTimeout(() => fail(new NoReplyError('No whole answer.')), limitMs)
      if (signal) this.#aborts.add(signal, stop)
      request.on('error', fail)
      request.on('close', () => {
        // A whole answer ends by itself, before or after its connection.
        if (!answered?.complete) fail(Object.assign(new Error('closed without an answer'), {code: 'ECONNRESET'}))
      })
      request.on('response', (response: IncomingMessage) => {
        answered = response
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('error', fail)
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          bytes += chunk.length
          if (bytes > this.#maxAnswerBytes) fail(new UnreadableAnswer('The answer is too long.', response))
        })
        response.on('end', () => {
          if (settled) return
          settle()
          const [first] = chunks
          resolve({
            statusCode: response.statusCode ?? 0,
            headers: response.headers,
            body: first && chunks.length === 1 ? first : Buffer.concat(chunks, bytes),
          })
        })
      })
      failpointOnceWritten(request, headers)
      request.end(body)
    })
  }

  /** Closes the connections; requests under way fail. */
  close(): void {
    this.#agent.destroy()
  }
}

function onConnected(request: ClientRequest, event: 'connect' | 'secureConnect', connected: () => void): void {
  request.once('socket', socket => {
    if (socket.connecting) socket.once(event, connected)
    else connected()
  })
}
