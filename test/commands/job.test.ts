import {Ajv} from 'ajv'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {copyFile, mkdir, readFile, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'
import {beforeEach, describe, expect, test, vi} from 'vitest'
import {listJobs} from '../../src/lib/redrive/journal/jobs.js'
import {hostileStrings} from '../fixtures/hostile-strings.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import type {Step} from '../lib/jobs/journals.js'
import {DLQ, messageId, ORDERS, temporaryHome, TOTALS, writeRun} from '../lib/jobs/journals.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const url = (name: string) => `${cli.sandbox.url}/000000000000/${name}`

const STEPS: Step[] = [
  ['intent', 1, 2, 3, 4],
  ['sent', [1, 101], [2, 102]],
  ['rejected', 3],
  ['unknown', 4],
  ['deleted', 1],
]

function expectValid(name: string, document: unknown): void {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

/** `orders` and its DLQ, with so many messages that a consumer failed on. */
async function deadOrders(count: number): Promise<void> {
  await sqs.createQueue({QueueName: 'orders-dlq'})
  await sqs.createQueue({
    QueueName: 'orders',
    Attributes: {RedrivePolicy: JSON.stringify({deadLetterTargetArn: DLQ, maxReceiveCount: 1})},
  })
  for (let index = 0; index < count; index++) await sqs.sendMessage({QueueUrl: url('orders'), MessageBody: `${index}`})
  for (let empty = 0; empty < 2;) {
    const {Messages = []} = await sqs.receiveMessage({
      QueueUrl: url('orders'),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    })
    empty = Messages.length === 0 ? empty + 1 : 0
  }
}

/** A move task that takes a while: one message a second. */
async function slowTask(): Promise<string> {
  await deadOrders(20)
  const {TaskHandle = ''} = await sqs.startMessageMoveTask({SourceArn: DLQ, MaxNumberOfMessagesPerSecond: 1})
  return TaskHandle
}

const ESC = String.fromCharCode(27)
const plainLines = (output: string) => output.replace(new RegExp(`${ESC}\\[[0-9;?]*[A-Za-z]`, 'g'), '').split(/[\r\n]+/)

const scene = async () => {
  const {home, state} = await temporaryHome()
  return {home, state, env: {XDG_STATE_HOME: home}}
}

const NOWHERE = {MSGOPS_SANDBOX: '0', MSGOPS_SANDBOX_URL: ''}

beforeEach(() => cli.sandbox.requests.clear())

describe('msgops job list', () => {
  test('journals and move tasks, the newest first', async () => {
    const {state, env} = await scene()
    const years = 10 * 525_600
    const killed = await writeRun(state, {steps: STEPS, minute: -years})
    const done = await writeRun(state, {steps: STEPS, end: 'completed', minute: years})
    const handle = await slowTask()
    const {code, document} = await cli.json(['job', 'list'], {env})
    expect(code).toBe(0)
    expect(document).toMatchObject({
      jobs: [
        {job: done.job, kind: 'client', state: 'completed', source: DLQ, destination: ORDERS, selected: 3, moved: 2},
        {job: handle, kind: 'native', state: 'running', source: DLQ, destination: null, selected: 20},
        {job: killed.job, kind: 'client', state: 'interrupted', moved: 2, failed: null, uncertain: 1, endedAt: null},
      ],
      incomplete: [],
      warnings: [],
    })
    expectValid('job-list', document)
  })

  test('tab-separated on a pipe; NDJSON is a job a line', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {steps: STEPS, end: 'completed'})
    const {stdout, stderr, code} = await cli.piped(['job', 'ls'], {env})
    expect(stdout).toBe(
      [
        'JOB\tSTATE\tDONE\tSOURCE\tDESTINATION\tSTARTED',
        `${job}\tcompleted\t2/3\torders-dlq\torders\t2026-11-21T04:12:33.000Z`,
        '',
      ].join('\n'),
    )
    expect([code, stderr]).toEqual([0, ''])
    const lines = await cli.piped(['job', 'ls', '--output', 'ndjson'], {env})
    expect(JSON.parse(lines.stdout)).toMatchObject({job, kind: 'client'})
  })

  test('ten messages that were discarded as told are ten of ten done', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {
      steps: [
        ['discarded', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        ['deleted', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      ],
      end: 'completed',
      totals: {selected: 10, moved: 0, skipped: 0, failed: 0, left: 0, possibleDuplicates: 0, discarded: 10},
    })
    const {document} = await cli.json(['job', 'list', '--local'], {env})
    expect(document.jobs).toMatchObject([{job, state: 'completed', selected: 10, moved: 0, discarded: 10}])
    expectValid('job-list', document)
    const list = await cli.piped(['job', 'list', '--local'], {env})
    expect(list.stdout).toContain(`${job}\tcompleted\t10/10\torders-dlq\torders\t`)
    const shown = await cli.piped(['job', 'show', job], {env})
    expect(shown.stdout).toMatch(/^Copies verified\t0\nDiscarded\t10\n/im)
    expectValid('job-show', (await cli.json(['job', 'show', job], {env})).document)
  })

  test('--state, --dlq and --local leave out what is not asked', async () => {
    const {state, env} = await scene()
    const killed = await writeRun(state, {steps: STEPS})
    const other = 'arn:aws:sqs:us-east-1:000000000000:other-dlq'
    const done = await writeRun(state, {end: 'completed', source: other, minute: 1})
    await slowTask()
    const jobs = async (...flags: string[]) => {
      const {document, code} = await cli.json(['job', 'list', ...flags], {env})
      expect(code).toBe(0)
      return (document.jobs as {job: string; kind: string}[])
        .map(({job, kind}) => (kind === 'native' ? kind : job))
        .sort()
    }
    expect(await jobs('--state', 'interrupted', '--state', 'running')).toEqual(['native', killed.job])
    expect(await jobs('--dlq', 'orders-dlq')).toEqual(['native', killed.job])
    expect(await jobs('--dlq', url('orders-dlq'), '--dlq', DLQ)).toEqual(['native', killed.job])
    cli.sandbox.requests.clear()
    expect(await jobs('--local')).toEqual([killed.job, done.job])
    expect(await jobs('--local', '--dlq', other)).toEqual([done.job])
    expect(operations(cli.sandbox)).toEqual([])
  })

  test('without a region or a connection: the journals, a warning and exit 3; with --local exit 0', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {})
    const nowhere = await cli.json(['job', 'list'], {env: {...env, ...NOWHERE}})
    expect([nowhere.code, nowhere.document]).toMatchObject([
      3,
      {jobs: [{job}], incomplete: [expect.stringContaining('No AWS region is set')]},
    ])
    expectValid('job-list', nowhere.document)
    const refused = await cli.json(['job', 'list'], {env: {...env, MSGOPS_SANDBOX_URL: 'http://127.0.0.1:1'}})
    expect([refused.code, refused.document]).toMatchObject([3, {jobs: [{job}]}])
    const local = await cli.piped(['job', 'list', '--local'], {env: {...env, ...NOWHERE}})
    expect([local.code, local.stderr]).toEqual([0, ''])
  })

  test('a denied list of tasks is a warning; an unknown --dlq is exit 5', async () => {
    const {env} = await scene()
    await deadOrders(0)
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListMessageMoveTasks'})
    const denied = await cli.json(['job', 'list'], {env})
    expect([denied.code, denied.document]).toMatchObject([
      3,
      {jobs: [], incomplete: [expect.stringContaining('Not all move tasks could be listed')]},
    ])
    expect((await cli.json(['job', 'list', '--dlq', 'nothing'], {env})).code).toBe(5)
    expect((await cli.json(['job', 'list', '--state', 'asleep'], {env})).code).toBe(2)
  })

  test('fits a terminal of 80 columns, and says how a move task is named', async () => {
    const {state, env} = await scene()
    await writeRun(state, {steps: STEPS, end: 'completed'})
    await slowTask()
    const {code, output} = await cli.terminal(['job', 'list'], {env})
    expect(code).toBe(0)
    const lines = plainLines(output)
    expect(lines).toContainEqual(expect.stringMatching(/^rd-20261121-0412-\w{4} +completed +2\/3 +orders-dlq +orders/))
    expect(lines).toContainEqual(expect.stringMatching(/^move task +running +\d+\/20 +orders-dlq +their sources/))
    expect(output).toContain('msgops job show --dlq orders-dlq')
    for (const line of lines.filter(text => !text.includes('msgops'))) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('nothing yet', async () => {
    const {env} = await scene()
    const {code, stderr} = await cli.piped(['job', 'list'], {env})
    expect([code, stderr]).toEqual([0, 'There are no jobs.\n'])
  })
})

