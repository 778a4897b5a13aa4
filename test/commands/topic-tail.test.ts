import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {createAwsContext} from '../../src/lib/aws/connect.js'
import {cleanUp, planCleanUp} from '../../src/lib/topics/tail/clean-up.js'
import type {LeftoverOptions} from '../../src/lib/topics/tail/leftovers.js'
import {cleanUpReport} from '../../src/lib/topics/reports.js'
import {findLeftovers} from '../../src/lib/topics/tail/leftovers.js'
import {cleanEnvironment} from '../fixtures/cli/run.js'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {TOPIC_ARN, snsOf} from '../harness/sns.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const sns = snsOf(cli.sandbox)
const aws = createAwsContext({sandbox: true, readOnly: false, env: {MSGOPS_SANDBOX_URL: cli.sandbox.url}})
const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const TOPIC = `${TOPIC_ARN}orders`

/** What is left in the account: temporary queues, and subscriptions. */
async function left() {
  const {QueueUrls = []} = await sqs.listQueues({QueueNamePrefix: 'msgops-tail-'})
  const {Subscriptions = []} = await sns.listSubscriptions({})
  return {queues: QueueUrls.length, subscriptions: Subscriptions.length}
}
const NOTHING = {queues: 0, subscriptions: 0}

/** Runs a tail and does something once it listens. */
function tailing(words: readonly string[], whenListening: (child: {kill(signal: NodeJS.Signals): boolean}) => void) {
  let done = false
  return cli.piped(['topic', 'tail', ...words], {
    onOutput: (child, {stderr}) => {
      if (done || !stderr.includes('Listening')) return
      done = true
      whenListening(child)
    },
  })
}

async function publish(...messages: string[]): Promise<void> {
  for (const Message of messages) await sns.publish({TopicArn: TOPIC, Message, Subject: 'S'})
}

