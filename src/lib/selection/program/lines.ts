const NEWLINE = 10

/** Cuts bytes into lines without their newline. A line past `maxBytes` is an error rather than memory. */
export class Lines {
  readonly #maxBytes: number
  #parts: Uint8Array[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that end in this chunk. Throws RangeError. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#add(chunk.subarray(start, end))
      start = end + 1
      yield* this.rest()
    }
    this.#add(chunk.subarray(start))
  }

  /** What came after the last newline, if anything. */
  *rest(): Generator<Uint8Array> {
    const line = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    if (line.length > 0) yield line
  }

  #add(part: Uint8Array): void {
    this.#bytes += part.length
    if (this.#bytes > this.#maxBytes) throw new RangeError(`a line is longer than ${this.#maxBytes} bytes`)
    if (part.length > 0) this.#parts.push(part)
  }
}
