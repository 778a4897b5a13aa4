/** Texts for people, in lines: each is cut at so many characters, so that no program's chatter fills the memory. */
export class StderrLines {
  readonly #maxLength: number
  readonly #onLine: (line: string) => void
  readonly #decoder = new TextDecoder()
  #line = ''

  constructor(maxLength: number, onLine: (line: string) => void) {
    this.#maxLength = maxLength
    this.#onLine = onLine
  }

  /** Hands on the lines that end in this chunk. */
  push(chunk: Uint8Array): void {
    this.#add(this.#decoder.decode(chunk, {stream: true}))
  }

  /** Hands on what came after the last newline, if anything. */
  end(): void {
    this.#add(this.#decoder.decode())
    this.#flush()
  }

  #add(text: string): void {
    const [first = '', ...others] = text.split('\n')
    this.#extend(first)
    for (const line of others) {
      this.#flush()
      this.#extend(line)
    }
  }

  #extend(text: string): void {
    this.#line += text.slice(0, this.#maxLength - this.#line.length)
  }

  #flush(): void {
    const line = this.#line.replace(/\r$/, '')
    this.#line = ''
    if (line !== '') this.#onLine(line)
  }
}
