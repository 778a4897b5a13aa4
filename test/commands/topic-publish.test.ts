import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {TOPIC_ARN, queueFor, snsOf, subscribe} from '../harness/sns.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const sns = snsOf(cli.sandbox)
const folder = mkdtempSync(join(tmpdir(), 'msgops-publish-'))
afterAll(() => rmSync(folder, {recursive: true}))

const PUBLISHES = new Set(['Publish', 'PublishBatch'])
const published = (): string[] => operations(cli.sandbox).filter(action => PUBLISHES.has(action))

/** A topic with one subscriber that gets everything raw. */
async function topicWith(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const fifo: Record<string, string> = name.endsWith('.fifo') ? {FifoTopic: 'true'} : {}
  await sns.createTopic({Name: name, Attributes: {...fifo, ...attributes}})
  const queue = name.endsWith('.fifo') ? 'got.fifo' : 'got'
  const url = await queueFor(sqs, name, queue)
  await subscribe(sns, name, queue, {RawMessageDelivery: 'true'})
  return url
}

async function received(url: string) {
  const {Messages = []} = await sqs.receiveMessage({
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
    MessageAttributeNames: ['All'],
  })
  return Messages
}

describe('msgops topic publish', () => {
  it('publishes the message as given, with attributes of every type', async () => {
    const url = await topicWith('orders')
    const {code, document} = await cli.json([
      ...['topic', 'publish', 'orders', '{"n": 1.50}', '--subject', 'An order'],
      ...['--attribute', 'tenant=a=b', '--attribute', 'n:Number=3', '--attribute', 'raw:Binary=AP8='],
      ...['--attribute', 'tags:String.Array=["x"]'],
    ])
    expect(code).toBe(0)
    expect(document).toMatchObject({topic: {name: 'orders', arn: `${TOPIC_ARN}orders`}, dryRun: false})
    expect(document.messageId).toMatch(/^[0-9a-f-]{36}$/)
    expect(await received(url)).toMatchObject([
      {
        Body: '{"n": 1.50}',
        MessageAttributes: {
          tenant: {DataType: 'String', StringValue: 'a=b'},
          n: {DataType: 'Number', StringValue: '3'},
          raw: {DataType: 'Binary', BinaryValue: new Uint8Array([0, 255])},
          tags: {DataType: 'String.Array', StringValue: '["x"]'},
        },
      },
    ])
    expect(published()).toEqual(['Publish'])
  })

  it('reads the message from standard input and from a file to the last byte', async () => {
    const url = await topicWith('orders')
    await cli.piped(['topic', 'publish', 'orders', '-'], {stdin: 'line\r\n\n'})
    writeFileSync(join(folder, 'body.txt'), ' kept \n')
    await cli.piped(['topic', 'publish', 'orders', '--file', join(folder, 'body.txt')])
    expect((await received(url)).map(({Body}) => Body).sort()).toEqual([' kept \n', 'line\r\n\n'])
  })

  it('takes a text for each protocol with --structure json', async () => {
    const url = await topicWith('orders')
    await cli.piped(['topic', 'publish', 'orders', '{"default":"d","sqs":"for queues"}', '--structure', 'json'])
    expect((await received(url)).map(({Body}) => Body)).toEqual(['for queues'])
  })

  it('a FIFO topic needs a group, and gives a sequence number', async () => {
    await topicWith('pay.fifo')
    expect((await cli.json(['topic', 'publish', 'pay.fifo', 'x', '--deduplication-id', 'd'])).code).toBe(2)
    expect(published()).toEqual([])
    const {code, document} = await cli.json([
      ...['topic', 'publish', 'pay.fifo', 'x', '--group-id', 'g', '--deduplication-id', 'd'],
    ])
    expect(code).toBe(0)
    expect(document.sequenceNumber).toMatch(/^\d{20}$/)
  })

  it('--dry-run checks everything and publishes nothing', async () => {
    await topicWith('orders')
    const {code, document} = await cli.json(['topic', 'publish', 'orders', 'x', '--attribute', 'a=1', '--dry-run'])
    expect({code, dryRun: document.dryRun, size: document.size}).toEqual({code: 0, dryRun: true, size: 9})
    expect(published()).toEqual([])
  })

  it.each([
    ['an empty message', ['']],
    ['no message', []],
    ['two messages', ['x', '--file', '/nonexistent']],
    ['an attribute that is no number', ['x', '--attribute', 'n:Number=three']],
    ['a structure without a default', ['{"sqs":"x"}', '--structure', 'json']],
    ['a subject with a line break', ['x', '--subject', 'a\nb']],
    ['a deduplication id on a standard topic', ['x', '--deduplication-id', 'd']],
    ['a batch beside a message', ['x', '--batch', '-']],
    ['a batch with a subject', ['--batch', '-', '--subject', 's']],
  ])('refuses %s before anything is published: exit 2', async (_, words) => {
    await topicWith('orders')
    expect((await cli.json(['topic', 'publish', 'orders', ...words])).code).toBe(2)
    expect(published()).toEqual([])
  })

  it('takes what the topic takes, and refuses a byte more before it is sent', async () => {
    await topicWith('orders')
    const most = 'x'.repeat(262_144)
    expect((await cli.piped(['topic', 'publish', 'orders', '-'], {stdin: most})).code).toBe(0)
    expect((await cli.piped(['topic', 'publish', 'orders', '-'], {stdin: `${most}x`})).code).toBe(2)
    expect(published()).toEqual(['Publish'])
  })

  it('a lost answer is told as such: exit 6, one attempt, one copy', async () => {
    const url = await topicWith('orders')
    cli.sandbox.faults.add({kind: 'reset-after', action: 'Publish'})
    const {code, document} = await cli.json(['topic', 'publish', 'orders', 'x'])
    expect(code).toBe(6)
    expect(document.error).toMatchObject({code: 'PublishOutcomeUnknown'})
    expect(published()).toEqual(['Publish'])
    expect(await received(url)).toHaveLength(1)
  })

  it('is refused in read-only mode: exit 7', async () => {
    await topicWith('orders')
    expect((await cli.json(['topic', 'publish', 'orders', 'x', '--read-only'])).code).toBe(7)
    expect((await cli.json(['topic', 'publish', 'orders', '--batch', '-', '--read-only'], {stdin: LINES})).code).toBe(7)
    expect(published()).toEqual([])
  })

  it('a topic that is not there: exit 5', async () => {
    expect((await cli.json(['topic', 'publish', 'orders', 'x'])).code).toBe(5)
  })
})

