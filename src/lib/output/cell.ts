import {humanAge, humanDuration, humanSize} from './humanise.js'
import type {Cell, Column, Tone} from './view.js'
import {visible} from './visible.js'

/** Who reads a cell: a person (humanised, `-` for nothing) or a program (raw values, empty for nothing). */
export type Reader = {readonly kind: 'person'; readonly nowMs: number} | {readonly kind: 'program'}

/** The text of a cell, already safe to print. */
export function cellText(cell: Cell, reader: Reader): string {
  const text = rawText(cell, reader)
  if (text === undefined || text === '') return reader.kind === 'person' ? '-' : ''
  return visible(text)
}

function rawText(cell: Cell, reader: Reader): string | undefined {
  if (cell === undefined) return undefined
  if (typeof cell === 'boolean') return reader.kind === 'person' ? (cell ? 'yes' : 'no') : String(cell)
  if (typeof cell !== 'object') return String(cell)
  if ('text' in cell) return cell.text === undefined ? undefined : String(cell.text)
  const person = reader.kind === 'person'
  if ('time' in cell) return person && cell.time !== undefined ? humanAge(cell.time, reader.nowMs) : cell.time
  if ('seconds' in cell)
    return cell.seconds === undefined ? undefined : person ? humanDuration(cell.seconds) : String(cell.seconds)
  return cell.bytes === undefined ? undefined : person ? humanSize(cell.bytes) : String(cell.bytes)
}

/** The tone that a cell asks for, if any. */
export function cellTone(cell: Cell): Tone | undefined {
  return typeof cell === 'object' ? cell.tone : undefined
}

/** Numbers, durations and sizes line up on the right unless the column says otherwise. */
export function alignsRight<Row>(column: Column<Row>, cells: readonly Cell[]): boolean {
  if (column.align) return column.align === 'right'
  const known = cells.filter(cell => cell !== undefined)
  return known.length > 0 && known.every(isQuantity)
}

function isQuantity(cell: Cell): boolean {
  if (typeof cell === 'number') return true
  if (typeof cell !== 'object') return false
  return 'seconds' in cell || 'bytes' in cell || ('text' in cell && typeof cell.text === 'number')
}

/** The values of a field as a list; a field without any still takes a line. */
export function cellList(value: Cell | readonly Cell[]): readonly Cell[] {
  if (!isList(value)) return [value]
  return value.length === 0 ? [undefined] : value
}

function isList(value: Cell | readonly Cell[]): value is readonly Cell[] {
  return Array.isArray(value)
}
