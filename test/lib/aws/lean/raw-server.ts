import {createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'
import {afterEach} from 'vitest'

/** A server below HTTP: it reads requests by their content-length and writes whatever bytes it is told to. */
export interface RawServer {
  readonly url: string
  /** Requests read so far. */
  readonly requests: string[]
  /** Connections accepted so far. */
  readonly connections: Socket[]
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map(async close => close()))
})

/** Closed after the test. `answer` is called for each whole request, with how many there have been; `greet` for each connection. */
export async function serveRaw(
  answer: (socket: Socket, count: number) => void,
  greet: (socket: Socket) => void = () => undefined,
): Promise<RawServer> {
  const requests: string[] = []
  const connections: Socket[] = []
  const server = createServer(socket => {
    connections.push(socket)
    let received = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    greet(socket)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        const head = received.indexOf('\r\n\r\n')
        if (head < 0) return
        const end = head + 4 + Number(/content-length: (\d+)/i.exec(received.toString('latin1', 0, head))?.[1] ?? 0)
        if (received.length < end) return
        requests.push(received.toString('utf8', 0, end))
        received = received.subarray(end)
        answer(socket, requests.length)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    async () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  )
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, connections}
}

/** The text of an HTTP answer; its length is told as given, true or not. */
export function reply(body: string, {status = '200 OK', length = Buffer.byteLength(body), headers = ''} = {}): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: req-1\r\n${headers}content-length: ${length}\r\n\r\n${body}`
}
