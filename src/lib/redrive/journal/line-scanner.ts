import type {CheckedLine} from './line.js'
import {checkLine, FRAME_BYTES, MAX_LINE_BYTES} from './line.js'

const LINE_FEED = 0x0a

/** A line whose checksum is right. */
export interface ScannedLine {
  readonly ok: true
  /** Counted from 1. */
  readonly number: number
  /** Of its first byte in the file. */
  readonly offset: number
  /** Of the byte behind its line feed. */
  readonly end: number
  readonly crc: number
  readonly json: string
}

/** Bytes that are no line of ours. */
export interface BadLine {
  readonly ok: false
  readonly number: number
  readonly offset: number
  readonly why: string
  /** Whether this can be a line whose writing was cut short: it is no longer than it says it would have been. */
  readonly canBeTorn: boolean
}

export interface ScanEnd {
  readonly fileBytes: number
  /** Behind the last byte that is not part of the zeros at the end. */
  readonly contentEnd: number
}

/**
 * Cuts a journal into lines and checks each by itself, in one pass, holding no more than one line: it neither stops at a bad line nor
 * judges it. Zeros at the end are space reserved for records to come, and no line.
 */
export class LineScanner {
  private number = 1
  private lineOffset = 0
  private position = 0
  private contentEnd = 0
  private parts: Buffer[] = []
  private partsLength = 0
  /** Longer than any line of ours: its bytes are no longer kept. */
  private oversize = false
  private seeds: readonly number[] = [0]

  constructor(private readonly onLine: (line: ScannedLine | BadLine) => void) {}

  push(chunk: Buffer): void {
    let start = 0
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, start)) {
      this.position += feed + 1 - start
      this.contentEnd = this.position
      this.finishLine(chunk.subarray(start, feed))
      start = feed + 1
    }
    const rest = chunk.subarray(start)
    const last = lastContent(rest)
    if (last !== -1) this.contentEnd = this.position + last + 1
    this.position += rest.length
    this.keep(rest)
  }

  end(): ScanEnd {
    const {number, lineOffset: offset, contentEnd} = this
    if (contentEnd > offset) {
      // Its last byte may stand where the line feed belongs.
      const content = Buffer.concat(this.parts).subarray(0, contentEnd - offset - 1)
      const checked = checkLine(content, this.seeds)
      this.onLine({
        ok: false,
        number,
        offset,
        why: 'it is not finished',
        canBeTorn: !this.oversize && !isOverlong(checked),
      })
    }
    return {fileBytes: this.position, contentEnd: this.contentEnd}
  }

  private keep(part: Buffer): void {
    this.oversize ||= this.partsLength + part.length > MAX_LINE_BYTES + FRAME_BYTES
    this.partsLength += part.length
    // A copy, since the reader may fill the same chunk again.
    this.parts = this.oversize ? [] : [...this.parts, Buffer.from(part)]
  }

  private finishLine(part: Buffer): void {
    const {number, lineOffset: offset, position: end} = this
    if (this.partsLength > 0) this.keep(part)
    const line = this.partsLength > 0 ? Buffer.concat(this.parts) : part
    const checked = this.oversize
      ? ({ok: false, why: 'it is too long', seeds: [], isOverlong: true} as const)
      : checkLine(line, this.seeds)
    this.number++
    this.lineOffset = end
    this.parts = []
    this.partsLength = 0
    this.oversize = false
    this.seeds = checked.ok ? [checked.crc] : checked.seeds
    if (checked.ok) this.onLine({ok: true, number, offset, end, crc: checked.crc, json: checked.json})
    else this.onLine({ok: false, number, offset, why: checked.why, canBeTorn: !checked.isOverlong})
  }
}

function isOverlong(checked: CheckedLine): boolean {
  return !checked.ok && checked.isOverlong
}

function lastContent(bytes: Buffer): number {
  let index = bytes.length - 1
  while (index >= 0 && bytes[index] === 0) index--
  return index
}
