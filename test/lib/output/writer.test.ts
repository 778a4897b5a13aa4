import {beforeEach, describe, expect, test} from 'vitest'
import {openWriter, type OpenWriterOptions} from '../../../src/lib/output/open-writer.js'
import {wantsColour} from '../../../src/lib/output/streams.js'
import {table, type View} from '../../../src/lib/output/view.js'
import type {Writer} from '../../../src/lib/output/writer.js'

class Screen {
  text = ''
  constructor(
    readonly isTTY: boolean,
    readonly columns?: number,
  ) {}
  write(text: string): boolean {
    this.text += text
    return true
  }
}

interface Listing {
  readonly queues: readonly {readonly name: string; readonly depth?: number}[]
  readonly warnings?: readonly string[]
}

const view: View<Listing> = {
  blocks: ({queues}) => [
    table({
      columns: [
        {header: 'Name', value: queue => queue.name, flexible: true},
        {header: 'Depth', value: queue => queue.depth},
      ],
      rows: queues,
      empty: 'There are no queues.',
    }),
  ],
  items: ({queues}) => queues,
}
const whole: View<object> = {blocks: () => []}
const listing: Listing = {queues: [{name: 'orders', depth: 3}, {name: 'a\u009b,b'}]}

let stdout: Screen
let stderr: Screen
beforeEach(() => {
  stdout = new Screen(false)
  stderr = new Screen(false)
})

function open(mode: OpenWriterOptions['mode'], query?: string): Promise<Writer> {
  return openWriter({mode, query, stdout, stderr, env: {}, now: () => 0})
}

describe('one result', () => {
  test('as a table on a terminal', async () => {
    stdout = new Screen(true, 80)
    const out = await openWriter({mode: 'table', stdout, stderr, env: {NO_COLOR: '1'}})
    out.result(listing, view)
    expect(stdout.text).toBe('NAME       DEPTH\norders         3\n' + String.raw`a\u{9b},b` + '      -\n')
  })

  test('tab-separated on a pipe', async () => {
    const out = await open('tsv')
    out.result(listing, view)
    expect(stdout.text).toBe('NAME\tDEPTH\norders\t3\n' + String.raw`a\u{9b},b` + '\t\n')
  })

  test('as one pretty JSON document with its warnings, exact on a pipe', async () => {
    const out = await open('json')
    out.warn('careful')
    out.result(listing, view)
    expect(stdout.text).toBe(
      '{\n  "queues": [\n    {\n      "name": "orders",\n      "depth": 3\n    },\n    {\n      "name": "a\u009b,b"\n    }\n  ],\n  "warnings": [\n    "careful"\n  ]\n}\n',
    )
    expect(stderr.text).toBe('Warning: careful\n')
  })

  test('as JSON on a terminal, where nothing stays raw that a terminal obeys', async () => {
    stdout = new Screen(true, 80)
    const out = await open('json')
    out.result({name: 'a\u009b\u202e'}, whole)
    expect(stdout.text).toBe(String.raw`{
  "name": "a\u009b\u202e",
  "warnings": []
}
`)
  })

  test("joins the document's own warnings and those that came up on the way", async () => {
    const out = await open('json')
    out.warn('on the way')
    out.result({warnings: ['own']}, whole)
    expect(JSON.parse(stdout.text)).toEqual({warnings: ['own', 'on the way']})
  })

  test('one item a line as NDJSON, and the document where there are no items', async () => {
    const out = await open('ndjson')
    out.result(listing, view)
    out.result({event: 'done', moved: 2}, whole)
    expect(stdout.text).toBe('{"name":"orders","depth":3}\n{"name":"a\u009b,b"}\n{"event":"done","moved":2}\n')
  })

  test('one item a row as CSV', async () => {
    const out = await open('csv')
    out.result(listing, view)
    expect(stdout.text).toBe('name,depth\r\norders,3\r\n"a\u009b,b",\r\n')
  })

  test('CSV on a terminal is safe and keeps its lines', async () => {
    stdout = new Screen(true, 80)
    const out = await open('csv')
    out.result({body: 'one\r\n\u001b[2J\ttwo'}, whole)
    expect(stdout.text).toBe('body\n"one' + String.raw`\u{d}` + '\n' + String.raw`\u{1b}[2J` + '\ttwo"\n')
  })

  test('nothing found is said on stderr', async () => {
    const out = await open('tsv')
    out.result({queues: []}, view)
    expect(stdout.text).toBe('NAME\tDEPTH\n')
    expect(stderr.text).toBe('There are no queues.\n')
  })

  test('nothing found is an empty list in the other modes, and no word about it', async () => {
    for (const mode of ['json', 'ndjson', 'csv'] as const) {
      const out = await open(mode)
      out.result({queues: []}, view)
    }
    expect(stdout.text).toBe('{\n  "queues": [],\n  "warnings": []\n}\n')
    expect(stderr.text).toBe('')
  })

  test('is dropped once nobody reads', async () => {
    const out = await open('json')
    expect(out.closed).toBe(false)
    out.markClosed()
    out.result(listing, view)
    expect(out.closed).toBe(true)
    expect(stdout.text).toBe('')
  })
})

