import {Ajv} from 'ajv'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {dangersIn, hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const folder = mkdtempSync(path.join(tmpdir(), 'msgops-selection-'))
afterAll(() => rmSync(folder, {recursive: true}))
const sqs = sqsOf(cli.sandbox)
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const url = (name: string) => `${cli.sandbox.url}/000000000000/${name}`

function expectValid(name: string, document: unknown): void {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

async function queueOf(name: string, bodies: readonly string[], attributes: Record<string, string> = {}) {
  await sqs.createQueue({QueueName: name, Attributes: attributes})
  const ids: string[] = []
  for (const [index, MessageBody] of bodies.entries()) {
    const group = name.endsWith('.fifo') ? {MessageGroupId: `g${index % 3}`, MessageDeduplicationId: `d${index}`} : {}
    const {MessageId = ''} = await sqs.sendMessage({
      QueueUrl: url(name),
      MessageBody,
      ...group,
      MessageAttributes: {parity: {DataType: 'String', StringValue: index % 2 === 0 ? 'even' : 'odd'}},
    })
    ids.push(MessageId)
  }
  return ids
}

async function depth(name: string): Promise<[visible: number, inFlight: number]> {
  const {Attributes = {}} = await sqs.getQueueAttributes({QueueUrl: url(name), AttributeNames: ['All']})
  return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)]
}

const received = () => operations(cli.sandbox).filter(action => action === 'ReceiveMessage')
const bodiesOf = (document: Record<string, unknown>) =>
  (document.messages as {body: string}[]).map(({body}) => body).sort()

const numbered = (count: number) => Array.from({length: count}, (_, n) => `{"n":${n}}`)

