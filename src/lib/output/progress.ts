import type {OutputStream} from './streams.js'
import {visible} from './visible.js'

const ERASE_LINE = '\r\u001b[2K'
/** A terminal need not be told of every message that was moved. */
const REDRAW_MS = 50
const graphemes = new Intl.Segmenter()

/** One line at the bottom of stderr that is drawn over; nothing at all where stderr is no terminal. */
export class ProgressLine {
  readonly #stream: OutputStream
  readonly #now: () => number
  #shown = false
  #drawnAt = Number.NEGATIVE_INFINITY

  constructor(stream: OutputStream, now: () => number) {
    this.#stream = stream
    this.#now = now
  }

  /** Draws the text, cut to the width of the terminal; `undefined` erases the line. */
  show(text: string | undefined): void {
    if (this.#stream.isTTY !== true) return
    if (text === undefined) this.#erase()
    else if (!this.#shown || Math.abs(this.#now() - this.#drawnAt) >= REDRAW_MS) this.#draw(text)
  }

  #draw(text: string): void {
    this.#stream.write(`${ERASE_LINE}${cut(visible(text), (this.#stream.columns ?? 80) - 1)}`)
    this.#shown = true
    this.#drawnAt = this.#now()
  }

  #erase(): void {
    if (this.#shown) this.#stream.write(ERASE_LINE)
    this.#shown = false
  }
}

/** Counts everything beyond ASCII as two columns wide: a line that is too long would wrap and could not be erased. */
function cut(text: string, columns: number): string {
  let used = 0
  let kept = ''
  for (const {segment} of graphemes.segment(text)) {
    used += segment >= ' ' && segment <= '~' ? 1 : 2
    if (used > columns) break
    kept += segment
  }
  return kept
}
