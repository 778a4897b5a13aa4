import {describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {QUEUE_ARN, TOPIC_ARN, queueFor, snsOf, subscribe} from '../harness/sns.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const sns = snsOf(cli.sandbox)

interface Traced {
  readonly endpoint: string
  readonly outcome: string
  readonly reasons: readonly {readonly code: string}[]
}

const outcomes = (document: Record<string, unknown>) =>
  (document.subscriptions as Traced[]).map(({endpoint, outcome, reasons}) => [
    endpoint.slice(endpoint.lastIndexOf(':') + 1),
    outcome,
    ...reasons.map(({code}) => code),
  ])

/** A topic with a queue of each fate. */
async function scene(): Promise<void> {
  await sns.createTopic({Name: 'orders'})
  for (const name of ['all', 'acme', 'large', 'gone', 'dead']) await queueFor(sqs, 'orders', name)
  await sqs.createQueue({QueueName: 'closed'})
  await subscribe(sns, 'orders', 'all', {RawMessageDelivery: 'true'})
  await subscribe(sns, 'orders', 'acme', {FilterPolicy: '{"tenant":["acme"]}'})
  await subscribe(sns, 'orders', 'large', {
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: '{"total":[{"numeric":[">=",100]}]}',
  })
  await subscribe(sns, 'orders', 'closed')
  await subscribe(sns, 'orders', 'gone', {
    RedrivePolicy: JSON.stringify({deadLetterTargetArn: `${QUEUE_ARN}dead`}),
  })
  await sqs.deleteQueue({QueueUrl: `${cli.sandbox.url}/000000000000/gone`})
}

describe('msgops topic trace', () => {
  it('tells each subscription its fate, and publishes nothing', async () => {
    await scene()
    const {code, document} = await cli.json([
      ...['topic', 'trace', 'orders', '--message', '{"total":7}', '--attribute', 'tenant=acme'],
    ])
    expect(code).toBe(0)
    expect(outcomes(document)).toEqual([
      ['all', 'delivered'],
      ['acme', 'delivered'],
      ['large', 'filtered', 'FilterPolicy'],
      ['closed', 'blocked', 'PolicyRefusesTopic', 'Lost'],
      ['gone', 'blocked', 'EndpointMissing', 'DeadLettered'],
    ])
    expect(document).toMatchObject({delivered: 2, filtered: 1, blocked: 2, unknown: 0})
    expect(operations(cli.sandbox).filter(action => action.startsWith('Publish'))).toEqual([])
  })

  it('tells what becomes of a refused delivery, by what its dead-letter queue takes', async () => {
    await sns.createTopic({Name: 'orders'})
    await sqs.createQueue({QueueName: 'closed-1'})
    await queueFor(sqs, 'orders', 'dlq-kms', {KmsMasterKeyId: 'alias/aws/sqs'})
    await sqs.createQueue({QueueName: 'closed-2'})
    await queueFor(sqs, 'orders', 'dlq-small', {MaximumMessageSize: '1024'})
    const dlqs = ['dlq-kms', 'dlq-small']
    for (const [index, dlq] of dlqs.entries()) {
      await subscribe(sns, 'orders', `closed-${index + 1}`, {
        RedrivePolicy: JSON.stringify({deadLetterTargetArn: `${QUEUE_ARN}${dlq}`}),
      })
    }
    const message = 'x'.repeat(1025)
    const {code, document} = await cli.json(['topic', 'trace', 'orders', '--message', message])
    expect(code).toBe(0)
    expect(outcomes(document)).toEqual([
      ['closed-1', 'blocked', 'PolicyRefusesTopic', 'Lost'],
      ['closed-2', 'blocked', 'PolicyRefusesTopic', 'Lost'],
    ])
    await cli.piped(['topic', 'publish', 'orders', message])
    for (const name of dlqs) {
      const {Attributes} = await sqs.getQueueAttributes({
        QueueUrl: `${cli.sandbox.url}/000000000000/${name}`,
        AttributeNames: ['ApproximateNumberOfMessages'],
      })
      expect(Attributes).toEqual({ApproximateNumberOfMessages: '0'})
    }
  })

  it('does not know of a dead-letter queue that may not be read: exit 3', async () => {
    await sns.createTopic({Name: 'orders'})
    await sqs.createQueue({QueueName: 'closed'})
    const far = 'arn:aws:sqs:us-east-1:111111111111:far'
    await subscribe(sns, 'orders', 'closed', {RedrivePolicy: JSON.stringify({deadLetterTargetArn: far})})
    const {code, document} = await cli.json(['topic', 'trace', 'orders', '--message', 'x'])
    expect(code).toBe(3)
    expect(outcomes(document)).toEqual([['closed', 'blocked', 'PolicyRefusesTopic', 'DeadLetterUnknown']])
    expect(document.incomplete).toMatchObject([{part: `queue ${far}`, code: 'OtherAccountOrRegion'}])
  })

  it('explains a filter policy key by key', async () => {
    await scene()
    const {document} = await cli.json(['topic', 'trace', 'orders', '--message', 'x', '--attribute', 'tenant=Acme'])
    const acme = (document.subscriptions as Record<string, unknown>[])[1]
    expect(acme).toMatchObject({
      outcome: 'filtered',
      filterPolicyScope: 'MessageAttributes',
      explanation: {matched: false, keys: [{path: 'tenant', matched: false, values: ['"Acme"']}]},
    })
  })

  it('says what SNS does: what is traced to arrive arrives, and nothing else', async () => {
    await scene()
    const message = ['{"total":700}', '--attribute', 'tenant=other']
    const {document} = await cli.json(['topic', 'trace', 'orders', '--message', ...message])
    await cli.piped(['topic', 'publish', 'orders', ...message])
    const counts: [string, string][] = []
    for (const name of ['all', 'acme', 'large', 'closed']) {
      const {Attributes} = await sqs.getQueueAttributes({
        QueueUrl: `${cli.sandbox.url}/000000000000/${name}`,
        AttributeNames: ['ApproximateNumberOfMessages'],
      })
      counts.push([name, Attributes?.ApproximateNumberOfMessages === '1' ? 'delivered' : 'not'])
    }
    const traced = outcomes(document)
      .filter(([name]) => name !== 'gone')
      .map(([name, outcome]) => [name, outcome === 'delivered' ? 'delivered' : 'not'])
    expect(counts).toEqual(traced)
    expect(counts).toEqual([
      ['all', 'delivered'],
      ['acme', 'not'],
      ['large', 'delivered'],
      ['closed', 'not'],
    ])
  })

  it('judges the text that each protocol gets', async () => {
    await scene()
    const texts = JSON.stringify({default: '{"total":1}', sqs: '{"total":500}'})
    const {document} = await cli.json(['topic', 'trace', 'orders', '--message', texts, '--structure', 'json'])
    expect(outcomes(document)[2]).toEqual(['large', 'delivered'])
    const other = JSON.stringify({default: '{"total":1}', email: '{"total":500}'})
    const {document: byDefault} = await cli.json([
      'topic',
      'trace',
      'orders',
      '--message',
      other,
      '--structure',
      'json',
    ])
    expect(outcomes(byDefault)[2]).toEqual(['large', 'filtered', 'FilterPolicy'])
  })

  it('counts and names the subscriptions whose settings may not be read: exit 3', async () => {
    await scene()
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetSubscriptionAttributes'})
    const {code, document, stderr} = await cli.json(['topic', 'trace', 'orders', '--message', 'x'])
    expect(code).toBe(3)
    expect(document).toMatchObject({delivered: 0, unknown: 5})
    expect((document.incomplete as {part: string}[])[0]?.part).toBe(`subscription of ${QUEUE_ARN}all`)
    expect(document.incomplete).toHaveLength(5)
    expect(stderr).toContain(`Not read, subscription of ${QUEUE_ARN}all: `)
    const {stdout} = await cli.piped(['topic', 'trace', 'orders', '--message', 'x'])
    expect(stdout).toMatch(/Would get it\s+0 of 5 subscriptions, 5 unknown\n/)
  })

  it('a message that the topic would not take: exit 2', async () => {
    await sns.createTopic({Name: 'orders'})
    expect((await cli.json(['topic', 'trace', 'orders', '--message', ''])).code).toBe(2)
    expect((await cli.json(['topic', 'trace', 'orders'])).code).toBe(2)
  })

  it('works in read-only mode, on the message of standard input', async () => {
    await scene()
    const run = await cli.json(['topic', 'trace', `${TOPIC_ARN}orders`, '--message', '-', '--read-only'], {stdin: 'x'})
    expect(run.code).toBe(0)
    expect(run.document).toMatchObject({size: 1})
  })

  it('reads in a terminal of 80 columns', async () => {
    await scene()
    const {code, output} = await cli.terminal(['topic', 'trace', 'orders', '--message', 'x', '--no-color'])
    expect(code).toBe(0)
    expect(output).toContain('sqs acme')
    expect(output).toMatch(/Outcome +filtered/)
    expect(output.split(/\r?\n/).filter(line => line.length > 80 && !/\S{55}/.test(line))).toEqual([])
  })

  it('says that the settings of the topic were denied: whether it takes the message is not known then', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'all')
    await subscribe(sns, 'orders', 'all')
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetTopicAttributes'})
    const {code, document} = await cli.json(['topic', 'trace', 'orders', '--message', 'x'])
    expect({code, incomplete: document.incomplete}).toMatchObject({code: 3, incomplete: [{part: 'attributes'}]})
    expect(outcomes(document)).toEqual([['all', 'delivered']])
  })
})
