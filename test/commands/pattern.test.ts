import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Ajv} from 'ajv'
import {describe, expect, test} from 'vitest'
import {dangersIn, hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox} from '../harness/cli.js'

const cli = await cliOnSandbox()
const folder = mkdtempSync(path.join(tmpdir(), 'msgops-pattern-'))
const conformance = new URL('../conformance/eventbridge-pattern-cases.json', import.meta.url)

function file(name: string, content: unknown): string {
  const target = path.join(folder, name)
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content))
  return target
}

function expectValid(name: string, document: unknown): void {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

const event = JSON.stringify({
  id: '1',
  account: '123456789012',
  source: 'shop',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-west-1',
  'detail-type': 'Order',
  detail: {
    price: 120,
    items: [
      {sku: 'ab', n: 1},
      {sku: 'cd', n: 2},
    ],
  },
})
const pattern = (detail: object) => JSON.stringify({source: ['shop'], detail})
const tryOn = (detail: object, ...args: string[]) => [
  'pattern',
  'test',
  '--pattern',
  pattern(detail),
  '--event',
  ...(args.length === 0 ? [event] : args),
]

describe('msgops pattern test', () => {
  test('an event that matches, and one that does not', async () => {
    const yes = await cli.json(tryOn({price: [{numeric: ['>', 100]}]}))
    expectValid('pattern-test', yes.document)
    expect([yes.code, yes.stderr]).toEqual([0, ''])
    expect(yes.document).toMatchObject({result: 'match', explanation: {matched: true}})
    const no = await cli.json(tryOn({price: ['120']}))
    expectValid('pattern-test', no.document)
    expect([no.code, no.document.result]).toEqual([0, 'no-match'])
    const {keys} = no.document.explanation as {keys: {path: string; matched: boolean; values: string[]}[]}
    expect(keys).toMatchObject([
      {path: 'source', matched: true, values: ['"shop"']},
      {path: 'detail.price', matched: false, values: ['120']},
    ])
  })

  test('tells of fields that match in different elements of one array', async () => {
    const {document} = await cli.json(tryOn({items: {sku: ['ab'], n: [2]}}))
    expectValid('pattern-test', document)
    expect(document).toMatchObject({result: 'no-match', explanation: {reason: expect.any(String) as string}})
  })

  test.each([
    [{price: [120]}, 'match', 0],
    [{price: [120]}, 'no-match', 8],
    [{price: [1]}, 'match', 8],
    [{price: [1]}, 'no-match', 0],
    [{price: []}, 'invalid', 0],
    [{price: []}, 'match', 8],
  ])('%j --expect %s: exit %i', async (detail, expected, exit) => {
    const {code, document} = await cli.json([...tryOn(detail), '--expect', expected])
    expectValid('pattern-test', document)
    expect([code, document.expected]).toEqual([exit, expected])
  })

  test('what EventBridge refuses is a result with its words: exit 2', async () => {
    const {code, document} = await cli.json(['pattern', 'test', '--pattern', '{"source":"shop"}', '--event', event])
    expectValid('pattern-test', document)
    expect([code, document]).toMatchObject([
      2,
      {
        result: 'invalid',
        error: 'Event pattern is not valid. Reason: "source" must be an object or an array',
        explanation: null,
      },
    ])
    const list = await cli.json(tryOn({a: [1]}, '[1]'))
    expectValid('pattern-test', list.document)
    expect([list.code, list.document.result]).toEqual([2, 'invalid'])
  })

  test('an event that is not whole is tried, with a hint; --whole-event refuses it', async () => {
    const args = ['pattern', 'test', '--pattern', '{"source":["shop"]}', '--event', '{"source":"shop","id":"1"}']
    const lenient = await cli.piped(args)
    expect(lenient.stdout).toContain('Result\tmatch\n')
    expect(lenient.stderr).toBe('TestEventPattern also wants account, time, region, detail-type.\n')
    const strict = await cli.json([...args, '--whole-event'])
    expectValid('pattern-test', strict.document)
    expect([strict.code, strict.document]).toMatchObject([
      2,
      {result: 'invalid', error: 'Parameter Event is not valid.'},
    ])
  })

  test('reads files and standard input', async () => {
    const args = ['pattern', 'test', '--pattern', file('p.json', pattern({price: [120.0]})), '--event']
    expect((await cli.json([...args, file('e.json', event)])).document.result).toBe('match')
    expect((await cli.json([...args, '-'], {stdin: event})).document.result).toBe('match')
  })

  test('names a byte order mark', async () => {
    const marked = (name: string, content: string) => file(name, `\ufeff${content}`)
    const args = ['pattern', 'test', '--pattern', marked('m.json', '{"source":["a"]}')]
    const {code, document} = await cli.json([...args, '--event', marked('n.json', event)])
    expectValid('pattern-test', document)
    expect([code, document.result, document.warnings]).toEqual([
      2,
      'invalid',
      [
        'The pattern starts with a byte order mark: save it as UTF-8 without one.',
        'The event starts with a byte order mark: save it as UTF-8 without one.',
      ],
    ])
  })

  test('a hint fits a terminal of 80 columns', async () => {
    const {output} = await cli.terminal([
      'pattern',
      'test',
      '--pattern',
      '{"a":[1]}',
      '--event',
      '{"a":1}',
      '--no-color',
    ])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(lines).toContain('TestEventPattern also wants id, account, source, time, region, detail-type.')
  })

  test('is readable in a terminal of 80 columns', async () => {
    const {output} = await cli.terminal([...tryOn({price: [{numeric: ['<', 100]}]}), '--no-color'])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(lines[0]).toBe('Result  no match')
    expect(lines).toEqual(
      expect.arrayContaining(['✓ source', '✗ detail.price', '  value  120', '  ✗      {"numeric":["<",100]}']),
    )
    expect(lines.filter(line => line.length > 80)).toEqual([])
  })

  test.each([
    ['a file that is not there', ['--pattern', 'no-such-file', '--event', '{}'], 'InputUnreadable'],
    ['two of standard input', ['--pattern', '-', '--event', '-'], 'UsageError'],
    ['an unknown expectation', ['--pattern', '{}', '--event', '{}', '--expect', 'yes'], 'UsageError'],
    ['nothing', ['--pattern', ' ', '--event', '{}'], 'InputInvalid'],
  ])('refuses %s: exit 2', async (_, args, code) => {
    const run = await cli.json(['pattern', 'test', ...args])
    expect([run.code, run.document]).toMatchObject([2, {error: {code}}])
  })

  test('shows hostile patterns and events harmless', async () => {
    const evil = hostileStrings.map(({text}) => text).join(' ')
    const args = [
      '--pattern',
      file('evil-p.json', {source: [evil], [evil]: [{'anything-but': evil}]}),
      '--event',
      file('evil-e.json', {source: evil, [evil]: evil}),
    ]
    for (const verb of ['test', 'lint']) {
      const {output} = await cli.terminal(['pattern', verb, ...args, '--no-color'])
      expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
    }
  })
})

describe('msgops pattern check', () => {
  test('every recorded case is as EventBridge has it', async () => {
    const {code, document} = await cli.json(['pattern', 'check', conformance.pathname])
    expectValid('pattern-check', document)
    expect([code, document]).toMatchObject([0, {total: 506, failed: 0}])
  })

  test('a case that is not as expected: exit 1; JUnit XML on a pipe', async () => {
    const suite = JSON.stringify([{id: 'one', pattern: {a: [1]}, event: {a: 2}, expect: 'match'}])
    const {code, document} = await cli.json(['pattern', 'check', suite])
    expectValid('pattern-check', document)
    expect([code, document]).toMatchObject([1, {total: 1, failed: 1, results: [{id: 'one', actual: 'no-match'}]}])
    const xml = await cli.piped(['pattern', 'check', '-', '--output', 'junit'], {stdin: suite})
    expect(xml.code).toBe(1)
    expect(xml.stdout).toContain('<testsuite name="pattern check stdin" tests="1" failures="1" errors="0" skipped="0">')
  })

  test.each([['[1]'], ['[{"expect":"match"}]'], ['[{"expect":"match","pattern":{}}]'], ['{']])(
    'refuses %s: exit 2',
    async suite => {
      const {code, document} = await cli.json(['pattern', 'check', suite])
      expect([code, document]).toMatchObject([2, {error: {code: 'SuiteInvalid'}}])
    },
  )
})

describe('msgops pattern lint', () => {
  test('a refusal without a place begins at the first line', async () => {
    // More wildcards in one field than AWS takes: a limit of the whole, not of a token.
    const stars = Array.from({length: 11}, (_, n) => ({wildcard: `${'*a'.repeat(12)}${n}`}))
    const {code, stdout} = await cli.piped(['pattern', 'lint', '--pattern', JSON.stringify({source: stars})])
    expect([code, stdout.split('\n')[0]]).toEqual([2, 'bad\tInvalid'])
  })

  test('lists what it finds', async () => {
    const {code, document} = await cli.json(['pattern', 'lint', '--pattern', '{"detail_type":["x"]}', '--event', event])
    expectValid('pattern-lint', document)
    expect(code).toBe(0)
    const findings = document.findings as {code: string; severity: string}[]
    expect(findings.map(({code: word}) => word).slice(0, 2)).toEqual(['NoSource', 'UnknownField'])
  })

  test.each([
    ['{"source":["a"]}', ['--fail-if', 'info'], 0],
    ['{"detail":{"a":[1]}}', ['--fail-if', 'warn'], 8],
    ['{"detail":{"a":[1]}}', ['--fail-if', 'bad'], 0],
    ['{"source":[]}', [], 2],
  ])('%s %j: exit %i', async (text, args, exit) => {
    const {code, document} = await cli.json(['pattern', 'lint', '--pattern', text, ...args])
    expectValid('pattern-lint', document)
    expect(code).toBe(exit)
  })
})
