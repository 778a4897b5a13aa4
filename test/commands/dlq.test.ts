import {Ajv, type ValidateFunction} from 'ajv'
import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
const url = (name: string) => `${cli.sandbox.url}/000000000000/${name}`

function schema(name: string): ValidateFunction {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  return new Ajv({allErrors: true}).compile(JSON.parse(text) as object)
}

function expectValid(name: string, document: unknown): void {
  const validate = schema(name)
  validate(document)
  expect(validate.errors).toBeNull()
}

/** `orders` and its DLQ, with messages that a consumer failed on until SQS moved them. */
async function deadOrders(bodies: readonly string[]): Promise<void> {
  await sqs.createQueue({QueueName: 'orders-dlq'})
  await sqs.createQueue({
    QueueName: 'orders',
    Attributes: {RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('orders-dlq'), maxReceiveCount: 1})},
  })
  for (const MessageBody of bodies) await sqs.sendMessage({QueueUrl: url('orders'), MessageBody})
  for (let empty = 0; empty < 2;) {
    const {Messages = []} = await sqs.receiveMessage({
      QueueUrl: url('orders'),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    })
    empty = Messages.length === 0 ? empty + 1 : 0
  }
}

const failures = (count: number) => Array.from({length: count}, (_, index) => `{"error":"no stock for ${index}"}`)

async function depth(name: string): Promise<[visible: number, inFlight: number]> {
  const {Attributes = {}} = await sqs.getQueueAttributes({QueueUrl: url(name), AttributeNames: ['All']})
  return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)]
}

const writes = () =>
  operations(cli.sandbox).filter(
    action => /^(Send|Delete|Start|Receive|Change|Cancel)/.test(action) && action !== 'SendMessage',
  )

describe('msgops dlq list', () => {
  test('tab-separated on a pipe, deepest first', async () => {
    await deadOrders(failures(2))
    await sqs.createQueue({QueueName: 'resize-dlq'})
    const {code, stdout, stderr} = await cli.piped(['dlq', 'list'])
    expect(stdout).toBe(
      [
        'NAME\tAPPROX MESSAGES\tIN FLIGHT\tRETENTION\tMOVE TASK\tSOURCES',
        'orders-dlq\t2\t0\t345600\t\torders',
        'resize-dlq\t0\t0\t345600\t\tno SQS queue',
        '',
      ].join('\n'),
    )
    expect([code, stderr]).toEqual([0, ''])
  })

  test('a document that its schema describes; NDJSON and CSV list the queues', async () => {
    await deadOrders(failures(1))
    const {code, document} = await cli.json(['dlq', 'list'])
    expect(code).toBe(0)
    expect(document).toMatchObject({
      dlqs: [{name: 'orders-dlq', approximateNumberOfMessages: 1}],
      truncated: false,
      warnings: [],
    })
    expectValid('dlq-list', document)
    const {stdout} = await cli.piped(['dlq', 'ls', '--output', 'ndjson'])
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => (JSON.parse(line) as {name: string}).name),
    ).toEqual(['orders-dlq'])
  })

  test('an empty list is done', async () => {
    const {code, stdout, stderr} = await cli.piped(['dlq', 'list'])
    expect([code, stdout.split('\n').length]).toEqual([0, 2])
    expect(stderr).toContain('There are no dead-letter queues here.')
  })

  test('fits a terminal of 80 columns', async () => {
    await deadOrders(failures(3))
    const {code, output} = await cli.terminal(['dlq', 'list'])
    expect(code).toBe(0)
    expect(output).toMatch(/orders-dlq\s+.*3/)
    for (const line of plainLines(output)) expect(line.length).toBeLessThanOrEqual(80)
  })
})

