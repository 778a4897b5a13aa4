import type {BlockRenderer} from './blocks.js'
import {renderCsv} from './csv.js'
import {failureText, type FailureReport} from './failure-text.js'
import {ProgressLine} from './progress.js'
import type {Query} from './query.js'
import {RecordStream} from './record-stream.js'
import type {StreamView} from './record-stream.js'
import {drained, plain, type OutputStream, type Paint} from './streams.js'
import type {View} from './view.js'
import {visible, visibleJson} from './visible.js'

/** `tsv` is what a table becomes on a pipe; `junit` is for the views that say how. */
export type OutputMode = 'table' | 'tsv' | 'json' | 'ndjson' | 'csv' | 'junit'

export interface WriterOptions {
  readonly mode: OutputMode
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** Milliseconds since the epoch; ages on a terminal count from it. */
  readonly now: () => number
  readonly renderBlocks: BlockRenderer
  readonly query?: Query | undefined
  readonly paintErr?: Paint
  /** Breaks a line between words at the width of stderr, where that is a terminal. */
  readonly wrap?: (text: string) => string
}

/**
 * The only way out: results go to stdout in the mode that was asked for, everything else to stderr.
 * Every string that reaches a terminal, and every cell on a pipe, passes visible(); JSON, NDJSON and CSV on a pipe are exact.
 */
export class Writer {
  readonly mode: OutputMode
  readonly #options: WriterOptions
  readonly #progress: ProgressLine
  readonly #warnings: string[] = []
  #closed = false
  /** Completes the document of the stream under way with a failure, if it has begun. */
  #failStream: ((error: object) => boolean) | undefined

  constructor(options: WriterOptions) {
    this.mode = options.mode
    this.#options = options
    this.#progress = new ProgressLine(options.stderr, options.now)
  }

  /** True once the reader of stdout has gone away; later results are dropped. */
  get closed(): boolean {
    return this.#closed
  }

  /** Told by the frame when stdout reports EPIPE. */
  markClosed(): void {
    this.#closed = true
  }

  /** Writes the one result of a command in the mode that was asked for. */
  result<Result extends object>(result: Result, view: View<Result>): void {
    if (this.mode === 'table' || this.mode === 'tsv') this.#show(result, view)
    else if (this.mode === 'junit') this.#junit(result, view)
    else this.#document(result, view)
  }

  /** Writes a result of so many records that they come one by one. */
  stream<Row extends object>(view: StreamView<Row>): RecordStream<Row> {
    const {mode, query, renderBlocks, stdout} = this.#options
    if (mode === 'junit') throw notJunit()
    const isTerminal = stdout.isTTY === true
    const records = new RecordStream(view, {
      mode,
      renderBlocks,
      warnings: () => this.#warnings,
      toJson: (value, indent) => {
        const text = JSON.stringify(value ?? null, undefined, indent)
        return isTerminal ? visibleJson(text) : text
      },
      write: text =>
        this.#write(isTerminal && mode === 'csv' ? visible(text.replaceAll('\r\n', '\n'), {layout: true}) : text),
      drained: () => drained(stdout),
      query: query && (document => this.result(document, {blocks: () => [], items: () => []})),
    })
    this.#failStream = error => records.fail(error)
    return records
  }

  /** One line of NDJSON at once; nothing in the other modes, where the result comes at the end. */
  event(event: object): void {
    if (this.mode === 'ndjson') this.#print(this.#json(event))
  }

  /** Says on stderr what the user should know, in every mode; JSON documents carry it under `warnings` as well. */
  warn(message: string): void {
    this.#warnings.push(message)
    this.#complain(`${this.#paintErr('warn', 'Warning:')} ${visible(message, {layout: true})}`)
  }

  /** A hint on stderr; left out where a program reads JSON from a pipe. */
  note(message: string): void {
    const forProgram = (this.mode === 'json' || this.mode === 'ndjson') && this.#options.stdout.isTTY !== true
    if (!forProgram) this.#complain(this.#paintErr('dim', visible(message, {layout: true})))
  }

  /** A line on stderr that belongs to a question or an answer to it, in every mode; wrapped between words on a terminal. */
  say(line: string): void {
    const {wrap = (text: string) => text} = this.#options
    this.#complain(wrap(visible(line, {layout: true})))
  }

