import {addressDigits} from '../values/ip-address.js'
import {inRange} from '../values/cidr.js'
import type {AddressRange} from '../values/cidr.js'
import {wildcardPieces} from '../values/wildcard.js'
import {FoldedString} from './fold-case.js'
import {NoValue, isPart, liesAt} from './matcher.js'
import {pieceSearch} from './piece-search.js'
import type {PieceSearch, StepCount} from './piece-search.js'

const FEW = 4

/** Any of several strings, unit by unit. */
export class ExactStrings extends NoValue {
  private readonly few: readonly string[]
  private readonly many: ReadonlySet<string> | undefined

  constructor(strings: readonly string[]) {
    super()
    this.few = strings.length <= FEW ? strings.slice() : []
    this.many = strings.length <= FEW ? undefined : new Set(strings)
  }

  override string(text: string, start: number, end: number): boolean {
    if (this.many !== undefined) return this.many.has(text.slice(start, end))
    for (const string of this.few) if (isPart(text, start, end, string)) return true
    return false
  }
}

export class Prefix extends NoValue {
  constructor(private readonly prefix: string) {
    super()
  }

  override string(text: string, start: number, end: number): boolean {
    return end - start >= this.prefix.length && liesAt(text, start, this.prefix)
  }
}

export class Suffix extends NoValue {
  constructor(private readonly suffix: string) {
    super()
  }

  override string(text: string, start: number, end: number): boolean {
    const from = end - this.suffix.length
    return from >= start && liesAt(text, from, this.suffix)
  }
}

export class PrefixIgnoreCase extends NoValue {
  private readonly folded: FoldedString

  constructor(prefix: string) {
    super()
    this.folded = new FoldedString(prefix)
  }

  override string(text: string, start: number, end: number): boolean {
    return this.folded.endAt(text, start, end) >= 0
  }
}

export class SuffixIgnoreCase extends NoValue {
  private readonly folded: FoldedString

  constructor(suffix: string) {
    super()
    this.folded = new FoldedString(suffix)
  }

  override string(text: string, start: number, end: number): boolean {
    return this.folded.endsIn(text, start, end)
  }
}

export class EqualsIgnoreCase extends NoValue {
  private readonly folded: FoldedString

  constructor(value: string) {
    super()
    this.folded = new FoldedString(value)
  }

  override string(text: string, start: number, end: number): boolean {
    return this.folded.endAt(text, start, end) === end
  }
}

/** Literal pieces with anything between: the first at the start, the last at the end, the others one after another, each as early as it goes. */
export class Wildcard extends NoValue {
  private readonly head: string
  private readonly tail: string | undefined
  private readonly middle: readonly PieceSearch[]
  private readonly shortest: number

  constructor(value: string, count?: StepCount) {
    super()
    const pieces = wildcardPieces(value)
    this.head = pieces[0] ?? ''
    this.tail = pieces.length > 1 ? pieces.at(-1) : undefined
    this.middle = pieces.slice(1, -1).map(piece => pieceSearch(piece, count))
    this.shortest = pieces.reduce((sum, piece) => sum + piece.length, 0)
  }

  override string(text: string, start: number, end: number): boolean {
    const {head, tail} = this
    if (tail === undefined) return isPart(text, start, end, head)
    if (end - start < this.shortest) return false
    if (!liesAt(text, start, head) || !liesAt(text, end - tail.length, tail)) return false
    const last = end - tail.length
    let at = start + head.length
    for (const piece of this.middle) {
      const found = piece.find(text, at, last)
      if (found < 0) return false
      at = found + piece.length
    }
    return true
  }
}

/** Strings that hold an address of the range. */
export class Cidr extends NoValue {
  constructor(private readonly range: AddressRange) {
    super()
  }

  override string(text: string, start: number, end: number): boolean {
    const digits = addressDigits(text.slice(start, end))
    return digits !== undefined && inRange(digits, this.range)
  }
}

/** Strings that hold this address in any spelling; compared from the left, as event-ruler does. */
export class SameAddress extends NoValue {
  constructor(private readonly digits: string) {
    super()
  }

  override string(text: string, start: number, end: number): boolean {
    return addressDigits(text.slice(start, end))?.startsWith(this.digits) === true
  }
}