describe('msgops dlq show', () => {
  test('groups, with a document that its schema describes', async () => {
    await deadOrders([...failures(3), 'plain'])
    const {code, document, stderr} = await cli.json(['dlq', 'show', 'orders-dlq'])
    expect([code, stderr]).toEqual([0, ''])
    expect(document).toMatchObject({
      queue: {name: 'orders-dlq', type: 'standard', approximateNumberOfMessages: 4},
      sources: [{name: 'orders', arn: arn('orders'), current: true, sampled: 4}],
      sampled: 4,
      complete: true,
      groups: [
        {signature: 'no stock for <n>', origin: 'body', count: 3},
        {signature: 'no error given: text: plain', origin: 'shape', count: 1},
      ],
      warnings: [],
    })
    expectValid('dlq-show', document)
    expect(await depth('orders-dlq')).toEqual([4, 0])
  })

  test('the id of a group is the same in the next run', async () => {
    await deadOrders(failures(2))
    const ids = async () => (await cli.piped(['dlq', 'show', 'orders-dlq', '--json', '--query', 'groups[].id'])).stdout
    expect(await ids()).toBe(await ids())
  })

  test('a table in a terminal, with what a look costs', async () => {
    await deadOrders(failures(2))
    const {code, output} = await cli.terminal(['dlq', 'show', 'orders-dlq'])
    expect(code).toBe(0)
    expect(output).toContain('no stock for <n>')
    expect(output).toContain('the receive count of 2 messages rose by one. All were given back.')
  })

  test('an empty queue, an unknown queue, a foreign URL', async () => {
    await deadOrders([])
    const empty = await cli.json(['dlq', 'show', 'orders-dlq'])
    expect([empty.code, empty.document]).toMatchObject([0, {sampled: 0, groups: [], oldest: null}])
    expectValid('dlq-show', empty.document)
    const unknown = await cli.json(['dlq', 'show', 'orders-dql'])
    expect([unknown.code, unknown.document]).toMatchObject([5, {error: {code: 'QueueDoesNotExist'}}])
    expect(unknown.stdout).toContain('orders-dlq')
    const before = cli.sandbox.requests.list().length
    const foreign = await cli.piped([
      'dlq',
      'show',
      'https://sqs.us-east-1.amazonaws.com.example.org/000000000000/orders-dlq',
    ])
    expect(foreign.code).toBe(2)
    expect(cli.sandbox.requests.list()).toHaveLength(before)
  })

  test('--read-only receives nothing', async () => {
    await deadOrders(failures(1))
    cli.sandbox.requests.clear()
    const {code} = await cli.piped(['dlq', 'show', 'orders-dlq', '--read-only'])
    expect(code).toBe(7)
    expect(writes()).toEqual([])
  })

  test('bodies that would command the terminal are shown harmless', async () => {
    await sqs.createQueue({QueueName: 'orders-dlq'})
    const texts = hostileStrings.map(({text}) => text).filter(isSendable)
    expect(texts.length).toBeGreaterThan(20)
    for (const text of texts) await sqs.sendMessage({QueueUrl: url('orders-dlq'), MessageBody: text})
    const {code, output} = await cli.terminal(['dlq', 'show', 'orders-dlq'])
    expect(code).toBe(0)
    const unseen = /[\p{Cc}\p{Cf}\u{2028}\u{2029}]/u
    for (const line of plainLines(output)) expect(line).not.toMatch(unseen)
  })
})

