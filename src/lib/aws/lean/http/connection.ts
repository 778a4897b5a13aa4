import type {Socket} from 'node:net'
import {AnswerReader} from './answer-reader.js'
import type {ReadAnswer} from './answer-reader.js'

/** One request and what becomes of it: one of `onAnswer` and `onFailure` is called, once, and never in the turn in which it is handed over. */
export interface Exchange {
  /** The whole request. */
  readonly text: string
  /** `latin1` where the text is ASCII: Node then has nothing to convert. */
  readonly encoding: 'latin1' | 'utf8'
  readonly maxAnswerBytes: number
  /** There is a connection: the next thing is that the request is written to it. */
  onStart(): void
  /** The system has taken the last byte of the request; undefined where nobody asks. */
  readonly onWritten: (() => void) | undefined
  onAnswer(answer: ReadAnswer): void
  /** Node's error, MalformedAnswer or UnreadableAnswer. */
  onFailure(error: Error): void
}

export interface ConnectionEvents {
  /** The connection has carried an exchange and may carry another; `idleSeconds`: how long the other end says it keeps it. */
  readonly onFree: (connection: Connection, idleSeconds: number | undefined) => void
  /** The connection is closed. */
  readonly onGone: (connection: Connection) => void
}

/** One connection, connected or about to be, that carries one exchange at a time. Any doubt about its state ends it. */
export class Connection {
  readonly #socket: Socket
  readonly #events: ConnectionEvents
  #exchange: Exchange | undefined
  #reader: AnswerReader | undefined

  /** `open` makes the socket and says where its bytes are to go; they are read at once and the buffer is not kept. */
  constructor(open: (onBytes: (bytes: Buffer) => void) => Socket, events: ConnectionEvents) {
    const socket = open(bytes => this.#read(bytes))
    this.#socket = socket
    this.#events = events
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 1000)
    socket.on('end', () => this.#ended())
    socket.on('timeout', () => socket.destroy())
    socket.on('error', error => this.#failed(error))
    socket.on('close', () => {
      this.#failed(connectionReset('closed without an answer'))
      this.#events.onGone(this)
    })
  }

  /** Carries an exchange as soon as `connected` has happened. */
  sendOnce(connected: 'connect' | 'secureConnect', exchange: Exchange): void {
    this.#exchange = exchange
    this.#socket.once(connected, () => this.#write(exchange))
  }

  /** Carries an exchange on a connection that is free. */
  send(exchange: Exchange): void {
    this.#exchange = exchange
    this.#socket.setTimeout(0)
    this.#socket.ref()
    this.#write(exchange)
  }

  /** Not once it is closing, which takes a turn. */
  get usable(): boolean {
    return !this.#socket.destroyed && this.#socket.writable
  }

  carries(exchange: Exchange): boolean {
    return this.#exchange === exchange
  }

  /** Closes the connection; what it carries hears nothing more. */
  abandon(): void {
    this.#exchange = undefined
    this.destroy()
  }

  /** Closes the connection when it has been free for so long, and does not keep the process alive for it. */
  rest(idleMs: number): void {
    this.#socket.setTimeout(idleMs)
    this.#socket.unref()
  }

  /** Closes the connection; what it carries fails. */
  destroy(): void {
    this.#socket.destroy()
  }

  #write(exchange: Exchange): void {
    exchange.onStart()
    this.#reader = new AnswerReader(exchange.maxAnswerBytes)
    this.#socket.write(exchange.text, exchange.encoding, exchange.onWritten)
  }

  #read(chunk: Buffer): void {
    // Bytes that nobody asked for: whatever they are, the next answer would be taken for another's.
    if (!this.#reader) {
      this.destroy()
      return
    }
    try {
      const answer = this.#reader.read(chunk)
      if (answer) this.#answered(answer)
    } catch (error) {
      this.#failed(error as Error)
      this.destroy()
    }
  }

  #ended(): void {
    const answer = this.#reader?.end()
    if (answer) this.#answered(answer)
    else this.destroy()
  }

  #answered(answer: ReadAnswer): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#reader = undefined
    // An answer to half a request leaves the other half in the way of the next.
    if (answer.keepAlive && this.#socket.writableLength === 0) this.#events.onFree(this, answer.keepAliveSeconds)
    else this.destroy()
    exchange?.onAnswer(answer)
  }

  #failed(error: Error): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    exchange?.onFailure(error)
  }
}

/** As Node tells that a connection broke. */
function connectionReset(message: string): Error {
  return Object.assign(new Error(message), {code: 'ECONNRESET'})
}
