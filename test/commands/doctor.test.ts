import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {Ajv} from 'ajv'
import {afterAll, describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {TOPIC_ARN} from '../harness/sns.js'
import {temporaryHome, writeRun} from '../lib/jobs/journals.js'

const schema = readFileSync(new URL('../../docs/schemas/doctor.schema.json', import.meta.url), 'utf8')
const isValid = new Ajv({allowUnionTypes: true}).compile(JSON.parse(schema) as object)
const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const clean = await temporaryHome(afterAll)
const used = await temporaryHome(afterAll)
const {job} = await writeRun(used.state, {
  steps: [
    ['intent', 1, 2],
    ['sent', [1, 101]],
  ],
})
const ended = {
  'msgops:temporary': 'topic-tail',
  'msgops:topic': `${TOPIC_ARN}orders`,
  'msgops:owner': 'there/1',
  'msgops:expires': '2020-01-01T00:00:00.000Z',
}
const QueueName = 'msgops-tail-orders-00000001'

describe('msgops doctor', () => {
  it('says so where nothing was left behind, and passes over queues in use and queues of others', async () => {
    await sqs.createQueue({QueueName, tags: {...ended, 'msgops:expires': '2999-01-01T00:00:00.000Z'}})
    await sqs.createQueue({QueueName: 'msgops-tail-mine', tags: {team: 'shop'}})
    const {code, stdout, stderr} = await cli.piped(['doctor'], {env: {XDG_STATE_HOME: clean.home}})
    expect({code, stdout, stderr}).toEqual({
      code: 0,
      stdout: 'RESOURCE\tNEXT\tFINDING\n',
      stderr: 'Nothing was left behind in account 000000000000, us-east-1, nor in the journals of this machine.\n',
    })
  })

  it('names an abandoned queue and a redrive that was cut off, each with the next command over the same connection, and changes nothing', async () => {
    await sqs.createQueue({QueueName, tags: ended})
    const asked = operations(cli.sandbox).length
    const {code, document} = await cli.json(['doctor', '--read-only', '--sandbox'], {env: {XDG_STATE_HOME: used.home}})
    expect({code, findings: document.findings}).toEqual({
      code: 0,
      findings: [
        {
          code: 'JobInterrupted',
          resource: job,
          message: expect.stringMatching(/^A redrive of \S+ was cut off, and can be resumed or given up$/) as string,
          next: `msgops job show ${job} --sandbox`,
        },
        {
          code: 'TemporaryQueueAbandoned',
          resource: QueueName,
          message: 'Left behind with its subscription to orders: nobody has renewed it in time',
          next: 'msgops topic tail --clean-up --sandbox',
        },
      ],
    })
    expect(new Set(operations(cli.sandbox).slice(asked))).toEqual(
      new Set(['GetCallerIdentity', 'ListQueues', 'ListQueueTags']),
    )
    expect((await sqs.listQueues({QueueNamePrefix: QueueName})).QueueUrls).toHaveLength(1)
  })

  it('does not say that there is nothing where it may not look: exit 3', async () => {
    await sqs.createQueue({QueueName, tags: ended})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListQueueTags'})
    const {code, stderr} = await cli.piped(['doctor'], {env: {XDG_STATE_HOME: clean.home}})
    expect(code).toBe(3)
    expect(stderr).toContain(`Whether ${QueueName} is a temporary queue is not known`)
    expect(stderr).not.toContain('Nothing was left behind')
  })

  it('shows the journals without a region, says what was not looked for and why: exit 3', async () => {
    const {code, document} = await cli.json(['doctor'], {env: {MSGOPS_SANDBOX: '0', XDG_STATE_HOME: used.home}})
    expect(code).toBe(3)
    expect(document).toMatchObject({
      accountId: null,
      region: null,
      findings: [{code: 'JobInterrupted', resource: job}],
      incomplete: [
        'Temporary queues were not looked for: No AWS region is set. Give --region, for example --region eu-west-1.',
      ],
    })
    expect(document.warnings).toEqual(document.incomplete)
    expect(isValid(document)).toBe(true)
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('shows the journals where queues may not be listed: exit 3', async () => {
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListQueues'})
    const {code, document} = await cli.json(['doctor'], {env: {XDG_STATE_HOME: used.home}})
    expect([code, document]).toMatchObject([3, {region: 'us-east-1', findings: [{code: 'JobInterrupted'}]}])
    expect(document.incomplete).toEqual([
      expect.stringMatching(/^Temporary queues were not looked for: Access denied: /),
    ])
  })

  it('looks for queues where the journals cannot be listed: exit 3', async () => {
    const {home, state} = await temporaryHome()
    mkdirSync(state.root)
    writeFileSync(state.runs, 'no folder')
    await sqs.createQueue({QueueName, tags: ended})
    const {code, document} = await cli.json(['doctor'], {env: {XDG_STATE_HOME: home}})
    expect([code, document]).toMatchObject([3, {findings: [{code: 'TemporaryQueueAbandoned'}]}])
    expect(document.incomplete).toEqual([
      expect.stringContaining(`The journals of this machine were not looked at: ${state.runs} cannot be read: ENOTDIR`),
    ])
  })

  it('names every file among the journals that does not read, each with what to do next', async () => {
    const {home, state} = await temporaryHome()
    mkdirSync(state.runs, {recursive: true})
    const at = (name: string): string => path.join(state.runs, name)
    writeFileSync(at('rd-20261121-0412-aaaa.wal'), '', {mode: 0o600})
    writeFileSync(at('rd-20261121-0412-bbbb.wal'), 'no journal\n', {mode: 0o600})
    mkdirSync(at('rd-20261121-0412-cccc.wal'))
    symlinkSync('/nowhere', at('rd-20261121-0412-dddd.wal'))
    writeFileSync(at('rd-20261121-0412-bbbb.wal.bak'), '')
    writeFileSync(at('\u001b[2Jnotes'), '')
    const {code, document} = await cli.json(['doctor'], {env: {XDG_STATE_HOME: home}})
    expect([code, isValid(document)]).toEqual([0, true])
    expect(
      (document.findings as Record<string, string>[]).map(({code, resource, next}) => ({code, resource, next})),
    ).toEqual([
      ...['aaaa', 'bbbb'].map(id => ({
        code: 'JournalDamaged',
        resource: `rd-20261121-0412-${id}`,
        next: `msgops job verify ${at(`rd-20261121-0412-${id}.wal`)}`,
      })),
      ...['cccc', 'dddd'].map(id => ({
        code: 'JournalUnreadable',
        resource: `rd-20261121-0412-${id}`,
        next: `ls -ld ${at(`rd-20261121-0412-${id}.wal`)}`,
      })),
      {code: 'ForeignFile', resource: at('\u001b[2Jnotes'), next: `ls -ld $'${state.runs}/\\033[2Jnotes'`},
      {
        code: 'ForeignFile',
        resource: at('rd-20261121-0412-bbbb.wal.bak'),
        next: `ls -ld ${at('rd-20261121-0412-bbbb.wal.bak')}`,
      },
    ])
  })

  it('cuts nothing in a terminal: the finding is wrapped, the command is in one piece', async () => {
    await sqs.createQueue({QueueName, tags: ended})
    const {code, output} = await cli.terminal(['doctor', '--no-color'], {env: {XDG_STATE_HOME: used.home}})
    expect(code).toBe(0)
    expect(output).not.toContain('…')
    const lines = output.replaceAll('\r', '').split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([job, '  Finding  A redrive of orders-dlq was cut off, and can be resumed or given up']),
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        QueueName,
        '  Finding  Left behind with its subscription to orders: nobody has renewed it in',
        '           time',
        '  Next     msgops topic tail --clean-up',
      ]),
    )
  })
})
