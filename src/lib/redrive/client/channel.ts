/** Events from several workers to one reader, in order. Backpressure: `push` resolves when the reader is not far behind. */
export class Channel<Item> {
  private items: Item[] = []
  private wakeReader: (() => void) | undefined
  private wakeWriters: (() => void)[] = []
  private closed = false

  constructor(private readonly capacity = 1000) {}

  put(item: Item): void {
    this.items.push(item)
    this.wakeReader?.()
  }

  /** Resolves once there is room again, so that a slow reader (a pipe) slows the workers instead of filling the memory. */
  async room(): Promise<void> {
    while (this.items.length >= this.capacity && !this.closed) {
      await new Promise<void>(resolve => this.wakeWriters.push(resolve))
    }
  }

  close(): void {
    this.closed = true
    this.wakeReader?.()
    this.release()
  }

  async *read(): AsyncGenerator<Item> {
    try {
      for (;;) {
        const batch = this.items
        this.items = []
        this.release()
        // Not `yield*`: in an async generator it makes a promise more for every item.
        for (const item of batch) yield item
        if (this.items.length > 0) continue
        if (this.closed) return
        await new Promise<void>(resolve => {
          this.wakeReader = resolve
        })
        this.wakeReader = undefined
      }
    } finally {
      this.close()
    }
  }

  private release(): void {
    const waiting = this.wakeWriters
    this.wakeWriters = []
    for (const wake of waiting) wake()
  }
}
