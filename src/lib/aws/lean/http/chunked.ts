import {MalformedAnswer} from '../../network-errors.js'
import {parseField} from './head.js'

/** A size line, or a field after the last chunk, is a few bytes: longer is no answer of a service. */
const MAX_LINE_BYTES = 4096
/** Extensions are passed over (RFC 9112, 7.1.1). */
const SIZE_LINE = /^([\da-f]{1,8})(?:;[!#$%&'*+.^_`|~\w-]+(?:=(?:[!#$%&'*+.^_`|~\w-]+|"[\t !#-[\]-~\x80-\xff]*"))?)*$/i
const CR = 13
const LF = 10

/** Reads a body in chunks (RFC 9112, 7.1), however its bytes are cut up; what follows the last chunk is dropped. */
export class ChunkedReader {
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size'
  #line = ''
  #left = 0
  #trailerBytes = 0

  get done(): boolean {
    return this.#state === 'done'
  }

  /** Hands on the data in `bytes` and returns how many bytes of it belong to this body. Throws MalformedAnswer. */
  read(bytes: Buffer, onData: (data: Buffer) => void): number {
    let at = 0
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state !== 'data') {
        at = this.#readLine(bytes, at)
        continue
      }
      const data = bytes.subarray(at, at + this.#left)
      onData(data)
      at += data.length
      this.#left -= data.length
      if (this.#left === 0) this.#state = 'data-end'
    }
    return at
  }

  #readLine(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(LF, from)
    const upTo = end < 0 ? bytes.length : end + 1
    if (this.#line.length + upTo - from > MAX_LINE_BYTES) throw new MalformedAnswer('a line of a chunk is too long')
    this.#line += bytes.toString('latin1', from, upTo)
    if (end < 0) return upTo
    if (this.#line.charCodeAt(this.#line.length - 2) !== CR) throw new MalformedAnswer('a line of a chunk without CR')
    const line = this.#line.slice(0, -2)
    this.#line = ''
    this.#endLine(line)
    return upTo
  }

  #endLine(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw new MalformedAnswer('a chunk longer than it says')
      this.#state = 'size'
    } else if (this.#state === 'size') {
      const size = SIZE_LINE.exec(line)?.[1]
      if (size === undefined) throw new MalformedAnswer('no size of a chunk')
      this.#left = Number.parseInt(size, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'data'
    } else if (line === '') {
      this.#state = 'done'
    } else {
      parseField(line)
      this.#trailerBytes += line.length
      if (this.#trailerBytes > MAX_LINE_BYTES) throw new MalformedAnswer('too much after the last chunk')
    }
  }
}
