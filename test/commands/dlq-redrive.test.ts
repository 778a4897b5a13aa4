import {CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand} from '@aws-sdk/client-sqs'
import type {SQS} from '@aws-sdk/client-sqs'
import {mkdtempSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const ARN = 'arn:aws:sqs:us-east-1:000000000000:'
const folder = mkdtempSync(path.join(tmpdir(), 'msgops-redrive-'))

/** Orders and its dead-letter queue, with messages that were sent there directly. */
async function dead(bodies: readonly string[]): Promise<SQS> {
  const sqs = sqsOf(cli.sandbox)
  const {QueueUrl} = await sqs.send(new CreateQueueCommand({QueueName: 'orders-dlq'}))
  const policy = JSON.stringify({deadLetterTargetArn: `${ARN}orders-dlq`, maxReceiveCount: 3})
  await sqs.send(new CreateQueueCommand({QueueName: 'orders', Attributes: {RedrivePolicy: policy}}))
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({QueueUrl, MessageBody}))
  return sqs
}

async function receivable(sqs: SQS, queue: string): Promise<string[]> {
  const {QueueUrl} = await sqs.getQueueUrl({QueueName: queue})
  const found: string[] = []
  for (;;) {
    const {Messages = []} = await sqs.send(new ReceiveMessageCommand({QueueUrl, MaxNumberOfMessages: 10}))
    if (Messages.length === 0) return found.sort()
    found.push(...Messages.map(({Body = ''}) => Body))
  }
}

/** The environment of a user with two profiles, each of its own account, whose AWS is the sandbox. */
function twoAccounts(): Record<string, string> {
  const config = path.join(folder, 'config')
  const credentials = path.join(folder, 'credentials')
  writeFileSync(config, '[profile shop]\nregion = us-east-1\n[profile archive]\nregion = us-east-1\n')
  writeFileSync(
    credentials,
    ['shop 000000000000', 'archive 222222222222']
      .map(line => line.split(' '))
      .map(([name, key]) => `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = x\n`)
      .join(''),
  )
  return {
    MSGOPS_SANDBOX: '0',
    AWS_ENDPOINT_URL: cli.sandbox.url,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
  }
}

describe('another account or region', () => {
  test('--to-region moves there, and the question names both', async () => {
    await dead(['a', 'b'])
    const west = sqsOf(cli.sandbox, 'us-west-2')
    await west.send(new CreateQueueCommand({QueueName: 'orders-west'}))
    const words = ['dlq', 'redrive', 'orders-dlq', '--to', 'orders-west', '--to-region', 'us-west-2']
    const asked = await cli.piped(words)
    expect([asked.code, asked.stderr]).toEqual([
      7,
      expect.stringContaining('orders-west (account 000000000000, region us-west-2)'),
    ])
    const {code, document} = await cli.json([...words, '--yes'])
    expect([code, document]).toMatchObject([0, {engine: 'client', moved: 2, remaining: 0}])
    expect(await receivable(west, 'orders-west')).toEqual(['a', 'b'])
  })

  test('--to-profile moves to the other account with the credentials of each', async () => {
    await dead(['a', 'b'])
    const archive = sqsOf(cli.sandbox, 'us-east-1', '222222222222')
    await archive.send(new CreateQueueCommand({QueueName: 'old-orders'}))
    const to = 'arn:aws:sqs:us-east-1:222222222222:old-orders'
    const words = ['dlq', 'redrive', 'orders-dlq', '--profile', 'shop', '--to', to]
    const refused = await cli.piped(words, {env: twoAccounts()})
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--to-profile PROFILE')])
    const {code, document} = await cli.json([...words, '--to-profile', 'archive', '--yes'], {env: twoAccounts()})
    expect([code, document]).toMatchObject([0, {moved: 2, destination: to}])
    expect(await receivable(archive, 'old-orders')).toEqual(['a', 'b'])
    const resumed = await cli.json(['job', 'resume', String(document.job), '--profile', 'shop', '--yes'], {
      env: twoAccounts(),
    })
    expect([resumed.code, resumed.document]).toMatchObject([0, {moved: 0}])
    const elsewhere = await cli.piped(['job', 'resume', String(document.job), '--profile', 'archive', '--yes'], {
      env: twoAccounts(),
    })
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('account 000000000000')])
  })
})

