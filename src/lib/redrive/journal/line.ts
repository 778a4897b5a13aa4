import {crc32} from 'node:zlib'

/** The longest line that is written or read, in bytes. */
export const MAX_LINE_BYTES = 1_048_576
/** What `crc32 length ` adds to the JSON at most, line feed included. */
export const FRAME_BYTES = 8 + 1 + 7 + 1 + 1

const CRC = /^[0-9a-f]{8}$/
const LENGTH = /^[1-9]\d{0,6}$/
const CRC_END = 8
const SPACE = 0x20

export type CheckedLine =
  | {readonly ok: true; readonly crc: number; readonly json: string}
  | {
      readonly ok: false
      readonly why: string
      /** What the line behind this one can have continued from. */
      readonly seeds: readonly number[]
      /** There is more than the line names as its length: its line feed is damaged, and another line follows it. */
      readonly isOverlong: boolean
    }

/**
 * One line of a journal: `crc32 length json`, CRC as eight hex digits, length in bytes. The CRC covers length and JSON and continues
 * from the CRC of the line before (0 for the first): a line that is missing, repeated or of another file is noticed too.
 */
export function encodeLine(json: string, previous: number): {bytes: Buffer; crc: number} {
  const checked = Buffer.from(`${Buffer.byteLength(json)} ${json}`)
  const crc = crc32(checked, previous)
  return {bytes: Buffer.concat([Buffer.from(`${hex(crc)} `), checked, LINE_FEED]), crc}
}

/** Checks a line, given without its line feed; `seeds` are the CRCs that the line before may have (several after a bad line). */
export function checkLine(line: Buffer, seeds: readonly number[]): CheckedLine {
  const text = line.toString('latin1', 0, CRC_END)
  if (!CRC.test(text) || line[CRC_END] !== SPACE) {
    return {ok: false, why: 'it does not begin with a checksum', seeds: [], isOverlong: false}
  }
  const stored = Number.parseInt(text, 16)
  const checked = line.subarray(CRC_END + 1)
  const lengthEnd = checked.indexOf(SPACE)
  const length = checked.toString('latin1', 0, Math.max(0, lengthEnd))
  const json = checked.subarray(lengthEnd + 1)
  if (!LENGTH.test(length) || json.length !== Number(length)) {
    const isOverlong = LENGTH.test(length) && json.length > Number(length)
    return {ok: false, why: 'it does not have the length it names', seeds: [stored], isOverlong}
  }
  const sums = seeds.map(seed => crc32(checked, seed))
  if (sums.includes(stored)) return {ok: true, crc: stored, json: json.toString()}
  return {ok: false, why: 'its checksum is wrong', seeds: [stored, ...sums], isOverlong: false}
}

const LINE_FEED = Buffer.from('\n')

function hex(crc: number): string {
  return crc.toString(16).padStart(CRC_END, '0')
}
