import {dangersIn} from '../../fixtures/hostile-strings.js'
import type {FuzzCase, Outcome} from './fuzz-case.js'

/** design.md's table of exit codes; 70 is a bug wherever it comes from. */
const EXIT_CODES = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 75])
/** The line that is drawn over, and the colours of our own output. */
const OWN_LINE = '\r\u001b[2K'
// eslint-disable-next-line no-control-regex -- what a terminal is sent is full of them
const OWN_COLOURS = /\u001b\[(?:1|2|22|3[1-6]|39|90)m/g
const STACK = /^ +at (?:async )?.*[(/:]\d+:\d+\)?$|node:internal|\/chunks\/[\w-]+\.js/m

/** What is wrong with how a case ended; nothing when all is well. Pure. */
export function complaints(
  one: Pick<FuzzCase, 'output' | 'args'>,
  {code, stdout, stderr, terminal, merged}: Outcome,
): string[] {
  if (code === undefined) return ['it did not end']
  const found: string[] = []
  if (!EXIT_CODES.has(code)) found.push(`exit code ${code}`)
  const isDebug = one.args.includes('--debug')
  if (!isDebug && (STACK.test(stdout) || STACK.test(stderr))) found.push('a stack trace')
  if (code !== 0 && stdout === '' && stderr === '') found.push(`exit code ${code} without a word`)
  const raw =
    terminal === 'none'
      ? [...rawIn(stderr), ...rawOnPipe(one.output, stdout)]
      : [stdout, stderr].flatMap(text => rawIn(withoutOwn(text, {terminal, merged})))
  if (raw.length > 0) found.push(`raw ${[...new Set(raw)].slice(0, 5).join(', ')}`)
  return merged ? found : [...found, ...unparsed(one.output, stdout)]
}

function rawIn(text: string): readonly string[] {
  return dangersIn(text, {layout: true})
}

function withoutOwn(text: string, {terminal, merged}: Pick<Outcome, 'terminal' | 'merged'>): string {
  const lines = text.replaceAll(OWN_LINE, '')
  const plain = terminal === 'coloured' ? lines.replaceAll(OWN_COLOURS, '') : lines
  // What a terminal itself makes of a newline.
  return merged ? plain.replaceAll('\r\n', '\n') : plain
}

/** On a pipe, JSON and CSV are exact: of JSON no control character can be, of CSV any. */
function rawOnPipe(output: FuzzCase['output'], stdout: string): readonly string[] {
  if (output === 'csv' || output === 'any') return []
  if (output === 'tsv' || output === 'table') return rawIn(stdout)
  return dangersIn(stdout, {layout: true}).filter(codePoint => Number.parseInt(codePoint, 16) < 0x20)
}

function unparsed(output: FuzzCase['output'], stdout: string): string[] {
  if (output === 'json') return isJson(stdout) ? [] : ['stdout is no JSON']
  if (output !== 'ndjson') return []
  const lines = stdout.split('\n')
  return lines.at(-1) === '' && lines.slice(0, -1).every(isJson) ? [] : ['stdout is no NDJSON']
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
