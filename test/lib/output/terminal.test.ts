import {describe, expect, test} from 'vitest'
import {plain, type Paint} from '../../../src/lib/output/streams.js'
import {renderTabSeparated} from '../../../src/lib/output/tab-separated.js'
import {renderTerminal} from '../../../src/lib/output/terminal.js'
import {table, type Block, type Cell, type Column} from '../../../src/lib/output/view.js'

const nowMs = Date.parse('2026-11-21T03:00:00.000Z')
const tags: Paint = (tone, text) => `<${tone}>${text}</${tone}>`

function show(blocks: readonly Block[], columns: number | undefined = 80, paint = plain): readonly string[] {
  return renderTerminal(blocks, {columns, nowMs, paint}).split('\n')
}

interface Row {
  readonly name: string
  readonly depth?: Cell
  readonly more?: Cell
}

const name: Column<Row> = {header: 'Name', value: row => row.name, flexible: true}
const depth: Column<Row> = {header: 'Depth', value: row => row.depth}
const more: Column<Row> = {header: 'More', value: row => row.more}

describe('a table on a terminal', () => {
  test('lines up words on the left and quantities on the right, under upper-case headers', () => {
    const rows = [
      {name: 'orders', depth: 3, more: {seconds: 345_600}},
      {name: 'orders-dlq', depth: 12_345, more: {seconds: 30}},
    ]
    expect(show([table({columns: [name, depth, more], rows})])).toEqual([
      'NAME        DEPTH  MORE',
      'orders          3    4d',
      'orders-dlq  12345   30s',
    ])
  })

  test('leaves no blanks behind the last column', () => {
    expect(
      show([
        table({
          columns: [depth, name],
          rows: [
            {name: 'a', depth: 1},
            {name: 'bcdef', depth: 2},
          ],
        }),
      ]),
    ).toEqual(['DEPTH  NAME', '    1  a', '    2  bcdef'])
  })

  test.each<[Cell, string]>([
    [undefined, '-'],
    ['', '-'],
    [true, 'yes'],
    [false, 'no'],
    [0, '0'],
    [{time: '2026-11-21T00:00:00.000Z'}, '3h ago'],
    [{time: undefined}, '-'],
    [{seconds: 5400}, '1h 30m'],
    [{seconds: undefined}, '-'],
    [{bytes: 1_048_576}, '1.0 MiB'],
    [{bytes: undefined}, '-'],
    [{text: undefined, tone: 'bad'}, '-'],
    [{text: 7, tone: 'bad'}, '7'],
  ])('shows %j as %s', (cell, text) => {
    const [, line] = show([table({columns: [{header: 'x', value: () => cell}], rows: [{}]})])
    expect(line?.trim()).toBe(text)
  })

  test('an empty value does not move numbers to the left', () => {
    expect(show([table({columns: [depth, name], rows: [{name: 'a', depth: 100}, {name: 'b'}]})])).toEqual([
      'DEPTH  NAME',
      '  100  a',
      '    -  b',
    ])
  })

  test('alignment can be told', () => {
    const columns: Column<Row>[] = [
      {...depth, align: 'left'},
      {...name, align: 'right'},
    ]
    expect(
      show([
        table({
          columns,
          rows: [
            {name: 'a', depth: 1},
            {name: 'bc', depth: 2},
          ],
        }),
      ]),
    ).toEqual(['DEPTH  NAME', '1         a', '2        bc'])
  })

  test('cuts the widest flexible column to the width, and only those', () => {
    const rows = [{name: 'a-very-long-queue-name', depth: 123_456_789, more: 'an id that stays'}]
    expect(show([table({columns: [name, depth, more], rows})], 41)).toEqual([
      'NAME              DEPTH  MORE',
      'a-very-long…  123456789  an id that stays',
    ])
  })

  test('no line is wider than the terminal while a flexible column can give way', () => {
    const rows = Array.from({length: 5}, (_, row) => ({
      name: 'x'.repeat(30 * (row + 1)),
      depth: row,
      more: 'y'.repeat(90),
    }))
    const lines = show([table({columns: [name, depth, {...more, flexible: true}], rows})], 80)
    expect(lines.map(line => line.length <= 80)).toEqual(Array.from({length: 6}, () => true))
  })

  test('keeps a few characters of a flexible column where there is no room at all', () => {
    const rows = [{name: 'abcdefghij', depth: 'z'.repeat(100)}]
    expect(show([table({columns: [name, depth], rows})], 80)[1]).toBe(`abcde…  ${'z'.repeat(100)}`)
  })

  test('cuts nothing where there is no terminal', () => {
    const rows = [{name: 'x'.repeat(300), depth: 1}]
    expect(
      renderTerminal([table({columns: [name, depth], rows})], {columns: undefined, nowMs, paint: plain}),
    ).toContain('x'.repeat(300))
  })

  test('counts wide characters as two columns and combining marks as none', () => {
    const rows = [
      {name: '注文', depth: 1},
      {name: 'e\u0301te\u0301', depth: 2},
      {name: 'abcd', depth: 3},
    ]
    expect(show([table({columns: [name, depth], rows})])).toEqual([
      'NAME  DEPTH',
      '注文      1',
      'e\u0301te\u0301       2',
      'abcd      3',
    ])
  })

  test('cuts wide characters whole', () => {
    const block = table({columns: [name, depth], rows: [{name: '注文注文注文注文', depth: 'z'.repeat(10)}]})
    expect(show([block], 19)[1]).toBe('注文注…  zzzzzzzzzz')
    expect(show([block], 18)[1]).toBe('注文…   zzzzzzzzzz')
  })

  test('measures a value of many megabytes without reading it all', () => {
    const rows = [{name: '注'.repeat(2_000_000), depth: 1}]
    expect(show([table({columns: [name, depth], rows})], 20)[1]).toBe('注注注注注注…      1')
  })

  test('makes every cell and header safe', () => {
    const columns: Column<Row>[] = [{header: 'a\u001b[2J', value: row => row.name}, more]
    const rows = [{name: 'x\u009b31m\ny', more: {text: 'z\r', tone: 'good' as const}}]
    expect(show([table({columns, rows})])).toEqual([
      String.raw`A\u{1b}[2J        MORE`,
      String.raw`x\u{9b}31m\u{a}y  z\u{d}`,
    ])
  })

  test('paints the text and not the blanks around it', () => {
    const rows = [
      {name: 'a', depth: {text: 5, tone: 'bad' as const}, more: {time: '2026-11-21T00:00:00Z', tone: 'warn' as const}},
    ]
    expect(show([table({columns: [name, depth, more], rows})], 80, tags)).toEqual([
      '<dim>NAME</dim>  <dim>DEPTH</dim>  <dim>MORE</dim>',
      'a         <bad>5</bad>  <warn>3h ago</warn>',
    ])
  })

  test('without rows there is nothing to show, not even the title', () => {
    expect(
      renderTerminal([table({title: 'Queues', columns: [name], rows: []})], {columns: 80, nowMs, paint: plain}),
    ).toBe('')
  })
})

