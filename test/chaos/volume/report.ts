import {FAILPOINTS} from '../../../src/lib/failpoint.js'
import type {Figures} from '../figures.js'
import {FAULTS} from '../tape.js'

type Cells = readonly (string | number)[]

/** What one job came to, in a line. */
export function lineOf(name: string, {sums, injected, ok}: Figures, seconds: number): string {
  const parts = [
    `${sums.messages} messages`,
    `${sums.delivered} moved`,
    `${sums.runs} runs`,
    `${sums.kills} kills`,
    `${injected} faults`,
    `${sums.duplicated} doubled, listed`,
    `${Math.round(seconds)} s`,
  ]
  return `${ok ? 'ok    ' : 'FAILED'} ${name}: ${parts.join('; ')}\n`
}

/** Sums of everything that was done, with a table of the faults and one of the kills. */
export function totalsOf(figures: Figures): string {
  const {sums, injections, killsAt} = figures
  const done = [
    ['redrives', sums.cases],
    ['runs of the program', sums.runs],
    ['kill -9', sums.kills],
    ['faults injected', figures.injected],
    ['pairs of a fault and an operation', injections.size],
    ['messages', sums.messages],
    ['moved', sums.delivered],
    ['doubled, and listed', sums.duplicated - sums.unreported],
    ['listed, and there once', sums.reportedNotFound],
  ] as const
  const broken = [
    ['lost', sums.lost],
    ['doubled, and not listed', sums.unreported],
    ['altered', sums.altered],
    ['groups out of order', sums.reordered],
    ['moved that nobody planted or selected', sums.unexpected],
    ['said to be moved, and not', sums.falselyMoved],
    ['still held at the end', sums.leaked],
    ['redrives that did not end', sums.unfinished],
    ['kills that did not happen', sums.missed],
  ] as const
  const tables = [
    injections.size > 0 ? `\nFaults by kind and operation\n${table(faultRows(injections))}` : '',
    killsAt.size > 0 ? `\nKills by place\n${table(killRows(killsAt))}` : '',
  ]
  return `${tables.join('')}\n${table(done)}\nMust be nought\n${table(broken)}`
}

function faultRows(injections: ReadonlyMap<string, number>): Cells[] {
  const operations = [...new Set([...injections.keys()].map(key => key.split(' ')[1] ?? ''))].sort()
  const kinds = FAULTS.filter(kind => operations.some(operation => injections.has(`${kind} ${operation}`)))
  return [
    ['', ...operations],
    ...kinds.map(kind => [kind, ...operations.map(operation => injections.get(`${kind} ${operation}`) ?? '-')]),
  ]
}

function killRows(killsAt: ReadonlyMap<string, number>): Cells[] {
  const places = FAILPOINTS.filter(name => killsAt.has(name))
  const others = [...killsAt.keys()].filter(key => !places.some(name => name === key)).sort()
  return [...places, ...others].map(key => [key, killsAt.get(key) ?? 0])
}

function table(rows: readonly Cells[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => String(row[column] ?? '').length)))
  const padded = (cell: string | number, column: number): string =>
    column === 0 ? String(cell).padEnd(widths[0] ?? 0) : String(cell).padStart(widths[column] ?? 0)
  return rows.map(row => `${row.map(padded).join('  ')}\n`).join('')
}