describe('msgops queue peek with a selection', () => {
  test('shows what matches, counts what it looked at, and gives everything back', async () => {
    await queueOf('work', numbered(25))
    const {code, document, stderr} = await cli.json(['queue', 'peek', 'work', '--where', 'body.n >= `20`'])
    expect([code, stderr]).toEqual([0, ''])
    expectValid('queue-peek', document)
    expect(bodiesOf(document)).toEqual(['{"n":20}', '{"n":21}', '{"n":22}', '{"n":23}', '{"n":24}'])
    expect(document).toMatchObject({
      selection: 'messages where body.n >= `20`',
      lookedAt: 25,
      matched: 5,
      undecided: 0,
      firstUndecided: null,
      ended: 'empty',
      receiveCountRaised: 25,
      stillHidden: [],
    })
    expect(await depth('work')).toEqual([25, 0])
  })

  test('without one nothing is different', async () => {
    await queueOf('work', numbered(12))
    const {document} = await cli.json(['queue', 'peek', 'work', '--max', '3'])
    expect(document).toMatchObject({
      selection: null,
      lookedAt: 3,
      matched: 3,
      undecided: 0,
      ended: 'max',
      receiveCountRaised: 3,
    })
  })

  test.each([
    ['--match', ['--match', '"n":1\\d'], 10],
    ['--pattern', ['--pattern', '{"body":{"n":[{"numeric":[">",9,"<",15]}]}}'], 5],
    ['--attribute', ['--attribute', 'parity=odd', '--attribute', 'parity'], 10],
    ['--older-than', ['--older-than', '1h'], 0],
    ['--newer-than', ['--newer-than', '1h'], 20],
    ['two of them', ['--match', '"n":1\\d', '--attribute', 'parity=even'], 5],
  ])('%s', async (_, flags, matched) => {
    await queueOf('work', numbered(20))
    const {code, document} = await cli.json(['queue', 'peek', 'work', '--max', '50', ...flags])
    expect([code, document]).toMatchObject([0, {matched, lookedAt: 20}])
    expect(document.messages).toHaveLength(matched)
    expect(await depth('work')).toEqual([20, 0])
  })

  test('--id', async () => {
    const ids = await queueOf('work', numbered(15))
    const {document} = await cli.json(['queue', 'peek', 'work', '--id', ids[7]!, '--id', ids[13]!])
    expect(bodiesOf(document)).toEqual(['{"n":13}', '{"n":7}'])
  })

  test('--pattern from a file or standard input is its text', async () => {
    await queueOf('work', numbered(8))
    const file = path.join(folder, 'from-a-file.json')
    writeFileSync(file, '{\n  "body": {\n    "n": [3]\n  }\n}\n')
    const text = 'messages that match the event pattern { "body": { "n": [3] } }'
    const named = await cli.json(['queue', 'peek', 'work', '--pattern', file])
    expect([named.code, named.document]).toMatchObject([0, {selection: text, matched: 1}])
    const piped = await cli.json(['dlq', 'show', 'work', '--pattern', '-'], {stdin: readFileSync(file, 'utf8')})
    expect([piped.code, piped.document]).toMatchObject([0, {selection: text, matched: 1}])
  })

  test('a file of --pattern that cannot be read, or holds none: exit 2, nothing received', async () => {
    await queueOf('work', ['a'])
    const file = path.join(folder, 'none.json')
    writeFileSync(file, '{\n  "body": 1\n}')
    const messages: unknown[] = []
    for (const given of ['/nonexistent/p.json', file, folder]) {
      for (const command of [
        ['queue', 'peek'],
        ['dlq', 'show'],
        ['dlq', 'redrive'],
      ]) {
        const {code, document} = await cli.json([...command, 'work', '--pattern', given])
        expect([command, code]).toEqual([command, 2])
        messages.push((document.error as {message: string}).message)
      }
    }
    expect(new Set(messages)).toEqual(
      new Set([
        "--pattern cannot be read: ENOENT: no such file or directory, open '/nonexistent/p.json'",
        '--pattern is not an event pattern: "body" must be an object or an array (line 2, column 12)',
        '--pattern cannot be read: EISDIR: illegal operation on a directory, read',
      ]),
    )
    expect(received()).toEqual([])
  })

  test('dlq redrive takes no pattern from standard input, which is for the answer', async () => {
    await queueOf('work', ['a'])
    const {code, document} = await cli.json(['dlq', 'redrive', 'work', '--pattern', '-'], {stdin: '{"body":["a"]}'})
    expect([code, document, received()]).toMatchObject([
      2,
      {
        error: {
          message: '--pattern cannot be - here: standard input is for the answer to its question',
          suggestions: ['Give the path of a file, or JSON text.'],
        },
      },
      [],
    ])
  })

  test('--max counts what matches, and the peek ends there', async () => {
    await queueOf('work', numbered(60))
    const {document} = await cli.json(['queue', 'peek', 'work', '--attribute', 'parity=even', '--max', '4'])
    expect(document.messages).toHaveLength(4)
    expect(document).toMatchObject({ended: 'max'})
    const {lookedAt, matched} = document as {lookedAt: number; matched: number}
    expect(matched).toBeGreaterThanOrEqual(4)
    expect(lookedAt).toBeLessThanOrEqual(20)
    expect(await depth('work')).toEqual([60, 0])
  })

  test('--scan bounds what is looked at, and says that there may be more', async () => {
    await queueOf('work', numbered(40))
    const {code, document, stderr} = await cli.json([
      ...['queue', 'peek', 'work', '--where', 'body.n == `999`'],
      ...['--scan', '25'],
    ])
    expect([code, document]).toMatchObject([0, {ended: 'scan', lookedAt: 25, matched: 0, messages: []}])
    expectValid('queue-peek', document)
    expect(document.warnings).toEqual([
      'The peek ended after it had looked at 25 messages; work may hold more that match: --scan looks further.',
    ])
    expect(stderr).toContain('looked at 25 messages')
    expect(await depth('work')).toEqual([40, 0])
  })

  test('--scan is for a selection alone', async () => {
    await queueOf('work', numbered(1))
    const {code} = await cli.json(['queue', 'peek', 'work', '--scan', '5'])
    expect([code, received()]).toEqual([2, []])
  })

  test('says on a pipe and in a terminal how many matched', async () => {
    await queueOf('work', numbered(6))
    const some = await cli.piped(['queue', 'peek', 'work', '--attribute', 'parity=odd'])
    expect(some.stdout.trim().split('\n')).toHaveLength(4)
    expect(some.stderr).toContain('Looked at 6 messages: 3 match.')
    expect(some.stderr).toContain('the receive count of 6 messages rose by one')
    const none = await cli.piped(['queue', 'peek', 'work', '--match', 'nothing-like-it'])
    expect(none.stderr).toContain('No message matches.')
    expect(none.stderr).toContain('Looked at 6 messages: 0 match.')
  })

  test('a message that cannot be judged is warned of and not shown: exit 3', async () => {
    const ids = await queueOf('work', ['{"items":[1,2]}', '{"items":7}'])
    const {code, document} = await cli.json(['queue', 'peek', 'work', '--where', 'length(body.items) == `2`'])
    expect(code).toBe(3)
    expectValid('queue-peek', document)
    expect(bodiesOf(document)).toEqual(['{"items":[1,2]}'])
    expect(document).toMatchObject({undecided: 1, firstUndecided: {messageId: ids[1]}})
    expect((document.warnings as string[])[0]).toContain(`Whether ${ids[1]} matches could not be told`)
    expect(await depth('work')).toEqual([2, 0])
  })

  test('what does not match ends it at its receive limit all the same', async () => {
    await sqs.createQueue({QueueName: 'nearly-dlq'})
    await queueOf('nearly', ['a', 'b', 'c'], {
      RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('nearly-dlq'), maxReceiveCount: 2}),
    })
    const {Messages: [first] = []} = await sqs.receiveMessage({QueueUrl: url('nearly'), VisibilityTimeout: 0})
    cli.sandbox.requests.clear()
    const {code, document} = await cli.json(['queue', 'peek', 'nearly', '--match', 'nothing-like-it'])
    expect(code).toBe(3)
    expect(document).toMatchObject({ended: 'receiveLimit', atReceiveLimit: [first?.MessageId], messages: []})
    expect([await depth('nearly'), await depth('nearly-dlq')]).toEqual([
      [3, 0],
      [0, 0],
    ])
    // One message a request, so that one at most is brought to its limit.
    expect((document as {lookedAt: number}).lookedAt).toBe(received().length)
  })

  test('where a look would use up the only receive it refuses, whatever is asked for', async () => {
    await sqs.createQueue({QueueName: 'fragile-dlq'})
    await queueOf('fragile', ['a'], {
      RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('fragile-dlq'), maxReceiveCount: 1}),
    })
    const {code, document} = await cli.json(['queue', 'peek', 'fragile', '--match', 'a'])
    expect([code, document, received()]).toMatchObject([7, {error: {code: 'PeekWouldDeadLetter'}}, []])
  })

  test('frees the groups of a FIFO queue', async () => {
    await queueOf('work.fifo', numbered(9), {FifoQueue: 'true'})
    const {document} = await cli.json(['queue', 'peek', 'work.fifo', '--where', 'body.n > `6`'])
    expect(bodiesOf(document)).toEqual(['{"n":7}', '{"n":8}'])
    expect(await depth('work.fifo')).toEqual([9, 0])
  })

  test('gives back after Ctrl-C', async () => {
    await queueOf('work', numbered(5))
    cli.sandbox.faults.add({kind: 'slow', action: 'ReceiveMessage', skip: 1, latencyMs: 300})
    let asked = false
    const {code} = await cli.piped(['queue', 'peek', 'work', '--match', 'zzz', '--wait', '20', '--debug'], {
      onOutput: (child, {stderr}) => {
        if (asked || !stderr.includes('ReceiveMessage')) return
        asked = true
        child.kill('SIGINT')
      },
    })
    expect(code).toBe(130)
    expect(await depth('work')).toEqual([5, 0])
  })

  test.each([
    ['--where', 'body.['],
    ['--pattern', '{"body":[]}'],
    ['--pattern', ''],
    ['--match', '('],
    ['--older-than', 'yesterday'],
    ['--id', 'no id'],
    ['--attribute', ''],
  ])('%s %s is no selection: exit 2, nothing received', async (flag, value) => {
    await queueOf('work', ['a'])
    for (const command of [
      ['queue', 'peek'],
      ['dlq', 'show'],
    ]) {
      const {code, document} = await cli.json([...command, 'work', flag, value])
      expect([command, code, document]).toMatchObject([command, 2, {error: {code: 'SelectionInvalid'}}])
    }
    expect(received()).toEqual([])
  })

  test('hostile expressions, and bodies that they fail on, are shown harmless', async () => {
    const evil = hostileStrings.map(({text}) => text).join(' ')
    await queueOf('work', ['x'])
    for (const command of [
      ['queue', 'peek'],
      ['dlq', 'show'],
    ]) {
      for (const flags of [
        ['--where', evil],
        ['--pattern', evil],
        ['--pattern', JSON.stringify({body: [evil]})],
        ['--where', `body == '${evil.replaceAll("'", '')}'`],
        ['--attribute', `a=${evil}`],
      ]) {
        const {output} = await cli.terminal([...command, 'work', '--no-color', ...flags])
        // The progress line erases itself.
        const text = output.replaceAll('\r\u001b[2K', '').replaceAll('\r\n', '\n')
        expect(dangersIn(text, {layout: true})).toEqual([])
      }
    }
  })
})

