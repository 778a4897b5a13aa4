import {formatUuid, hashOfWords, parseUuid, slotOfHash, WORDS, words} from './key.js'
import type {Seen} from './seen.js'

const START_SLOTS = 1024
const GROWTH = 1.5
const MAX_LOAD = 0.8

/**
 * Bytes by MessageId, 17 a slot: SQS makes MessageIds as UUIDs, and two million of them as strings would not fit the memory that a
 * redrive may take (design.md section 7). An id that is no lower-case UUID is kept as the string it is.
 */
export class UuidTable implements Seen {
  private keys: Uint32Array
  /** 0 marks an empty slot. */
  private values: Uint8Array
  private used = 0
  private readonly others = new Map<string, number>()

  /** `expected`: how many ids there will be, so that the table need not grow. */
  constructor(expected = 0) {
    const slots = Math.max(START_SLOTS, Math.ceil(expected / MAX_LOAD) + 1)
    this.keys = new Uint32Array(slots * WORDS)
    this.values = new Uint8Array(slots)
  }

  get size(): number {
    return this.used + this.others.size
  }

  /** The byte stored for the id, 0 when there is none. */
  get(id: string): number {
    return parseUuid(id) ? (this.values[this.slotOf()] ?? 0) : (this.others.get(id) ?? 0)
  }

  /** Puts what `next` makes of the byte stored for the id, 0 when there is none, in its place: a byte of 1 to 255. */
  update(id: string, next: (before: number) => number): void {
    if (!parseUuid(id)) {
      this.others.set(id, next(this.others.get(id) ?? 0))
      return
    }
    if (this.used + 1 > this.values.length * MAX_LOAD) {
      this.grow()
      parseUuid(id)
    }
    const slot = this.slotOf()
    const before = this.values[slot] ?? 0
    if (before === 0) {
      this.used++
      this.keys.set(words, slot * WORDS)
    }
    this.values[slot] = next(before)
  }

  mark(id: string, bits: number): void {
    this.update(id, before => before | bits)
  }

  /** How many of the ids are UUIDs. */
  get uuids(): number {
    return this.used
  }

  /**
   * The slots as they are: the words of each key, and its byte, 0 in an empty slot. A key is in the first slot of its hash
   * (`slotOfHash`), or in one behind it without an empty one between; the last is followed by the first.
   */
  get memory(): {readonly keys: Uint32Array; readonly values: Uint8Array} {
    const {keys, values} = this
    return {keys, values}
  }

  /** Calls `take` for each UUID, whose bits are in `words` meanwhile. */
  each(take: () => void): void {
    const {keys, values} = this
    for (let slot = 0; slot < values.length; slot++) {
      if (values[slot] === 0) continue
      words.set(keys.subarray(slot * WORDS, (slot + 1) * WORDS))
      take()
    }
  }

  /** Forgets the UUIDs, and keeps the room for as many. */
  clear(): void {
    this.values.fill(0)
    this.used = 0
  }

  /** In no particular order. */
  *entries(): Generator<[string, number]> {
    for (let slot = 0; slot < this.values.length; slot++) {
      const value = this.values[slot] ?? 0
      if (value !== 0) yield [formatUuid(this.keys.subarray(slot * WORDS, (slot + 1) * WORDS)), value]
    }
    yield* this.others
  }

  /** The slot that holds the key in `words`, or the empty one where it belongs. */
  private slotOf(): number {
    const {keys, values} = this
    const a = words[0] ?? 0
    const b = words[1] ?? 0
    const c = words[2] ?? 0
    const d = words[3] ?? 0
    let slot = slotOfHash(hashOfWords(), values.length)
    while (values[slot] !== 0) {
      const at = slot * WORDS
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return slot
      slot = slot + 1 === values.length ? 0 : slot + 1
    }
    return slot
  }

  private grow(): void {
    const {keys, values} = this
    const slots = Math.ceil(values.length * GROWTH)
    this.keys = new Uint32Array(slots * WORDS)
    this.values = new Uint8Array(slots)
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot] ?? 0
      if (value === 0) continue
      words.set(keys.subarray(slot * WORDS, (slot + 1) * WORDS))
      const target = this.slotOf()
      this.keys.set(words, target * WORDS)
      this.values[target] = value
    }
  }
}
