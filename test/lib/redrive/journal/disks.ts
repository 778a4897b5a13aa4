import type {Disk, WritableFile} from '../../../../src/lib/private-files.js'
import {localDisk} from '../../../../src/lib/private-files.js'

export type DiskCall = 'create' | 'open' | 'write' | 'datasync' | 'truncate' | 'close' | 'syncDirectory'

/** A system error as Node makes it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by the test`), {code})
}

/**
 * The disk of this machine that notes every call and can fail one of them. A write that fails has written half of its bytes, as one
 * that runs into a limit has.
 */
export class WatchedDisk implements Disk {
  readonly calls: DiskCall[] = []
  /** Called before each call with its index and the bytes to write; throws to make it fail. */
  before: (call: DiskCall, index: number, bytes: number) => Promise<void> | void = () => undefined

  /** A write of more bytes writes no more than these. */
  mostBytes = Infinity

  count(call: DiskCall): number {
    return this.calls.filter(made => made === call).length
  }

  async create(file: string): Promise<WritableFile> {
    await this.note('create')
    return this.watch(await localDisk.create(file))
  }

  async open(file: string): Promise<WritableFile> {
    await this.note('open')
    return this.watch(await localDisk.open(file))
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.note('syncDirectory')
    await localDisk.syncDirectory(directory)
  }

  private watch(file: WritableFile): WritableFile {
    return {
      write: async (bytes, position) => {
        try {
          await this.note('write', bytes.length)
        } catch (error) {
          await file.write(bytes.subarray(0, bytes.length >> 1), position)
          throw error
        }
        return file.write(bytes.subarray(0, this.mostBytes), position)
      },
      datasync: async () => {
        await this.note('datasync')
        await file.datasync()
      },
      truncate: async bytes => {
        await this.note('truncate')
        await file.truncate(bytes)
      },
      close: async () => {
        await this.note('close')
        await file.close()
      },
    }
  }

  private async note(call: DiskCall, bytes = 0): Promise<void> {
    const index = this.calls.push(call) - 1
    await this.before(call, index, bytes)
  }
}

/** Lets the first call of a kind wait: `reached` resolves when it has come, `open` lets it go on. */
export function heldBack(disk: WatchedDisk, kind: DiskCall): {reached: Promise<void>; open: () => void} {
  let arrive = (): void => undefined
  let open = (): void => undefined
  const reached = new Promise<void>(resolve => (arrive = resolve))
  const gate = new Promise<void>(resolve => (open = resolve))
  let waiting = false
  disk.before = async call => {
    if (call !== kind || waiting) return
    waiting = true
    arrive()
    await gate
  }
  return {reached, open}
}

/** The disk of this machine, but for the journal itself, which is on one whose power can be cut. */
export class PowerCutDisk implements Disk {
  readonly journal = new PowerCutFile()

  create(file: string): Promise<WritableFile> {
    return file.endsWith('.wal') ? Promise.resolve(this.journal) : localDisk.create(file)
  }

  open(): Promise<WritableFile> {
    return Promise.resolve(this.journal)
  }

  syncDirectory(): Promise<void> {
    return Promise.resolve()
  }
}

const SECTOR = 512

/**
 * A file in memory of which a power cut leaves what was synced, and of the rest any sectors in any order. Every call takes a turn of
 * the event loop, and a write two, so that the power can go in between.
 */
export class PowerCutFile implements WritableFile {
  private content: Buffer = Buffer.alloc(0)
  private durable: Buffer = Buffer.alloc(0)
  private unsynced: {from: number; to: number}[] = []

  async write(bytes: Uint8Array, position: number): Promise<number> {
    const half = bytes.length >> 1
    this.put(bytes.subarray(0, half), position)
    await turn()
    this.put(bytes.subarray(half), position + half)
    await turn()
    return bytes.length
  }

  async datasync(): Promise<void> {
    await turn()
    const written = this.unsynced.splice(0)
    this.durable = resized(this.durable, this.content.length)
    for (const {from, to} of written) this.content.copy(this.durable, from, from, to)
  }

  async truncate(bytes: number): Promise<void> {
    this.content = resized(this.content, bytes)
    await turn()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** What the disk holds after the power came back; `random` decides over each sector and over the length. */
  afterPowerCut(random: () => number): Buffer {
    const {content, durable} = this
    const left = Buffer.from(resized(durable, random() < 0.5 ? durable.length : content.length))
    for (const {from, to} of this.unsynced) {
      for (let start = from - (from % SECTOR); start < Math.min(to, left.length); start += SECTOR) {
        if (random() < 0.5) content.copy(left, start, start, Math.min(start + SECTOR, content.length))
      }
    }
    return left
  }

  private put(bytes: Uint8Array, position: number): void {
    this.content = resized(this.content, Math.max(this.content.length, position + bytes.length))
    this.content.set(bytes, position)
    this.unsynced.push({from: position, to: position + bytes.length})
  }
}

function resized(bytes: Buffer, length: number): Buffer {
  return bytes.length === length ? bytes : Buffer.concat([bytes], length)
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