describe('msgops job show', () => {
  test('an interrupted job: what it did, what is uncertain, the command that goes on', async () => {
    const {state, env} = await scene()
    const {job, file} = await writeRun(state, {
      steps: STEPS,
      profile: 'ops',
      endpoint: 'http://127.0.0.1:4566',
      request: {to: 'orders', max: 10},
    })
    const {code, document, stderr} = await cli.json(['job', 'show', job], {env: {...env, ...NOWHERE}})
    expect(code).toBe(0)
    expect(stderr).toBe('Warning: 2 messages may exist twice: see possibleDuplicates.\n')
    expect(document).toMatchObject({
      job,
      kind: 'client',
      state: 'interrupted',
      path: file,
      profile: 'ops',
      source: DLQ,
      destination: ORDERS,
      run: {
        version: '0.1.0',
        mode: 'move',
        fifo: false,
        endpoint: 'http://127.0.0.1:4566',
        request: {to: 'orders', max: 10},
      },
      holder: null,
      ended: null,
      totals: null,
      counts: {intents: 4, sent: 2, rejected: 1, unknown: 1, deleted: 1},
      messages: {sent: 1, deleted: 1, rejected: 1, unknown: 1, intent: 0},
      verdict: 'whole',
      possibleDuplicates: [
        {messageId: messageId(4), newMessageId: null, reason: 'unknownOutcome', attempts: 1},
        {messageId: messageId(2), newMessageId: messageId(102), reason: 'notDeleted', attempts: 1},
      ],
      next: [
        `Go on: msgops job resume ${job} --profile ops --region us-east-1 --endpoint-url http://127.0.0.1:4566`,
        `Give it up: msgops job cancel ${job}`,
      ],
    })
    expectValid('job-show', document)
  })

  test.each([
    ['of the environment', [], {}, 'http://127.0.0.1:4566', ''],
    ['that was typed', ['--sandbox'], {MSGOPS_SANDBOX: '0'}, 'http://127.0.0.1:4566', ' --sandbox'],
    [
      'off, and the endpoint in the environment',
      [],
      {...NOWHERE, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566/path'},
      'http://127.0.0.1:4566',
      '',
    ],
    [
      'off, and another endpoint in the environment',
      [],
      {...NOWHERE, AWS_ENDPOINT_URL: 'http://127.0.0.1:9'},
      'http://127.0.0.1:4566',
      ' --endpoint-url http://127.0.0.1:4566',
    ],
  ])('the command that goes on fits a sandbox %s', async (_what, words, more, endpoint, flags) => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {steps: STEPS, endpoint})
    const {document} = await cli.json(['job', 'show', job, ...words], {env: {...env, ...more}})
    expect(document.next).toContain(`Go on: msgops job resume ${job} --region us-east-1${flags}`)
  })

  test('a job that is not of the sandbox is gone on with outside it', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {steps: STEPS, account: '123456789012', profile: 'ops'})
    const {document} = await cli.json(['job', 'show', job], {env})
    expect(document.next).toContain(`Go on: MSGOPS_SANDBOX=0 msgops job resume ${job} --profile ops --region us-east-1`)
    const typed = await cli.json(['job', 'show', job, '--sandbox'], {env: {...env, MSGOPS_SANDBOX: '0'}})
    expect(typed.document.next).toContain(`Go on: msgops job resume ${job} --profile ops --region us-east-1`)
  })

  test('the command that goes on works as it is shown', async () => {
    const {env} = await scene()
    await deadOrders(3)
    cli.sandbox.faults.add({kind: 'access-denied', action: 'DeleteMessageBatch'})
    await cli.json(['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--to', 'orders', '--yes'], {env})
    cli.sandbox.faults.clear()
    cli.sandbox.clock.advance(60_000)
    const list = await cli.json(['job', 'list', '--local'], {env})
    const [{job} = {job: ''}] = list.document.jobs as {job: string}[]
    const {document} = await cli.json(['job', 'show', job], {env})
    const line = (document.next as string[]).find(text => text.startsWith('Go on: msgops ')) ?? ''
    const resumed = await cli.json([...line.slice('Go on: msgops '.length).split(' '), '--yes'], {env})
    expect([resumed.code, resumed.document]).toMatchObject([0, {job, state: 'completed', remaining: 0}])
  })

  test('a redrive that sent nothing has failed, and is not offered for resume', async () => {
    const {state, env} = await scene()
    const cut = await writeRun(state, {})
    const stopped = await writeRun(state, {end: 'stopped', minute: 1})
    const interrupted = await writeRun(state, {end: 'interrupted', minute: 2})
    const discarding = await writeRun(state, {steps: [['discarded', 1]], minute: 3})
    const {document} = await cli.json(['job', 'list', '--local'], {env})
    expect(document.jobs).toMatchObject([
      {job: discarding.job, state: 'interrupted', problem: null},
      {job: interrupted.job, state: 'interrupted', problem: null},
      {job: stopped.job, state: 'failed', problem: {code: 'NothingSent'}},
      {job: cut.job, state: 'failed', problem: {code: 'NothingSent'}},
    ])
    expectValid('job-list', document)
    const shown = await cli.json(['job', 'show', cut.job], {env})
    expect(shown.document.next).toEqual([
      'Nothing was sent or discarded: correct what stopped it and start the redrive again.',
    ])
    expectValid('job-show', shown.document)
  })

  test('counts of the whole job beside the totals of its last session', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {
      steps: [
        ['intent', 1, 2, 3],
        ['sent', [1, 101], [2, 102], [3, 103]],
        ['deleted', 1, 2, 3],
      ],
      end: 'stopped',
    })
    const list = await cli.piped(['job', 'list', '--local'], {env})
    expect(list.stdout.split('\n')[1]).toMatch(new RegExp(`^${job}\tinterrupted\t3\torders-dlq\t`))
    const {stdout} = await cli.piped(['job', 'show', job], {env})
    const lines = stdout.split('\n')
    expect(lines).toContain(
      'Last session\tstopped: selected 3, moved 2, skipped 0, failed 1, left 0, possibleDuplicates 0, discarded 0',
    )
    expect(lines).toContain('Copies verified\t3')
    expect(lines).toContain('Deleted\t3')
    expect(stdout).not.toContain('Totals')
  })

  test('what was asked, a line a flag', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {steps: STEPS, request: {engine: 'client', perSecond: 5, cutMs: 1795247042000}})
    const {stdout} = await cli.piped(['job', 'show', job], {env})
    expect(stdout).toContain('--engine client')
    expect(stdout).toContain('--rate 5/s')
    expect(stdout).toContain('messages sent until 2026-11-21T07:44:02.000Z')
    expect(stdout).toContain('Last session\tcut off, so that it left no totals')
    expect(stdout).not.toContain('cutMs')
  })

  test('a handle is short in a table, and whole in the document', async () => {
    const {env} = await scene()
    const handle = await slowTask()
    const {stdout} = await cli.piped(['job', 'show', handle], {env})
    expect(stdout).not.toContain(handle)
    expect(stdout).toContain(`${handle.slice(0, 24)}…`)
    expect((await cli.json(['job', 'show', handle], {env})).document.job).toBe(handle)
  })

  test('a running job: its process, and nothing under way in doubt', async () => {
    const {state, env} = await scene()
    const running = await writeRun(state, {steps: [...STEPS, ['intent', 5]], running: true})
    const {document} = await cli.json(['job', 'show', running.job], {env})
    expect(document).toMatchObject({
      state: 'running',
      holder: {pid: process.pid, liveness: 'alive'},
      underWay: 1,
      possibleDuplicates: [{messageId: messageId(4)}],
      next: [`Stop it: msgops job cancel ${running.job}`],
    })
    expectValid('job-show', document)
    await running.close()
  })

  test('a damaged one: what could be read, the line, exit 3', async () => {
    const {state, env} = await scene()
    const {job, file} = await writeRun(state, {steps: STEPS})
    const bytes = await readFile(file)
    bytes[bytes.indexOf('"S"')] = 0x7e
    await writeFile(file, bytes)
    const {code, document} = await cli.json(['job', 'show', job], {env})
    expect(code).toBe(3)
    expect(document).toMatchObject({
      state: 'damaged',
      verdict: 'damaged',
      problems: [{line: 3}, {line: 6, message: `message ${messageId(1)}: deleted although no copy is recorded`}],
    })
    expect(document.next).toEqual([
      `See which lines are damaged: msgops job verify ${file}`,
      `Get what is readable before them: msgops job export ${file} --output ndjson`,
      expect.stringContaining('what was not moved is still in the dead-letter queue'),
      'Look into the destination for the copies of the messages listed before redriving them again.',
    ])
    expectValid('job-show', document)
  })

  test('a move task: by its handle while it runs, by its queue always', async () => {
    const {env} = await scene()
    const handle = await slowTask()
    const running = await cli.json(['job', 'show', handle], {env})
    expect(running.document).toMatchObject({
      job: handle,
      kind: 'native',
      state: 'running',
      status: 'RUNNING',
      selected: 20,
      maxNumberOfMessagesPerSecond: 1,
      next: ['Follow it: msgops dlq redrive orders-dlq --attach', 'Stop it: msgops job cancel --dlq orders-dlq'],
    })
    expectValid('job-show', running.document)
    await cli.json(['job', 'cancel', '--dlq', 'orders-dlq', '--yes'], {env})
    const ended = await cli.json(['job', 'show', '--dlq', 'orders-dlq'], {env})
    expect([ended.code, ended.document]).toMatchObject([0, {job: null, state: 'cancelled'}])
    expectValid('job-show', ended.document)
    const forgotten = await cli.json(['job', 'show', handle], {env})
    expect([forgotten.code, forgotten.document]).toMatchObject([
      5,
      {error: {code: 'JobDoesNotExist', suggestions: ['See its last task: msgops job show --dlq orders-dlq']}},
    ])
  })

  test('several journals, local and copied, are merged', async () => {
    const {state, env, home} = await scene()
    const here = await writeRun(state, {steps: STEPS})
    const elsewhere = await temporaryHome()
    const there = await writeRun(elsewhere.state, {
      steps: [
        ['intent', 4],
        ['sent', [4, 204]],
        ['deleted', 4],
      ],
      minute: 1,
    })
    const copied = path.join(home, 'host-b.wal')
    await copyFile(there.file, copied)
    const {code, document, stderr} = await cli.json(['job', 'show', here.job, copied], {env: {...env, ...NOWHERE}})
    expect(code).toBe(0)
    expect(document).toMatchObject({
      source: DLQ,
      totals: {messages: 4, moved: 3, uncertain: 0, discarded: 0, notSent: 1},
      jobs: [{job: here.job}, {job: there.job, path: copied, state: 'unknown'}],
      possibleDuplicates: [
        {messageId: messageId(2), certainty: 'possible', deleted: false},
        {
          messageId: messageId(4),
          certainty: 'possible',
          copies: [
            {job: here.job, state: 'unknown', newMessageId: null},
            {job: there.job, state: 'sent', newMessageId: messageId(204)},
          ],
        },
      ],
    })
    expect(stderr).toContain('2 messages may exist twice.')
    expectValid('job-show', document)
    const {output} = await cli.terminal(['job', 'show', here.job, copied], {env})
    const lines = plainLines(output).filter(line => !line.startsWith('Not ended:'))
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
    expect(output).toContain(messageId(204))
  })

  test.each([
    ['an unknown job, with the nearest', ['rd-20261121-0412-zzzz'], 5, 'JobDoesNotExist'],
    ['a word', ['orders'], 5, 'JobDoesNotExist'],
    ['no job at all', [], 2, 'UsageError'],
    ['a path without a file', ['./none.wal'], 5, 'JournalDoesNotExist'],
    ['a folder', ['/tmp'], 2, 'NotAJournal'],
    ['a file that is no journal', [fileURLToPath(import.meta.url)], 2, 'NotAJournal'],
  ])('refuses %s', async (_what, words, exit, code) => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {})
    const run = await cli.json(['job', 'show', ...words], {env})
    expect([run.code, run.document]).toMatchObject([exit, {error: {code}}])
    if (words[0]?.startsWith('rd-') === true) expect(run.stdout).toContain(`Did you mean ${job}?`)
  })

  test('refuses a link, and journals of different sources', async () => {
    const {state, env, home} = await scene()
    const one = await writeRun(state, {})
    const link = path.join(home, 'link.wal')
    await symlink(one.file, link)
    expect((await cli.json(['job', 'show', link], {env})).document).toMatchObject({error: {code: 'UnsafeFile'}})
    const two = await writeRun(state, {source: `${DLQ}-2`, minute: 1})
    const differ = await cli.json(['job', 'show', one.job, two.job], {env})
    expect([differ.code, differ.document]).toMatchObject([2, {error: {code: 'JournalsDiffer'}}])
  })

  test('what a journal of elsewhere says is shown harmless', async () => {
    const {state, env, home} = await scene()
    const text = hostileStrings.map(hostile => hostile.text).join('')
    const {file} = await writeRun(state, {steps: STEPS, profile: text, request: {where: text}})
    const copied = path.join(home, 'copied.wal')
    await copyFile(file, copied)
    const unseen = /[\p{Cc}\p{Cf}\u{2028}\u{2029}]/u
    for (const words of [
      ['show', copied],
      ['show', copied, '--json'],
      ['export', copied],
      ['verify', copied],
    ]) {
      const {code, output} = await cli.terminal(['job', ...words], {env})
      expect(code).toBe(0)
      for (const line of plainLines(output)) expect(line).not.toMatch(unseen)
    }
  })

  test('fits a terminal of 80 columns', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {steps: STEPS})
    const {code, output} = await cli.terminal(['job', 'show', job], {env})
    expect(code).toBe(0)
    expect(plainLines(output)).toContainEqual(expect.stringMatching(/^State +interrupted$/))
    expect(plainLines(output)).toContainEqual(expect.stringMatching(/^5fea7756-\S+ +unknownOutcome/))
  })
})

