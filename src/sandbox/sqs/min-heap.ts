/** A binary heap; the least value by `before` is on top. */
export class MinHeap<T> {
  #items: T[] = []
  readonly #before: (a: T, b: T) => boolean

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let index = items.push(item) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = items[parent] as T
      if (!this.#before(item, above)) break
      items[index] = above
      index = parent
    }
    items[index] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const top = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last, 0)
    return top
  }

  /** Drops the values that do not pass; for heaps whose entries went stale. */
  keep(test: (item: T) => boolean): void {
    const kept = this.#items.filter(test)
    this.#items = []
    for (const item of kept) this.push(item)
  }

  #sink(item: T, start: number): void {
    const items = this.#items
    let index = start
    for (;;) {
      let child = index * 2 + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#before(items[child + 1] as T, items[child] as T)) child += 1
      const below = items[child] as T
      if (!this.#before(below, item)) break
      items[index] = below
      index = child
    }
    items[index] = item
  }
}
