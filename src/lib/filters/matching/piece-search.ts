import {fallbackOf} from '../values/fallback.js'

const LONG = 8

/** Looks for one literal piece; the steps it takes grow with the text alone, whatever the piece. */
export interface PieceSearch {
  readonly length: number
  /** Where the piece first lies within [from, to), or -1. */
  find(text: string, from: number, to: number): number
}

/** Counts comparisons of characters, so that a test can bound the work; absent in use. */
export interface StepCount {
  steps: number
}

export function pieceSearch(piece: string, count?: StepCount): PieceSearch {
  return piece.length < LONG ? new ShortPiece(piece, count) : new LongPiece(piece, count)
}

/** Tries each place: at most a handful of comparisons for each character of the text. */
class ShortPiece implements PieceSearch {
  readonly length: number
  private readonly first: number

  constructor(
    private readonly piece: string,
    private readonly count: StepCount | undefined,
  ) {
    this.length = piece.length
    this.first = piece.charCodeAt(0)
  }

  find(text: string, from: number, to: number): number {
    const {piece, length, first, count} = this
    const last = to - length
    for (let at = from; at <= last; at += 1) {
      if (count !== undefined) count.steps += 1
      if (text.charCodeAt(at) !== first) continue
      let same = 1
      while (same < length && text.charCodeAt(at + same) === piece.charCodeAt(same)) same += 1
      if (count !== undefined) count.steps += same
      if (same === length) return at
    }
    return -1
  }
}

/** Knuth, Morris and Pratt: never looks at a character of the text again that was compared equal. */
class LongPiece implements PieceSearch {
  readonly length: number
  private readonly fallback: Int32Array

  constructor(
    private readonly piece: string,
    private readonly count: StepCount | undefined,
  ) {
    this.length = piece.length
    this.fallback = fallbackOf(piece)
  }

  find(text: string, from: number, to: number): number {
    const {piece, length, fallback, count} = this
    let same = 0
    for (let at = from; at < to; at += 1) {
      const code = text.charCodeAt(at)
      while (same > 0 && piece.charCodeAt(same) !== code) {
        if (count !== undefined) count.steps += 1
        same = fallback[same - 1] ?? 0
      }
      if (count !== undefined) count.steps += 1
      if (piece.charCodeAt(same) === code) same += 1
      if (same === length) return at - length + 1
    }
    return -1
  }
}
