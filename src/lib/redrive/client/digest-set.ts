const START_SLOTS = 1024
const GROWTH = 1.5
const MAX_LOAD = 0.8
const TWO_32 = 2 ** 32

/**
 * A set of digests (hex, 12 digits or more), six bytes each of which it keeps: enough to tell whether the content of a message was
 * seen before among millions, in a few megabytes. One that is new is taken for a known one in every hundred million cases with two
 * million known.
 */
export class DigestSet {
  private highs: Uint32Array
  private lows: Uint16Array
  private used = 0

  /** `expected`: how many digests there will be, so that the set need not grow. */
  constructor(expected = 0) {
    const slots = Math.max(START_SLOTS, Math.ceil(expected / MAX_LOAD) + 1)
    this.highs = new Uint32Array(slots)
    this.lows = new Uint16Array(slots)
  }

  get size(): number {
    return this.used
  }

  add(hex: string): void {
    if (this.used + 1 > this.highs.length * MAX_LOAD) this.grow()
    this.put(highOf(hex), lowOf(hex))
  }

  has(hex: string): boolean {
    return this.isTaken(this.find(highOf(hex), lowOf(hex)))
  }

  private put(high: number, low: number): void {
    const slot = this.find(high, low)
    if (this.isTaken(slot)) return
    this.highs[slot] = high
    this.lows[slot] = low
    this.used++
  }

  /** The slot that holds the digest, or the empty one where it belongs. */
  private find(high: number, low: number): number {
    const {highs, lows} = this
    let slot = Math.floor((high / TWO_32) * highs.length)
    while (this.isTaken(slot) && (highs[slot] !== high || lows[slot] !== low)) {
      slot = slot + 1 === highs.length ? 0 : slot + 1
    }
    return slot
  }

  private isTaken(slot: number): boolean {
    return this.lows[slot] !== 0
  }

  private grow(): void {
    const {highs, lows} = this
    const slots = Math.ceil(highs.length * GROWTH)
    this.highs = new Uint32Array(slots)
    this.lows = new Uint16Array(slots)
    this.used = 0
    for (const [slot, low] of lows.entries()) if (low !== 0) this.put(highs[slot] ?? 0, low)
  }
}

function highOf(hex: string): number {
  return Number.parseInt(hex.slice(0, 8), 16) >>> 0
}

/** Never 0, which marks an empty slot. */
function lowOf(hex: string): number {
  return Number.parseInt(hex.slice(8, 12), 16) || 1
}