describe('msgops dlq show with a selection', () => {
  const dead = ['{"error":"no stock for 1"}', '{"error":"no stock for 2"}', '{"error":"timeout","id":3}', 'plain']

  test('groups what matches, and says how many of the sampled did', async () => {
    const ids = await queueOf('orders-dlq', dead)
    const {code, document, stderr} = await cli.json(['dlq', 'show', 'orders-dlq', '--match', 'timeout|plain'])
    expect([code, stderr]).toEqual([0, ''])
    expectValid('dlq-show', document)
    expect(document).toMatchObject({
      sampled: 4,
      selection: 'messages whose body matches timeout|plain',
      matched: 2,
      undecided: 0,
      firstUndecided: null,
      complete: true,
      sources: [{name: null, sampled: 2}],
    })
    // Two messages of one millisecond are told apart by their ids alone.
    expect(ids.slice(2)).toContain((document.oldest as {messageId: string}).messageId)
    expect((document.groups as {signature: string; count: number}[]).map(({count}) => count)).toEqual([1, 1])
    expect(await depth('orders-dlq')).toEqual([4, 0])
  })

  test('says so in the table', async () => {
    await queueOf('orders-dlq', dead)
    const {stdout, stderr} = await cli.piped(['dlq', 'show', 'orders-dlq', '--attribute', 'parity=even'])
    expect(stdout).toContain('Sampled\t4 (all)\nAsked for\tmessages with the attribute parity=even\nMatching\t2\n')
    expect(stderr).toContain('2 of 4 sampled messages match; the others are in no group.')
    expect(stderr).toContain('the receive count of 4 messages rose by one. All were given back.')
    const none = await cli.piped(['dlq', 'show', 'orders-dlq', '--match', 'nothing-like-it'])
    expect(none.stderr).toContain('No message of the sample matches.')
    expect(none.stderr).toContain('0 of 4 sampled messages match')
  })

  test('without one nothing is different', async () => {
    await queueOf('orders-dlq', dead)
    const {document} = await cli.json(['dlq', 'show', 'orders-dlq'])
    expect(document).toMatchObject({sampled: 4, selection: null, matched: 4, undecided: 0})
  })

  test('by an event pattern, over attributes too', async () => {
    await queueOf('orders-dlq', dead)
    const pattern = '{"messageAttributes":{"parity":{"stringValue":["even"]}},"body":[{"exists":false}]}'
    const {code, document} = await cli.json(['dlq', 'show', 'orders-dlq', '--pattern', pattern])
    expectValid('dlq-show', document)
    expect([code, document]).toMatchObject([
      0,
      {sampled: 4, matched: 2, undecided: 0, selection: `messages that match the event pattern ${pattern}`},
    ])
  })

  test('a message that cannot be judged is warned of and in no group: exit 3', async () => {
    const ids = await queueOf('orders-dlq', ['{"error":["a"]}', '{"error":7}'])
    const {code, document} = await cli.json(['dlq', 'show', 'orders-dlq', '--where', 'length(body.error) == `1`'])
    expect(code).toBe(3)
    expectValid('dlq-show', document)
    expect(document).toMatchObject({matched: 1, undecided: 1, firstUndecided: {messageId: ids[1]}})
    expect(document.groups).toHaveLength(1)
    expect(await depth('orders-dlq')).toEqual([2, 0])
  })
})