describe('selection and change', () => {
  test('what is selected and changed is in the question, and only that is moved', async () => {
    const sqs = await dead(['{"type":"refund","n":1}', '{"type":"order","n":2}', 'no json'])
    const words = ['dlq', 'redrive', 'orders-dlq', '--where', "body.type == 'refund'", '--transform', 'body.n']
    const asked = await cli.piped(words)
    expect(asked.code).toBe(7)
    expect(asked.stderr).toContain("Only messages where body.type == 'refund'")
    expect(asked.stderr).toContain('Changed: body changed to body.n')
    const {code, document} = await cli.json([...words, '--yes'])
    expect([code, document]).toMatchObject([0, {selected: 1, moved: 1, skipped: 2, remaining: 2}])
    expect(await receivable(sqs, 'orders')).toEqual(['1'])
  })

  test('what an event pattern matches is moved, by our own engine', async () => {
    const sqs = await dead(['{"type":"refund","n":150}', '{"type":"refund","n":"150"}', 'no json'])
    const pattern = '{"body":{"n":[{"numeric":[">",100]}]}}'
    const words = ['dlq', 'redrive', 'orders-dlq', '--pattern', pattern]
    const asked = await cli.piped(words)
    expect(asked.stderr).toContain(`Only messages that match the event pattern ${pattern}`)
    const native = await cli.piped([...words, '--engine', 'native', '--yes'])
    expect([native.code, native.stderr]).toEqual([7, expect.stringContaining("AWS's move task has no --pattern")])
    const {code, document} = await cli.json([...words, '--yes'])
    expect([code, document]).toMatchObject([0, {engine: 'client', selected: 1, moved: 1, skipped: 2, remaining: 2}])
    expect(await receivable(sqs, 'orders')).toEqual(['{"type":"refund","n":150}'])
  })

  test('what a program complains of is shown, by its name and made safe, and is no part of the result', async () => {
    const sqs = await dead(['a'])
    const program = path.join(folder, 'complainer')
    const answers = `
      console.error('odd \\u001b[31mmessage')
      require('node:readline').createInterface({input: process.stdin}).on('line', line => {
        console.log(JSON.stringify({messageId: JSON.parse(line).messageId, action: 'move'}))
      })`
    writeFileSync(program, `#!${process.execPath}\n${answers}\n`, {mode: 0o755})
    const {code, stderr, document} = await cli.json(['dlq', 'redrive', 'orders-dlq', '--through', program, '--yes'])
    expect([code, document]).toMatchObject([0, {moved: 1}])
    expect(stderr).toContain('complainer: odd \\u{1b}[31mmessage')
    expect(await receivable(sqs, 'orders')).toEqual(['a'])
  })

  test("a backup is the owner's alone, and a file that is there is not written over", async () => {
    await dead(['a', 'b'])
    const file = path.join(folder, 'backup.ndjson')
    const first = await cli.json(['dlq', 'redrive', 'orders-dlq', '--max', '1', '--backup', file, '--yes'])
    expect(first.code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const [line = ''] = readFileSync(file, 'utf8').split('\n')
    expect(['a', 'b']).toContain((JSON.parse(line) as {body: string}).body)
    const second = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--backup', file, '--yes'])
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining(file)])
    expect(operations(cli.sandbox).filter(action => action === 'SendMessageBatch')).toHaveLength(1)
  })
})

test.each<[string, string[], number, RegExp]>([
  ['an expression that is none', ['--where', 'body.['], 2, /--where is not a JMESPath expression/],
  ['a pattern that is none', ['--pattern', '{"body":{}}'], 2, /--pattern is not an event pattern: Empty objects are/],
  ['a regular expression that is none', ['--match', '('], 2, /--match/],
  ['a share of more than all', ['--canary', '5', '--canary-max-return', '101'], 2, /no share of 0 to 100 percent/],
  ['a share without a canary', ['--canary-max-return', '5'], 2, /--canary/],
  ['a profile without a queue', ['--to-profile', 'x'], 2, /--to/],
  ['both ways to change', ['--transform', 'body', '--through', 'cat'], 2, /--through|--transform/],
  ['to follow and to stop', ['--follow', '--max', '3'], 7, /--follow moves whatever arrives/],
  ['a program that is not there', ['--through', '/no/such/program', '--yes'], 2, /\/no\/such\/program/],
  ['a selection by AWS', ['--engine', 'native', '--id', 'x'], 7, /AWS's move task has no --id/],
  [
    'older and newer, which no message can be',
    ['--older-than', '2h', '--newer-than', '1h'],
    2,
    /No message is older than/,
  ],
])('%s', async (_name, flags, code, stderr) => {
  await dead(['a'])
  const run = await cli.piped(['dlq', 'redrive', 'orders-dlq', ...flags])
  expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(stderr)])
  expect(operations(cli.sandbox)).not.toContain('SendMessageBatch')
})

test('two redrives of one queue: the second is refused with the job of the first', async () => {
  await dead(Array.from({length: 30}, (_, index) => `message ${index}`))
  let second: Promise<{code: number | null; stderr: string}> | undefined
  const first = await cli.piped(
    ['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--rate', '10/s', '--yes', '--output', 'ndjson'],
    {
      onOutput: (_child, {stdout}) => {
        if (stdout.includes('"event":"moved"'))
          second ??= cli.piped(['dlq', 'redrive', 'orders-dlq', '--max', '5', '--yes'])
      },
    },
  )
  const refused = await second
  expect(first.code).toBe(0)
  const {job} = JSON.parse(first.stdout.trim().split('\n').at(-1) ?? '') as {job: string}
  expect([refused?.code, refused?.stderr]).toEqual([7, expect.stringContaining(`is being redriven by job ${job}`)])
})

test("AWS's engine is not started beside a redrive of this machine, nor after one that was cut off", async () => {
  await dead(Array.from({length: 30}, (_, index) => `message ${index}`))
  const rerun = () => cli.piped(['dlq', 'redrive', 'orders-dlq', '--yes'])
  let second: ReturnType<typeof rerun> | undefined
  const first = await cli.piped(
    ['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--rate', '10/s', '--yes', '--output', 'ndjson'],
    {
      onOutput: (child, {stdout}) => {
        if (!stdout.includes('"event":"moved"') || second !== undefined) return
        second = rerun()
        void second.finally(() => child.kill('SIGKILL'))
      },
    },
  )
  expect([(await second)?.code, (await second)?.stderr]).toEqual([
    7,
    expect.stringContaining('is being redriven by job'),
  ])
  expect(first.signal).toBe('SIGKILL')
  const third = await rerun()
  expect([third.code, third.stderr]).toEqual([7, expect.stringMatching(/was cut off[^]*msgops job resume rd-/)])
  expect(operations(cli.sandbox)).not.toContain('StartMessageMoveTask')
})
