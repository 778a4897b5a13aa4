import type {PublishCommand} from '@aws-sdk/client-sns'
import {SubscribeCommand} from '@aws-sdk/client-sns'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Ajv} from 'ajv'
import {afterEach, describe, expect, it} from 'vitest'
import {createAwsContext} from '../../src/lib/aws/connect.js'
import type {AwsContext} from '../../src/lib/aws/context.js'
import {liveReport} from '../../src/lib/filters/live.js'
import {liveTrial} from '../../src/lib/topics/live/reports.js'
import {tryDelivery} from '../../src/lib/topics/live/try-delivery.js'
import {cleanEnvironment} from '../fixtures/cli/run.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {snsOf} from '../harness/sns.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const sns = snsOf(cli.sandbox)

/** What is in the account: a live trial leaves nothing, whatever happens. */
async function left() {
  const {QueueUrls = []} = await sqs.listQueues({})
  const {Topics = []} = await sns.listTopics({})
  const {Subscriptions = []} = await sns.listSubscriptions({})
  return {queues: QueueUrls.length, topics: Topics.length, subscriptions: Subscriptions.length}
}
const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const NOTHING = {queues: 0, topics: 0, subscriptions: 0}

function expectValid(document: unknown): void {
  const text = readFileSync(new URL('../../docs/schemas/filter-test.schema.json', import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

const MESSAGE = JSON.stringify({
  Message: 'x',
  MessageAttributes: {
    tenant: {DataType: 'String', StringValue: 'acme'},
    seal: {DataType: 'Binary', BinaryValue: 'AAEC'},
  },
})
const live = (policy: string, ...more: string[]) => [
  ...['filter', 'test', '--policy', policy, '--message', MESSAGE, '--live', '--wait', '1s'],
  ...more,
]

/** A trial that waits for a message that does not come, for as long as a test may need to stop it. */
const slow = [
  ...['filter', 'test', '--policy', '{"tenant":["other"]}', '--message', MESSAGE],
  ...['--live', '--yes', '--debug'],
]

describe('msgops filter test --live', () => {
  afterEach(() => cli.sandbox.faults.clear())

  it.each([
    ['{"tenant":["acme"]}', 'match', 0],
    ['{"tenant":["other"]}', 'no-match', 0],
    ['{"tenant":"acme"}', 'invalid', 2],
  ])('%s: SNS says %s as well, and nothing is left', async (policy, result, exit) => {
    const {code, document} = await cli.json(live(policy, '--yes'))
    expectValid(document)
    expect([code, document.result, document.warnings]).toEqual([exit, result, []])
    expect(document.live).toMatchObject({by: 'sandbox', result, agrees: true})
    expect(operations(cli.sandbox).filter(action => action === 'Publish')).toHaveLength(result === 'invalid' ? 0 : 1)
    expect(await left()).toEqual(NOTHING)
  })

  it('tries a policy on the body', async () => {
    const words = ['--policy', '{"order":{"total":[{"numeric":[">",7]}]}}', '--message', '{"order":{"total":8}}']
    const {code, document} = await cli.json([
      ...['filter', 'test', '--live', '--yes', '--scope', 'MessageBody', '--wait', '1s'],
      ...words,
    ])
    expect([code, document.live]).toMatchObject([0, {result: 'match', agrees: true}])
    expect(await left()).toEqual(NOTHING)
  })

  it.each([
    ['MessageAttributes', 2],
    ['MessageBody', 1],
  ])('a message without a body is refused as SNS refuses it, with the scope %s', async (scope, suggestions) => {
    const message = '{"attributes":{"tenant":{"DataType":"String","StringValue":"acme"}},"body":""}'
    const words = ['--policy', '{"tenant":["acme"]}', '--message', message, '--scope', scope]
    const {code, document} = await cli.json(['filter', 'test', '--live', ...words])
    expect([code, document.error]).toMatchObject([
      2,
      {code: 'MessageInvalid', message: expect.stringContaining('SNS takes no message without a body') as string},
    ])
    expect((document.error as {suggestions: string[]}).suggestions).toHaveLength(suggestions)
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('a custom endpoint is called so, and not AWS', async () => {
    const env = {
      MSGOPS_SANDBOX: '0',
      AWS_ENDPOINT_URL: cli.sandbox.url,
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: 'us-east-1',
    }
    const {code, document} = await cli.json(live('{"tenant":["acme"]}', '--yes'), {env})
    expectValid(document)
    expect([code, document.live]).toMatchObject([0, {by: 'endpoint', endpoint: cli.sandbox.url, result: 'match'}])
  })

  it('tags what it makes, so that it is found when nobody could remove it', async () => {
    cli.sandbox.faults.add({kind: 'access-denied', action: 'DeleteTopic'})
    const {code, stderr, document} = await cli.json(live('{"tenant":["acme"]}', '--yes', '--sandbox'))
    expect(code).toBe(3)
    const said = `${stderr}${JSON.stringify(document.warnings)}`
    expect(said).toContain('The temporary topic msgops-live-')
    expect(said).toContain('later: msgops topic tail --clean-up --sandbox --yes"')
    const {Topics = []} = await sns.listTopics({})
    const {TopicArn: topicArn = 'none'} = Topics[0] ?? {}
    const keys = 'AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox'
    const there = `--region us-east-1 --endpoint-url ${cli.sandbox.url}`
    expect(said).toContain(
      `Or by hand: ${keys} aws sns delete-topic --topic-arn ${topicArn} ${there} ; ${keys} aws sqs`,
    )
    const {Tags = []} = await sns.listTagsForResource({ResourceArn: topicArn})
    expect(Tags.map(({Key}) => Key)).toEqual(['msgops:temporary', 'msgops:expires', 'msgops:owner'])
    expect(await left()).toEqual({queues: 2, topics: 1, subscriptions: 2})
    cli.sandbox.faults.clear()
    const cleaned = await cli.json(['topic', 'tail', '--clean-up', '--yes'])
    expect((cleaned.document.leftovers as {state: string}[]).map(({state}) => state)).toEqual(['removed', 'removed'])
    expect(await left()).toEqual(NOTHING)
  })

  it('takes silence for no answer where the control got nothing either', async () => {
    const aws = createAwsContext({sandbox: true, readOnly: false, env: {MSGOPS_SANDBOX_URL: cli.sandbox.url}})
    const real = await aws.sns()
    // Nobody is subscribed, and so nothing arrives.
    const send = async (command: object) =>
      command instanceof SubscribeCommand ? {SubscriptionArn: 'arn'} : real.send(command as PublishCommand)
    const deaf = Object.create(aws, {sns: {value: () => Promise.resolve({send})}}) as AwsContext
    const answer = await tryDelivery(deaf, {
      policyText: '{"tenant":["other"]}',
      scope: 'MessageAttributes',
      message: {attributes: {tenant: {dataType: 'String', stringValue: 'acme'}}, body: 'x'},
      waitSeconds: 1,
      signal: new AbortController().signal,
      onLeftBehind: remains => expect(remains).toEqual([]),
    })
    expect(answer).toMatchObject({result: 'unknown', remark: expect.stringContaining('arrived nowhere') as string})
    expect(await left()).toEqual(NOTHING)
  })

  it('tells a disagreement: exit 1, with the doubt about a delivery so soon', () => {
    const trial = liveTrial({result: 'match'}, {result: 'no-match'}, {by: 'aws'})
    expect(trial).toMatchObject({agrees: false, remark: expect.stringContaining('15 minutes') as string})
    expect(liveReport(trial, {result: 'no-match'})).toMatchObject({
      exitCode: 1,
      warnings: ['AWS says match, this program says no-match. Please report it.', expect.any(String)],
    })
    expect(liveTrial({result: 'no-match'}, {result: 'match'}, {by: 'aws'})).toEqual({
      by: 'aws',
      result: 'no-match',
      agrees: false,
    })
  })

  it('needs consent, and is refused in read-only mode before a question', async () => {
    const piped = await cli.piped(live('{"tenant":["acme"]}'))
    expect(piped.code).toBe(7)
    expect(piped.stderr).toContain('To confirm, run: msgops filter test')
    expect((await cli.json(live('{"tenant":["acme"]}', '--yes', '--read-only'))).document.error).toMatchObject({
      code: 'ReadOnly',
    })
    const no = await cli.terminal([...live('{"tenant":["acme"]}'), '--no-color'], {answers: [['[y/N]', 'n\r']]})
    expect(no.code).toBe(7)
    expect(no.output).toMatch(/All of it\s+is removed at the end\./)
    expect(operations(cli.sandbox).filter(action => !/^(Get|List)/.test(action))).toEqual([])
  })

  it('asks on a terminal, and shows both answers', async () => {
    const {code, output} = await cli.terminal([...live('{"tenant":["acme"]}'), '--no-color'], {
      answers: [['[y/N]', 'y\r']],
    })
    expect(code).toBe(0)
    expect(output).toMatch(/Result +match/)
    expect(output).toMatch(/Sandbox says +match/)
    const text = output.replace(/\s+/g, ' ')
    expect(text).toContain(
      'The sandbox decides by the same engine as this program: that both agree shows the way there',
    )
    expect(text).toContain('Not published, as filters take no notice of Binary attributes: seal.')
    expect(await left()).toEqual(NOTHING)
  })

  it.each(['CreateTopic', 'Subscribe', 'Publish', 'ReceiveMessage'])(
    'cleans up where %s fails, also when its answer is lost',
    async action => {
      cli.sandbox.faults.add({kind: 'access-denied', action})
      expect((await cli.json(live('{"tenant":["acme"]}', '--yes'))).code).toBe(4)
      expect(await left()).toEqual(NOTHING)
      cli.sandbox.faults.clear()
      cli.sandbox.faults.add({kind: 'reset-after', action})
      expect((await cli.json(live('{"tenant":["acme"]}', '--yes'))).code).toBe(6)
      expect(await left()).toEqual(NOTHING)
    },
  )

  it('cleans up when nobody reads any more', async () => {
    const child = spawn(process.execPath, [BIN, ...live('{"tenant":["acme"]}', '--yes')], {
      env: cleanEnvironment(cli.env),
    })
    child.stdout.destroy()
    await once(child, 'close')
    expect(operations(cli.sandbox)).toContain('Publish')
    expect(await left()).toEqual(NOTHING)
  })

  it('what a killed trial left is removed by topic tail --clean-up', async () => {
    let killed = false
    const run = await cli.piped(slow, {
      onOutput: (child, {stderr}) => {
        if (!killed && stderr.includes('Publish')) killed = child.kill('SIGKILL')
      },
    })
    expect(run.signal).toBe('SIGKILL')
    expect(await left()).toEqual({queues: 2, topics: 1, subscriptions: 2})
    expect((await cli.json(['topic', 'tail', '--clean-up', '--yes'])).code).toBe(0)
    expect(await left()).toEqual(NOTHING)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('cleans up after %s', async (signal, expected) => {
    let sent = false
    const {code} = await cli.piped(slow, {
      onOutput: (child, {stderr}) => {
        if (sent || !stderr.includes('Publish')) return
        sent = true
        child.kill(signal)
      },
    })
    expect({code, sent}).toEqual({code: expected, sent: true})
    expect(await left()).toEqual(NOTHING)
  })
})
