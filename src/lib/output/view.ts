/**
 * What a domain's result.ts says about showing a result. Data in, data out: the writer (writer.ts) decides between
 * table, tab-separated, JSON, NDJSON and CSV, makes every string safe, and humanises times and sizes on a terminal only.
 */
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'strong'

/** A typed value. Plain strings and numbers are the common case; the objects say how a terminal may humanise them. */
export type Cell =
  | string
  | number
  | boolean
  | undefined
  /** ISO 8601 instant: an age ("3h ago") on a terminal, the ISO text elsewhere. */
  | {readonly time: string | undefined; readonly tone?: Tone}
  /** Seconds: "4d" on a terminal, the number elsewhere. */
  | {readonly seconds: number | undefined; readonly tone?: Tone}
  /** Bytes: "1.0 MiB" on a terminal, the number elsewhere. */
  | {readonly bytes: number | undefined; readonly tone?: Tone}
  /** On a terminal a long text is wrapped between words; anywhere, where it may be cut; never, where it is to be copied: a command. */
  | {readonly text: string | number | undefined; readonly tone: Tone | undefined; readonly wrap?: 'anywhere' | 'never'}

export interface Column<Row> {
  readonly header: string
  readonly value: (row: Row) => Cell
  readonly align?: 'left' | 'right'
  /** A flexible column gives way first when the terminal is narrow (cut with an ellipsis); ids and numbers are never cut. */
  readonly flexible?: boolean
}

export interface FieldsBlock {
  readonly kind: 'fields'
  readonly title?: string
  readonly fields: readonly {readonly label: string; readonly value: Cell | readonly Cell[]}[]
}

export interface TableBlock<Row = never> {
  readonly kind: 'table'
  readonly title?: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Said on stderr (never on stdout) when there are no rows. */
  readonly empty?: string
}

/** Untrusted or free text shown whole, indented under its title; wrapped on a terminal. */
export interface TextBlock {
  readonly kind: 'text'
  readonly title?: string
  readonly text: string
}

export type Block = FieldsBlock | TableBlock | TextBlock

/** How one kind of result is shown. */
export interface View<Result> {
  blocks(result: Result): readonly Block[]
  /** The records that NDJSON prints one a line and CSV one a row: the list under the document's plural noun. Absent: the document itself. */
  items?(result: Result): readonly object[]
  /** The result as JUnit XML, without the last newline; of commands that take `--output junit`. */
  junit?(result: Result): string
}

/** Builds a table block with its row type checked, then erased, so that blocks of several row types share one list. */
export function table<Row>(block: Omit<TableBlock<Row>, 'kind'>): TableBlock {
  return {kind: 'table', ...block} as unknown as TableBlock
}
