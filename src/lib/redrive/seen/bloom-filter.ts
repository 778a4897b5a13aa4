const BITS_PER_KEY = 8
/** Best for eight bits a key: one key in 46 that was never added is taken for one that was. */
const PROBES = 5

/** Tells of most keys, by two hashes of 32 bits, that they were never added; eight bits a key. */
export class BloomFilter {
  private readonly bits: Uint8Array

  constructor(keys: number) {
    this.bits = new Uint8Array(Math.max(1, Math.ceil((keys * BITS_PER_KEY) / 8)))
  }

  add(first: number, second: number): void {
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = this.bitOf(first, second, probe)
      this.bits[bit >>> 3] = (this.bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
    }
  }

  /** False only of keys that were never added. */
  mayHave(first: number, second: number): boolean {
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = this.bitOf(first, second, probe)
      if (((this.bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    }
    return true
  }

  private bitOf(first: number, second: number, probe: number): number {
    return ((first + Math.imul(probe, second | 1)) >>> 0) % (this.bits.length * 8)
  }
}