describe('msgops job cancel', () => {
  test('without a job asks which one, and not AWS', async () => {
    const {code, document} = await cli.json(['job', 'cancel', '--yes'])
    expect([code, document]).toMatchObject([
      2,
      {error: {code: 'UsageError', message: 'Which job? Give its id, the path of a journal, or --dlq for a move task'}},
    ])
    expect(operations(cli.sandbox)).toEqual([])
  })

  test('an interrupted job: lists what is uncertain, asks, marks it; exit 9, and 0 the second time', async () => {
    const {state, env} = await scene()
    const {job} = await writeRun(state, {steps: STEPS})
    const unasked = await cli.piped(['job', 'cancel', job], {env})
    expect(unasked.code).toBe(7)
    expect(unasked.stderr).toContain(`  ${messageId(4)} unknownOutcome`)
    expect(unasked.stderr).toContain(`msgops job cancel ${job} --yes`)
    const {code, document} = await cli.json(['job', 'cancel', job, '--yes'], {env: {...env, ...NOWHERE}})
    expect([code, document]).toMatchObject([
      9,
      {
        job,
        before: 'interrupted',
        state: 'cancelled',
        moved: 2,
        possibleDuplicates: [{reason: 'unknownOutcome'}, {reason: 'notDeleted'}],
      },
    ])
    expectValid('job-cancel', document)
    const again = await cli.piped(['job', 'cancel', job], {env})
    expect([again.code, again.stderr]).toEqual([0, 'The job had ended already: cancelled. Nothing was changed.\n'])
    const list = await cli.json(['job', 'list', '--local', '--state', 'interrupted'], {env})
    expect(list.document.jobs).toEqual([])
    const resumed = await cli.json(['job', 'resume', job, '--yes'], {env})
    expect([resumed.code, resumed.document]).toMatchObject([
      7,
      {
        error: {
          code: 'JobCancelled',
          suggestions: [expect.stringContaining('job show'), expect.stringContaining('new redrive')],
        },
      },
    ])
    expect(operations(cli.sandbox)).toEqual([])
  })

  test('a process that runs it is stopped', async () => {
    const {home, env, state} = await scene()
    const writer = path.join(home, 'writer.mjs')
    const entry = fileURLToPath(new URL('../lib/redrive/journal/journal-writer.ts', import.meta.url))
    await build({entryPoints: [entry], outfile: writer, bundle: true, platform: 'node', format: 'esm'})
    const {RUN} = await import('../lib/redrive/journal/samples.js')
    const order = {task: 'hold', root: state.root, run: RUN, firstNumber: 1}
    const child = spawn(process.execPath, [writer, JSON.stringify(order)], {stdio: ['ignore', 'pipe', 'inherit']})
    const ended = once(child, 'exit')
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const {job} = JSON.parse(line.toString().split('\n')[0] ?? '') as {job: string}
    const {code, document} = await cli.json(['job', 'cancel', job, '--yes'], {env: {...env, ...NOWHERE}})
    expect((await ended)[1]).toBe('SIGTERM')
    expect(document).toMatchObject({job, before: 'running', state: 'cancelled'})
    expect([0, 9]).toContain(code)
    expectValid('job-cancel', document)
  })

  test('the redrive that it stops says that it was cancelled, and names no command that would be refused', async () => {
    const {state, env} = await scene()
    await deadOrders(30)
    const redrive = cli.json(['dlq', 'redrive', 'orders-dlq', '--engine', 'client', '--rate', '1/s', '--yes'], {env})
    await vi.waitUntil(() => operations(cli.sandbox).some(name => name.startsWith('Delete')), {timeout: 20_000})
    const [running] = await listJobs({state})
    const job = running?.job ?? ''
    const cancelled = await cli.json(['job', 'cancel', job, '--yes'], {env})
    expect(cancelled.document).toMatchObject({job, before: 'running', state: 'cancelled'})
    const {code, document} = await redrive
    expect([code, document]).toMatchObject([
      3,
      {
        job,
        state: 'cancelled',
        reason: 'it was cancelled with msgops job cancel, for good',
        warnings: ['The redrive ended early: it was cancelled with msgops job cancel, for good.'],
      },
    ])
    expectValid('dlq-redrive', document)
    const resumed = await cli.json(['job', 'resume', job, '--yes'], {env})
    expect([resumed.code, resumed.document]).toMatchObject([7, {error: {code: 'JobCancelled'}}])
  })

  test('a move task: what was moved stays moved', async () => {
    const {env} = await scene()
    const handle = await slowTask()
    const {code, document} = await cli.json(['job', 'cancel', handle, '--yes'], {env})
    expect([code, document]).toMatchObject([
      0,
      {job: handle, kind: 'native', before: 'running', state: 'cancelled', source: DLQ, selected: 20},
    ])
    expectValid('job-cancel', document)
    expect(operations(cli.sandbox).filter(action => action === 'CancelMessageMoveTask')).toHaveLength(1)
    const {Results = []} = await sqs.listMessageMoveTasks({SourceArn: DLQ})
    expect(Results[0]?.Status).toBe('CANCELLED')
    const again = await cli.piped(['job', 'cancel', '--dlq', 'orders-dlq'], {env})
    expect([again.code, again.stderr]).toEqual([0, 'The job had ended already: cancelled. Nothing was changed.\n'])
  })

  test('a cancel that AWS refuses is not called one', async () => {
    const {env} = await scene()
    await slowTask()
    cli.sandbox.faults.add({kind: 'access-denied', action: 'CancelMessageMoveTask'})
    const {code, document} = await cli.json(['job', 'cancel', '--dlq', 'orders-dlq', '--yes'], {env})
    expect([code, document]).toMatchObject([4, {error: {code: expect.stringMatching(/^AccessDenied/) as string}}])
  })

  test('--read-only changes nothing, however it is said', async () => {
    const {state, env} = await scene()
    const {job, file} = await writeRun(state, {steps: STEPS})
    const before = await readFile(file)
    await slowTask()
    for (const [words, more] of [
      [[job, '--read-only'], {}],
      [[job], {MSGOPS_READ_ONLY: 'on'}],
      [['--dlq', 'orders-dlq', '--read-only'], {}],
    ] as const) {
      const {code, document} = await cli.json(['job', 'cancel', ...words, '--yes'], {env: {...env, ...more}})
      expect([code, document]).toMatchObject([7, {error: {code: 'ReadOnly'}}])
    }
    expect(await readFile(file)).toEqual(before)
    expect(operations(cli.sandbox)).not.toContain('CancelMessageMoveTask')
  })

  test('a copy of a journal and a queue without a task are refused', async () => {
    const {state, env, home} = await scene()
    const {file} = await writeRun(state, {})
    const copied = path.join(home, 'copied.wal')
    await copyFile(file, copied)
    const copy = await cli.json(['job', 'cancel', copied, '--yes'], {env})
    expect([copy.code, copy.document]).toMatchObject([2, {error: {code: 'JobElsewhere'}}])
    await deadOrders(0)
    const none = await cli.json(['job', 'cancel', '--dlq', 'orders-dlq', '--yes'], {env})
    expect([none.code, none.document]).toMatchObject([5, {error: {code: 'NoMoveTask'}}])
    expect((await cli.json(['job', 'cancel', '--yes'], {env})).code).toBe(2)
  })
})

