import {inTestBuild} from '../../failpoint.js'
import {BloomFilter} from './bloom-filter.js'
import {hashOfWords, parseUuid, secondHashOfWords, WORDS, words} from './key.js'
import type {Scratch} from './scratch-file.js'
import type {Seen} from './seen.js'
import {UuidTable} from './uuid-table.js'

/** Ids that are kept in memory before they go to the disk together: 2.8 MB. */
const MOST_IN_MEMORY = inTestBuild(8, 2 ** 17)
const RECORD_WORDS = WORDS + 1
const RECORD_BYTES = RECORD_WORDS * 4
const BUCKET_BITS = 10
const BUCKETS = 2 ** BUCKET_BITS

/** Ids that went to the disk together, in the order of their buckets. */
interface Batch {
  readonly filter: BloomFilter
  /** The first record of each bucket, and the number of all. */
  readonly starts: Uint32Array
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
      if (batch.filter.mayHave(first, second)) bits |= this.look(batch, bucketOf(first))
    }
    return bits
  }

  mark(id: string, bits: number): void {
    this.recent.mark(id, bits)
    if (this.recent.uuids >= this.room) this.putOnDisk()
  }

  private putOnDisk(): void {
    const {recent, file} = this
    const filter = new BloomFilter(recent.uuids)
    const starts = new Uint32Array(BUCKETS + 1)
    recent.each(() => {
      const bucket = bucketOf(hashOfWords())
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1
    })
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0)
    const next = starts.slice()
    const records = new Uint32Array(recent.uuids * RECORD_WORDS)
    recent.each(bits => {
      const hash = hashOfWords()
      const bucket = bucketOf(hash)
      const record = next[bucket] ?? 0
      next[bucket] = record + 1
      records.set(words, record * RECORD_WORDS)
      records[record * RECORD_WORDS + WORDS] = bits
      filter.add(hash, secondHashOfWords())
    })
    if (!file.append(new Uint8Array(records.buffer))) {
      // Better too much memory than a redrive that ends: the journal says when the disk is full.
      this.room *= 2
      return
    }
    this.batches.push({filter, starts, position: this.end})
    this.end += records.byteLength
    this.room = this.mostInMemory
    recent.clear()
  }

  /** The bits in the file for the key in `words`. */
  private look({starts, position}: Batch, bucket: number): number {
    const first = starts[bucket] ?? 0
    const records = new Uint32Array(((starts[bucket + 1] ?? 0) - first) * RECORD_WORDS)
    this.file.read(new Uint8Array(records.buffer), position + first * RECORD_BYTES)
    const a = words[0]
    const b = words[1]
    const c = words[2]
    const d = words[3]
    for (let at = 0; at < records.length; at += RECORD_WORDS) {
      if (records[at] === a && records[at + 1] === b && records[at + 2] === c && records[at + 3] === d) {
        return records[at + WORDS] ?? 0
      }
    }
    return 0
  }
}

function bucketOf(hash: number): number {
  return hash >>> (32 - BUCKET_BITS)
}
