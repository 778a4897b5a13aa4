import {ExitCode, OpsError} from '../ops-error.js'
import type {BlockRenderer} from './blocks.js'
import {renderCsv} from './csv.js'
import type {Column} from './view.js'
import {table} from './view.js'
import type {OutputMode} from './writer.js'

/** Records that are formatted together: enough that a write costs little, and few enough to forget. */
const CHUNK_RECORDS = 500
/** What `--query` may keep: it needs the whole document at once. */
const QUERIED_RECORDS = 200_000

/** How records that come one by one are shown. */
export interface StreamView<Row extends object> {
  /** What the document says besides its records. */
  readonly head: object
  /** The plural noun that the records are under. */
  readonly noun: string
  /** Each record is shown as it comes, however long the next one takes. */
  readonly live?: boolean
  readonly columns: readonly Column<Row>[]
  /** Columns of CSV: the keys that a record can have. */
  readonly keys: readonly (string & (Row extends unknown ? keyof Row : never))[]
}

/** What a stream needs of the writer that it is a part of. */
export interface StreamParts {
  readonly mode: Exclude<OutputMode, 'junit'>
  readonly renderBlocks: BlockRenderer
  readonly toJson: (value: unknown, indent?: number) => string
  /** Whether more is taken at once. */
  readonly write: (text: string) => boolean
  /** Resolves when more is taken, or nobody reads any more. */
  readonly drained: () => Promise<void>
  readonly warnings: () => readonly string[]
  /** Takes the whole document where an expression is applied to it. */
  readonly query: ((document: object) => void) | undefined
}

/** A result of more records than fit the memory, in any of the output modes. `end` completes the document. */
export class RecordStream<Row extends object> {
  private chunk: Row[] = []
  private chunks = 0
  private ended = false

  constructor(
    private readonly view: StreamView<Row>,
    private readonly parts: StreamParts,
  ) {}

  /** To be waited for: a reader that is slower than the records would have them pile up. */
  async add(record: Row): Promise<void> {
    this.chunk.push(record)
    if (this.parts.query !== undefined) this.assertFewEnough()
    else if ((this.view.live === true || this.chunk.length === CHUNK_RECORDS) && !this.flush())
      await this.parts.drained()
  }

  end(): void {
    const {view, parts} = this
    if (parts.query !== undefined) {
      parts.query({...view.head, [view.noun]: this.chunk})
      return
    }
    if (this.chunk.length > 0 || this.chunks === 0) this.flush()
    if (parts.mode === 'json') this.endDocument({warnings: parts.warnings()})
    this.ended = true
  }

  /** Completes a JSON document that has begun with the failure that ends it; false where none has, and the failure is a document of its own. */
  fail(error: object): boolean {
    const {mode, query, warnings} = this.parts
    if (mode !== 'json' || query !== undefined || this.chunks === 0 || this.ended) return false
    if (this.chunk.length > 0) this.flush()
    this.endDocument({warnings: warnings(), error})
    return true
  }

  private endDocument(tail: object): void {
    const {toJson, write} = this.parts
    const last = Object.entries(tail).map(
      ([key, value]) => `  ${JSON.stringify(key)}: ${indented(toJson(value, 2), 2)}`,
    )
    write(`\n  ],\n${last.join(',\n')}\n}\n`)
  }

  private flush(): boolean {
    const text = this.formatted(this.chunk)
    this.chunk = []
    this.chunks++
    return text === '' || this.parts.write(text)
  }

  private formatted(records: readonly Row[]): string {
    const {mode, toJson} = this.parts
    switch (mode) {
      case 'json':
        return this.partOfDocument(records)
      case 'ndjson':
        return records.map(record => `${toJson(record)}\n`).join('')
      case 'csv':
        return this.behindHeader(renderCsv(records.map(record => this.withEveryKey(record))), '\r\n')
      case 'tsv':
        return this.behindHeader(this.rendered(records), '\n')
      case 'table':
        return this.rendered(records)
    }
  }

  private partOfDocument(records: readonly Row[]): string {
    const {view, parts} = this
    const list = records.map(record => `\n    ${indented(parts.toJson(record, 2), 4)}`).join(',')
    if (this.chunks > 0) return list === '' ? '' : `,${list}`
    const head = Object.entries(view.head).map(
      ([key, value]) => `  ${JSON.stringify(key)}: ${indented(parts.toJson(value, 2), 2)},\n`,
    )
    return `{\n${head.join('')}  ${JSON.stringify(view.noun)}: [${list}`
  }

  private rendered(records: readonly Row[]): string {
    const text = this.parts.renderBlocks([table<Row>({columns: this.view.columns, rows: records})])
    return text === '' ? '' : `${text}\n`
  }

  private behindHeader(text: string, lineEnd: string): string {
    return this.chunks === 0 ? text : text.slice(text.indexOf(lineEnd) + lineEnd.length)
  }

  private withEveryKey(record: Row): object {
    return Object.fromEntries(this.view.keys.map(key => [key, Reflect.get(record, key) as unknown]))
  }

  private assertFewEnough(): void {
    if (this.chunk.length <= QUERIED_RECORDS) return
    throw new OpsError(
      `--query needs the whole document at once, and this one has more than ${QUERIED_RECORDS} ${this.view.noun}`,
      {
        code: 'QueryTooLarge',
        exitCode: ExitCode.usage,
        suggestions: ['Leave --query out and filter the lines of --output ndjson.'],
      },
    )
  }
}

function indented(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`)
}