describe('msgops topic tail', () => {
  it('shows what is published, ends at --max, and leaves nothing behind', async () => {
    await sns.createTopic({Name: 'orders'})
    const {code, stdout, stderr} = await tailing(['orders', '--max', '2', '--yes'], () => void publish('one', 'two\n2'))
    expect(code).toBe(0)
    const rows = stdout.trimEnd().split('\n')
    expect(rows[0]).toBe('SENT\tMESSAGE ID\tSUBJECT\tBODY')
    expect(rows.slice(1).map(row => row.split('\t').slice(2))).toEqual([
      ['S', 'one'],
      ['S', 'two\\u{a}2'],
    ])
    expect(stderr.replace(/[0-9a-f]{8}/, 'X')).toBe(
      'Listening to orders by msgops-tail-orders-X; Ctrl-C ends it.\n' +
        'The tail has seen as many messages as it was to; its queue and its subscription are removed.\n',
    )
    expect(await left()).toEqual(NOTHING)
  })

  it.each(['csv', 'json', 'ndjson'])('shows a message at once, not when the tail ends (%s)', async output => {
    await sns.createTopic({Name: 'orders'})
    let [published, stopped] = [false, false]
    const {code} = await cli.piped(['topic', 'tail', 'orders', '--yes', '--output', output], {
      onOutput: (child, {stdout, stderr}) => {
        if (!published && stderr.includes('Listening')) {
          published = true
          void publish('early')
        }
        if (!stopped && stdout.includes('early')) stopped = child.kill('SIGINT')
      },
    })
    expect({code, stopped}).toEqual({code: 130, stopped: true})
  })

  it('gives message, attributes and id as they were published, one a line in NDJSON', async () => {
    await sns.createTopic({Name: 'orders'})
    let messageId: string | undefined
    const {stdout} = await tailing(['orders', '--max', '1', '--yes', '--for', '30s'], () => {
      void sns
        .publish({
          TopicArn: TOPIC,
          Message: '{"n": 1.50}',
          MessageAttributes: {n: {DataType: 'Number', StringValue: '3'}},
        })
        .then(answer => (messageId = answer.MessageId))
    })
    expect(stdout).toContain(String(messageId))
    expect(stdout).toContain('{"n": 1.50}')
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('cleans up after %s', async (signal, expected) => {
    await sns.createTopic({Name: 'orders'})
    const {code} = await tailing(['orders', '--yes'], child => child.kill(signal))
    expect(code).toBe(expected)
    expect(await left()).toEqual(NOTHING)
  })

  it.each(['json', 'ndjson', 'csv'])('says in %s too what a second signal would leave', async output => {
    await sns.createTopic({Name: 'orders'})
    const {code, stderr} = await tailing(['orders', '--yes', '--output', output], child => child.kill('SIGINT'))
    expect(code).toBe(130)
    expect(stderr).toContain(
      'Stopping after SIGINT. Once more ends at once and leaves its queue and subscription to msgops topic tail --clean-up --yes.\n',
    )
  })

  it('asks in a terminal, shows messages in it, and cleans up after Ctrl-C', async () => {
    await sns.createTopic({Name: 'orders'})
    const listening = setInterval(() => {
      if (operations(cli.sandbox).includes('ReceiveMessage')) {
        clearInterval(listening)
        void publish('for a person')
      }
    }, 20)
    const {code, output} = await cli.terminal(['topic', 'tail', 'orders', '--no-color'], {
      answers: [
        ['[y/N]', 'y\r'],
        ['for a person', '\u0003'],
      ],
    })
    expect(code).toBe(130)
    expect(output).toContain('Make a temporary queue and a subscription to orders?')
    expect(output.replaceAll(/\s+/g, ' ')).toContain(
      'Once more ends at once and leaves its queue and subscription to msgops topic tail --clean-up.',
    )
    expect(output).toContain('The tail was stopped; its queue and its subscription are removed.')
    expect(await left()).toEqual(NOTHING)
  })

  it('cleans up when nobody reads any more', async () => {
    await sns.createTopic({Name: 'orders'})
    const child = spawn(process.execPath, [BIN, 'topic', 'tail', 'orders', '--yes'], {env: cleanEnvironment(cli.env)})
    child.stderr.setEncoding('utf8')
    await once(child.stderr, 'data')
    child.stdout.destroy()
    const ended = once(child, 'close')
    // The first write finds the pipe closed, or the one after it.
    await publish('one', 'two', 'three')
    const [code] = (await ended) as [number]
    expect(code).toBe(0)
    expect(await left()).toEqual(NOTHING)
  })

  it('cleans up after a failure in mid-tail, and when the subscription is refused', async () => {
    await sns.createTopic({Name: 'orders'})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ReceiveMessage'})
    const denied = await cli.json(['topic', 'tail', 'orders', '--yes'])
    expect(denied.code).toBe(4)
    expect(await left()).toEqual(NOTHING)
    cli.sandbox.faults.clear()
    cli.sandbox.faults.add({kind: 'error', action: 'Subscribe', code: 'AuthorizationError', status: 403})
    expect((await cli.json(['topic', 'tail', 'orders', '--yes'])).code).toBe(4)
    expect(await left()).toEqual(NOTHING)
  })

  it('finds a subscription whose answer was lost', async () => {
    await sns.createTopic({Name: 'orders'})
    cli.sandbox.faults.add({kind: 'reset-after', action: 'Subscribe'})
    expect((await cli.json(['topic', 'tail', 'orders', '--yes'])).code).toBe(6)
    expect(await left()).toEqual(NOTHING)
  })

  it('keeps the queue of a subscription that cannot be removed, says so, and --clean-up removes both: exit 3', async () => {
    await sns.createTopic({Name: 'orders'})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'Unsubscribe'})
    const run = await tailing(['orders', '--yes', '--max', '1'], () => void publish('one'))
    expect(run.code).toBe(3)
    const said = run.stderr
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
      .replaceAll(/-[0-9a-f]{8}\b/g, '-X')
    const queue = 'msgops-tail-orders-X'
    const keys = 'AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox'
    const there = `--region us-east-1 --endpoint-url ${cli.sandbox.url}`
    expect(said).toContain(
      `Warning: The temporary subscription ${TOPIC}:ID could not be removed: Access denied: Unsubscribe`,
    )
    expect(said).toContain(`needs the permission sns:Unsubscribe`)
    expect(said).toContain(
      `Warning: The temporary queue ${queue} is kept, because the other is found again by its tags.`,
    )
    expect(said).toContain(
      'Warning: To remove them later: msgops topic tail --clean-up --yes\n' +
        `Warning: Or by hand: ${keys} aws sns unsubscribe --subscription-arn ${TOPIC}:ID ${there} ; ` +
        `${keys} aws sqs delete-queue --queue-url ${cli.sandbox.url}/000000000000/${queue} ${there}`,
    )
    expect(await left()).toEqual({queues: 1, subscriptions: 1})
    cli.sandbox.faults.clear()
    const cleaned = await cli.json(['topic', 'tail', '--clean-up', '--yes'])
    expect(cleaned.code).toBe(0)
    expect(cleaned.document.leftovers).toMatchObject([{abandoned: true, state: 'removed', topicArn: TOPIC}])
    expect(await left()).toEqual(NOTHING)
  })

  it('asks before it makes anything: exit 7 without consent', async () => {
    await sns.createTopic({Name: 'orders'})
    const run = await cli.piped(['topic', 'tail', 'orders'])
    expect(run.code).toBe(7)
    expect(run.stderr).toContain('To confirm, run: msgops topic tail orders --yes')
    expect(operations(cli.sandbox)).not.toContain('CreateQueue')
    const asked = await cli.terminal(['topic', 'tail', 'orders', '--no-color'], {answers: [['[y/N]', 'n\r']]})
    expect(asked.code).toBe(7)
    expect(await left()).toEqual(NOTHING)
  })

  it('is refused in read-only mode, and makes nothing for a policy that SNS would refuse or a topic that is not there', async () => {
    await sns.createTopic({Name: 'orders'})
    expect((await cli.json(['topic', 'tail', 'orders', '--yes', '--read-only'])).code).toBe(7)
    const policy = await cli.json(['topic', 'tail', 'orders', '--yes', '--filter-policy', '{"a":"b"}'])
    expect(policy.code).toBe(2)
    expect((policy.document.error as {message: string}).message).toContain('"a" must be an object or an array')
    expect((await cli.json(['topic', 'tail', 'ordres', '--yes'])).code).toBe(5)
    expect((await cli.json(['topic', 'tail'])).code).toBe(2)
    expect(operations(cli.sandbox)).not.toContain('CreateQueue')
  })

  it('shows only what a filter policy lets through, raw where asked', async () => {
    await sns.createTopic({Name: 'orders'})
    const words = [
      'orders',
      '--yes',
      '--raw',
      '--filter-policy',
      '{"n":[2]}',
      '--filter-scope',
      'MessageBody',
      '--max',
      '1',
    ]
    const {code, stdout} = await tailing(words, () => void publish('{"n":1}', '{"n":2}'))
    expect(code).toBe(0)
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map(row => row.split('\t').slice(2)),
    ).toEqual([['', '{"n":2}']])
  })

  it('follows a FIFO topic by a FIFO queue', async () => {
    const {TopicArn} = await sns.createTopic({
      Name: 'pay.fifo',
      Attributes: {FifoTopic: 'true', ContentBasedDeduplication: 'true'},
    })
    const {code, stdout, stderr} = await tailing(['pay.fifo', '--yes', '--max', '2'], () => {
      void sns
        .publish({TopicArn, Message: 'a', MessageGroupId: 'g'})
        .then(async () => sns.publish({TopicArn, Message: 'b', MessageGroupId: 'g'}))
    })
    expect(code).toBe(0)
    expect(stderr).toMatch(/msgops-tail-pay-[0-9a-f]{8}\.fifo/)
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map(row => row.split('\t')[3]),
    ).toEqual(['a', 'b'])
    expect(await left()).toEqual(NOTHING)
  })

  it('--dry-run shows what would be made, and makes nothing', async () => {
    await sns.createTopic({Name: 'pay.fifo', Attributes: {FifoTopic: 'true'}})
    const words = ['topic', 'tail', 'pay.fifo', '--dry-run', '--read-only', '--raw', '--filter-policy', '{"a":["b"]}']
    const {code, document} = await cli.json(words)
    const name = 'msgops-tail-pay-XXXXXXXX.fifo'
    const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`
    const topicArn = `${TOPIC_ARN}pay.fifo`
    expect(code).toBe(0)
    expect(document).toMatchObject({
      dryRun: true,
      topic: {name: 'pay.fifo', arn: topicArn},
      raw: true,
      accountId: '000000000000',
      region: 'us-east-1',
      queue: {name, arn, tags: {'msgops:temporary': 'topic-tail', 'msgops:topic': topicArn}},
      subscription: {
        protocol: 'sqs',
        endpoint: arn,
        attributes: {RawMessageDelivery: 'true', FilterPolicy: '{"a":["b"]}', FilterPolicyScope: 'MessageAttributes'},
      },
    })
    const {attributes} = document.queue as {attributes: Record<string, string>}
    expect(Object.keys(attributes).sort()).toEqual(['FifoQueue', 'MessageRetentionPeriod', 'Policy'])
    expect(JSON.parse(attributes.Policy!)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: {Service: 'sns.amazonaws.com'},
          Action: 'sqs:SendMessage',
          Resource: arn,
          Condition: {ArnEquals: {'aws:SourceArn': topicArn}},
        },
      ],
    })
    const {stdout} = await cli.piped(['topic', 'tail', 'pay.fifo', '--dry-run'])
    expect(stdout).toContain('Made\tdry run: nothing was made\n')
    expect(stdout).toContain('Access policy\n')
    expect(stdout).toMatch(/\bAllow\s.*\bsns\.amazonaws\.com\s.*\bsqs:SendMessage\s/s)
    expect(await left()).toEqual(NOTHING)
  })

  it('warns where a message may be too large for the queue in the envelope of SNS, which raw ones have not', async () => {
    const warnings = async (...words: string[]) =>
      (await cli.json(['topic', 'tail', 'orders', '--dry-run', ...words])).document.warnings
    await sns.createTopic({Name: 'orders'})
    expect(await warnings()).toEqual([])
    await sns.setTopicAttributes({TopicArn: TOPIC, AttributeName: 'MaximumMessageSize', AttributeValue: '1048576'})
    expect(await warnings()).toEqual([
      "orders takes messages of up to 1048576 bytes. One that does not fit into a queue (1048576 bytes) with the envelope of SNS around it is not shown; --raw shows it, without subject and SNS's message id.",
    ])
    expect(await warnings('--raw')).toEqual([])
  })

  it('--timeout gives up on it: exit 6 with an error', async () => {
    await sns.createTopic({Name: 'orders'})
    const {code, stderr} = await cli.piped(['topic', 'tail', 'orders', '--yes', '--timeout', '2'])
    expect(code).toBe(6)
    expect(stderr).toContain('Error: Not done within 2 s (--timeout)')
    expect(await left()).toEqual(NOTHING)
  })

  it('ends when its queue is deleted: exit 5 with the rest removed, in the document of the messages before', async () => {
    await sns.createTopic({Name: 'orders'})
    let [published, deleted] = [false, false]
    const run = await cli.json(['topic', 'tail', 'orders', '--yes'], {
      onOutput: (_, {stdout, stderr}) => {
        if (!published && stderr.includes('Listening')) {
          published = true
          void publish('one')
        }
        if (deleted || !stdout.includes('one')) return
        deleted = true
        void sqs.listQueues({}).then(async ({QueueUrls}) => sqs.deleteQueue({QueueUrl: QueueUrls?.[0]}))
      },
    })
    expect(run.code).toBe(5)
    expect(run.document).toMatchObject({
      messages: [{body: 'one'}],
      error: {
        code: 'QueueDoesNotExist',
        message: expect.stringContaining('was deleted by somebody else, after 1 message. Its subscription is removed.'),
      },
    })
    expect(await left()).toEqual(NOTHING)
  })

  it('--for ends it after a time, with an empty document', async () => {
    await sns.createTopic({Name: 'orders'})
    const {code, document} = await cli.json(['topic', 'tail', 'orders', '--yes', '--for', '1s'])
    expect(code).toBe(0)
    expect(document).toEqual({topic: {name: 'orders', arn: TOPIC}, raw: false, messages: [], warnings: []})
    expect(await left()).toEqual(NOTHING)
  })
})

describe('leftovers', () => {
  const NOW = Date.parse('2026-11-21T12:00:00.000Z')
  const {signal} = new AbortController()
  const HERE = '0123456789abcdef'
  /** Process 1 runs, and began at 100. */
  const around = {
    self: () => ({place: HERE}),
    exists: (pid: number) => pid === 1,
    state: () => ({ended: false, started: '100'}),
  }
  const options: LeftoverOptions = {now: () => NOW, around}
  const planned = async () => planCleanUp(aws, await findLeftovers(aws, options), {signal})
  const leftover = (tags: Record<string, string>) =>
    sqs.createQueue({QueueName: 'msgops-tail-orders-00000001', tags: {'msgops:temporary': 'topic-tail', ...tags}})

  it.each([
    ['whose process on this host is gone', `here/4711/${HERE}/100`, '12:30', true],
    ['whose process on this host is gone, and its number taken', `here/1/${HERE}/99`, '12:30', true],
    ['whose process runs', `here/1/${HERE}/100`, '12:30', false],
    ['whose process runs, and could not renew it', `here/1/${HERE}/100`, '11:59', false],
    ['whose process ran on another machine of this name', 'here/4711/fedcba9876543210/100', '12:30', false],
    ['whose time is up, wherever it ran', 'there/1/fedcba9876543210/100', '11:59', true],
    ['of an earlier version, with time left', 'here/4711', '12:30', false],
    ['of an earlier version, whose time is up', 'here/1', '11:59', true],
    ['without a time', 'there/1', undefined, true],
  ])('a queue %s', async (_, owner, until, abandoned) => {
    const lease: Record<string, string> = until === undefined ? {} : {'msgops:expires': `2026-11-21T${until}:00.000Z`}
    await leftover({'msgops:owner': owner, ...lease})
    const plan = await planned()
    expect(plan.leftovers.map(({state}) => state)).toEqual([abandoned ? 'planned' : 'inUse'])
    const cleaned = await cleanUp(aws, plan, {...options, signal})
    expect(cleaned.leftovers.map(({state}) => state)).toEqual([abandoned ? 'removed' : 'inUse'])
    expect((await left()).queues).toBe(abandoned ? 0 : 1)
  })

  it('that is renewed, or no longer tagged, between the question and the answer stays', async () => {
    const QueueUrl = (await leftover({'msgops:owner': 'there/1', 'msgops:expires': '2026-11-21T11:00:00.000Z'}))
      .QueueUrl
    const plan = await planned()
    await sqs.tagQueue({QueueUrl, Tags: {'msgops:expires': '2026-11-21T13:00:00.000Z'}})
    const renewed = await cleanUp(aws, plan, {...options, signal})
    expect(renewed.leftovers).toMatchObject([
      {state: 'inUse', reason: 'there/1 may be using it until 2026-11-21T13:00:00.000Z'},
    ])
    await sqs.untagQueue({QueueUrl, TagKeys: ['msgops:temporary']})
    expect((await cleanUp(aws, plan, {...options, signal})).leftovers).toMatchObject([
      {state: 'inUse', reason: 'it is not tagged as temporary any more'},
    ])
    expect((await left()).queues).toBe(1)
  })

  it('stays planned after a signal', async () => {
    await leftover({})
    const plan = await planned()
    const cleaned = await cleanUp(aws, plan, {...options, signal: AbortSignal.abort()})
    expect(cleaned).toMatchObject({dryRun: false, leftovers: [{state: 'planned'}]})
    expect(cleanUpReport(cleaned)).toMatchObject({
      exitCode: 3,
      warnings: ['Stopped before the end: 1 of 1 still there.'],
    })
  })

  it('does not take a topic without the tag with it, whatever its queue says', async () => {
    const {TopicArn = ''} = await sns.createTopic({Name: 'msgops-live-of-somebody'})
    await leftover({'msgops:topic': TopicArn})
    const cleaned = await cleanUp(aws, await planned(), {...options, signal})
    expect(cleaned.leftovers).toMatchObject([{state: 'failed', error: {code: 'NotTemporary'}}])
    expect((await sns.listTopics({})).Topics).toEqual([{TopicArn}])
    await sns.deleteTopic({TopicArn})
    expect((await cleanUp(aws, await planned(), {...options, signal})).leftovers).toMatchObject([{state: 'removed'}])
  })

  it('are asked about, listed first; without consent nothing is removed: exit 7', async () => {
    await leftover({'msgops:topic': TOPIC, 'msgops:expires': '2026-01-01T00:00:00.000Z'})
    const refused = await cli.piped(['topic', 'tail', '--clean-up'])
    expect(refused.code).toBe(7)
    expect(refused.stderr).toBe(
      'In account 000000000000, us-east-1:\n' +
        '  msgops-tail-orders-00000001 (topic orders): nobody has renewed it in time\n' +
        'Error: Remove 1 temporary queue with its subscription? This needs to be confirmed. Nothing was changed.\n' +
        '  To confirm, run: msgops topic tail --clean-up --yes\n',
    )
    const asked = await cli.terminal(['topic', 'tail', '--clean-up', '--no-color'], {answers: [['[y/N]', 'n\r']]})
    expect(asked.code).toBe(7)
    const dry = await cli.json(['topic', 'tail', '--clean-up', '--dry-run', '--read-only'])
    expect({code: dry.code, leftovers: dry.document.leftovers}).toMatchObject({
      code: 0,
      leftovers: [{state: 'planned'}],
    })
    expect((await left()).queues).toBe(1)
    const yes = await cli.terminal(['topic', 'tail', '--clean-up', '--no-color'], {answers: [['[y/N]', 'y\r']]})
    expect(yes.code).toBe(0)
    expect((await left()).queues).toBe(0)
  })

  it('of a topic that is gone are found by its name', async () => {
    await leftover({'msgops:topic': TOPIC})
    const other = await cli.piped(['topic', 'tail', 'payments', '--clean-up', '--yes'])
    expect(other.stderr).toBe(
      'No temporary queue of payments was found in account 000000000000, us-east-1; subscriptions whose queue is gone are not looked for.\n',
    )
    const {code, document} = await cli.json(['topic', 'tail', 'orders', '--clean-up', '--yes'])
    expect({code, leftovers: document.leftovers}).toMatchObject({code: 0, leftovers: [{state: 'removed'}]})
  })

  it('that cannot be told from others are named, and not said to be none: exit 3', async () => {
    await leftover({})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListQueueTags'})
    const {code, stdout, stderr} = await cli.piped(['topic', 'tail', '--clean-up', '--read-only'])
    expect({code, stdout}).toEqual({code: 3, stdout: 'QUEUE\tSTATE\tBECAUSE\n'})
    expect(stderr).toContain('Whether msgops-tail-orders-00000001 is a temporary queue is not known')
    expect(stderr).not.toContain('No temporary queue')
  })

  it('stay in read-only mode, which refuses the clean-up as it does a tail: exit 7', async () => {
    await sqs.createQueue({
      QueueName: 'msgops-tail-orders-0a1b2c3d',
      tags: {'msgops:temporary': 'topic-tail', 'msgops:topic': TOPIC},
    })
    const {code, document} = await cli.json(['topic', 'tail', '--clean-up', '--read-only'])
    expect({code, error: (document.error as {code: string}).code}).toEqual({code: 7, error: 'ReadOnly'})
    expect((await sqs.listQueues({})).QueueUrls).toHaveLength(1)
  })

  it('a queue of that name without the tags is not touched', async () => {
    await sqs.createQueue({QueueName: 'msgops-tail-of-somebody'})
    const {code, document} = await cli.json(['topic', 'tail', '--clean-up'])
    expect({code, leftovers: document.leftovers}).toEqual({code: 0, leftovers: []})
    expect((await sqs.listQueues({})).QueueUrls).toHaveLength(1)
  })

  it.skipIf(process.platform !== 'linux')('a tail that is suspended here is none, however late it is', async () => {
    await sns.createTopic({Name: 'orders'})
    let cleaned: Awaited<ReturnType<typeof cli.json>> | undefined
    const suspended = async (child: {kill(signal: NodeJS.Signals): boolean}) => {
      child.kill('SIGSTOP')
      const QueueUrl = (await sqs.listQueues({QueueNamePrefix: 'msgops-tail-'})).QueueUrls?.[0]
      await sqs.tagQueue({QueueUrl, Tags: {'msgops:expires': '2026-01-01T00:00:00.000Z'}})
      cleaned = await cli.json(['topic', 'tail', '--clean-up', '--yes'])
      child.kill('SIGCONT')
      child.kill('SIGINT')
    }
    const {code} = await tailing(['orders', '--yes'], child => void suspended(child))
    expect(cleaned?.document.leftovers).toMatchObject([
      {state: 'inUse', reason: expect.stringMatching(/^process \d+ of this host is running$/)},
    ])
    expect(code).toBe(130)
    expect(await left()).toEqual(NOTHING)
  })

  it('of a tail that was killed are told by the next one, and removed with their subscription', async () => {
    await sns.createTopic({Name: 'orders'})
    const killed = await tailing(['orders', '--yes'], child => child.kill('SIGKILL'))
    expect(killed.signal).toBe('SIGKILL')
    expect(await left()).toEqual({queues: 1, subscriptions: 1})
    const next = await cli.piped(['topic', 'tail', 'orders', '--dry-run', '--region', 'us-east-1', '--sandbox'])
    expect(next.stderr).toContain(
      'was left behind; msgops topic tail --clean-up --region us-east-1 --sandbox removes it with its subscription.',
    )
    const {code, document} = await cli.json(['topic', 'tail', '--clean-up', '--yes'])
    expect(code).toBe(0)
    expect(document.leftovers).toMatchObject([{state: 'removed'}])
    expect(await left()).toEqual(NOTHING)
  })
})