describe('msgops job verify', () => {
  test('whole and torn are exit 0, damaged is exit 1 with the line', async () => {
    const {state, env, home} = await scene()
    const whole = await writeRun(state, {steps: STEPS, end: 'completed'})
    const torn = await writeRun(state, {steps: STEPS, minute: 1})
    const bytes = await readFile(torn.file)
    bytes.write('0badc0de 99 {"c":', bytes.lastIndexOf(0x0a) + 1)
    await writeFile(torn.file, bytes)
    const good = await cli.json(['job', 'verify', whole.job, torn.file], {env: {...env, ...NOWHERE}})
    expect([good.code, good.document]).toMatchObject([
      0,
      {
        journals: [
          {job: whole.job, verdict: 'whole', ended: 'completed', lines: 6, problems: []},
          {job: torn.job, verdict: 'torn', tornBytes: 17, possibleDuplicates: 1},
        ],
      },
    ])
    expectValid('job-verify', good.document)
    const copied = path.join(home, 'damaged.wal')
    const damage = await readFile(whole.file)
    damage[damage.indexOf('"S"')] = 0x7e
    await writeFile(copied, damage)
    const bad = await cli.json(['job', 'verify', whole.job, copied], {env})
    expect([bad.code, bad.document]).toMatchObject([
      1,
      {journals: [{verdict: 'whole'}, {verdict: 'damaged', problems: [{line: 3}, {line: 6}]}]},
    ])
    expectValid('job-verify', bad.document)
    const table = await cli.piped(['job', 'verify', copied], {env})
    expect([table.code, table.stdout]).toEqual([1, expect.stringMatching(/^3\t\d+\tthe line does not read: /m)])
  })

  test('of several each is judged, one that is no journal among them; the worst decides the exit code', async () => {
    const {state, env, home} = await scene()
    const whole = await writeRun(state, {steps: STEPS, end: 'completed'})
    const damaged = path.join(home, 'damaged.wal')
    const bytes = await readFile(whole.file)
    bytes[bytes.indexOf('"S"')] = 0x7e
    await writeFile(damaged, bytes)
    const empty = path.join(home, 'empty.wal')
    await writeFile(empty, '')
    const missing = path.join(home, 'missing.wal')
    const noJournal = {
      job: null,
      verdict: 'unreadable',
      path: empty,
      problems: [{message: `${empty} is no journal of a redrive: its first line is not one of msgops`}],
    }
    const verify = (...names: string[]) => cli.json(['job', 'verify', ...names], {env})
    const all = await verify(empty, damaged, whole.job)
    expect([all.code, all.document]).toMatchObject([
      1,
      {journals: [noJournal, {path: damaged, verdict: 'damaged'}, {job: whole.job, verdict: 'whole'}]},
    ])
    expectValid('job-verify', all.document)
    const two = await verify(whole.job, empty)
    expect([two.code, two.document]).toMatchObject([
      2,
      {
        journals: [{verdict: 'whole'}, noJournal],
        warnings: [`${empty} is no journal of a redrive: its first line is not one of msgops. It was not checked.`],
      },
    ])
    const three = await verify(missing, whole.job, empty, 'rd-20261121-0412-zzzz')
    expect([three.code, three.document]).toMatchObject([
      5,
      {
        journals: [
          {verdict: 'unreadable', path: missing, problems: [{message: `There is no file ${missing}`}]},
          {verdict: 'whole'},
          noJournal,
          {verdict: 'unreadable', path: 'rd-20261121-0412-zzzz'},
        ],
      },
    ])
    expectValid('job-verify', three.document)
    const alone = await verify(empty)
    expect([alone.code, alone.document]).toMatchObject([2, {error: {code: 'NotAJournal'}}])
    const table = await cli.piped(['job', 'verify', whole.job, empty], {env})
    expect(table.stdout).toContain(`\tunreadable\t0\t0\t0\t${empty}\n`)
  })

  test('a journal of this machine whose first line is damaged is still one; none at all is exit 2', async () => {
    const {state, env} = await scene()
    const {job, file} = await writeRun(state, {steps: STEPS})
    await writeFile(file, 'x')
    const {code, document} = await cli.json(['job', 'verify', job], {env})
    expect([code, document]).toMatchObject([1, {journals: [{job, verdict: 'damaged', source: null}]}])
    expectValid('job-verify', document)
    expect((await cli.json(['job', 'verify'], {env})).code).toBe(2)
  })
})