describe('--query', () => {
  test.each([
    ['tsv', 'queues[0].name', 'orders\n'],
    ['tsv', 'queues[].name', '[\n  "orders",\n  "a\u009b,b"\n]\n'],
    ['tsv', 'queues[0].depth', '3\n'],
    ['tsv', 'nothing', 'null\n'],
    ['json', 'queues[0].name', '"orders"\n'],
    ['json', 'warnings', '[\n  "careful"\n]\n'],
    ['ndjson', 'queues[].name', '"orders"\n"a\u009b,b"\n'],
    ['ndjson', 'queues[0]', '{"name":"orders","depth":3}\n'],
    ['csv', 'queues[].{n: name}', 'n\r\norders\r\n"a\u009b,b"\r\n'],
    ['csv', 'length(queues)', 'value\r\n2\r\n'],
  ] as const)('in %s, %s picks from the document', async (mode, query, text) => {
    const out = await open(mode, query)
    out.warn('careful')
    out.result(listing, view)
    expect(stdout.text).toBe(text)
  })

  test('a raw string is safe on a terminal and exact on a pipe', async () => {
    const document = {body: 'a\u009b\n\tb'}
    const piped = await open('table', 'body')
    piped.result(document, whole)
    expect(stdout.text).toBe('a\u009b\n\tb\n')
    stdout = new Screen(true, 80)
    const shown = await open('table', 'body')
    shown.result(document, whole)
    expect(stdout.text).toBe(String.raw`a\u{9b}` + '\n\tb\n')
  })

  test('a slip that shows on the data loses nothing: the whole result goes to stderr', async () => {
    const out = await open('json', 'sum(queues)')
    expect(() => out.result(listing, view)).toThrow('--query could not be applied')
    expect(stdout.text).toBe('')
    expect(stderr.text).toBe(
      String.raw`{"queues":[{"name":"orders","depth":3},{"name":"a\u009b,b"}],"warnings":[]}` + '\n',
    )
  })

  test('a bad expression fails before there is a writer', async () => {
    await expect(open('json', 'queues[')).rejects.toMatchObject({code: 'QueryInvalid', exitCode: 2})
  })
})

describe('what is not the result', () => {
  test('events are lines of NDJSON and nothing in the other modes', async () => {
    for (const mode of ['table', 'tsv', 'json', 'csv', 'ndjson'] as const) {
      const out = await open(mode)
      out.event({event: 'moved', messageId: 'm-1', at: mode})
    }
    expect(stdout.text).toBe('{"event":"moved","messageId":"m-1","at":"ndjson"}\n')
  })

  test.each([
    ['table', 'hint\n'],
    ['tsv', 'hint\n'],
    ['csv', 'hint\n'],
    ['json', ''],
    ['ndjson', ''],
  ] as const)('a hint in %s on a pipe', async (mode, text) => {
    const out = await open(mode)
    out.note('hint')
    expect(stderr.text).toBe(text)
  })

  test('a hint is shown with JSON on a terminal', async () => {
    stdout = new Screen(true, 80)
    const out = await open('json')
    out.note('hint')
    expect(stderr.text).toBe('hint\n')
  })

  test('warnings, hints, answers and the log are safe', async () => {
    const out = await open('tsv')
    out.warn('\u001b[2J')
    out.note('\u009d0;x\u0007')
    out.say('\u202e')
    out.debug('a\nb')
    expect(stderr.text).toBe(String.raw`Warning: \u{1b}[2J
\u{9d}0;x\u{7}
\u{202e}
debug: a\u{a}b
`)
    expect(stdout.text).toBe('')
  })

  test('the banner is for a person who looks at a table', async () => {
    for (const mode of ['table', 'json'] as const) {
      const out = await open(mode)
      out.banner('SANDBOX')
    }
    expect(stderr.text).toBe('')
    stderr = new Screen(true, 80)
    const out = await openWriter({mode: 'table', stdout, stderr, env: {}, noColor: true})
    out.banner('SANDBOX')
    expect(stderr.text).toBe('SANDBOX\n')
  })
})

