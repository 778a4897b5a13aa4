import {inTestBuild} from '../../failpoint.js'
import {BloomFilter} from './bloom-filter.js'
import {hashOfWords, parseUuid, secondHashOfWords, slotOfHash, WORDS, words} from './key.js'
import type {Scratch} from './scratch-file.js'
import type {Seen} from './seen.js'
import {UuidTable} from './uuid-table.js'

/** Ids that are kept in memory before they go to the disk together: 2.8 MB. */
const MOST_IN_MEMORY = inTestBuild(8, 2 ** 17)
/** Slots that are read at once: an id is nearly always among the first sixteen from where it belongs. */
const WINDOW = 32

/** A table that went to the disk as it was: its keys, and behind them its values. */
interface Batch {
  readonly filter: BloomFilter
  readonly slots: number
  /** Where in the file it begins, in bytes. */
  readonly position: number
}

/**
 * Marks of any number of ids in little memory: the newest in a table, the others in a file, of which a filter of one byte an id tells
 * nearly always without a look that an id is not there. Exact all the same. Ids that are no UUIDs stay in memory.
 */
export class SeenOnDisk implements Seen {
  private readonly recent: UuidTable
  private readonly batches: Batch[] = []
  private readonly keys = new Uint32Array(WINDOW * WORDS)
  private readonly values = new Uint8Array(WINDOW)
  private room: number
  private end = 0

  /** `expected`: how many ids there will be, about. */
  constructor(
    private readonly file: Scratch,
    expected = 0,
    private readonly mostInMemory = MOST_IN_MEMORY,
  ) {
    this.recent = new UuidTable(Math.min(expected, mostInMemory))
    this.room = mostInMemory
  }

  get(id: string): number {
    let bits = this.recent.get(id)
    if (this.batches.length === 0 || !parseUuid(id)) return bits
    const first = hashOfWords()
    const second = secondHashOfWords()
    for (const batch of this.batches) {
      if (batch.filter.mayHave(first, second)) bits |= this.look(batch, first)
    }
    return bits
  }

  mark(id: string, bits: number): void {
    this.recent.mark(id, bits)
    if (this.recent.uuids >= this.room) this.putOnDisk()
  }

  private putOnDisk(): void {
    const {recent, file} = this
    const {keys, values} = recent.memory
    if (!file.append(keys, values)) {
      // Better too much memory than a redrive that ends: the journal says when the disk is full.
      this.room *= 2
      return
    }
    const filter = new BloomFilter(recent.uuids)
    recent.each(() => filter.add(hashOfWords(), secondHashOfWords()))
    this.batches.push({filter, slots: values.length, position: this.end})
    this.end += keys.byteLength + values.byteLength
    this.room = this.mostInMemory
    recent.clear()
  }

  /** The bits in the file for the key in `words`. */
  private look({slots, position}: Batch, hash: number): number {
    const [a, b, c, d] = [words[0], words[1], words[2], words[3]]
    for (let slot = slotOfHash(hash, slots); ;) {
      const count = Math.min(WINDOW, slots - slot)
      const keys = this.keys.subarray(0, count * WORDS)
      const values = this.values.subarray(0, count)
      this.file.read(keys, position + slot * WORDS * 4)
      this.file.read(values, position + slots * WORDS * 4 + slot)
      for (let at = 0; at < count; at++) {
        const value = values[at] ?? 0
        if (value === 0) return 0
        const key = at * WORDS
        if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) return value
      }
      slot = slot + count === slots ? 0 : slot + count
    }
  }
}
