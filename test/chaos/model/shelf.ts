import type {Scratch} from '../../../src/lib/redrive/seen/scratch-file.js'

/** Bytes in memory in place of a scratch file, which takes the n-th part it is given (from 0) only where `takes` says so. */
export class Shelf implements Scratch {
  bytes = Buffer.alloc(0)
  reads = 0
  private parts = 0

  constructor(private readonly takes: (part: number) => boolean = () => true) {}

  append(bytes: Uint8Array): boolean {
    if (!this.takes(this.parts++)) return false
    this.bytes = Buffer.concat([this.bytes, bytes])
    return true
  }

  read(into: Uint8Array, position: number): void {
    this.reads++
    const part = this.bytes.subarray(position, position + into.length)
    if (part.length < into.length) throw new RangeError(`${position} + ${into.length} is past ${this.bytes.length}`)
    into.set(part)
  }

  close(): void {
    this.bytes = Buffer.alloc(0)
  }
}