describe('progress', () => {
  test('is nothing where stderr is no terminal', async () => {
    const out = await open('tsv')
    out.progress('3 of 10')
    out.progress(undefined)
    expect(stderr.text).toBe('')
  })

  test('is one line that is erased before anything else is written', async () => {
    stderr = new Screen(true, 80)
    const out = await open('json')
    out.progress('3 of 10')
    out.result({}, whole)
    out.progress('4 of 10')
    out.warn('w')
    expect(stderr.text).toBe(
      '\r\u001b[2K3 of 10\r\u001b[2K' + '\r\u001b[2K4 of 10\r\u001b[2K' + '\u001b[33mWarning:\u001b[39m w\n',
    )
  })

  test('is cut to the terminal and safe', async () => {
    stderr = new Screen(true, 12)
    const out = await open('json')
    out.progress('\u001b[2J and more')
    expect(stderr.text).toBe('\r\u001b[2K' + String.raw`\u{1b}[2J a`)
  })

  test('counts wide characters as two columns', async () => {
    stderr = new Screen(true, 6)
    const out = await open('json')
    out.progress('注文注文')
    expect(stderr.text).toBe('\r\u001b[2K注文')
  })

  test('is not redrawn more often than a person can see', async () => {
    stderr = new Screen(true, 80)
    let time = 0
    const out = await openWriter({mode: 'json', stdout, stderr, env: {}, now: () => time})
    for (const [at, text] of [
      [0, 'a'],
      [49, 'b'],
      [50, 'c'],
      [60, 'd'],
    ] as const) {
      time = at
      out.progress(text)
    }
    expect(stderr.text).toBe('\r\u001b[2Ka\r\u001b[2Kc')
  })
})

describe('a failure', () => {
  const report = {code: 'QueueDoesNotExist', message: 'No \u001b queue', suggestions: ['try x'], requestId: 'r-1'}

  test('is told in sentences on stderr', async () => {
    const out = await open('tsv')
    out.failure(report)
    expect(stdout.text).toBe('')
    expect(stderr.text).toBe(String.raw`Error: No \u{1b} queue` + '\nAWS request id: r-1\n  try x\n')
  })

  test('is a document in JSON and nothing else', async () => {
    const out = await open('json')
    out.failure(report)
    expect(JSON.parse(stdout.text)).toEqual({
      error: {code: 'QueueDoesNotExist', message: 'No \u001b queue', suggestions: ['try x'], requestId: 'r-1'},
    })
    expect(stdout.text).toContain('\n  "error": {\n    "code"')
    expect(stderr.text).toBe('')
  })

  test('is one line in NDJSON, without the request id where there is none', async () => {
    const out = await open('ndjson')
    out.failure({code: 'RegionMissing', message: 'No region', suggestions: []})
    expect(stdout.text).toBe('{"error":{"code":"RegionMissing","message":"No region","suggestions":[]}}\n')
  })

  test('is told to a person as well when the JSON goes elsewhere', async () => {
    stderr = new Screen(true, 80)
    const out = await openWriter({mode: 'json', stdout, stderr, env: {}, noColor: true})
    out.failure(report)
    expect(JSON.parse(stdout.text)).toHaveProperty('error.code', 'QueueDoesNotExist')
    expect(stderr.text).toContain('Error: No')
  })
})

describe('colour', () => {
  const terminal = new Screen(true)
  const pipe = new Screen(false)
  test.each([
    [terminal, {}, false, true],
    [terminal, {}, true, false],
    [terminal, {NO_COLOR: '1'}, false, false],
    [terminal, {NO_COLOR: ''}, false, true],
    [terminal, {TERM: 'dumb'}, false, false],
    [terminal, {FORCE_COLOR: '0'}, false, false],
    [terminal, {FORCE_COLOR: '1', NO_COLOR: '1'}, false, true],
    [terminal, {FORCE_COLOR: '1'}, true, false],
    [pipe, {}, false, false],
    [pipe, {FORCE_COLOR: '1'}, false, true],
  ])('%j %j --no-color %s: %s', (stream, env, noColor, colour) => {
    expect(wantsColour(stream, env, noColor)).toBe(colour)
  })

  test('a table on a pipe has none, and is cut nowhere', async () => {
    const out = await open('table')
    out.result({queues: [{name: 'x'.repeat(200), depth: 1}]}, view)
    expect(stdout.text).toBe(`NAME${' '.repeat(198)}DEPTH\n${'x'.repeat(200)}      1\n`)
  })
})
