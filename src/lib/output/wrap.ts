import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Measuring and wrapping cost the square of the length: what is longer is taken piece by piece, or a body of 300 KB would take minutes. */
const LONG = 1_000
const PLAIN = /^[\x20-\x7e]*$/
const graphemes = new Intl.Segmenter()

export interface WrapOptions {
  /** A word that is wider than the room is broken. */
  readonly hard?: boolean
  /** Blanks at the ends of a row are left out. */
  readonly trim?: boolean
}

/** Columns that a text without newlines and control characters takes in a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const piece of pieces(text)) width += stringWidth(piece)
  return width
}

/** The rows of a text in so many columns, broken between words. */
export function wrapText(text: string, room: number, {hard = false, trim = true}: WrapOptions = {}): readonly string[] {
  return text
    .split('\n')
    .flatMap(line =>
      line.length <= LONG ? wrapAnsi(line, room, {hard, trim}).split('\n') : wrapLong(line, room, {hard, trim}),
    )
}

function wrapLong(line: string, room: number, {hard, trim}: Required<WrapOptions>): string[] {
  const rows: string[] = []
  let row = ''
  let used = 0
  // A text has few different signs, and measuring one costs more than looking it up.
  const widths = new Map<string, number>()
  const end = (): void => {
    rows.push(trim ? row.trim() : row)
    row = ''
    used = 0
  }
  for (const word of line.split(/(?<= )(?! )/)) {
    const width = textWidth(word.trimEnd())
    if (used > 0 && used + width > room) end()
    if (!hard || width <= room) {
      row += word
      used += textWidth(word)
    } else {
      for (const segment of segmentsOf(word)) {
        const next = widths.get(segment) ?? textWidth(segment)
        widths.set(segment, next)
        if (used > 0 && used + next > room) end()
        row += segment
        used += next
      }
    }
  }
  end()
  return rows
}

function* segmentsOf(text: string): Generator<string> {
  for (const piece of pieces(text)) for (const {segment} of graphemes.segment(piece)) yield segment
}

/** The text in pieces that end between graphemes. */
function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const piece = text.slice(at, at + LONG)
    const last = at + LONG < text.length ? graphemes.segment(piece).containing(piece.length - 1)?.index : undefined
    // One grapheme may have a thousand marks: then it is cut.
    const length = last === undefined || last === 0 ? piece.length : last
    yield piece.slice(0, length)
    at += length
  }
}
