/**
 * A string with, for each UTF-16 unit, its lower and its upper case: either is taken, as event-ruler does with Java's root locale.
 * A case form may be longer than the unit (`ß` has `SS`); a lone half of a pair has none.
 */
export class FoldedString {
  private readonly lower: readonly string[]
  private readonly upper: readonly string[]

  constructor(value: string) {
    const units = value.split('')
    this.lower = units.map(unit => unit.toLowerCase())
    this.upper = units.map(unit => unit.toUpperCase())
  }

  /** Where the string ends when it lies at `start`, or -1. */
  endAt(text: string, start: number, end: number): number {
    let at = start
    for (let index = 0; index < this.lower.length; index += 1) {
      at = this.step(text, at, end, index)
      if (at < 0) return -1
    }
    return at
  }

  /** Whether the string lies at the end of [start, end). */
  endsIn(text: string, start: number, end: number): boolean {
    let at = end
    for (let index = this.lower.length - 1; index >= 0; index -= 1) {
      const lower = this.lower[index] ?? ''
      const upper = this.upper[index] ?? ''
      if (at - lower.length >= start && text.startsWith(lower, at - lower.length)) at -= lower.length
      else if (at - upper.length >= start && text.startsWith(upper, at - upper.length)) at -= upper.length
      else return false
    }
    return true
  }

  private step(text: string, at: number, end: number, index: number): number {
    const lower = this.lower[index] ?? ''
    if (at + lower.length <= end && text.startsWith(lower, at)) return at + lower.length
    const upper = this.upper[index] ?? ''
    return at + upper.length <= end && text.startsWith(upper, at) ? at + upper.length : -1
  }
}
