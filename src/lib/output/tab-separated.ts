import {cellList, cellText, type Reader} from './cell.js'
import type {Block, TableBlock} from './view.js'
import {visible} from './visible.js'

const PROGRAM: Reader = {kind: 'program'}

/**
 * Blocks for a pipe: a table is a header line and one line a row, fields are `label<TAB>value` (one line a value), text keeps
 * its own lines. Tabs and newlines inside values are written `\u{9}` and `\u{a}`, so a line is always a record.
 */
export function renderTabSeparated(blocks: readonly Block[]): string {
  const titled = blocks.length > 1
  return blocks
    .map(block => [...(titled && block.title !== undefined ? [visible(block.title)] : []), ...lines(block)].join('\n'))
    .join('\n\n')
}

function lines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'table':
      return [
        block.columns.map(column => visible(column.header.toUpperCase())).join('\t'),
        ...block.rows.map(row => rowLine(block, row)),
      ]
    case 'fields':
      return block.fields.flatMap(({label, value}) =>
        cellList(value).map(cell => `${visible(label)}\t${cellText(cell, PROGRAM)}`),
      )
    case 'text':
      return [visible(block.text, {layout: true})]
  }
}

function rowLine(block: TableBlock, row: never): string {
  return block.columns.map(column => cellText(column.value(row), PROGRAM)).join('\t')
}
