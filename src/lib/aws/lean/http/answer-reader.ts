import {MalformedAnswer} from '../../network-errors.js'
import {UnreadableAnswer} from '../answer.js'
import type {Answer} from '../answer.js'
import {ChunkedReader} from './chunked.js'
import {parseHead} from './head.js'
import type {Head} from './head.js'

/** As Node's own limit. */
const MAX_HEAD_BYTES = 16 * 1024
const HEAD_END = '\r\n\r\n'
const BEGINNING = Buffer.from('HTTP/1.')
const NOTHING = Buffer.alloc(0)

/** An answer, and what its head says about the connection. */
export interface ReadAnswer extends Answer, Pick<Head, 'keepAlive' | 'keepAliveSeconds'> {}

/**
 * Reads the one answer to a request from the bytes of its connection, however they are cut up; keeps none of the buffers that it is
 * given. Interim answers (1xx) are passed over. Throws MalformedAnswer, or UnreadableAnswer when the body is longer than `maxBytes`.
 */
export class AnswerReader {
  readonly #maxBytes: number
  #unread: Buffer = NOTHING
  #head: Head | undefined
  #chunked: ChunkedReader | undefined
  readonly #kept: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The answer as soon as it is whole. */
  read(chunk: Buffer): ReadAnswer | undefined {
    let bytes = chunk
    while (!this.#head) {
      const rest = this.#readHead(bytes)
      if (!rest) return undefined
      bytes = rest
    }
    const head = this.#head
    if (this.#chunked) {
      const read = this.#chunked.read(bytes, data => this.#add(data, head))
      return this.#chunked.done ? this.#whole(head, NOTHING, read < bytes.length) : undefined
    }
    const left = head.framing.kind === 'length' ? head.framing.bytes - this.#bytes : Infinity
    if (bytes.length >= left) return this.#whole(head, bytes.subarray(0, left), bytes.length > left)
    this.#add(bytes, head)
    return undefined
  }

  /** The answer, if the end of the connection is what it waited for. */
  end(): ReadAnswer | undefined {
    return this.#head?.framing.kind === 'until-close' ? this.#whole(this.#head, NOTHING, false) : undefined
  }

  /** What is left once a final head has been read; undefined as long as there is none. */
  #readHead(chunk: Buffer): Buffer | undefined {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    const end = bytes.indexOf(HEAD_END)
    if ((end < 0 ? bytes.length : end) > MAX_HEAD_BYTES) throw new MalformedAnswer('a head that is too long')
    if (end < 0) {
      // What is no HTTP may well go on without ever ending a line.
      if (!BEGINNING.subarray(0, bytes.length).equals(bytes.subarray(0, BEGINNING.length)))
        throw new MalformedAnswer('no status line')
      this.#unread = Buffer.from(bytes)
      return undefined
    }
    this.#unread = NOTHING
    const head = parseHead(bytes.toString('latin1', 0, end))
    const rest = bytes.subarray(end + HEAD_END.length)
    if (head.statusCode === 101) throw new MalformedAnswer('another protocol')
    if (head.statusCode < 200) return rest
    this.#head = head
    if (head.framing.kind === 'chunked') this.#chunked = new ChunkedReader()
    if (head.framing.kind === 'length') this.#refuseAbove(head.framing.bytes, head)
    return rest
  }

  #add(data: Buffer, head: Head): void {
    if (data.length === 0) return
    this.#bytes += data.length
    this.#refuseAbove(this.#bytes, head)
    this.#kept.push(Buffer.from(data))
  }

  #refuseAbove(bytes: number, head: Head): void {
    if (bytes > this.#maxBytes) throw new UnreadableAnswer('The answer is too long.', head)
  }

  #whole({statusCode, headers, keepAlive, keepAliveSeconds}: Head, last: Buffer, more: boolean): ReadAnswer {
    // Bytes that answer nothing: the two ends are out of step, and which answer is whose is not to be guessed.
    if (more) throw new MalformedAnswer('more than one answer to one request')
    const body = this.#kept.length === 0 ? last : Buffer.concat([...this.#kept, last])
    return {statusCode, headers, text: body.toString(), keepAlive, keepAliveSeconds}
  }
}
