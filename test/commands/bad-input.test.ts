import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server that counts what reaches it; without an answer it stays silent. */
async function serverThat(answer?: string): Promise<{url: string; requests: () => number}> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    request.resume()
    if (answer !== undefined) response.end(answer)
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests}
}

/** Not the sandbox's own connection: an endpoint and keys as a user would set them. */
const aws = (url: string, extra: Record<string, string> = {}) => ({
  MSGOPS_SANDBOX: '0',
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: '111122223333',
  AWS_SECRET_ACCESS_KEY: 'secret',
  ...extra,
})

const errorOf = (document: Record<string, unknown>) => document.error as Record<string, unknown>

describe('a queue that cannot be meant', () => {
  it('unknown: exit 5 with the nearest names, in words and as JSON', async () => {
    for (const QueueName of ['orders', 'orders-dlq', 'invoices']) await sqs.createQueue({QueueName})
    const text = await cli.piped(['queue', 'show', 'oders'])
    expect(text.code).toBe(5)
    expect(text.stdout).toBe('')
    expect(text.stderr).toContain('There is no queue oders in account 000000000000, us-east-1')
    expect(text.stderr).toContain('Did you mean orders?')
    const {code, document} = await cli.json(['dlq', 'show', 'order-dlq'])
    expect(code).toBe(5)
    expect(errorOf(document)).toEqual({
      code: 'QueueDoesNotExist',
      message: 'There is no queue order-dlq in account 000000000000, us-east-1',
      suggestions: ['Did you mean orders-dlq?'],
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    })
  })

  it('an ARN of another region or account: exit 2, and SQS is not asked', async () => {
    await sqs.createQueue({QueueName: 'orders'})
    cli.sandbox.requests.clear()
    const region = await cli.json(['queue', 'show', 'arn:aws:sqs:eu-west-1:000000000000:orders'])
    expect(region.code).toBe(2)
    expect(errorOf(region.document)).toMatchObject({
      code: 'QueueRegionMismatch',
      suggestions: ['Run the command with --region eu-west-1.'],
    })
    const account = await cli.json(['queue', 'peek', 'arn:aws:sqs:us-east-1:999999999999:orders'])
    expect(account.code).toBe(2)
    expect(errorOf(account.document)).toMatchObject({code: 'QueueAccountMismatch'})
    expect(operations(cli.sandbox)).toEqual(['GetCallerIdentity'])
  })

  it('a queue URL of a foreign host: exit 2, and neither host hears of it', async () => {
    const foreign = await serverThat('{}')
    for (const command of [
      ['queue', 'show'],
      ['queue', 'peek'],
      ['queue', 'send', '--body', 'x'],
      ['dlq', 'redrive', '--yes'],
    ]) {
      const [noun = '', verb = '', ...rest] = command
      const url = `${foreign.url}/000000000000/orders`
      const {code, document} = await cli.json([noun, verb, url, ...rest])
      expect({code, error: errorOf(document).code}).toEqual({code: 2, error: 'QueueUrlForeignHost'})
    }
    expect(foreign.requests()).toBe(0)
    expect(operations(cli.sandbox)).toEqual([])
  })

  it.each(['', 'two words', 'a/b', 'ünï', 'x'.repeat(81)])('no name at all: %j', async name => {
    const {code, document} = await cli.json(['queue', 'show', name])
    expect({code, error: errorOf(document).code}).toEqual({code: 2, error: 'QueueNameInvalid'})
    expect(operations(cli.sandbox)).toEqual([])
  })
})

