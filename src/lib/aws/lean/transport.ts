import {CONNECT_TIMEOUT_MS} from '../deadlines.js'
import {failpointOnceWritten} from '../../failpoint.js'
import {ConnectTimeoutError, NoReplyError} from '../network-errors.js'
import {abortError} from './abort-listeners.js'
import type {AbortListeners} from './abort-listeners.js'
import type {Answer} from './answer.js'
import type {Exchange} from './http/connection.js'
import {Connections} from './http/connections.js'

/** A received batch is ten messages of 1 MiB and its escapes: above this, it is no answer of SQS. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const HEADER_VALUE = /^[\t\x20-\x7e]*$/

export interface TransportOptions {
  readonly endpoint: URL
  readonly maxSockets: number
  readonly aborts: AbortListeners
  readonly maxAnswerBytes?: number
}

/**
 * POSTs to one endpoint over keep-alive HTTP/1 connections of its own: node:http takes four times the CPU, most of it for what a
 * batch does not need (docs/figures.md). Repeats nothing and follows nothing.
 */
export class Transport {
  readonly #connections: Connections
  readonly #start: string
  readonly #aborts: AbortListeners
  readonly #maxAnswerBytes: number

  constructor({endpoint, maxSockets, aborts, maxAnswerBytes = MAX_ANSWER_BYTES}: TransportOptions) {
    this.#connections = new Connections(endpoint, maxSockets)
    this.#start = `POST ${endpoint.pathname} HTTP/1.1\r\nconnection: keep-alive\r\n`
    this.#aborts = aborts
    this.#maxAnswerBytes = maxAnswerBytes
  }

  /**
   * Sends one request and collects its answer, whatever the status. `headers` are names and values in turn, without those that
   * frame the body. Rejects with ConnectTimeoutError when there is no connection in 3 s (nothing was sent then), with NoReplyError
   * when the whole answer is not there within `limitMs` milliseconds, with an AbortError, with MalformedAnswer or UnreadableAnswer,
   * or with Node's error.
   */
  async post(
    headers: readonly string[],
    body: string,
    limitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    if (signal?.aborted) throw abortError(signal)
    const bytes = Buffer.byteLength(body)
    const text = `${this.#start}${fields(headers)}content-length: ${bytes}\r\n\r\n${body}`
    return new Promise((resolve, reject) => {
      const stop = () => {
        if (signal) giveUp(abortError(signal))
      }
      const post = new Post(text, bytes === body.length ? 'latin1' : 'utf8', this.#maxAnswerBytes, {
        resolve,
        reject,
        settled: () => {
          if (signal) this.#aborts.remove(signal, stop)
        },
        onWritten: failpointOnceWritten(headers),
      })
      const giveUp = (error: Error) => {
        this.#connections.drop(post)
        post.onFailure(error)
      }
      if (signal) this.#aborts.add(signal, stop)
      this.#connections.run(post)
      post.limit(limitMs, giveUp)
    })
  }

  /** Closes the connections; requests under way fail. */
  close(): void {
    this.#connections.close()
  }
}

interface PostEvents {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  readonly settled: () => void
  readonly onWritten: (() => void) | undefined
}

/** One request with its time limits. */
class Post implements Exchange {
  readonly text: string
  readonly encoding: 'latin1' | 'utf8'
  readonly maxAnswerBytes: number
  readonly onWritten: (() => void) | undefined
  readonly #events: PostEvents
  #started = false
  #connecting: NodeJS.Timeout | undefined
  #deadline: NodeJS.Timeout | undefined

  constructor(text: string, encoding: 'latin1' | 'utf8', maxAnswerBytes: number, events: PostEvents) {
    this.text = text
    this.encoding = encoding
    this.maxAnswerBytes = maxAnswerBytes
    this.onWritten = events.onWritten
    this.#events = events
  }

  /** From now on; a connection that was free has the request already. */
  limit(limitMs: number, giveUp: (error: Error) => void): void {
    if (!this.#started) {
      const connectMs = Math.min(CONNECT_TIMEOUT_MS, limitMs)
      this.#connecting = setTimeout(() => giveUp(new ConnectTimeoutError('No connection.')), connectMs)
    }
    this.#deadline = setTimeout(() => giveUp(new NoReplyError('No whole answer.')), limitMs)
  }

  onStart(): void {
    this.#started = true
    clearTimeout(this.#connecting)
  }

  onAnswer(answer: Answer): void {
    this.#settle()
    this.#events.resolve(answer)
  }

  onFailure(error: Error): void {
    this.#settle()
    this.#events.reject(error)
  }

  #settle(): void {
    clearTimeout(this.#connecting)
    clearTimeout(this.#deadline)
    this.#events.settled()
  }
}

function fields(headers: readonly string[]): string {
  let text = ''
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] ?? ''
    if (!HEADER_VALUE.test(value)) throw new TypeError(`The ${headers[i]} header would have a character that ends it.`)
    text += `${headers[i]}: ${value}\r\n`
  }
  return text
}