describe('msgops job export', () => {
  const RECORDS = [
    {record: 'header'},
    ...[1, 2, 3, 4].map(number => ({record: 'intent', line: 2, messageId: messageId(number)})),
    {record: 'sent', line: 3, messageId: messageId(1), newMessageId: messageId(101)},
    {record: 'sent', line: 3, messageId: messageId(2), newMessageId: messageId(102)},
    {record: 'rejected', line: 4, messageId: messageId(3)},
    {record: 'unknown', line: 5, messageId: messageId(4)},
    {record: 'deleted', line: 6, messageId: messageId(1)},
    {record: 'ended', line: 6, state: 'completed', totals: TOTALS},
  ]

  test('every record in every form', async () => {
    const {state, env} = await scene()
    const {job, file} = await writeRun(state, {steps: STEPS, end: 'completed'})
    const nowhere = {env: {...env, ...NOWHERE}}
    const ndjson = await cli.piped(['job', 'export', job, '--output', 'ndjson'], nowhere)
    expect(ndjson.code).toBe(0)
    expect(
      ndjson.stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as unknown),
    ).toMatchObject(RECORDS)
    const json = await cli.json(['job', 'export', file], nowhere)
    expect(json.document).toMatchObject({job, path: file, warnings: []})
    expect(json.document.records).toHaveLength(11)
    expectValid('job-export', json.document)
    const tsv = await cli.piped(['job', 'export', job], nowhere)
    expect(tsv.stdout.split('\n').slice(0, 4)).toEqual([
      'LINE\tRECORD\tMESSAGE ID\tDETAIL',
      `\theader\t\t${job} ${DLQ}`,
      `2\tintent\t${messageId(1)}\t2026-11-21T04:12:35.000Z`,
      `2\tintent\t${messageId(2)}\t2026-11-21T04:12:35.000Z`,
    ])
    const csv = await cli.piped(['job', 'export', job, '--output', 'csv'], nowhere)
    expect(csv.stdout.split('\r\n')[0]).toBe(
      'record,line,messageId,newMessageId,at,digest,state,version,job,source,message',
    )
    const query = await cli.piped(
      ['job', 'export', job, '--json', '--query', "records[?record == 'sent'].newMessageId"],
      nowhere,
    )
    expect(JSON.parse(query.stdout)).toEqual([messageId(101), messageId(102)])
  })

  test('a damaged journal is written up to the damage: exit 1, and the document is whole', async () => {
    const {state, env} = await scene()
    const {job, file} = await writeRun(state, {steps: STEPS, end: 'completed'})
    const bytes = await readFile(file)
    bytes[bytes.indexOf('"X"')] = 0x7e
    await writeFile(file, bytes)
    const {code, document} = await cli.json(['job', 'export', job], {env})
    expect(code).toBe(1)
    expect(document.records).toMatchObject([...RECORDS.slice(0, 7), {record: 'damaged', code: 'JournalDamaged'}])
    expect(document.warnings).toHaveLength(1)
    expectValid('job-export', document)
  })

  test('a move task has no journal', async () => {
    const {env} = await scene()
    const handle = Buffer.from(JSON.stringify({taskId: 'x', sourceArn: DLQ})).toString('base64')
    const {code, document} = await cli.json(['job', 'export', handle], {env})
    expect([code, document]).toMatchObject([2, {error: {code: 'NoJournal'}}])
  })

  test('a state directory that cannot be read is said so', async () => {
    const {home} = await temporaryHome()
    await mkdir(path.join(home, 'msgops'))
    await writeFile(path.join(home, 'msgops', 'runs'), 'no folder')
    const {code, document} = await cli.json(['job', 'list', '--local'], {env: {XDG_STATE_HOME: home}})
    expect([code, document]).toMatchObject([1, {error: {code: 'JournalUnreadable'}}])
  })
})
