import {Ajv} from 'ajv'
import {createHash} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeEach, describe, expect, test} from 'vitest'
import {dangersIn, hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const root = await mkdtemp(path.join(tmpdir(), 'msgops-apply-'))
afterAll(() => rm(root, {recursive: true, force: true}))

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const url = (name: string) => `${cli.sandbox.url}/000000000000/${name}`
let tests = 0
let plan = ''
beforeEach(() => {
  plan = path.join(root, `plan-${tests++}.json`)
})

function expectValid(name: string, document: unknown): void {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

const policy = (maxReceiveCount: number, target = 'orders-dlq') =>
  JSON.stringify({deadLetterTargetArn: arn(target), maxReceiveCount})

/** `orders` and its DLQ, with these messages that a consumer failed on until SQS moved them. */
async function dead(bodies: readonly string[]): Promise<void> {
  await sqs.createQueue({QueueName: 'orders-dlq'})
  await sqs.createQueue({QueueName: 'orders', Attributes: {RedrivePolicy: policy(1)}})
  for (const MessageBody of bodies) await sqs.sendMessage({QueueUrl: url('orders'), MessageBody})
  for (let empty = 0; empty < 2;) {
    const receive = {QueueUrl: url('orders'), MaxNumberOfMessages: 10, VisibilityTimeout: 0}
    const {Messages = []} = await sqs.receiveMessage(receive)
    empty = Messages.length === 0 ? empty + 1 : 0
  }
}

const numbered = (count: number) => Array.from({length: count}, (_, index) => `{"n":${index}}`)

async function depth(name: string): Promise<number> {
  const {Attributes = {}} = await sqs.getQueueAttributes({QueueUrl: url(name), AttributeNames: ['All']})
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
}

async function bodiesIn(name: string): Promise<string[]> {
  const {Messages = []} = await sqs.receiveMessage({QueueUrl: url(name), MaxNumberOfMessages: 10, VisibilityTimeout: 0})
  return Messages.map(({Body = ''}) => Body).sort()
}

const writes = () =>
  operations(cli.sandbox).filter(action => /^(Send|Delete|Start|Receive|Change|Cancel|Purge)/.test(action))

const save = (...flags: string[]) => cli.json(['dlq', 'redrive', 'orders-dlq', ...flags, '--plan', plan])
const apply = (...flags: string[]) => cli.json(['job', 'apply', plan, ...flags])

/** Changes the plan as its owner could: with the checksum that goes with it. */
async function reseal(change: (content: Record<string, unknown>) => void): Promise<void> {
  const {checksum, ...content} = JSON.parse(await readFile(plan, 'utf8')) as Record<string, unknown>
  expect(checksum).toBeTypeOf('string')
  change(content)
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  await writeFile(plan, JSON.stringify({...content, checksum: `sha256:${digest}`}))
}

/** Applies the plan, which must be refused without a request that changes anything, and returns the message. */
async function refused(...flags: string[]): Promise<string> {
  cli.sandbox.requests.clear()
  const {code, document} = await apply(...flags)
  const {code: name, message} = document.error as {code: string; message: string}
  expect([code, name, writes()]).toEqual([7, 'PlanStale', []])
  return message
}

describe('msgops dlq redrive --plan', () => {
  test('writes what --dry-run shows, for its owner alone, and receives nothing', async () => {
    await dead(numbered(3))
    const dryRun = await cli.json(['dlq', 'redrive', 'orders-dlq', '--max', '2', '--dry-run'])
    cli.sandbox.requests.clear()
    const {code, document, stderr} = await save('--max', '2')
    expect([code, stderr, writes()]).toEqual([0, '', []])
    expect(document).toEqual({
      ...dryRun.document,
      planFile: {
        path: plan,
        expiresAt: expect.stringMatching(/Z$/) as string,
        countRange: {least: 0, most: 13},
      },
    })
    expectValid('dlq-redrive', document)
    expect((await stat(plan)).mode & 0o777).toBe(0o600)
    expect(await depth('orders-dlq')).toBe(3)
    const written = JSON.parse(await readFile(plan, 'utf8')) as Record<string, unknown>
    expect(written).toMatchObject({
      msgops: 'redrive-plan',
      schema: 1,
      place: {account: '000000000000', region: 'us-east-1', endpoint: cli.sandbox.url},
      to: null,
      engine: 'client',
      request: {engine: 'auto', max: 2},
      source: {arn: arn('orders-dlq'), type: 'standard', redrivePolicy: null},
      routes: [
        {
          from: arn('orders'),
          to: arn('orders'),
          settings: {
            arn: arn('orders'),
            type: 'standard',
            messageRetentionPeriod: 345_600,
            redrivePolicy: {deadLetterTargetArn: arn('orders-dlq'), maxReceiveCount: 1},
          },
        },
      ],
      approximateNumberOfMessages: 3,
      countRange: {least: 0, most: 13},
    })
    expect(Date.parse(String(written.expiresAt)) - Date.parse(String(written.createdAt))).toBe(86_400_000)
  })

  test('says where it is and how to carry it out', async () => {
    await dead(numbered(1))
    const {stdout, stderr} = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--plan', plan])
    expect(stdout).toContain(`Plan\t${plan}\n`)
    expect(stdout).toContain('Valid for\t0 to 11 messages\n')
    expect(stderr).toContain(`To carry it out: msgops job apply ${plan}`)
  })

  test('holds no credentials', async () => {
    await dead(numbered(1))
    const env = {
      MSGOPS_SANDBOX: '0',
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'the-secret-key',
      AWS_REGION: 'us-east-1',
      AWS_SESSION_TOKEN: 'the-session-token',
      AWS_ENDPOINT_URL: cli.sandbox.url,
    }
    const {code} = await cli.json(['dlq', 'redrive', 'orders-dlq', '--plan', plan], {env})
    expect(code).toBe(0)
    expect(await readFile(plan, 'utf8')).not.toMatch(/the-secret-key|the-session-token/)
  })

  test('makes times absolute, and takes an expiry and a tolerance', async () => {
    await dead(numbered(20))
    const before = Date.now()
    const {document} = await save('--older-than', '2h', '--plan-expires', '90m', '--plan-tolerance', '10%')
    const after = Date.now()
    expect(document.planFile).toMatchObject({countRange: {least: 18, most: 22}})
    const {request, createdAt, expiresAt} = JSON.parse(await readFile(plan, 'utf8')) as {
      request: {selection: {olderThan: string}}
      createdAt: string
      expiresAt: string
    }
    const olderThan = Date.parse(request.selection.olderThan)
    expect(olderThan).toBeGreaterThanOrEqual(before - 7_200_000)
    expect(olderThan).toBeLessThanOrEqual(after - 7_200_000)
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(5_400_000)
  })

  test('is possible in read-only mode', async () => {
    await dead(numbered(1))
    const {code} = await save('--read-only')
    expect([code, existsSync(plan)]).toEqual([0, true])
  })

  test('overwrites nothing', async () => {
    await dead(numbered(1))
    await writeFile(plan, 'mine')
    const {code, document} = await save()
    expect([code, document]).toMatchObject([2, {error: {code: 'PlanExists'}}])
    expect(await readFile(plan, 'utf8')).toBe('mine')
  })

  test.each([
    [['--dry-run'], '--dry-run'],
    [['--attach'], '--attach'],
  ])('does not go with %s', async (flags, named) => {
    const {code, stdout} = await save(...flags)
    expect([code, existsSync(plan)]).toEqual([2, false])
    expect(stdout).toContain(named)
  })

  test.each([
    ['--plan-expires', '1h'],
    ['--plan-tolerance', '10'],
  ])('%s is for --plan alone', async (...flags) => {
    const {code, stdout} = await cli.json(['dlq', 'redrive', 'orders-dlq', ...flags])
    expect(code).toBe(2)
    expect(stdout).toContain('--plan')
  })

  test('writes no plan of a redrive that is refused', async () => {
    await sqs.createQueue({QueueName: 'orders-dlq'})
    const {code, document} = await save()
    expect([code, document, existsSync(plan)]).toMatchObject([7, {error: {code: 'NoDestination'}}, false])
  })
})

describe('msgops job apply', () => {
  test("carries out the plan without a question: AWS's engine", async () => {
    await dead(numbered(5))
    await save()
    const {code, document} = await apply()
    expect(code).toBe(0)
    expect(document).toMatchObject({event: 'done', engine: 'native', state: 'completed', moved: 5})
    expectValid('job-apply', document)
    expect([await depth('orders-dlq'), await depth('orders')]).toEqual([0, 5])
  })

  test('--dry-run says whether it still fits, and shows it', async () => {
    await dead(numbered(2))
    const saved = await save('--match', 'n')
    cli.sandbox.requests.clear()
    const {code, document} = await apply('--dry-run')
    expect([code, writes()]).toEqual([0, []])
    expect(document).toEqual({...saved.document, planFile: undefined})
    expectValid('job-apply', document)
    await dead(numbered(11))
    expect(await refused('--dry-run')).toContain('orders-dlq holds about 13 messages, and the plan is for 0 to 12')
  })

  test('exactly what was asked: what is selected moves changed, the rest stays', async () => {
    await dead(['{"type":"refund","n":1}', '{"type":"sale","n":2}', '{"type":"refund","n":3}'])
    const saved = await save('--where', "body.type == 'refund'", '--transform', '{n: body.n}', '--newer-than', '1h')
    const {code, stdout} = await cli.piped(['job', 'apply', plan, '--output', 'ndjson', '--no-input'])
    expect(code).toBe(0)
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    const {reason, ...planned} = saved.document.plan as Record<string, unknown>
    expect(reason).toBe("AWS's move task has no --where, --newer-than, --transform")
    expect(events[0]).toEqual({event: 'planned', plan: {...planned, reason}})
    expect(events.at(-1)).toMatchObject({event: 'done', engine: 'client', moved: 2, skipped: 1})
    expect(await bodiesIn('orders')).toEqual(['{"n":1}', '{"n":3}'])
    expect(await bodiesIn('orders-dlq')).toEqual(['{"type":"sale","n":2}'])
  })

  test('what an event pattern matches: the pattern is kept in the plan', async () => {
    await dead(['{"type":"refund","n":1}', '{"type":"sale","n":2}'])
    const saved = await save('--pattern', ' {"body":{"type":["refund"]}} ')
    expect((saved.document.plan as {reason: string}).reason).toBe("AWS's move task has no --pattern")
    const content = JSON.parse(readFileSync(plan, 'utf8')) as {request: unknown}
    expect(content.request).toMatchObject({selection: {pattern: '{"body":{"type":["refund"]}}'}})
    const {document} = await apply()
    expect(document).toMatchObject({engine: 'client', moved: 1, skipped: 1})
    expect(await bodiesIn('orders')).toEqual(['{"type":"refund","n":1}'])
  })

  test('a pattern that was read from a file: what the file holds later does not count', async () => {
    await dead(['{"type":"refund","n":1}', '{"type":"sale","n":2}'])
    const file = path.join(root, 'pattern.json')
    await writeFile(file, '{"body": {"type": ["refund"]}}\n')
    const saved = await save('--pattern', file)
    await writeFile(file, '{"body":{"type":["sale"]}}')
    const content = JSON.parse(readFileSync(plan, 'utf8')) as {request: unknown}
    expect(content.request).toMatchObject({selection: {pattern: '{"body": {"type": ["refund"]}}'}})
    expect(JSON.stringify([content, saved.document])).not.toContain('pattern.json')
    await rm(file)
    const {document} = await apply()
    expect(document).toMatchObject({moved: 1, skipped: 1})
    expect(await bodiesIn('orders')).toEqual(['{"type":"refund","n":1}'])
    const {document: shown} = await cli.json(['job', 'show', document.job as string])
    expect(JSON.stringify(shown)).not.toContain('pattern.json')
  })

  test('by the engine that was planned', async () => {
    await dead(numbered(2))
    await save('--engine', 'client')
    const {document} = await apply()
    expect(document).toMatchObject({engine: 'client', moved: 2})
    const verified = await cli.json(['job', 'verify', document.job as string])
    expect(verified.code).toBe(0)
  })

  test("by the engine that was planned, also where AWS's could do it by now", async () => {
    await dead(numbered(2))
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListMessageMoveTasks'})
    const {document} = await save()
    expect(document).toMatchObject({plan: {engine: 'client'}})
    cli.sandbox.faults.clear()
    const applied = await apply()
    expect([applied.code, applied.document]).toMatchObject([0, {engine: 'client', moved: 2}])
  })

  test('to a queue in another region', async () => {
    await dead(numbered(2))
    const west = sqsOf(cli.sandbox, 'eu-west-1')
    await west.createQueue({QueueName: 'orders-retry'})
    await save('--to', 'orders-retry', '--to-region', 'eu-west-1')
    expect(JSON.parse(await readFile(plan, 'utf8'))).toMatchObject({
      to: {account: '000000000000', region: 'eu-west-1', endpoint: cli.sandbox.url},
      routes: [{from: null, to: 'arn:aws:sqs:eu-west-1:000000000000:orders-retry'}],
    })
    const {code, document} = await apply()
    expect([code, document]).toMatchObject([0, {moved: 2}])
    expect(await depth('orders-dlq')).toBe(0)
  })

  test('says in a terminal what it is about to do, and asks nothing', async () => {
    await dead(numbered(2))
    await save('--max', '2')
    const {code, output} = await cli.terminal(['job', 'apply', plan, '--no-color'])
    expect(code).toBe(0)
    expect(output).toContain('Account 000000000000, region us-east-1 (sandbox)')
    expect(output.replace(/\s+/g, ' ')).toContain('Redrive about 2 messages from orders-dlq to orders.')
    expect(output).not.toContain('[y/N]')
    expect(await depth('orders')).toBe(2)
  })

  test('a reader who leaves does not stop it', async () => {
    await dead(numbered(30))
    await save('--max', '30', '--concurrency', '1')
    let left = false
    await cli.piped(['job', 'apply', plan, '--output', 'ndjson'], {
      onOutput: child => {
        if (!left) child.stdout?.destroy()
        left = true
      },
    })
    expect([await depth('orders-dlq'), await depth('orders')]).toEqual([0, 30])
  })

  test('a second time: refused by the count, or done where the count allows it', async () => {
    await dead(numbered(25))
    await save()
    expect((await apply()).code).toBe(0)
    expect(await refused()).toBe(
      'The plan does not fit any more: orders-dlq holds about 0 messages, and the plan is for 12 to 50. Nothing was received, and nothing was changed.',
    )
    // The consumer fails on the 25 of the first time as well.
    await dead(numbered(12))
    const again = await apply()
    expect([again.code, again.document]).toMatchObject([0, {moved: 37}])
  })

  test('leaves an interrupted job that can be resumed', async () => {
    await dead(numbered(12))
    await save('--engine', 'client', '--concurrency', '1')
    cli.sandbox.faults.add({kind: 'slow', action: 'SendMessageBatch', skip: 1, latencyMs: 300})
    let asked = false
    const {code, stdout, stderr} = await cli.piped(['job', 'apply', plan, '--output', 'ndjson'], {
      onOutput: (child, output) => {
        if (asked || !output.stdout.includes('"moved"')) return
        asked = true
        child.kill('SIGINT')
      },
    })
    expect(code).toBe(75)
    const done = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {job: string}
    expect(stderr).toContain(`It can be gone on with: msgops job resume ${done.job}`)
    cli.sandbox.faults.clear()
    const resumed = await cli.json(['job', 'resume', done.job, '--yes'])
    expect(resumed.code).toBe(0)
    expect([await depth('orders-dlq'), await depth('orders')]).toEqual([0, 12])
  })

  test('--read-only wins over a plan', async () => {
    await dead(numbered(2))
    await save()
    cli.sandbox.requests.clear()
    const {code, document} = await apply('--read-only')
    expect([code, document, writes()]).toMatchObject([7, {error: {code: 'ReadOnly'}}, []])
  })
})

describe('msgops job apply refuses', () => {
  test('a plan that has expired', async () => {
    await dead(numbered(2))
    await save()
    await reseal(content => {
      Object.assign(content, {createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-02T00:00:00.000Z'})
    })
    expect(await refused()).toContain('it expired at 2026-01-02T00:00:00.000Z')
  })

  test('another account, region and endpoint, and asks nothing of the queues there', async () => {
    await dead(numbered(2))
    await save()
    await reseal(content => {
      content.place = {account: '111122223333', region: 'eu-west-1', endpoint: null}
    })
    expect(await refused()).toBe(
      'The plan does not fit any more: the account is 111122223333 in the plan and 000000000000 here; ' +
        'the region is eu-west-1 in the plan and us-east-1 here; ' +
        `the endpoint is that of AWS in the plan and ${cli.sandbox.url} here. Nothing was received, and nothing was changed.`,
    )
    expect(operations(cli.sandbox)).toEqual(['GetCallerIdentity'])
  })

  test('the same plan with another --region', async () => {
    await dead(numbered(2))
    await save()
    expect(await refused('--region', 'eu-west-1')).toContain('the region is us-east-1 in the plan and eu-west-1 here')
  })

  test('every change of the queues at once, each named', async () => {
    await dead(numbered(25))
    await save()
    await sqs.setQueueAttributes({
      QueueUrl: url('orders'),
      Attributes: {RedrivePolicy: policy(4), MaximumMessageSize: '2048', KmsMasterKeyId: 'alias/other'},
    })
    await sqs.setQueueAttributes({QueueUrl: url('orders-dlq'), Attributes: {MessageRetentionPeriod: '600'}})
    await sqs.createQueue({QueueName: 'previews', Attributes: {RedrivePolicy: policy(2)}})
    for (const MessageBody of numbered(26)) await sqs.sendMessage({QueueUrl: url('orders-dlq'), MessageBody})
    const message = await refused()
    for (const difference of [
      'messageRetentionPeriod of orders-dlq was 345600 and is 600',
      `redrivePolicy of orders was ${arn('orders-dlq')} after 1 receives and is ${arn('orders-dlq')} after 4 receives`,
      'maximumMessageSize of orders was 1048576 and is 2048',
      'kmsMasterKeyId of orders was none and is alias/other',
      `messages that came from ${arn('previews')} now go to ${arn('previews')}`,
      'orders-dlq holds about 51 messages, and the plan is for 12 to 50',
    ]) {
      expect(message).toContain(difference)
    }
  })

  test('a source queue that no longer dead-letters here', async () => {
    await dead(numbered(2))
    await save()
    await sqs.setQueueAttributes({QueueUrl: url('orders'), Attributes: {RedrivePolicy: ''}})
    expect(await refused()).toContain('No queue has orders-dlq as its dead-letter queue')
  })

  test('a dead-letter queue that is gone, and one that was made anew', async () => {
    await dead(numbered(2))
    await save()
    await sqs.deleteQueue({QueueUrl: url('orders-dlq')})
    cli.sandbox.requests.clear()
    expect(await refused()).toContain('orders-dlq')
    await reseal(content => {
      content.source = {...(content.source as object), createdAt: '2026-01-01T00:00:00.000Z'}
    })
    await cli.sandbox.reset()
    await dead(numbered(2))
    expect(await refused()).toContain('createdAt of orders-dlq was 2026-01-01T00:00:00.000Z and is')
  })

  test('a dead-letter queue with a redrive policy of its own', async () => {
    await dead(numbered(2))
    await save('--engine', 'client')
    await sqs.createQueue({QueueName: 'deep-dlq'})
    await sqs.setQueueAttributes({QueueUrl: url('orders-dlq'), Attributes: {RedrivePolicy: policy(5, 'deep-dlq')}})
    expect(await refused()).toContain('orders-dlq dead-letters itself, to deep-dlq')
  })

  test('a selection that has another hash', async () => {
    await dead(numbered(2))
    await save('--where', 'body.n == `1`')
    await reseal(content => {
      content.request = {engine: 'auto', selection: {where: 'body.n == `0`'}}
    })
    expect(await refused()).toContain('what selects and changes messages has another meaning now (changeHash)')
  })

  test('a plan that was changed by hand', async () => {
    await dead(numbered(2))
    await save('--max', '1')
    await writeFile(plan, (await readFile(plan, 'utf8')).replace('"max": 1', '"max": 2'))
    expect(await refused()).toContain('its checksum is not that of its content')
    expect(operations(cli.sandbox)).toEqual([])
  })

  test('a plan of a later version', async () => {
    await dead(numbered(2))
    await save()
    await reseal(content => {
      content.schema = 9
    })
    expect(await refused()).toContain('its schema is 9, and this version of msgops knows 1')
  })

  test('a file that others may write to', async () => {
    await dead(numbered(2))
    await save()
    await chmod(plan, 0o620)
    cli.sandbox.requests.clear()
    const {code, document} = await apply()
    expect([code, document]).toMatchObject([7, {error: {code: 'UnsafeFile'}}])
    expect(operations(cli.sandbox)).toEqual([])
  })

  test('what is no plan, and what is not there', async () => {
    await writeFile(plan, '{"journal":"msgops"}', {mode: 0o600})
    const none = await apply()
    expect([none.code, none.document]).toMatchObject([2, {error: {code: 'PlanInvalid'}}])
    await rm(plan)
    const missing = await apply()
    expect([missing.code, missing.document]).toMatchObject([5, {error: {code: 'FileDoesNotExist'}}])
  })

  test('while a move task is at work, which no new plan would help with', async () => {
    await dead(numbered(20))
    await save()
    await sqs.startMessageMoveTask({SourceArn: arn('orders-dlq'), MaxNumberOfMessagesPerSecond: 1})
    const {code, document} = await apply()
    expect([code, document]).toMatchObject([7, {error: {code: 'MoveTaskActive'}}])
  })

  test('shows what a hostile plan says harmless', async () => {
    await dead(numbered(2))
    await save()
    const region = hostileStrings.map(({text}) => text).join(' ')
    await reseal(content => {
      content.place = {...(content.place as object), region}
    })
    const {code, output} = await cli.terminal(['job', 'apply', plan, '--no-color'])
    expect([code, dangersIn(output.replaceAll('\r\n', '\n'), {layout: true})]).toEqual([7, []])
  })

  test('keeps no journal of what was refused', async () => {
    await dead(numbered(2))
    await save('--max', '1')
    const state = await mkdtemp(path.join(root, 'state-'))
    await reseal(content => {
      content.expiresAt = '2026-01-02T00:00:00.000Z'
    })
    await cli.json(['job', 'apply', plan], {env: {XDG_STATE_HOME: state}})
    expect(await readdir(state)).toEqual([])
  })
})