  /** A line on stderr that is to be copied: in every mode, and in one piece. */
  record(line: string): void {
    this.#complain(visible(line))
  }

  /** A line of the debug log, on stderr in every mode. */
  debug(line: string): void {
    this.#complain(`debug: ${visible(line)}`)
  }

  /** Says which account the command works on when it is not the usual one; for a person at a terminal only. */
  banner(text: string): void {
    if (this.mode === 'table' && this.#options.stderr.isTTY === true)
      this.#complain(this.#paintErr('warn', visible(text)))
  }

  /** Shows a live line on stderr when that is a terminal; `undefined` takes it away. */
  progress(text: string | undefined): void {
    this.#progress.show(text)
  }

  /**
   * Tells of a failure: `{"error":{..}}` on stdout in the JSON modes (in the document that has begun, where one has), sentences on stderr in the others.
   * Where a JSON document goes to a file or a pipe while a person watches stderr, they get the sentences too.
   */
  failure(report: FailureReport): void {
    const json = this.mode === 'json' || this.mode === 'ndjson'
    if (json) {
      const {message, code, suggestions, requestId, facts} = report
      const error = {code, message, suggestions, requestId, ...facts}
      if (this.#failStream?.(error) !== true) this.#print(this.#json({error}))
    }
    const {stdout, stderr} = this.#options
    if (!json || (stderr.isTTY === true && stdout.isTTY !== true)) this.#complain(failureText(report, this.#paintErr))
  }

  #show<Result extends object>(result: Result, view: View<Result>): void {
    const {query, renderBlocks} = this.#options
    if (query) {
      const value = this.#apply(query, result)
      if (typeof value !== 'string') this.#print(this.#json(value))
      else this.#print(this.#options.stdout.isTTY === true ? visible(value, {layout: true}) : value)
      return
    }
    const blocks = view.blocks(result)
    const text = renderBlocks(blocks)
    if (text !== '') this.#print(text)
    for (const block of blocks)
      if (block.kind === 'table' && block.rows.length === 0 && block.empty !== undefined) this.note(block.empty)
  }

  #junit<Result extends object>(result: Result, view: View<Result>): void {
    if (view.junit === undefined) throw notJunit()
    const text = view.junit(result)
    this.#print(this.#options.stdout.isTTY === true ? visible(text, {layout: true}) : text)
  }

  #document<Result extends object>(result: Result, view: View<Result>): void {
    const {query} = this.#options
    const own: unknown = 'warnings' in result ? result.warnings : []
    const document = {...result, warnings: [...(Array.isArray(own) ? (own as unknown[]) : []), ...this.#warnings]}
    if (this.mode === 'json') {
      this.#print(this.#json(query ? this.#apply(query, document) : document))
      return
    }
    const value = query ? this.#apply(query, document) : (view.items?.(result) ?? result)
    const records: readonly unknown[] = Array.isArray(value) ? (value as unknown[]) : [value]
    if (this.mode === 'csv') this.#csv(records)
    else for (const record of records) this.#print(this.#json(record))
  }

  #csv(records: readonly unknown[]): void {
    if (this.#options.stdout.isTTY === true) this.#write(visible(renderCsv(records, '\n'), {layout: true}))
    else this.#write(renderCsv(records))
  }

  #apply(query: Query, document: object): unknown {
    try {
      return query(document)
    } catch (error) {
      // What the command did is done: the whole result must not be lost with a slip in the expression.
      this.#complain(visibleJson(JSON.stringify(document)))
      throw error
    }
  }

  #json(value: unknown): string {
    const text = JSON.stringify(value ?? null, undefined, this.mode === 'ndjson' ? undefined : 2)
    return this.#options.stdout.isTTY === true ? visibleJson(text) : text
  }

  #print(text: string): void {
    this.#write(`${text}\n`)
  }

  /** Whether stdout takes more at once. */
  #write(text: string): boolean {
    this.#progress.show(undefined)
    return this.#closed || this.#options.stdout.write(text)
  }

  #complain(text: string): void {
    this.#progress.show(undefined)
    this.#options.stderr.write(`${text}\n`)
  }

  get #paintErr(): Paint {
    return this.#options.paintErr ?? plain
  }
}

function notJunit(): Error {
  return new Error('The result of this command has no form in JUnit XML')
}