describe('msgops dlq redrive', () => {
  test('--dry-run shows the plan, receives nothing and changes nothing', async () => {
    await deadOrders(failures(3))
    cli.sandbox.requests.clear()
    const {code, document} = await cli.json(['dlq', 'redrive', 'orders-dlq', '--dry-run'])
    expect(code).toBe(0)
    expect(document).toMatchObject({
      dryRun: true,
      accountId: '000000000000',
      region: 'us-east-1',
      plan: {engine: 'native', destination: null, destinations: [{name: 'orders'}], approximateNumberOfMessages: 3},
    })
    expectValid('dlq-redrive', document)
    expect(writes()).toEqual([])
    const table = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--dry-run', '--max', '2', '--rate', '0.5/s'])
    expect(table.stdout).toContain('dry run: nothing was changed, nothing was received')
    expect(table.stdout).toMatch(/Engine\tclient\nBecause\tAWS's move task cannot stop at a number of messages/)
    expect(writes()).toEqual([])
  })

  test('without a terminal and --yes: exit 7, nothing changed, the command to run', async () => {
    await deadOrders(failures(2))
    cli.sandbox.requests.clear()
    const {code, stdout, stderr} = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--max', '2'])
    expect([code, stdout]).toEqual([7, ''])
    expect(stderr).toContain('msgops dlq redrive orders-dlq --max 2 --yes')
    expect(stderr).toContain('Account 000000000000, region us-east-1 (sandbox)')
    expect(stderr).toContain(`From ${arn('orders-dlq')}: about 2 messages, 0 in flight`)
    expect(writes()).toEqual([])
    const json = await cli.json(['dlq', 'redrive', 'orders-dlq'])
    expect([json.code, json.document]).toMatchObject([7, {error: {code: 'ConfirmationRequired'}}])
  })

  test("--yes: AWS's engine, the summary as a document", async () => {
    await deadOrders(failures(5))
    const {code, document} = await cli.json(['dlq', 'redrive', 'orders-dlq', '--yes'])
    expect(code).toBe(0)
    expect(document).toMatchObject({
      event: 'done',
      engine: 'native',
      state: 'completed',
      moved: 5,
      remaining: 0,
      possibleDuplicates: [],
      warnings: [],
    })
    expectValid('dlq-redrive', document)
    expect((await depth('orders'))[0]).toBe(5)
  })

  test('the client engine, one event a line, the summary last', async () => {
    await deadOrders(failures(12))
    const {code, stdout, stderr} = await cli.piped([
      'dlq',
      'redrive',
      'orders-dlq',
      '--max',
      '11',
      '--yes',
      '--output',
      'ndjson',
    ])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Account 000000000000, region us-east-1/)])
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as {event: string; moved: number})
    expect(events[0]).toMatchObject({event: 'planned', plan: {engine: 'client', max: 11}})
    expect(events.filter(({event}) => event === 'moved')).toHaveLength(11)
    expect(events.at(-1)).toMatchObject({event: 'done', engine: 'client', moved: 11, remaining: 1})
    expect(events.filter(({event}) => event === 'done')).toHaveLength(1)
    expect(await depth('orders-dlq')).toEqual([1, 0])
  })

  test('in a terminal it asks, with No as the default', async () => {
    await deadOrders(failures(3))
    const declined = await cli.terminal(['dlq', 'redrive', 'orders-dlq', '--max', '3'], {answers: [['[y/N]', '\r']]})
    expect(declined.code).toBe(7)
    expect(await depth('orders-dlq')).toEqual([3, 0])
    const accepted = await cli.terminal(['dlq', 'redrive', 'orders-dlq', '--max', '3'], {answers: [['[y/N]', 'y\r']]})
    expect(accepted.code).toBe(0)
    expect(accepted.output).toContain('Redrive about 3 messages from orders-dlq to orders?')
    expect(plainLines(accepted.output)).toContainEqual(expect.stringMatching(/^Moved +3 of 3$/))
    expect((await depth('orders'))[0]).toBe(3)
  })

  test('a failed entry is exit 3, and is named', async () => {
    await deadOrders(failures(3))
    cli.sandbox.faults.add({
      kind: 'partial-batch',
      action: 'SendMessageBatch',
      skip: 1,
      code: 'InvalidMessageContents',
      status: 400,
    })
    const {code, document} = await cli.json([
      'dlq',
      'redrive',
      'orders-dlq',
      '--max',
      '3',
      '--yes',
      '--concurrency',
      '1',
    ])
    expect(code).toBe(3)
    expect(document).toMatchObject({
      moved: 2,
      failed: 1,
      warnings: ['1 message could not be moved and is still in orders-dlq.'],
    })
    expectValid('dlq-redrive', document)
    expect(await depth('orders-dlq')).toEqual([1, 0])
  })

  test('a lost answer is exit 9, and every message in doubt is listed', async () => {
    await deadOrders(failures(4))
    cli.sandbox.faults.add({kind: 'reset-after', action: 'SendMessageBatch', skip: 1, times: 1})
    const {code, document} = await cli.json([
      'dlq',
      'redrive',
      'orders-dlq',
      '--max',
      '4',
      '--yes',
      '--concurrency',
      '1',
    ])
    expect(code).toBe(9)
    expect(document).toMatchObject({moved: 4, failed: 0, selected: 4})
    expect(document.possibleDuplicates).toHaveLength(3)
    expectValid('dlq-redrive', document)
    expect([await depth('orders-dlq'), (await depth('orders'))[0]]).toEqual([[0, 0], 7])
  })

  test('what a redrive left in doubt is told before the next one sends it again', async () => {
    await deadOrders(failures(4))
    cli.sandbox.faults.add({kind: 'reset-after', action: 'SendMessageBatch', skip: 1, times: 1})
    const words = ['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--yes', '--concurrency', '1']
    const {code, document} = await cli.json([...words, '--on-unknown', 'hold'])
    expect([code, document]).toMatchObject([3, {state: 'completed', selected: 4, moved: 1, failed: 0, left: 0}])
    const {job} = document as {job: string}
    const remark = `${job} left 3 messages here that may be in the destination already; what is still here is moved like any other: msgops job show ${job}`
    const trial = await cli.json([...words, '--dry-run'])
    expect(trial.document).toMatchObject({plan: {remarks: expect.arrayContaining([remark]) as string[]}})
    const again = await cli.piped(words)
    expect(again.stderr).toContain(`Note: ${remark}\n`)
  })

  test('an id that is not there is said to be missing', async () => {
    await deadOrders(failures(2))
    const id = '11111111-2222-4333-8444-555555555555'
    const {code, document} = await cli.json(['dlq', 'redrive', 'orders-dlq', '--id', id, '--yes'])
    expect([code, document]).toMatchObject([
      0,
      {
        selected: 0,
        warnings: [
          `1 of 1 id that was asked for did not come (${id}): not in orders-dlq, in flight elsewhere, or sent after the start.`,
        ],
      },
    ])
  })

  test('with --yes it says beforehand what it does, where, and by which engine', async () => {
    await deadOrders(failures(1))
    const {stderr} = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--max', '1', '--yes'])
    expect(stderr).toContain('Account 000000000000, region us-east-1 (sandbox)\n')
    expect(stderr).toContain(`From ${arn('orders-dlq')}: about 1 messages, 0 in flight\n`)
    expect(stderr).toContain(`To ${arn('orders')}\n`)
    expect(stderr).toContain('Engine client: ')
  })

  test('a destination that denies: exit 4, permission and queue named, nothing lost', async () => {
    await deadOrders(failures(12))
    cli.sandbox.faults.add({kind: 'access-denied', action: 'SendMessageBatch'})
    const {code, document} = await cli.json(['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--yes'])
    expect([code, document]).toMatchObject([4, {error: {message: expect.stringContaining('sqs:SendMessage')}}])
    expect(JSON.stringify(document)).toContain(arn('orders'))
    expect(await depth('orders-dlq')).toEqual([12, 0])
  })

  test.each([
    ['itself', ['--to', 'orders-dlq'], 7, 'orders-dlq cannot be redriven to itself'],
    ['itself by its ARN', ['--to', arn('orders-dlq')], 7, 'orders-dlq cannot be redriven to itself'],
    ['itself by its URL', ['--to', 'URL'], 7, 'orders-dlq cannot be redriven to itself'],
    ['a FIFO queue', ['--to', 'pay.fifo'], 7, 'orders-dlq is a standard queue and pay.fifo a FIFO queue'],
    ['another region', ['--to', 'arn:aws:sqs:eu-west-1:000000000000:orders'], 2, 'eu-west-1'],
    ['no such queue', ['--to', 'oders'], 5, 'orders'],
    ['a rate of nothing', ['--rate', '0'], 2, '"0" is no rate'],
    ['an impossible native', ['--engine', 'native', '--max', '1'], 7, '--max'],
    ['not waiting with the client engine', ['--engine', 'client', '--no-wait'], 7, '--no-wait'],
    ['attaching with a destination', ['--attach', '--to', 'orders'], 2, '--attach'],
    ['attaching to nothing', ['--attach'], 5, 'No move task of orders-dlq is running'],
  ])('refused: %s', async (_name, flags, code, text) => {
    await deadOrders(failures(1))
    await sqs.createQueue({QueueName: 'pay.fifo', Attributes: {FifoQueue: 'true'}})
    cli.sandbox.requests.clear()
    const args = flags.map(flag => (flag === 'URL' ? url('orders-dlq') : flag))
    const run = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--yes', ...args])
    expect(run.stderr).toContain(text)
    expect(run.code).toBe(code)
    expect(writes()).toEqual([])
  })

  test('--read-only wins over --yes', async () => {
    await deadOrders(failures(1))
    cli.sandbox.requests.clear()
    for (const engine of ['native', 'client']) {
      expect((await cli.piped(['dlq', 'redrive', 'orders-dlq', '--yes', '--read-only', '--engine', engine])).code).toBe(
        7,
      )
    }
    expect(writes()).toEqual([])
  })

  test.each([
    ['SIGINT', 75],
    ['SIGTERM', 75],
  ] as const)(
    '%s: the batch under way is finished, the rest is given back, exit %i, resumable',
    async (signal, code) => {
      await deadOrders(failures(40))
      let sent = false
      const run = await cli.piped(
        ['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--rate', '10/s', '--yes', '--output', 'ndjson'],
        {
          onOutput: (child, {stdout}) => {
            if (sent || !stdout.includes('"event":"moved"')) return
            sent = true
            child.kill(signal)
          },
        },
      )
      expect(run.code).toBe(code)
      const last = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as {
        event: string
        state: string
        moved: number
        job: string
      }
      expect(last).toMatchObject({event: 'done', state: 'interrupted', possibleDuplicates: []})
      const [visible, inFlight] = await depth('orders-dlq')
      expect([visible + last.moved, inFlight, (await depth('orders'))[0]]).toEqual([40, 0, last.moved])
      expect(run.stderr).toContain(`msgops job resume ${last.job} --yes\n`)
      const resumed = await cli.json(['job', 'resume', last.job, '--yes'])
      expect([resumed.code, resumed.document]).toMatchObject([0, {job: last.job, moved: 40 - last.moved, remaining: 0}])
      expect(await depth('orders')).toEqual([40, 0])
      const again = await cli.json(['job', 'resume', last.job, '--yes'])
      expect([again.code, again.document]).toMatchObject([0, {moved: 0, selected: 0}])
    },
  )

  test("Ctrl-C in a terminal cancels AWS's task and says what was moved", async () => {
    await deadOrders(failures(30))
    const {code, output} = await cli.terminal(['dlq', 'redrive', 'orders-dlq', '--rate', '2/s', '--yes'], {
      answers: [['Moved', '\u0003']],
    })
    expect(code).toBe(130)
    expect(output).toContain('the task was cancelled; what it had moved stays moved')
    expect(operations(cli.sandbox).filter(action => action === 'CancelMessageMoveTask')).toHaveLength(1)
    expect((await depth('orders-dlq'))[0] + (await depth('orders'))[0]).toBe(30)
  })

  test('--no-wait leaves the task to AWS, --attach follows it', async () => {
    await deadOrders(failures(2))
    // The task stands still until someone follows it.
    cli.sandbox.clock.freeze()
    const started = await cli.json(['dlq', 'redrive', 'orders-dlq', '--rate', '1', '--no-wait', '--yes'])
    expect([started.code, started.document]).toMatchObject([0, {state: 'running', engine: 'native'}])
    expectValid('dlq-redrive', started.document)
    const refused = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--yes'])
    expect([refused.code, refused.stderr]).toEqual([
      7,
      expect.stringContaining('msgops dlq redrive orders-dlq --attach'),
    ])
    const followed = await cli.piped(['dlq', 'redrive', 'orders-dlq', '--attach', '--output', 'ndjson'], {
      onOutput: (_child, {stdout}) => {
        if (stdout.includes('"event":"started"')) cli.sandbox.clock.resume()
      },
    })
    const last = JSON.parse(followed.stdout.trim().split('\n').at(-1) ?? '') as unknown
    expect([followed.code, last]).toMatchObject([0, {state: 'completed', moved: 2, job: started.document.job}])
  })

  test('a reader that goes away does not stop the move', async () => {
    await deadOrders(failures(25))
    const run = await cli.piped(
      ['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--max', '25', '--yes', '--output', 'ndjson'],
      {
        onOutput: child => child.stdout?.destroy(),
      },
    )
    expect(run.code).toBe(0)
    expect([await depth('orders-dlq'), (await depth('orders'))[0]]).toEqual([[0, 0], 25])
  })
})

const ESC = '\u001b'

/** What is left of a terminal's output without the colours and cursor moves that are ours. */
function plainLines(output: string): string[] {
  return output.replace(new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]`, 'g'), '').split(/[\r\n]+/)
}

/** What XML 1.0, and so SQS, lets through. */
function isSendable(text: string): boolean {
  return (
    Buffer.from(text).toString() === text &&
    !/[\uFFFE\uFFFF]/.test(text) &&
    !/\p{Cc}/u.test(text.replace(/[\t\n\r\u{7F}-\u{9F}]/gu, ''))
  )
}