const LINES = Array.from({length: 12}, (_, n) => `${JSON.stringify({message: `m${n + 1}`})}\n`).join('')

describe('msgops topic publish --batch', () => {
  it.each([
    ['orders', 0],
    ['pay.fifo', 1],
  ])('publishes the documented example to %s', async (name, number) => {
    const url = await topicWith(name)
    const docs = readFileSync(new URL('../../docs/topics.md', import.meta.url), 'utf8')
    const examples = [...docs.matchAll(/^```ndjson\n(.*?)^```$/gms)].map(([, example]) => example)
    expect(examples).toHaveLength(2)
    const {code, document} = await cli.json(['topic', 'publish', name, '--batch', '-'], {stdin: examples[number]})
    expect({code, published: document.published, failures: document.failures}).toEqual({
      code: 0,
      published: 2,
      failures: [],
    })
    expect(await received(url)).toHaveLength(2)
  })

  it('lists what is unknown apart from what is not published, and a failure once for all of its lines', async () => {
    await topicWith('orders')
    cli.sandbox.faults.add({kind: 'reset-after', action: 'PublishBatch'})
    const {stdout} = await cli.piped(['topic', 'publish', 'orders', '--batch', '-'], {stdin: LINES})
    const [, lists = ''] = stdout.split('\nMay be published\n')
    const [unknown = '', rest = ''] = lists.split('\nNot published\n')
    const cells = (text: string) =>
      text
        .trim()
        .split('\n')
        .map(row => row.split('\t'))
    expect(cells(unknown)).toEqual([
      ['LINES', 'STATE', 'CODE', 'DETAIL'],
      ['1-10', 'unknown', expect.any(String), expect.any(String)],
    ])
    expect(cells(rest)).toEqual([
      ['LINES', 'STATE', 'CODE', 'DETAIL'],
      ['11-12', 'notPublished', expect.any(String), 'Not sent after the request of line 1, whose answer was lost'],
    ])
  })

  it('a message of 1 MiB and a byte is more than SNS takes', async () => {
    writeFileSync(join(folder, 'mib.txt'), 'x'.repeat(1_048_577))
    const {code, stderr} = await cli.piped(['topic', 'publish', 'orders', '--file', join(folder, 'mib.txt')])
    expect(code).toBe(2)
    expect(stderr).toContain('larger than 1 MiB, the most that SNS takes; a topic takes 256 KiB unless')
  })

  it('packs ten messages a request and gives the id of each', async () => {
    await topicWith('orders')
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-'], {stdin: LINES})
    expect(code).toBe(0)
    expect(document).toMatchObject({
      total: 12,
      published: 12,
      failed: 0,
      unknown: 0,
      requests: 2,
      requestsPlanned: 2,
      failures: [],
    })
    const messages = document.messages as {line: number; messageId: string}[]
    expect(messages.map(({line}) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(new Set(messages.map(({messageId}) => messageId)).size).toBe(12)
    expect(published()).toEqual(['PublishBatch', 'PublishBatch'])
  })

  it('reads a file, keeps to the size limit of a request, and tells each line in NDJSON', async () => {
    await topicWith('orders')
    const large = {message: 'x'.repeat(150_000)}
    writeFileSync(join(folder, 'batch.ndjson'), `${JSON.stringify(large)}\n\n${JSON.stringify(large)}\n`)
    const run = await cli.piped([
      ...['topic', 'publish', 'orders', '--batch', join(folder, 'batch.ndjson'), '--output', 'ndjson'],
    ])
    expect(run.code).toBe(0)
    const events = run.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(events).toMatchObject([
      {event: 'published', line: 1},
      {event: 'published', line: 3},
      {event: 'done', total: 2, published: 2, requests: 2},
    ])
    expect(published()).toEqual(['PublishBatch', 'PublishBatch'])
  })

  it('a fault in any line keeps all of them back: exit 2', async () => {
    await topicWith('orders')
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-'], {
      stdin: `${LINES}{"message":""}\n`,
    })
    expect(code).toBe(2)
    expect((document.error as {message: string}).message).toBe(
      'Line 13: The message is empty; SNS takes one character at least. Nothing was published.',
    )
    expect(published()).toEqual([])
  })

  it('a lost answer leaves ten messages unknown and sends nothing more: exit 3', async () => {
    const url = await topicWith('orders')
    cli.sandbox.faults.add({kind: 'reset-after', action: 'PublishBatch'})
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-'], {stdin: LINES})
    expect(code).toBe(3)
    expect(document).toMatchObject({
      total: 12,
      published: 0,
      unknown: 10,
      notPublished: 2,
      messages: [],
      requests: 1,
      requestsPlanned: 2,
    })
    expect((document.failures as {line: number; state: string}[]).map(({line, state}) => [line, state])).toEqual([
      ...Array.from({length: 10}, (_, index) => [index + 1, 'unknown']),
      [11, 'notPublished'],
      [12, 'notPublished'],
    ])
    expect(published()).toEqual(['PublishBatch'])
    expect((await received(url)).length).toBe(10)
  })

  it('a 200 proves nothing: an entry that failed is listed, the others are published: exit 3', async () => {
    await topicWith('orders')
    cli.sandbox.faults.add({
      kind: 'partial-batch',
      action: 'PublishBatch',
      entries: [1],
      code: 'InternalError',
      times: 1,
    })
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-'], {stdin: LINES})
    expect(code).toBe(3)
    expect(document).toMatchObject({total: 12, published: 11, failed: 1, unknown: 0, notPublished: 0})
    expect(document.failures).toMatchObject([{line: 2, state: 'failed', code: 'InternalError'}])
  })

  it('waits where SNS throttles: nothing of that request was taken', async () => {
    await topicWith('orders')
    cli.sandbox.faults.add({kind: 'throttle', action: 'PublishBatch', times: 2, skip: 1})
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-'], {stdin: LINES})
    expect({code, published: document.published, failures: document.failures}).toEqual({
      code: 0,
      published: 12,
      failures: [],
    })
    expect(published()).toHaveLength(4)
    expect(document).toMatchObject({requests: 4, requestsPlanned: 2})
  })

  it('on a FIFO topic nothing overtakes a message of its group that failed', async () => {
    await topicWith('pay.fifo', {ContentBasedDeduplication: 'true'})
    cli.sandbox.faults.add({kind: 'partial-batch', action: 'PublishBatch', entries: [9], times: 1})
    const lines = Array.from({length: 12}, (_, n) => ({
      message: `m${n + 1}`,
      messageGroupId: n % 2 === 0 ? 'even' : 'odd',
    }))
    const stdin = lines.map(line => `${JSON.stringify(line)}\n`).join('')
    const {code, document} = await cli.json(['topic', 'publish', 'pay.fifo', '--batch', '-'], {stdin})
    expect(code).toBe(3)
    // The tenth is the fifth of its group; of the two that follow, the second is of the same group.
    expect(
      (document.failures as {line: number; state: string; code: string}[]).map(({line, state}) => [line, state]),
    ).toEqual([
      [10, 'failed'],
      [12, 'notPublished'],
    ])
    expect(document.published).toBe(10)
  })

  it('a topic that refuses the first request fails as a whole', async () => {
    await topicWith('orders')
    cli.sandbox.faults.add({kind: 'error', action: 'PublishBatch', code: 'AuthorizationError', status: 403})
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-'], {stdin: LINES})
    expect(code).toBe(4)
    expect((document.error as {message: string}).message).toContain('needs the permission sns:Publish')
  })

  it('--dry-run counts and publishes nothing', async () => {
    await topicWith('orders')
    const {code, document} = await cli.json(['topic', 'publish', 'orders', '--batch', '-', '--dry-run'], {stdin: LINES})
    expect(code).toBe(0)
    expect(document).toMatchObject({dryRun: true, total: 12, published: 0, requests: 0, requestsPlanned: 2})
    expect(published()).toEqual([])
  })

  it('names the message of a FIFO topic that SNS takes and drops: in a dry run, and after', async () => {
    const url = await topicWith('pay.fifo')
    const one = (message: string) => `${JSON.stringify({message, messageGroupId: 'g', messageDeduplicationId: '11'})}\n`
    const words = ['topic', 'publish', 'pay.fifo', '--batch', '-']
    const warning =
      'Line 2 has the deduplication id (11) of line 1: within 5 minutes SNS accepts it and does not deliver it.'
    const dry = await cli.json([...words, '--dry-run'], {stdin: one('a') + one('b')})
    expect([dry.code, dry.document.warnings]).toEqual([0, [warning]])
    const {code, document} = await cli.json(words, {stdin: one('a') + one('b')})
    expect([code, document.warnings]).toEqual([0, [warning]])
    expect(await received(url)).toHaveLength(1)
    const again = await cli.piped(words, {stdin: one('a')})
    expect(again.stderr).toContain('SNS takes a message whose deduplication id it has seen within 5 minutes')
  })

  it('names the message of a FIFO topic that a later one of its group overtook in the same request', async () => {
    await sns.createTopic({Name: 'pay.fifo', Attributes: {FifoTopic: 'true', ContentBasedDeduplication: 'true'}})
    cli.sandbox.faults.add({kind: 'partial-batch', action: 'PublishBatch', entries: [0]})
    const lines = ['one', 'two'].map(message => `${JSON.stringify({message, messageGroupId: 'g'})}\n`).join('')
    const {code, document} = await cli.json(['topic', 'publish', 'pay.fifo', '--batch', '-'], {stdin: lines})
    expect(code).toBe(3)
    expect(document.warnings).toContain(
      'Line 1 is not published, and line 2 of its group g is: published again, it comes after that.',
    )
  })
})
