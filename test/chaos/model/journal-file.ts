import type {WritableFile} from '../../../src/lib/private-files.js'
import type {Process} from './process.js'

const ZERO = 0
const START_BYTES = 20_480

interface Write {
  readonly position: number
  readonly bytes: Uint8Array
}

/**
 * The file of a journal on a disk that knows what was written and what is there for good: a crash of the program keeps what was
 * written, a power cut takes what was not synced, or parts of it. Reads the records that become durable by itself, without the code
 * that wrote them.
 */
export class JournalFile {
  /** As a program reads it. */
  private bytes: Buffer = Buffer.alloc(START_BYTES)
  private length = 0
  private unsynced: Write[] = []
  /** MessageId -> letters of its durable records, in order. */
  private readonly letters = new Map<string, string>()

  /** What is in it. */
  content(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  /** Whether a record of this kind is on the disk for good. */
  isDurable(messageId: string, letter: 'S' | 'Z'): boolean {
    return this.letters.get(messageId)?.includes(letter) === true
  }

  /** Whether the newest record of the message that is on the disk for good is of this kind. */
  isLast(messageId: string, letter: 'I' | 'U' | 'V'): boolean {
    return this.letters.get(messageId)?.endsWith(letter) === true
  }

  /** Whether a send of the message is on record of which nobody knows what came of it, or that its copy is not whole. */
  isDoubtful(messageId: string): boolean {
    return /[UV]|I$/.test(this.letters.get(messageId) ?? '')
  }

  /** Whether a run leaves the message where it is for what is on record of it. */
  isUnproven(messageId: string, onUnknown: 'resend' | 'hold'): boolean {
    const letters = this.letters.get(messageId) ?? ''
    return letters.includes('V') || (onUnknown === 'hold' && this.isDoubtful(messageId))
  }

  write(position: number, bytes: Uint8Array): void {
    this.put(position, bytes)
    this.unsynced.push({position, bytes})
  }

  private put(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes], end * 2)
    this.bytes.set(bytes, position)
    this.length = Math.max(this.length, end)
  }

  /** Returns the messages of which a record became durable. */
  sync(): string[] {
    const writes = this.unsynced
    this.unsynced = []
    return writes.flatMap(({bytes}) => this.read(bytes))
  }

  truncate(length: number): void {
    this.bytes.fill(ZERO, length)
    this.length = length
  }

  /** Of each write that was not synced, what `survives` says is there: as many bytes from its begin or, negative, its end. */
  cutPower(survives: (bytes: number) => number): void {
    const writes = this.unsynced
    this.unsynced = []
    for (const {position, bytes} of writes) {
      const count = survives(bytes.length)
      const kept = Buffer.alloc(bytes.length)
      if (count >= 0) kept.set(bytes.subarray(0, count))
      else kept.set(bytes.subarray(count), bytes.length + count)
      this.put(position, kept)
      if (count === bytes.length) this.read(bytes)
    }
  }

  private read(line: Uint8Array): string[] {
    if (line[0] === ZERO || line.at(-1) !== 0x0a) return []
    const text = Buffer.from(line).toString()
    const content: unknown = JSON.parse(text.slice(text.indexOf('{')))
    const records = isContent(content) ? content.r : []
    for (const {t, m = []} of records) for (const id of m) this.letters.set(id, (this.letters.get(id) ?? '') + t)
    return records.flatMap(({t, m = []}) => (t === 'I' ? [] : m))
  }
}

function isContent(value: unknown): value is {r: {t: string; m?: string[]}[]} {
  return typeof value === 'object' && value !== null && 'r' in value
}

/** The same file, opened by a process. */
export class OpenJournalFile implements WritableFile {
  constructor(
    private readonly process: Process,
    private readonly file: JournalFile,
  ) {}

  async write(bytes: Uint8Array, position: number): Promise<number> {
    const {process, file} = this
    const {tape, schedule} = process.world
    await process.step()
    if (schedule.badDisk && tape.chance(4)) {
      file.write(position, bytes.subarray(0, tape.pick(bytes.length)))
      throw Object.assign(new Error('ENOSPC: no space left on device'), {code: 'ENOSPC'})
    }
    file.write(position, bytes)
    return bytes.length
  }

  async datasync(): Promise<void> {
    const {process, file} = this
    const {tape, schedule, scheduler} = process.world
    await process.step()
    await scheduler.wait(1 + tape.pick(2) * 30)
    if (schedule.badDisk && tape.chance(2)) throw Object.assign(new Error('EIO: i/o error'), {code: 'EIO'})
    await process.step()
    for (const messageId of file.sync()) process.open.delete(process.world.message(messageId)?.key ?? '')
    await process.step()
  }

  truncate(bytes: number): Promise<void> {
    this.file.truncate(bytes)
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
