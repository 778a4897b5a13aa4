import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import {Exchange, type HttpRequest, type HttpResponse} from './exchange.js'
import type {WireReply, WireRequest} from './wire.js'

const LOOPBACK = '127.0.0.1'
const LARGEST_BODY = 8 * 1024 * 1024
/** Longer than any client keeps a connection idle, so that no request meets a connection that is just closing. */
const KEEP_ALIVE_MS = 120_000

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/**
 * Listens on 127.0.0.1 only, for HTTP/1.1 and prior-knowledge HTTP/2 on one port, and refuses what a web page could send:
 * a name that is not this machine's (DNS rebinding) and any request with an Origin. Port 0 takes a free one.
 * Rejects with Node's EADDRINUSE error when the port is taken.
 */
export async function listen(port: number, answer: (request: WireRequest) => Promise<WireReply>): Promise<Listener> {
  const handler = (request: HttpRequest, response: HttpResponse) => receive(request, response, answer)
  const http1 = http.createServer({keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0}, handler)
  const h2c = http2.createServer(handler)
  const sockets = new Set<net.Socket>()
  const server = net.createServer({noDelay: true}, socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that goes away is its own affair; what it had asked for sees it by its signal.
    socket.on('error', () => undefined)
    sniff(socket, isHttp2 => (isHttp2 ? h2c : http1).emit('connection', socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** HTTP/2 with prior knowledge opens with `PRI * HTTP/2.0`, which no HTTP/1.1 request can. */
function sniff(socket: net.Socket, hand: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0)
  const look = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
    const start = seen.toString('latin1', 0, 4)
    if (start.length < 4 && 'PRI '.startsWith(start)) return
    socket.off('data', look)
    socket.pause()
    hand(start === 'PRI ')
    socket.unshift(seen)
    socket.resume()
  }
  socket.on('data', look)
}

function receive(
  request: HttpRequest,
  response: HttpResponse,
  answer: (request: WireRequest) => Promise<WireReply>,
): void {
  const origin = originOf(request)
  const reply = (body: Buffer, reply: WireReply) => new Exchange(request, response, body, origin ?? '').send(reply)
  if (origin === undefined) {
    reply(
      Buffer.alloc(0),
      refusal(403, 'ForeignHost', 'The local AWS answers to localhost, *.localhost and 127.0.0.1 only.'),
    )
    return
  }
  const {origin: page, 'sec-fetch-site': site} = request.headers
  if (page !== undefined || (site !== undefined && site !== 'none')) {
    reply(Buffer.alloc(0), refusal(403, 'BrowserRequest', 'The local AWS takes no requests from web pages.'))
    return
  }
  const chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= LARGEST_BODY) chunks.push(chunk)
    else chunks.length = 0
  })
  request.on('error', () => undefined)
  request.on('end', () => {
    if (length > LARGEST_BODY) {
      reply(
        Buffer.alloc(0),
        refusal(413, 'RequestEntityTooLarge', `A request may carry ${LARGEST_BODY} bytes, this one has ${length}.`),
      )
      return
    }
    const [first = Buffer.alloc(0)] = chunks
    const exchange = new Exchange(request, response, chunks.length > 1 ? Buffer.concat(chunks, length) : first, origin)
    void answer(exchange)
      .catch((error: unknown) =>
        refusal(500, 'InternalFailure', error instanceof Error ? error.message : String(error)),
      )
      .then(answered => exchange.send(answered))
  })
}

const origins = new Map<string, string | undefined>()
const ORIGINS_LIMIT = 1000

/** The caller's own address of this machine, or undefined for a name that is not this machine's. */
function originOf(request: HttpRequest): string | undefined {
  const host = request.headers.host ?? (request.headers[':authority'] as string | undefined) ?? ''
  if (origins.has(host)) return origins.get(host)
  const ours = /^(?:localhost|127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)+localhost)(?::\d{1,5})?$/i.test(host)
  const origin = ours ? `http://${host}` : undefined
  if (origins.size >= ORIGINS_LIMIT) origins.clear()
  origins.set(host, origin)
  return origin
}

function refusal(status: number, code: string, message: string): WireReply {
  return {
    status,
    headers: {'content-type': 'application/json', 'x-amzn-errortype': code},
    body: JSON.stringify({__type: code, message}),
  }
}