describe('a connection that cannot work', () => {
  it('no region: exit 2 with three ways to set one', async () => {
    const {code, document} = await cli.json(['queue', 'list'], {env: aws(cli.sandbox.url, {AWS_REGION: ''})})
    expect(code).toBe(2)
    expect(errorOf(document)).toMatchObject({code: 'RegionMissing', message: 'No AWS region is set.'})
    expect(errorOf(document).suggestions).toHaveLength(3)
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('no credentials: exit 4 and what to do', async () => {
    const {code, stderr} = await cli.piped(['queue', 'list'], {
      env: aws(cli.sandbox.url, {AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: ''}),
    })
    expect(code).toBe(4)
    expect(stderr).toMatch(/^Error: .*credentials/i)
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('expired credentials: exit 4', async () => {
    cli.sandbox.faults.add({kind: 'expired-token'})
    const {code, document} = await cli.json(['queue', 'list'], {env: aws(cli.sandbox.url)})
    expect(code).toBe(4)
    expect(errorOf(document)).toMatchObject({code: expect.stringMatching(/^ExpiredToken(Exception)?$/) as string})
  })

  it('access denied: exit 4, names the action and the resource', async () => {
    await sqs.createQueue({QueueName: 'orders'})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetQueueAttributes'})
    const {code, document} = await cli.json(['queue', 'show', 'orders'])
    expect(code).toBe(4)
    const {message, suggestions} = errorOf(document)
    expect(`${String(message)} ${String(suggestions)}`).toContain('sqs:GetQueueAttributes')
    expect(`${String(message)} ${String(suggestions)}`).toContain('arn:aws:sqs:us-east-1:000000000000:orders')
  })

  it('nothing listens: exit 6', async () => {
    const gone = await serverThat()
    servers.pop()?.close()
    const {code, document} = await cli.json(['queue', 'list'], {env: aws(gone.url)})
    expect(code).toBe(6)
    expect(errorOf(document)).toMatchObject({code: 'ConnectionRefused'})
  })

  it('silent: exit 6 within --timeout', async () => {
    const silent = await serverThat()
    const {code, document} = await cli.json(['queue', 'list', '--timeout', '1'], {env: aws(silent.url)})
    expect(code).toBe(6)
    expect(errorOf(document).code).toMatch(/^(Timeout|NoReply)$/)
    expect(silent.requests()).toBeGreaterThan(0)
  })

  it('an HTML page instead of AWS: exit 6 or 1, and the page is not shown', async () => {
    const page = await serverThat('<html><body>Welcome to the hotel WLAN</body></html>')
    const {code, stdout, stderr} = await cli.piped(['queue', 'list'], {env: aws(page.url)})
    expect([1, 6]).toContain(code)
    expect(stdout + stderr).not.toContain('hotel')
  })
})

describe('consent', () => {
  it('--yes missing without a terminal: exit 7, nothing changed, the exact command', async () => {
    const {QueueUrl: dlq} = await sqs.createQueue({QueueName: 'work-dlq'})
    await sqs.createQueue({
      QueueName: 'work',
      Attributes: {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:work-dlq',
          maxReceiveCount: 3,
        }),
      },
    })
    await sqs.sendMessage({QueueUrl: dlq, MessageBody: 'x'})
    cli.sandbox.requests.clear()
    const {code, stdout, stderr} = await cli.piped(['dlq', 'redrive', 'work-dlq'])
    expect({code, stdout}).toEqual({code: 7, stdout: ''})
    expect(stderr).toContain('msgops dlq redrive work-dlq --yes')
    const changing = ['StartMessageMoveTask', 'ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch']
    expect(operations(cli.sandbox).filter(action => changing.includes(action))).toEqual([])
  })
})

describe('an argument or flag that is missing', () => {
  const queue = 'queue: Name, URL or ARN of the queue.'
  const suite = 'suite: The suite: a file, JSON text, or - for standard input.'
  const subscription = 'subscription: ARN of the subscription, or name or ARN of its topic.'
  const topic = 'topic: Name or ARN of the topic.'
  it.each([
    ['queue peek', 'queue is missing', [queue]],
    ['filter check', 'suite is missing', [suite]],
    ['pattern check', 'suite is missing', [suite]],
    ['filter show', 'subscription is missing', [subscription]],
    ['filter set', 'subscription is missing', [subscription]],
    ['filter test', '--message and --policy are missing', []],
    ['filter lint', '--policy is missing', []],
    ['pattern test', '--event and --pattern are missing', []],
    ['pattern lint', '--pattern is missing', []],
    ['topic show', 'topic is missing', [topic]],
    ['topic publish', 'topic is missing', [topic]],
    ['topic trace', 'topic is missing', [topic]],
  ])('%s: %s', async (command, message, suggestions) => {
    const {code, document} = await cli.json(command.split(' '))
    expect(code).toBe(2)
    expect(errorOf(document)).toEqual({
      code: 'UsageError',
      message,
      suggestions: [...suggestions, `All flags and arguments: msgops ${command} --help`],
    })
  })

  it.each([
    ['topic tail', 'No topic is given', 'Name a topic, or give --clean-up to remove what earlier tails left behind.'],
    [
      'topic publish orders',
      'No message is given',
      'Give the message itself (- for standard input), or --file with the path of a file.',
    ],
    [
      'topic trace orders',
      'No message is given',
      'Give --message with the text (- for standard input), or --file with the path of a file.',
    ],
    [
      'filter set arn:aws:sns:us-east-1:000000000000:orders:0d9f6e0a-1b8b-4c7e-9f4e-5a3b5b0c6d7e',
      'No policy is given',
      'Give --policy with a file or JSON text, or --remove to deliver every message.',
    ],
  ])('where one of several will do, %s names them', async (command, message, suggestion) => {
    const {code, document} = await cli.json(command.split(' '))
    expect([code, errorOf(document)]).toMatchObject([2, {message, suggestions: [suggestion]}])
  })

  it('is told in words, one a line', async () => {
    const {code, stdout, stderr} = await cli.piped(['queue', 'peek'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      ['Error: queue is missing', `  ${queue}`, '  All flags and arguments: msgops queue peek --help', ''].join('\n'),
    )
  })
})
