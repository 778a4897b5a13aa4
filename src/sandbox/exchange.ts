import type {IncomingHttpHeaders, IncomingMessage, ServerResponse} from 'node:http'
import {constants, type Http2ServerRequest, type Http2ServerResponse} from 'node:http2'
import type {WireReply, WireRequest} from './wire.js'

export type HttpRequest = IncomingMessage | Http2ServerRequest
export type HttpResponse = ServerResponse | Http2ServerResponse

/** One request and its answer, over HTTP/1.1 or HTTP/2 alike. */
export class Exchange implements WireRequest {
  readonly method: string
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly origin: string
  readonly #request: HttpRequest
  readonly #response: HttpResponse
  #abort: AbortController | undefined

  constructor(request: HttpRequest, response: HttpResponse, body: Buffer, origin: string) {
    this.method = request.method ?? 'GET'
    this.target = request.url ?? '/'
    this.headers = request.headers
    this.body = body
    this.origin = origin
    this.#request = request
    this.#response = response
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController()
      this.#abort = abort
      if (this.#hungUp()) abort.abort()
      else this.#response.once('close', () => abort.abort())
    }
    return this.#abort.signal
  }

  /** Plays the reply to the caller, with whatever end a fault has in mind for it. */
  send(reply: WireReply): void {
    if (this.#hungUp() || reply.ending === 'never') return
    if (reply.ending === 'reset') this.#reset()
    else if (reply.ending === 'half') this.#sendHalf(reply)
    else {
      const response = this.#response as ServerResponse
      response.writeHead(reply.status, {...reply.headers, 'content-length': Buffer.byteLength(reply.body)})
      response.end(reply.body)
    }
  }

  #hungUp(): boolean {
    return this.#response.destroyed || this.#request.socket.destroyed
  }

  /** Drops the connection as a crashed peer does: the client sees ECONNRESET and learns nothing. */
  #reset(): void {
    if ('stream' in this.#request) this.#request.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else this.#request.socket.resetAndDestroy()
  }

  #sendHalf(reply: WireReply): void {
    const response = this.#response as ServerResponse
    const bytes = Buffer.from(reply.body)
    // An empty body has no half: one byte is promised and none comes.
    response.writeHead(reply.status, {...reply.headers, 'content-length': Math.max(1, bytes.length)})
    response.flushHeaders()
    response.write(bytes.subarray(0, bytes.length >> 1), () => {
      if ('stream' in this.#request) this.#reset()
      else this.#request.socket.destroy()
    })
  }
}
