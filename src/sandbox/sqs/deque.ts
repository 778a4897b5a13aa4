const COMPACT_AT = 1024

/** A queue of values with cheap ends: ready lists and message groups hold hundreds of thousands of messages. */
export class Deque<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Puts a value back in front. */
  unshift(item: T): void {
    if (this.#head === 0) this.#items.unshift(item)
    else this.#items[--this.#head] = item
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** The value at a distance from the front. */
  at(index: number): T | undefined {
    return this.#items[this.#head + index]
  }

  /** Drops the values that do not pass. */
  keep(test: (item: T) => boolean): void {
    this.#items = this.#items.slice(this.#head).filter(item => test(item as T))
    this.#head = 0
  }
}
