import {EventEmitter} from 'node:events'
import {describe, expect, it} from 'vitest'
import {openWriter} from '../../../src/lib/output/open-writer.js'
import type {StreamView} from '../../../src/lib/output/record-stream.js'
import type {OutputMode} from '../../../src/lib/output/writer.js'

interface Row {
  readonly line: number
  readonly text?: string
}

const VIEW: StreamView<Row> = {
  head: {job: 'a', nothing: null},
  noun: 'records',
  columns: [
    {header: 'line', value: row => row.line},
    {header: 'text', value: row => row.text},
  ],
  keys: ['line', 'text'],
}

const FAILURE = {code: 'QueueDoesNotExist', message: 'It is gone', suggestions: ['Look again']}

/** What a stream of so many rows writes, and how many writes it takes. */
async function streamed(
  mode: OutputMode,
  count: number,
  {query, isTTY = false, text, warning}: {query?: string; isTTY?: boolean; text?: string; warning?: string} = {},
) {
  const writes: string[] = []
  const stdout = {write: (part: string) => writes.push(part) > 0, isTTY, columns: 80}
  const stderr = {write: () => true}
  const out = await openWriter({mode, stdout, stderr, env: {NO_COLOR: '1'}, query})
  if (warning !== undefined) out.warn(warning)
  const stream = out.stream(VIEW)
  for (let line = 1; line <= count; line++) await stream.add(text === undefined ? {line} : {line, text})
  stream.end()
  return {output: writes.join(''), writes: writes.length}
}

describe('a stream of records', () => {
  it.each([0, 1, 500, 501, 1234])('is one JSON document, whole with %i records', async count => {
    const {output} = await streamed('json', count, {text: 'two\nlines', warning: 'careful'})
    expect(JSON.parse(output)).toEqual({
      job: 'a',
      nothing: null,
      records: Array.from({length: count}, (_, index) => ({line: index + 1, text: 'two\nlines'})),
      warnings: ['careful'],
    })
  })

  it('looks as any other document', async () => {
    const {output} = await streamed('json', 2)
    expect(output).toBe(
      '{\n  "job": "a",\n  "nothing": null,\n  "records": [\n    {\n      "line": 1\n    },\n    {\n      "line": 2\n    }\n  ],\n  "warnings": []\n}\n',
    )
  })

  it.each<{mode: OutputMode; head: string; last: string; lines: number}>([
    {mode: 'ndjson', head: '{"line":1,"text":"x"}', last: '{"line":1001,"text":"x"}', lines: 1001},
    {mode: 'tsv', head: 'LINE\tTEXT', last: '1001\tx', lines: 1002},
    {mode: 'csv', head: 'line,text', last: '1001,x', lines: 1002},
  ])('has one head in $mode, however many records', async ({mode, head, last, lines}) => {
    const {output, writes} = await streamed(mode, 1001, {text: 'x'})
    const rows = output.split(/\r?\n/)
    expect([rows[0], rows.at(-2), rows.at(-1), rows.length]).toEqual([head, last, '', lines + 1])
    expect(writes).toBe(3)
  })

  it('has its head when there are no records', async () => {
    expect((await streamed('tsv', 0)).output).toBe('LINE\tTEXT\n')
    expect((await streamed('ndjson', 0)).output).toBe('')
    expect((await streamed('table', 0)).output).toBe('')
  })

  it('keeps a column of CSV that only a later record fills', async () => {
    const {output} = await streamed('csv', 1)
    expect(output).toBe('line,text\r\n1,\r\n')
  })

  it.each<OutputMode>(['json', 'ndjson', 'csv', 'table'])('shows a terminal nothing to obey in %s', async mode => {
    const {output} = await streamed(mode, 2, {isTTY: true, text: 'a\u001b[2J\u202e\u009bz'})
    expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it.each(['drain', 'error', 'close'] as const)('waits for a reader that takes no more, until %s', async event => {
    const stdout = Object.assign(new EventEmitter(), {write: () => false})
    const out = await openWriter({mode: 'ndjson', stdout, stderr: {write: () => true}, env: {}})
    const stream = out.stream(VIEW)
    for (let line = 1; line < 500; line++) await stream.add({line})
    let isTaken = false
    const taken = stream.add({line: 500}).then(() => (isTaken = true))
    await new Promise(resolve => setImmediate(resolve))
    expect(isTaken).toBe(false)
    if (event === 'error') stdout.on('error', () => undefined)
    stdout.emit(event)
    await taken
    expect(['drain', 'close'].map(name => stdout.listenerCount(name))).toEqual([0, 0])
  })

  it.each([
    ['json', 1, {job: 'a', nothing: null, records: [{line: 1}], warnings: ['careful'], error: FAILURE}],
    ['json', 0, {error: FAILURE}],
    ['ndjson', 0, {error: FAILURE}],
  ] as const)('that fails is one document of %s with the failure, after %i records', async (mode, count, expected) => {
    let output = ''
    const stdout = {write: (part: string) => (output += part) !== '', isTTY: false}
    const out = await openWriter({mode, stdout, stderr: {write: () => true}, env: {}})
    const stream = out.stream({...VIEW, live: true})
    for (let line = 1; line <= count; line++) await stream.add({line})
    out.warn('careful')
    out.failure(FAILURE)
    expect(JSON.parse(output)).toEqual(expected)
  })

  it('is whole for an expression', async () => {
    expect((await streamed('json', 700, {query: 'length(records)'})).output).toBe('700\n')
    expect((await streamed('tsv', 3, {query: 'records[-1].line'})).output).toBe('3\n')
  })

  it('refuses an expression over more than it may keep', async () => {
    await expect(streamed('json', 200_001, {query: 'length(records)'})).rejects.toMatchObject({
      code: 'QueryTooLarge',
      exitCode: 2,
    })
  })
})
