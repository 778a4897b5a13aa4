import {alignsRight, cellList, cellText, cellTone, type Reader} from './cell.js'
import type {Paint} from './streams.js'
import type {Block, Cell, FieldsBlock, TableBlock, TextBlock, Tone} from './view.js'
import {visible} from './visible.js'
import {textWidth, wrapText} from './wrap.js'

const GAP = '  '
/** A column that gives way keeps room for a few characters and the ellipsis. */
const NARROWEST = 6
/** More than any terminal shows of a cell. */
const LONGEST_CELL = 4_000
const graphemes = new Intl.Segmenter()

export interface Terminal {
  /** `undefined`: no terminal, so nothing is cut or wrapped. */
  readonly columns: number | undefined
  readonly nowMs: number
  readonly paint: Paint
}

/** Blocks for a person: aligned tables with flexible columns cut to the width, labelled fields, wrapped text. */
export function renderTerminal(blocks: readonly Block[], terminal: Terminal): string {
  return blocks
    .map(block => {
      const body = lines(block, terminal)
      return block.title === undefined || body.length === 0
        ? body
        : [terminal.paint('strong', visible(block.title)), ...body]
    })
    .filter(block => block.length > 0)
    .map(block => block.join('\n'))
    .join('\n\n')
}

function lines(block: Block, terminal: Terminal): readonly string[] {
  switch (block.kind) {
    case 'table':
      return tableLines(block, terminal)
    case 'fields':
      return fieldLines(block, terminal)
    case 'text':
      return textLines(block, terminal)
  }
}

interface Entry {
  readonly text: string
  readonly width: number
  readonly tone: Tone | undefined
}

function tableLines(block: TableBlock, {columns, nowMs, paint}: Terminal): readonly string[] {
  if (block.rows.length === 0) return []
  const reader: Reader = {kind: 'person', nowMs}
  const table = block.columns.map(column => {
    const cells: readonly Cell[] = block.rows.map(row => column.value(row))
    const header = entry(visible(column.header.toUpperCase()), 'dim')
    const limit = column.flexible === true && columns !== undefined ? LONGEST_CELL : Number.POSITIVE_INFINITY
    const entries = [header, ...cells.map(cell => entry(cellText(cell, reader).slice(0, limit), cellTone(cell)))]
    const width = entries.reduce((widest, {width}) => Math.max(widest, width), 0)
    return {entries, width, right: alignsRight(column, cells), flexible: column.flexible === true}
  })
  const widths = columns === undefined ? table.map(column => column.width) : fit(table, columns)
  return [undefined, ...block.rows].map((_, index) =>
    table
      .map(({entries, right}, column) => {
        const width = widths[column] ?? 0
        const {text, tone} = cut(entries[index] ?? entry('', undefined), width)
        const padding = ' '.repeat(width - textWidth(text))
        const painted = tone === undefined ? text : paint(tone, text)
        if (right) return `${padding}${painted}`
        return column === table.length - 1 ? painted : `${painted}${padding}`
      })
      .join(GAP),
  )
}

/** Takes what is too much from the widest flexible column, again and again, until the table fits or none can give more. */
function fit(
  table: readonly {readonly width: number; readonly flexible: boolean}[],
  columns: number,
): readonly number[] {
  const widths = table.map(column => column.width)
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - columns
  while (excess > 0) {
    let widest = -1
    for (const [index, column] of table.entries())
      if (column.flexible && (widths[index] ?? 0) > Math.max(NARROWEST, widths[widest] ?? 0)) widest = index
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}

function entry(text: string, tone: Tone | undefined): Entry {
  return {text, width: textWidth(text), tone}
}

function cut(whole: Entry, width: number): Entry {
  if (whole.width <= width) return whole
  let text = ''
  let used = 0
  for (const {segment} of graphemes.segment(whole.text)) {
    const next = textWidth(segment)
    if (used + next > width - 1) break
    text += segment
    used += next
  }
  return entry(`${text}…`, whole.tone)
}

function fieldLines(block: FieldsBlock, {columns, nowMs, paint}: Terminal): readonly string[] {
  const reader: Reader = {kind: 'person', nowMs}
  const labels = block.fields.map(({label}) => visible(label))
  const width = labels.reduce((widest, label) => Math.max(widest, textWidth(label)), 0)
  const indent = block.title === undefined ? '' : GAP
  return block.fields.flatMap(({value}, index) => {
    const label = labels[index] ?? ''
    const room = columns === undefined ? undefined : columns - indent.length - width - GAP.length
    const parts = cellList(value).flatMap(cell =>
      wrapped(cellText(cell, reader), room, cell).map(text => ({text, tone: cellTone(cell)})),
    )
    return parts.map(({text, tone}, line) => {
      const head = line === 0 ? paint('dim', label) + ' '.repeat(width - textWidth(label)) : ' '.repeat(width)
      return `${indent}${head}${GAP}${tone === undefined ? text : paint(tone, text)}`
    })
  })
}

/** Sentences are wrapped between words; what has none to wrap at, such as an ARN, stays whole so that it can be copied. */
export function wrapWords(text: string, room: number | undefined): readonly string[] {
  if (room === undefined || room < NARROWEST || text.length <= room || !text.includes(' ')) return [text]
  return wrapText(text, room)
}

function wrapped(text: string, room: number | undefined, cell: Cell): readonly string[] {
  const how = typeof cell === 'object' && 'wrap' in cell ? cell.wrap : undefined
  if (how === 'never') return [text]
  return (how === 'anywhere' ? wrapAnywhere : wrapWords)(text, room)
}

function wrapAnywhere(text: string, room: number | undefined): readonly string[] {
  if (room === undefined || room < NARROWEST || text.length <= room) return [text]
  return wrapText(text, room, {hard: true})
}

function textLines(block: TextBlock, {columns}: Terminal): readonly string[] {
  // A tab has no width of its own; four columns are what most terminals would give it here.
  const text = visible(block.text, {layout: true}).replaceAll('\t', '    ')
  const indent = block.title === undefined ? '' : GAP
  const rows =
    columns === undefined
      ? text.split('\n')
      : wrapText(text, Math.max(columns - indent.length, 1), {hard: true, trim: false})
  return rows.map(line => `${indent}${line}`)
}
