import {failpoint} from '../../failpoint.js'
import type {OpsError} from '../../ops-error.js'
import type {WritableFile} from '../../private-files.js'
import {writeAll} from '../../private-files.js'
import type {Counts} from './counts.js'
import {addCounts} from './counts.js'
import {isNoSpace} from './journal-errors.js'
import {encodeLine, MAX_LINE_BYTES} from './line.js'
import {encodeContent} from './records.js'

/** Space is reserved in steps of this many bytes. */
export const RESERVE_BYTES = 262_144
/** At most what one line of outcome takes for one message: ids have at most 100 characters. */
const OUTCOME_BYTES = 512
/** For the record of the end. */
const END_BYTES = 1024
/** Records collected while a sync runs become one line up to this size. */
const GROUP_BYTES = 65_536
/** Deletes wait for the next line until this many bytes of them have collected. */
const LAZY_BYTES = 16_384

/** What is to be written: records as JSON, and what they do to the counts and to the number of sends without an outcome. */
export interface Entry {
  readonly records: readonly string[]
  readonly tally: Partial<Counts>
  /** `intent` is refused when the disk is full; `lazy` waits for company and is dropped before anything else. */
  readonly kind: 'intent' | 'outcome' | 'lazy'
  /** Messages whose send begins (positive) or whose outcome this is (negative). */
  readonly opens: number
}

interface Pending extends Entry {
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface EncodedGroup {
  readonly bytes: Buffer
  readonly crc: number
  readonly counts: Counts
}

/** Where a log goes on: behind the last line of a file, of which everything behind is zeros. */
export interface LogPosition {
  readonly end: number
  readonly fileBytes: number
  readonly crc: number
  readonly counts: Counts
}

/**
 * Appends lines that are on the disk when their promise resolves. Calls made while a sync runs share the next line and its sync.
 *
 * Space is reserved ahead, as written zeros rather than a hole: before an intent is accepted there must be room for the outcomes of
 * every send under way, so that a disk that fills up stops the next send and never hides the result of one already made. (On file
 * systems that copy on write there is no such promise; there the write fails and the log breaks.) The zeros do two more things: a sync
 * changes no metadata, and a file that does not end in them has lost its end. For that reason a torn end is overwritten with zeros
 * rather than truncated.
 *
 * One line a sync, however many records: pages of a write can reach the disk in any order, and a power cut in the middle of several
 * lines could leave a damaged one before a good one. A single line is whole, or it is the torn end.
 *
 * A failed write or sync breaks the log for good: after it nobody knows what the disk holds.
 */
export class CommitLog {
  private readonly pending: Pending[] = []
  private group: readonly Pending[] = []
  private end: number
  private reserved: number
  private crc: number
  private counts: Counts
  private open = 0
  private lazyBytes = 0
  private running = false
  private full: OpsError | undefined
  private broken: OpsError | undefined

  constructor(
    private readonly file: WritableFile,
    position: LogPosition,
    private readonly describe: (error: unknown) => OpsError,
  ) {
    this.end = position.end
    this.reserved = position.fileBytes
    this.crc = position.crc
    this.counts = position.counts
  }

  /** Why nothing can be appended any more. */
  get failure(): OpsError | undefined {
    return this.broken
  }

  /** Resolves when the entry is durable; a lazy one once it is accepted. Rejects with `JournalWriteFailed`. */
  append(entry: Entry): Promise<void> {
    const refusal = this.broken ?? (entry.kind === 'intent' ? this.full : undefined)
    if (refusal !== undefined) return Promise.reject(refusal)
    const bytes = entry.records.reduce((sum, record) => sum + record.length + 1, 0)
    if (bytes > MAX_LINE_BYTES / 2) return Promise.reject(new RangeError(`a journal entry of ${bytes} bytes`))
    this.open = Math.max(0, this.open + Math.max(0, entry.opens))
    if (entry.kind === 'lazy') {
      this.lazyBytes += bytes
      this.pending.push({...entry, bytes, resolve: nothing, reject: nothing})
      this.start()
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.pending.push({...entry, bytes, resolve, reject})
      this.start()
    })
  }

  /** Resolves when everything accepted so far, lazy entries included, is durable. */
  flush(): Promise<void> {
    return this.append({records: [], tally: {}, kind: 'outcome', opens: 0})
  }

