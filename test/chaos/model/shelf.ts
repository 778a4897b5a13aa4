import type {Scratch} from '../../../src/lib/redrive/seen/scratch-file.js'

/** Bytes in memory in place of a scratch file, which takes the n-th append (from 0) only where `takes` says so. */
export class Shelf implements Scratch {
  bytes = Buffer.alloc(0)
  reads = 0
  private appends = 0

  constructor(private readonly takes: (append: number) => boolean = () => true) {}

  append(...parts: readonly NodeJS.ArrayBufferView[]): boolean {
    if (!this.takes(this.appends++)) return false
    this.bytes = Buffer.concat([this.bytes, ...parts.map(bytesOf)])
    return true
  }

  read(into: NodeJS.ArrayBufferView, position: number): void {
    this.reads++
    const bytes = this.bytes.subarray(position, position + into.byteLength)
    if (bytes.length < into.byteLength) {
      throw new RangeError(`${position} + ${into.byteLength} is past ${this.bytes.length}`)
    }
    bytesOf(into).set(bytes)
  }

  close(): void {
    this.bytes = Buffer.alloc(0)
  }
}

function bytesOf({buffer, byteOffset, byteLength}: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
