import {ExitCode, OpsError} from '../ops-error.js'
import type {BlockRenderer} from './blocks.js'
import {compileQuery} from './query.js'
import {loadPaint, plain, wantsColour, type OutputStream} from './streams.js'
import {Writer, type OutputMode} from './writer.js'

export interface OpenWriterOptions {
  readonly mode: OutputMode
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: NodeJS.ProcessEnv
  readonly noColor?: boolean
  /** A JMESPath expression for the result document. */
  readonly query?: string | undefined
  readonly now?: () => number
}

/**
 * Loads what the mode needs and nothing else (a pipe never pays for colours and widths), and compiles the query, so that
 * whatever is wrong with the output options fails before the command has begun. Throws OpsError QueryInvalid (exit 2).
 */
export async function openWriter(options: OpenWriterOptions): Promise<Writer> {
  const {mode, stdout, stderr, env, noColor = false, now = Date.now} = options
  if (mode === 'junit' && options.query !== undefined) throw noQuery()
  const query = options.query === undefined ? undefined : await compileQuery(options.query)
  const colourful = {out: mode === 'table' && wantsColour(stdout, env, noColor), err: wantsColour(stderr, env, noColor)}
  const paint = colourful.out || colourful.err ? await loadPaint() : plain
  const renderBlocks = await loadRenderer(mode, stdout, colourful.out ? paint : plain, now)
  const wrap = mode === 'table' ? await loadWrap(stderr) : undefined
  return new Writer({mode, stdout, stderr, now, query, renderBlocks, wrap, paintErr: colourful.err ? paint : plain})
}

function noQuery(): OpsError {
  return new OpsError('--query is of the JSON document, which --output junit does not print', {
    code: 'UsageError',
    exitCode: ExitCode.usage,
    suggestions: ['Give one of them.'],
  })
}

async function loadRenderer(
  mode: OutputMode,
  stdout: OutputStream,
  paint: typeof plain,
  now: () => number,
): Promise<BlockRenderer> {
  if (mode === 'table') {
    const {renderTerminal} = await import('./terminal.js')
    return blocks => renderTerminal(blocks, {columns: width(stdout), nowMs: now(), paint})
  }
  const {renderTabSeparated} = await import('./tab-separated.js')
  return renderTabSeparated
}

async function loadWrap(stderr: OutputStream): Promise<((text: string) => string) | undefined> {
  const columns = width(stderr)
  if (columns === undefined) return undefined
  const {wrapWords} = await import('./terminal.js')
  return text => wrapWords(text, columns).join('\n')
}

function width({isTTY, columns}: OutputStream): number | undefined {
  if (isTTY !== true) return undefined
  return columns === undefined || columns < 1 ? 80 : columns
}