  /** Gives the reserved space back; for the end of a run only, since what follows the last line is no longer zeros. */
  async trim(): Promise<void> {
    failpoint('beforeTrim')
    await this.file.truncate(this.end)
    await this.file.datasync()
    failpoint('afterTrim')
  }

  /** Rejects with `JournalWriteFailed` where closing tells of a failure that no sync did. */
  async close(): Promise<void> {
    try {
      await this.file.close()
    } catch (error) {
      throw this.describe(error)
    }
  }

  // A turn of the event loop later, so that batches whose answers came in together share a sync.
  private start(): void {
    if (this.running || !this.isDue()) return
    this.running = true
    setImmediate(() => void this.run())
  }

  private isDue(): boolean {
    return this.lazyBytes > LAZY_BYTES || this.pending.some(entry => entry.kind !== 'lazy')
  }

  private async run(): Promise<void> {
    try {
      while (this.isDue()) await this.commit()
    } catch (error) {
      this.break(this.describe(error))
    }
    this.running = false
  }

  private break(failure: OpsError): void {
    this.broken = failure
    for (const entry of [...this.group, ...this.pending.splice(0)]) entry.reject(failure)
    this.group = []
  }

  private async commit(): Promise<void> {
    this.group = this.take()
    const left = this.group.reduce((open, entry) => Math.max(0, open + Math.min(0, entry.opens)), this.open)
    let line = this.encode()
    if (!(await this.makeRoom(line.bytes.length, END_BYTES + left * OUTCOME_BYTES))) {
      this.leaveOut()
      line = this.encode()
    }
    if (this.group.some(entry => entry.records.length > 0)) await this.writeLine(line)
    const done = this.group
    this.group = []
    for (const entry of done) {
      this.open = Math.max(0, this.open + Math.min(0, entry.opens))
      entry.resolve()
    }
  }

  private take(): Pending[] {
    let bytes = 0
    let count = 0
    while (count < this.pending.length && (count === 0 || bytes + (this.pending[count]?.bytes ?? 0) <= GROUP_BYTES)) {
      bytes += this.pending[count]?.bytes ?? 0
      count++
    }
    const group = this.pending.splice(0, count)
    this.lazyBytes -= group.reduce((sum, entry) => sum + (entry.kind === 'lazy' ? entry.bytes : 0), 0)
    return group
  }

  private encode(): EncodedGroup {
    const counts = this.group.reduce((sum, entry) => addCounts(sum, entry.tally), this.counts)
    const json = encodeContent(
      counts,
      this.group.flatMap(entry => entry.records),
    )
    return {...encodeLine(json, this.crc), counts}
  }

  private async writeLine({bytes, crc, counts}: EncodedGroup): Promise<void> {
    // A byte of zero stays behind the last line.
    if (this.end + bytes.length >= this.reserved)
      throw this.full ?? new RangeError('a line beyond the space reserved for it')
    await writeAll(this.file, bytes, this.end)
    failpoint('intentWritten', () => this.group.some(({opens}) => opens > 0))
    failpoint('outcomeWritten', () => this.group.some(({opens}) => opens < 0))
    await this.file.datasync()
    failpoint('afterIntentSync', () => this.group.some(({opens}) => opens > 0))
    failpoint('afterOutcomeSync', () => this.group.some(({opens}) => opens < 0))
    this.end += bytes.length
    this.crc = crc
    this.counts = counts
  }

  /** Whether the line fits with room to spare for what must follow it; reserves more space where it does not. */
  private async makeRoom(lineBytes: number, spare: number): Promise<boolean> {
    const missing = this.end + lineBytes + spare - this.reserved
    if (missing <= 0) return true
    if (this.full !== undefined) return false
    const to = this.reserved + Math.ceil(missing / RESERVE_BYTES) * RESERVE_BYTES
    try {
      await writeAll(this.file, Buffer.alloc(to - this.reserved), this.reserved)
    } catch (error) {
      if (!isNoSpace(error)) throw error
      this.full = this.describe(error)
      return false
    }
    await this.file.datasync()
    this.reserved = to
    return true
  }

  // The disk is full: no new send is allowed, and deletes, which are advisory, take no room from outcomes.
  private leaveOut(): void {
    for (const entry of this.group.filter(({kind}) => kind === 'intent')) {
      this.open -= entry.opens
      entry.reject(this.full)
    }
    this.group = this.group.filter(({kind}) => kind === 'outcome')
  }
}

function nothing(): void {
  return undefined
}
