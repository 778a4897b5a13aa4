const START_SLOTS = 1024
const MAX_LOAD = 0.7

/**
 * A set of digests (hex, 16 digits or more), eight bytes each of which it keeps: enough to tell whether the content of a message was
 * seen before among millions, in a few megabytes.
 */
export class DigestSet {
  private slots = new Uint32Array(START_SLOTS * 2)
  private used = 0

  get size(): number {
    return this.used
  }

  add(hex: string): void {
    if ((this.used + 1) * 2 > this.slots.length * MAX_LOAD) this.grow()
    this.put(wordAt(hex, 0), wordAt(hex, 8))
  }

  has(hex: string): boolean {
    const slot = this.find(wordAt(hex, 0), wordAt(hex, 8))
    return this.slots[slot] !== 0 || this.slots[slot + 1] !== 0
  }

  private put(high: number, low: number): void {
    const slot = this.find(high, low)
    if (this.slots[slot] !== 0 || this.slots[slot + 1] !== 0) return
    this.slots[slot] = high
    this.slots[slot + 1] = low
    this.used++
  }

  /** The slot that holds the words, or the empty one where they belong. */
  private find(high: number, low: number): number {
    const {slots} = this
    let slot = (high % (slots.length / 2)) * 2
    while ((slots[slot] !== 0 || slots[slot + 1] !== 0) && (slots[slot] !== high || slots[slot + 1] !== low)) {
      slot = (slot + 2) % slots.length
    }
    return slot
  }

  private grow(): void {
    const before = this.slots
    this.slots = new Uint32Array(before.length * 2)
    this.used = 0
    for (let slot = 0; slot < before.length; slot += 2) {
      const [high = 0, low = 0] = before.subarray(slot, slot + 2)
      if (high !== 0 || low !== 0) this.put(high, low)
    }
  }
}

function wordAt(hex: string, from: number): number {
  return Number.parseInt(hex.slice(from, from + 8), 16) >>> 0
}
