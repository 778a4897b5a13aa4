import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Ajv} from 'ajv'
import {describe, expect, test} from 'vitest'
import {dangersIn, hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations} from '../harness/cli.js'
import {snsOf} from '../harness/sns.js'

const cli = await cliOnSandbox()
const folder = mkdtempSync(path.join(tmpdir(), 'msgops-filter-'))
const conformance = new URL('../conformance/sns-filter-cases.json', import.meta.url)

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

const policy = '{"kind":["order",{"prefix":"re"}],"price":[{"numeric":[">",100]}]}'
const message = (kind: string, price: string, dataType = 'Number') =>
  JSON.stringify({
    Message: 'hello',
    MessageAttributes: {
      kind: {DataType: 'String', StringValue: kind},
      price: {DataType: dataType, StringValue: price},
    },
  })
const tryOn = (...args: string[]) => ['filter', 'test', '--policy', policy, '--message', ...args]

describe('msgops filter test', () => {
  test('a message that passes, key by key', async () => {
    const {code, document, stderr} = await cli.json(tryOn(message('refund', '120')))
    expect([code, stderr]).toEqual([0, ''])
    expectValid('filter-test', document)
    expect(document).toMatchObject({
      result: 'match',
      scope: 'MessageAttributes',
      messageForm: 'publishRequest',
      explanation: {
        matched: true,
        keys: [
          {
            path: 'kind',
            matched: true,
            values: ['"refund"'],
            alternatives: [
              {text: '"order"', matched: false},
              {text: '{"prefix":"re"}', operator: 'prefix', matched: true},
            ],
          },
          {path: 'price', matched: true, values: ['120']},
        ],
      },
      warnings: [],
    })
    expect(document).not.toHaveProperty('error')
  })

  test('a message that does not pass, with the reason: exit 0 as well', async () => {
    const {code, document} = await cli.json(tryOn(message('order', '120', 'String')))
    expectValid('filter-test', document)
    expect([code, document.result]).toEqual([0, 'no-match'])
    const {keys} = document.explanation as {keys: {path: string; matched: boolean; alternatives: {reason?: string}[]}[]}
    expect(keys.map(({path: name, matched}) => [name, matched])).toEqual([
      ['kind', true],
      ['price', false],
    ])
    expect(keys[1]?.alternatives[0]?.reason).toMatch(/String attribute.*Number/)
    expect(operations(cli.sandbox)).toEqual([])
  })

  test.each([
    ['match', message('order', '120'), 0],
    ['no-match', message('order', '120'), 8],
    ['invalid', message('order', '120'), 8],
    ['match', message('order', '99'), 8],
    ['no-match', message('order', '99'), 0],
  ])('--expect %s of %s: exit %i', async (expected, text, exit) => {
    const {code, document} = await cli.json([...tryOn(text), '--expect', expected])
    expectValid('filter-test', document)
    expect([code, document.expected]).toEqual([exit, expected])
  })

  test('a policy that SNS refuses is a result with SNS’s words: exit 2, or as expected', async () => {
    const refused = ['filter', 'test', '--policy', '{"kind":[{"wrong-operator":true}]}', '--message', '{}']
    const {code, document} = await cli.json(refused)
    expectValid('filter-test', document)
    expect([code, document]).toMatchObject([
      2,
      {
        result: 'invalid',
        error: 'Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type wrong-operator',
        location: {line: 1, column: 32},
        explanation: null,
      },
    ])
    const expected = await cli.json([...refused, '--expect', 'invalid'])
    expect([expected.code, expected.document.result]).toEqual([0, 'invalid'])
    expect((await cli.json([...refused, '--expect', 'match'])).code).toBe(8)
  })

  test('reads files and standard input, and a policy on the body', async () => {
    const policyFile = file('policy.json', '{"order":{"price":[{"numeric":["<",1e2]}]}}')
    const args = ['filter', 'test', '--policy', policyFile, '--scope', 'MessageBody']
    const fromFile = await cli.json([...args, '--message', file('body.txt', '{"order":{"price":12}}\n')])
    expect(fromFile.document).toMatchObject({result: 'match', messageForm: 'body', scope: 'MessageBody'})
    const piped = await cli.json([...args, '--message', '-'], {stdin: 'plain text'})
    expect(piped.document).toMatchObject({result: 'no-match', messageForm: 'body'})
    const other = await cli.json(['filter', 'test', '--policy', '-', '--message', message('order', '1')], {stdin: '{}'})
    expect(other.document).toMatchObject({result: 'match'})
  })

  test('is readable in a terminal of 80 columns', async () => {
    const {code, output} = await cli.terminal([...tryOn(message('Order', '120', 'String')), '--no-color'])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(code).toBe(0)
    expect(lines.slice(0, 3)).toEqual([
      'Result           no match',
      'Scope            MessageAttributes',
      'Message read as  input of Publish',
    ])
    expect(lines).toEqual(expect.arrayContaining(['✗ kind', '  value  "Order"', '  ✗      "order"', '✗ price']))
    expect(lines.join(' ')).toContain('equals-ignore-case')
    expect(lines.filter(line => line.length > 80)).toEqual([])
  })

  test('on a pipe the same, a line a value', async () => {
    const {stdout} = await cli.piped(tryOn(message('order', '120')))
    expect(stdout).toBe(
      [
        'Result\tmatch',
        'Scope\tMessageAttributes',
        'Message read as\tinput of Publish',
        '',
        '✓ kind',
        'value\t"order"',
        '✓\t"order"',
        '✗\t{"prefix":"re"}',
        ...stdout.split('\n').filter(line => line.startsWith('✗\t"order" ')),
        '',
        '✓ price',
        'value\t120',
        '✓\t{"numeric":[">",100]}',
        '',
      ].join('\n'),
    )
  })

  test('names a byte order mark', async () => {
    const marked = file('marked.json', '\ufeff{"kind":["order"]}')
    const {code, document} = await cli.json(['filter', 'test', '--policy', marked, '--message', message('order', '1')])
    expect([code, document.warnings]).toEqual([
      2,
      ['The policy starts with a byte order mark: save it as UTF-8 without one.'],
    ])
    const body = file('marked-body.json', '\ufeff{"kind":"order"}')
    const {stderr} = await cli.piped(['filter', 'lint', '--policy', '{"kind":["order"]}', '--message', body])
    expect(stderr).toContain('The body starts with a byte order mark')
  })

  test('hints at the other scope where a body alone was given', async () => {
    const hint = '--scope MessageBody tries the policy on the body'
    expect((await cli.piped(tryOn('{"kind":"order","price":120}'))).stderr).toContain(hint)
    expect((await cli.piped([...tryOn('{"kind":"order"}'), '--scope', 'MessageAttributes'])).stderr).toBe('')
    expect((await cli.piped(tryOn(message('order', '1')))).stderr).toBe('')
  })

  test('of a long list of alternatives what matched stands first', async () => {
    const values = Array.from({length: 40}, (_, n) => `v${n}`)
    const args = ['filter', 'test', '--policy', JSON.stringify({kind: values}), '--message', message('v39', '1')]
    const {stdout} = await cli.piped(args)
    const lines = stdout.split('\n').slice(4)
    expect(lines.slice(0, 3)).toEqual(['✓ kind', 'value\t"v39"', '✓\t"v39"'])
    expect(lines).toContain('\tand 28 more; --json has all')
    expect(lines.filter(line => /^✗\t"v\d+"$/.test(line))).toHaveLength(11)
    const {document} = await cli.json(args)
    expect((document.explanation as {keys: {alternatives: unknown[]}[]}).keys[0]?.alternatives).toHaveLength(40)
  })

  test('opens the envelope that queue peek shows', async () => {
    const envelope = {
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:t',
      Message: 'x',
      MessageAttributes: {kind: {Type: 'String', Value: 'order'}, price: {Type: 'Number', Value: '1e3'}},
    }
    const view = {messages: [{messageId: 'm', body: JSON.stringify(envelope), messageAttributes: {}, attributes: {}}]}
    const {document} = await cli.json(tryOn('-'), {stdin: JSON.stringify(view)})
    expect(document).toMatchObject({result: 'match', messageForm: 'notification'})
  })

  test('the policy of a subscription, with its scope', async () => {
    const sns = snsOf(cli.sandbox)
    const {TopicArn} = await sns.createTopic({Name: 'orders'})
    const subscribe = async (queue: string, Attributes: Record<string, string>) => {
      const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${queue}`
      const {SubscriptionArn = ''} = await sns.subscribe({TopicArn, Protocol: 'sqs', Endpoint, Attributes})
      return SubscriptionArn
    }
    const own = await subscribe('a', {FilterPolicy: '{"n":[1]}', FilterPolicyScope: 'MessageBody'})
    const args = (arn: string) => ['filter', 'test', '--policy', arn, '--message', '{"n":1.0}']
    expect((await cli.json(args(own))).document).toMatchObject({result: 'match', scope: 'MessageBody'})
    const other = await cli.piped([...args(own), '--scope', 'MessageAttributes'])
    expect(other.stdout).toContain('Result\tno match\n')
    expect(other.stderr).toContain('The subscription has the scope MessageBody; --scope MessageAttributes is tried.')
    const open = await cli.piped(args(await subscribe('b', {})))
    expect(open.stdout).toContain('Result\tmatch\n')
    expect(open.stderr).toContain('The subscription has no filter policy')
    await sns.unsubscribe({SubscriptionArn: own})
    expect(await cli.json(args(own))).toMatchObject({
      code: 5,
      document: {error: {code: 'SubscriptionDoesNotExist', message: `There is no subscription ${own}`}},
    })
    expect(await cli.json(args(TopicArn ?? ''))).toMatchObject({code: 2, document: {error: {code: 'ArnInvalid'}}})
  })

  test.each([
    [
      'a file that is not there',
      ['--policy', '/nonexistent/policy.json', '--message', '{}'],
      'InputUnreadable',
      'The policy cannot be read',
    ],
    ['nothing', ['--policy', '', '--message', '{}'], 'InputInvalid', 'The policy is empty'],
    ['two of standard input', ['--policy', '-', '--message', '-'], 'UsageError', 'Standard input can be read once'],
    [
      'an attribute without a name',
      ['--policy', '{}', '--message', '{"attributes":{"":{"DataType":"String","StringValue":"x"}}}'],
      'MessageInvalid',
      'empty name',
    ],
    [
      'an attribute of no type',
      ['--policy', '{}', '--message', '{"attributes":{"a":{"DataType":"Text","StringValue":"x"}}}'],
      'MessageInvalid',
      'not "Text"',
    ],
    ['an unknown scope', ['--policy', '{}', '--message', '{}', '--scope', 'Body'], 'UsageError', 'MessageBody'],
    [
      'an ARN of a queue',
      ['--policy', 'arn:aws:sqs:us-east-1:000000000000:q', '--message', '{}'],
      'ArnInvalid',
      'is not the ARN of an SNS subscription',
    ],
    ['no message', ['--policy', '{}'], 'UsageError', 'message'],
  ])('refuses %s: exit 2', async (_, args, code, why) => {
    const run = await cli.json(['filter', 'test', ...args])
    expect([run.code, run.document]).toMatchObject([2, {error: {code}}])
    expect((run.document.error as {message: string}).message).toContain(why)
  })

  test('bytes that are no text, and a file that is too large', async () => {
    const bytes = path.join(folder, 'bytes')
    writeFileSync(bytes, Buffer.from([0x7b, 0xff, 0x7d]))
    expect((await cli.json(['filter', 'test', '--policy', bytes, '--message', '{}'])).document).toMatchObject({
      error: {code: 'InputInvalid', message: `The policy from ${bytes} is not UTF-8`},
    })
    const large = file('large', 'x'.repeat(4 * 1_048_576 + 1))
    expect((await cli.json(['filter', 'test', '--policy', '{}', '--message', large])).document).toMatchObject({
      error: {code: 'InputInvalid', message: `The message from ${large} is larger than 4 MiB`},
    })
  })

  test('a policy of 256 KB, and wildcards built to explode, are decided', async () => {
    const values = Array.from({length: 150}, (_, n) => `${n}`.padEnd(1740, 'x'))
    const large = file('large-policy.json', {kind: values})
    const run = await cli.json(['filter', 'test', '--policy', large, '--message', message(values[149] ?? '', '1')])
    expect([run.code, run.document.result]).toEqual([0, 'match'])
    const wild = JSON.stringify({kind: [{wildcard: '*aaaaaaaaaaaaaaab*aaaaaaaaaaaaaaab*'}]})
    const evil = file('evil.json', message('a'.repeat(200_000), '1'))
    const decided = await cli.json(['filter', 'test', '--policy', wild, '--message', evil])
    expect([decided.code, decided.document.result]).toEqual([0, 'no-match'])
  })

  test('shows hostile policies and messages harmless', async () => {
    const evil = hostileStrings.map(({text}) => text).join(' ')
    const args = [
      '--policy',
      file('evil-policy.json', {[evil]: [evil, {prefix: evil}]}),
      '--message',
      file('evil-message.json', {attributes: {[evil]: {DataType: 'String', StringValue: evil}}}),
    ]
    for (const verb of ['test', 'lint']) {
      const {output} = await cli.terminal(['filter', verb, ...args, '--no-color'])
      expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
    }
  })
})

describe('msgops filter check', () => {
  const good = {
    id: 'good',
    policy: {kind: ['order']},
    message: {attributes: {kind: {DataType: 'String', StringValue: 'order'}}, body: ''},
    expect: 'match',
  }

  test('every recorded case that is not in doubt is as AWS has it', async () => {
    const {code, document} = await cli.json(['filter', 'check', conformance.pathname])
    expectValid('filter-check', document)
    expect([code, document]).toMatchObject([0, {total: 234, failed: 0}])
    const results = document.results as {passed: boolean; doubt?: boolean}[]
    expect(results.filter(({passed, doubt}) => !passed && doubt !== true)).toEqual([])
  })

  test('a case that is not as expected: exit 1, and which', async () => {
    const suite = file(
      'suite.ndjson',
      `${JSON.stringify(good)}\n${JSON.stringify({...good, id: 'bad', expect: 'no-match'})}\n`,
    )
    const {code, document} = await cli.json(['filter', 'check', suite])
    expectValid('filter-check', document)
    expect([code, document]).toEqual([
      1,
      {
        total: 2,
        passed: 1,
        failed: 1,
        doubtful: 0,
        results: [
          {id: 'good', expected: 'match', actual: 'match', passed: true},
          {id: 'bad', expected: 'no-match', actual: 'match', reason: 'every key is met', passed: false},
        ],
        warnings: [],
      },
    ])
    const {stdout} = await cli.piped(['filter', 'check', suite])
    expect(stdout).toBe(
      [
        'Cases\t2\nPassed\t1\nFailed\t1\n\nNot as expected',
        'failed\tbad\nfailed\texpected no-match, was match\nfailed\tevery key is met\n',
      ].join('\n'),
    )
    const lines = await cli.piped(['filter', 'check', '-', '--output', 'ndjson'], {stdin: readFileSync(suite, 'utf8')})
    expect(lines.stdout.trim().split('\n')).toHaveLength(2)
  })

  test('prints JUnit XML, with nothing else on stdout', async () => {
    const suite = file('suite.json', [good, {...good, id: 'a <b> & "c"\u001b[31m', expect: 'invalid'}])
    const {code, stdout, stderr} = await cli.piped(['filter', 'check', suite, '--output', 'junit'])
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites>',
        '  <testsuite name="filter check suite.json" tests="2" failures="1" errors="0" skipped="0">',
        '    <testcase name="good" classname="filter check suite_json"/>',
        '    <testcase name="a &lt;b&gt; &amp; &quot;c&quot;\\u{1b}[31m" classname="filter check suite_json"><failure message="expected invalid, was match: AWS takes it: every key is met">expected invalid, was match',
        'AWS takes it: every key is met</failure></testcase>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    )
    const {output} = await cli.terminal(['filter', 'check', suite, '--output', 'junit'])
    expect(dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})).toEqual([])
  })

  test('an inline suite has a name of its own, not its text', async () => {
    const {stdout} = await cli.piped(['filter', 'check', JSON.stringify([good]), '--output', 'junit'])
    expect(stdout.split('\n').slice(2, 4)).toEqual([
      '  <testsuite name="filter check inline" tests="1" failures="0" errors="0" skipped="0">',
      '    <testcase name="good" classname="filter check inline"/>',
    ])
  })

  test('says in a terminal that only the error is another one', async () => {
    const bad = {...good, policy: {kind: [{x: 1}]}, expect: 'invalid', error: 'Unrecognized match type y'}
    const {code, output} = await cli.terminal(['filter', 'check', JSON.stringify([bad]), '--no-color'])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(code).toBe(1)
    expect(lines).toContain('          invalid as expected, with another error')
    expect(lines).toContain('          expected error: Unrecognized match type y')
    expect(lines.filter(line => line.length > 80)).toEqual([])
  })

  test.each([
    ['a suite that is not JSON', ['{"id":'], {}, 'SuiteInvalid'],
    ['an empty suite', ['[]'], {}, 'SuiteInvalid'],
    ['a file that is not there', ['/nonexistent/suite.json'], {}, 'InputUnreadable'],
    ['--query of JUnit XML', [JSON.stringify([good]), '--output', 'junit', '--query', 'total'], {}, 'UsageError'],
    ['a form that nobody has', [JSON.stringify([good])], {MSGOPS_OUTPUT: 'xml'}, 'UsageError'],
  ])('refuses %s: exit 2', async (_, args, env, code) => {
    const {code: exit, stdout, stderr} = await cli.piped(['filter', 'check', ...args], {env})
    expect([exit, stdout]).toEqual([2, ''])
    expect(stderr).not.toBe('')
    const named = await cli.piped(['filter', 'check', ...args.slice(0, 1), '--json'], {env: {}})
    if (args.length === 1 && code !== 'UsageError') expect(JSON.parse(named.stdout)).toMatchObject({error: {code}})
  })

  test('a slip in the name of a field, and a repeated id: exit 2 with the case and the field', async () => {
    const slip = await cli.json(['filter', 'check', JSON.stringify([good, {...good, id: 'b', expcted: 'match'}])])
    expect(slip.code).toBe(2)
    expect(slip.document).toMatchObject({
      error: {
        code: 'SuiteInvalid',
        message: 'In case 2 (b) there is a field "expcted", which no case has',
        suggestions: ['Did you mean expect?', expect.stringContaining('A case has: id, expect,')],
      },
    })
    const twice = await cli.piped(['filter', 'check', '-'], {
      stdin: `${JSON.stringify(good)}\n${JSON.stringify(good)}\n`,
    })
    expect([twice.code, twice.stdout]).toEqual([2, ''])
    expect(twice.stderr).toContain('In line 2 (good) the id is that of line 1 (good): each case needs its own')
  })

  test('prints JUnit XML where the environment asks for it', async () => {
    const {code, stdout} = await cli.piped(['filter', 'check', JSON.stringify([good])], {
      env: {MSGOPS_OUTPUT: 'junit'},
    })
    expect([code, stdout.split('\n')[0]]).toEqual([0, '<?xml version="1.0" encoding="UTF-8"?>'])
  })

  test('JSON and JUnit XML at once are refused', async () => {
    const {code, document} = await cli.json(['filter', 'check', JSON.stringify([good]), '--output', 'junit'])
    expect([code, document]).toMatchObject([2, {error: {code: 'UsageError'}}])
  })

  test('no other command prints JUnit XML', async () => {
    const {code} = await cli.piped(['whoami', '--output', 'junit'])
    expect(code).toBe(2)
    const variable = await cli.piped(['whoami'], {env: {MSGOPS_OUTPUT: 'junit'}})
    expect([variable.code, variable.stdout]).toEqual([2, ''])
    expect(variable.stderr).toBe(
      'Error: Expected MSGOPS_OUTPUT=junit to be one of: table, json, ndjson, csv\n' +
        '  MSGOPS_OUTPUT is set in the environment; --output on the command line is used instead of it.\n' +
        '  All flags and arguments: msgops whoami --help\n',
    )
    const typed = await cli.piped(['whoami', '--output', 'junit'], {env: {MSGOPS_OUTPUT: 'csv'}})
    expect(typed.stderr).toContain('Expected --output=junit to be one of')
  })
})

describe('msgops filter lint', () => {
  const lint = (...args: string[]) => cli.json(['filter', 'lint', '--policy', ...args])

  test('lists what it finds, the gravest first', async () => {
    const {code, document} = await lint('{"price":["100",{"exists":false}]}', '--message', message('order', '100'))
    expectValid('filter-lint', document)
    expect(code).toBe(0)
    expect(document).toMatchObject({valid: true, scope: 'MessageAttributes', counts: {leafKeys: 1, combinations: 2}})
    const findings = document.findings as {code: string; severity: string; path: string | null}[]
    expect(findings.map(({code: word, severity, path: at}) => [word, severity, at])).toEqual([
      ['TypeMismatch', 'bad', 'price'],
      ['ExistsFalseWithoutAttributes', 'warn', 'price'],
      ['NumberAsText', 'info', 'price'],
    ])
  })

  test.each([
    ['{"kind":["order"]}', [], 0],
    ['{"kind":["order"]}', ['--fail-if', 'info'], 0],
    ['{"kind":["100"]}', ['--fail-if', 'info'], 8],
    ['{"kind":["order"]}', ['--fail-if', 'warn'], 0],
    ['{"kind":["order",{"exists":false}]}', ['--fail-if', 'warn'], 8],
    ['{"kind":["order",{"exists":false}]}', ['--fail-if', 'bad'], 0],
    ['{"kind":["order",""]}', ['--fail-if', 'bad'], 8],
    ['{"kind":[]}', [], 2],
    [file('too-large.json', {kind: Array.from({length: 150}, (_, n) => `${n}`.padEnd(1760, 'x'))}), [], 2],
    ['{"kind":[]}', ['--fail-if', 'bad'], 2],
    ['not json', [], 2],
  ])('%s %j: exit %i', async (text, args, exit) => {
    const {code, document} = await lint(text, ...args)
    expect(code).toBe(exit)
    if (!('error' in document && typeof document.error === 'object')) expectValid('filter-lint', document)
  })

  test('tells how long a change takes, which is no finding', async () => {
    const note = 'A changed policy takes up to 15 minutes until it is in force.'
    const {document} = await lint('{"kind":["order"]}')
    expect([document.findings, document.notes]).toEqual([[], [note]])
    expect((await cli.piped(['filter', 'lint', '--policy', '{"kind":["order"]}'])).stderr).toContain(note)
    expect((await lint('{"kind":[]}')).document.notes).toEqual([])
  })

  test('is readable in a terminal of 80 columns', async () => {
    const {output} = await cli.terminal([
      'filter',
      'lint',
      '--policy',
      '{"price":["100"]}',
      '--message',
      message('order', '100'),
      '--no-color',
    ])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(lines.slice(0, 7)).toEqual([
      'Scope            MessageAttributes',
      'Keys             1 (1 at the top), of 5',
      'Combinations     1 of 150',
      'Wildcard points  0 of 100',
      '',
      'Findings',
      '  bad   TypeMismatch  price',
    ])
    expect(lines.filter(line => line.length > 80)).toEqual([])
  })
})