const page: readonly Block[] = [
  {
    kind: 'fields',
    title: 'orders',
    fields: [
      {label: 'type', value: 'standard'},
      {label: 'retention', value: {seconds: 345_600}},
      {label: 'sources', value: ['a', 'b\u202e']},
      {label: 'tags', value: []},
      {label: 'policy', value: undefined},
    ],
  },
  table({title: 'Consumers', columns: [name, depth], rows: [{name: 'fn\tone', depth: 1}]}),
  {kind: 'text', title: 'Body', text: 'one\n\ttwo \u001b[2J\nthree three three three'},
]

describe('blocks on a terminal', () => {
  test('fields, a table and wrapped text under their titles', () => {
    expect(show(page, 20)).toEqual([
      'orders',
      '  type       standard',
      '  retention  4d',
      '  sources    a',
      String.raw`             b\u{202e}`,
      '  tags       -',
      '  policy     -',
      '',
      'Consumers',
      'NAME        DEPTH',
      String.raw`fn\u{9}one      1`,
      '',
      'Body',
      '  one',
      String.raw`      two \u{1b}[2J`,
      '  three three three ',
      '  three',
    ])
  })

  test('a sentence in a field is wrapped between words, below itself; an ARN stays whole', () => {
    const fields = [
      {label: 'why', value: 'the queue has no dead-letter queue'},
      {label: 'arn', value: 'arn:aws:sqs:eu-west-1:111122223333:orders'},
    ]
    expect(show([{kind: 'fields', fields}], 24)).toEqual([
      'why  the queue has no',
      '     dead-letter queue',
      'arn  arn:aws:sqs:eu-west-1:111122223333:orders',
    ])
  })

  test('a field that may be cut anywhere keeps within the width', () => {
    const value = [{text: '"a value-without-any-blank" is long', tone: undefined, wrap: 'anywhere'} as const]
    expect(show([{kind: 'fields', fields: [{label: 'seen', value}]}], 24)).toEqual([
      'seen  "a value-without-a',
      '      ny-blank" is long',
    ])
  })

  test('a field that is to be copied stays whole', () => {
    const value = {text: 'msgops topic tail --clean-up', tone: undefined, wrap: 'never'} as const
    expect(show([{kind: 'fields', fields: [{label: 'next', value}]}], 24)).toEqual([
      'next  msgops topic tail --clean-up',
    ])
  })

  test('a word that is wider than the terminal is broken', () => {
    expect(show([{kind: 'text', text: 'abcdefghijkl'}], 5)).toEqual(['abcde', 'fghij', 'kl'])
  })
})

describe('blocks on a pipe', () => {
  test('the same, tab-separated, raw values, every record one line', () => {
    expect(renderTabSeparated(page).split('\n')).toEqual([
      'orders',
      'type\tstandard',
      'retention\t345600',
      'sources\ta',
      String.raw`sources` + '\t' + String.raw`b\u{202e}`,
      'tags\t',
      'policy\t',
      '',
      'Consumers',
      'NAME\tDEPTH',
      String.raw`fn\u{9}one` + '\t1',
      '',
      'Body',
      'one',
      '\t' + String.raw`two \u{1b}[2J`,
      'three three three three',
    ])
  })

  test('a single block goes without its title, and a table without rows keeps its header', () => {
    expect(renderTabSeparated([table({title: 'Queues', columns: [name, depth], rows: []})])).toBe('NAME\tDEPTH')
  })

  test.each<[Cell, string]>([
    [undefined, ''],
    [true, 'true'],
    [0, '0'],
    [{time: '2026-11-21T00:00:00.000Z', tone: 'bad'}, '2026-11-21T00:00:00.000Z'],
    [{seconds: 5400}, '5400'],
    [{bytes: 1_048_576}, '1048576'],
    [{text: 'x', tone: 'bad'}, 'x'],
    ['a\nb\tc\\', String.raw`a\u{a}b\u{9}c` + '\\'],
  ])('%j is %j', (cell, text) => {
    expect(renderTabSeparated([table({columns: [{header: 'x', value: () => cell}], rows: [{}]})])).toBe(`X\n${text}`)
  })
})
