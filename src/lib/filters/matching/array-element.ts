/** An array of an event that holds objects or arrays; fields in different elements of it cannot be combined. */
export class ArrayMark {
  /** The element that the fields taken so far lie in. */
  chosen: ArrayElement | undefined
  /** Count of the last thing noted in the array. */
  last = 0
  /** The last test of a conjunction, by its place there, that has anything to do with the array. */
  lastTest = -1
}

/** One element, an object or an array, and the elements around it. */
export class ArrayElement {
  constructor(
    readonly array: ArrayMark,
    readonly parent: ArrayElement | undefined,
    /** Count at which the element begins. */
    readonly first: number,
  ) {}
}

/** Elements in which something was found, in the order of the event, each with its count. */
export class Places {
  readonly elements: ArrayElement[] = []
  readonly counts: number[] = []

  add(element: ArrayElement, count: number): void {
    if (this.elements.at(-1) === element) return
    this.elements.push(element)
    this.counts.push(count)
  }

  /** Index of the first place at or after `from` that may be combined with the chosen elements, or -1. */
  nextConsistent(from: number): number {
    let index = from
    while (index < this.elements.length) {
      const element: ArrayElement | undefined = this.elements[index]
      const conflict: ArrayElement | undefined = element === undefined ? undefined : conflictOf(element)
      if (conflict === undefined) return index
      const chosen: number = conflict.array.chosen?.first ?? 0
      const target = chosen > (this.counts[index] ?? 0) ? chosen : conflict.array.last + 1
      index = this.firstAt(target, index + 1)
    }
    return -1
  }

  /** Index of the first place whose count is at least `count`, looking from `from` on. */
  private firstAt(count: number, from: number): number {
    let low = from
    let high = this.counts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.counts[middle] ?? 0) < count) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The element around this one (or itself) in whose array another one is chosen. */
function conflictOf(element: ArrayElement): ArrayElement | undefined {
  for (let at: ArrayElement | undefined = element; at !== undefined; at = at.parent) {
    const chosen: ArrayElement | undefined = at.array.chosen
    if (chosen === at) return undefined
    if (chosen !== undefined) return at
  }
  return undefined
}
