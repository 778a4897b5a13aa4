import {connect as connectTcp, isIP} from 'node:net'
import type {Socket} from 'node:net'
import {connect as connectTls} from 'node:tls'
import {ConnectTimeoutError} from '../../network-errors.js'
import {Connection} from './connection.js'
import type {Exchange} from './connection.js'

/**
 * A socket idle for longer is closed by us: one that the other end closes first breaks the next request in a way that leaves its
 * outcome unknown.
 */
const IDLE_SOCKET_MS = 4000

/** One for all connections, since what is read is used up at once: Node would take 64 KB anew for each read. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024)

/** Keep-alive connections to one endpoint, at most `max`. What finds none free waits in turn. Nothing is ever sent twice. */
export class Connections {
  readonly #endpoint: URL
  readonly #max: number
  readonly #all = new Set<Connection>()
  /** Last in, first out: the connection used last is the least likely to have been closed by the other end. */
  readonly #free: Connection[] = []
  readonly #waiting = new Set<Exchange>()
  #tlsSession: Buffer | undefined
  #closed = false

  constructor(endpoint: URL, max: number) {
    this.#endpoint = endpoint
    this.#max = max
  }

  run(exchange: Exchange): void {
    const connection = this.#takeFree()
    if (this.#closed) queueMicrotask(() => exchange.onFailure(notConnected()))
    else if (connection) connection.send(exchange)
    else if (this.#all.size < this.#max) this.#open(exchange)
    else this.#waiting.add(exchange)
  }

  /** Ends an exchange that nobody waits for any more, with the connection that carries it; it hears nothing more. */
  drop(exchange: Exchange): void {
    if (this.#waiting.delete(exchange)) return
    for (const connection of this.#all) if (connection.carries(exchange)) connection.abandon()
  }

  /** Closes the connections; exchanges under way fail. */
  close(): void {
    this.#closed = true
    for (const connection of this.#all) connection.destroy()
    for (const exchange of this.#waiting) exchange.onFailure(notConnected())
    this.#waiting.clear()
  }

  #takeFree(): Connection | undefined {
    let connection = this.#free.pop()
    while (connection?.usable === false) connection = this.#free.pop()
    return connection
  }

  #open(exchange: Exchange): void {
    const secure = this.#endpoint.protocol === 'https:'
    const connect = secure ? this.#connectTls : this.#connectTcp
    const connection = new Connection(connect, {
      onFree: (free, idleSeconds) => this.#freed(free, idleSeconds),
      onGone: gone => this.#gone(gone),
    })
    this.#all.add(connection)
    connection.sendOnce(secure ? 'secureConnect' : 'connect', exchange)
  }

  readonly #connectTcp = (onBytes: (bytes: Buffer) => void): Socket =>
    connectTcp({
      ...this.#address(),
      onread: {
        buffer: READ_BUFFER,
        callback: length => {
          onBytes(READ_BUFFER.subarray(0, length))
          return true
        },
      },
    })

  readonly #connectTls = (onBytes: (bytes: Buffer) => void): Socket => {
    const {host, port} = this.#address()
    const socket = connectTls({
      host,
      port,
      servername: isIP(host) === 0 ? host : undefined,
      ALPNProtocols: ['http/1.1'],
      session: this.#tlsSession,
    })
    socket.on('session', session => (this.#tlsSession = session))
    return socket.on('data', onBytes)
  }

  #address(): {host: string; port: number} {
    const {hostname, port, protocol} = this.#endpoint
    const ownPort = protocol === 'https:' ? 443 : 80
    return {host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? ownPort : Number(port)}
  }

  #freed(connection: Connection, idleSeconds = Infinity): void {
    const [next] = this.#waiting
    if (next) {
      this.#waiting.delete(next)
      connection.send(next)
      return
    }
    // A second before the other end closes it.
    const idleMs = Math.min(IDLE_SOCKET_MS, idleSeconds * 1000 - 1000)
    if (idleMs <= 0) {
      connection.destroy()
    } else {
      connection.rest(idleMs)
      this.#free.push(connection)
    }
  }

  #gone(connection: Connection): void {
    this.#all.delete(connection)
    const at = this.#free.indexOf(connection)
    if (at >= 0) this.#free.splice(at, 1)
    const [next] = this.#waiting
    if (!next) return
    this.#waiting.delete(next)
    this.#open(next)
  }
}

/** Nothing was sent. */
function notConnected(): Error {
  return new ConnectTimeoutError('The client is closed.')
}
