import {describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

async function twoQueues(): Promise<void> {
  const {QueueUrl: dlq} = await sqs.createQueue({QueueName: 'work-dlq'})
  const {QueueUrl: work} = await sqs.createQueue({
    QueueName: 'work',
    Attributes: {
      VisibilityTimeout: '45',
      RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('work-dlq'), maxReceiveCount: 4}),
    },
  })
  await sqs.sendMessage({QueueUrl: work, MessageBody: 'one'})
  await sqs.sendMessage({QueueUrl: work, MessageBody: 'two', DelaySeconds: 60})
  await sqs.sendMessage({QueueUrl: dlq, MessageBody: 'dead'})
  await sqs.receiveMessage({QueueUrl: dlq})
}

describe('msgops queue list', () => {
  it('is a document under its plural noun, in AWS’s words', async () => {
    await twoQueues()
    const {code, document, stderr} = await cli.json(['queue', 'list'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(document).toEqual({
      queues: [
        {
          name: 'work',
          url: `${cli.sandbox.url}/000000000000/work`,
          arn: arn('work'),
          type: 'standard',
          approximateNumberOfMessages: 1,
          approximateNumberOfMessagesNotVisible: 0,
          approximateNumberOfMessagesDelayed: 1,
          visibilityTimeout: 45,
          messageRetentionPeriod: 345600,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
          deadLetterTargetArn: arn('work-dlq'),
          maxReceiveCount: 4,
          isDlq: false,
        },
        {
          name: 'work-dlq',
          url: `${cli.sandbox.url}/000000000000/work-dlq`,
          arn: arn('work-dlq'),
          type: 'standard',
          approximateNumberOfMessages: 0,
          approximateNumberOfMessagesNotVisible: 1,
          approximateNumberOfMessagesDelayed: 0,
          visibilityTimeout: 30,
          messageRetentionPeriod: 345600,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
          isDlq: true,
        },
      ],
      truncated: false,
      warnings: [],
    })
  })

  it('is tab-separated on a pipe and an aligned table in a terminal of 80 columns', async () => {
    await twoQueues()
    const {stdout} = await cli.piped(['queue', 'list'])
    expect(stdout.split('\n')).toEqual([
      'NAME\tTYPE\tAPPROX MESSAGES\tIN FLIGHT\tDELAYED\tDLQ',
      'work\tstandard\t1\t0\t1\twork-dlq',
      'work-dlq\tstandard\t0\t1\t0\t',
      '',
    ])
    const {code, output} = await cli.terminal(['queue', 'ls', '--no-color'])
    expect(code).toBe(0)
    const lines = output.trimEnd().split('\r\n')
    expect(lines.at(-2)).toBe('work      standard                1          0        1  work-dlq')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
  })

  it('prints one queue a line as NDJSON, a table as CSV, and what --query picks', async () => {
    await twoQueues()
    const ndjson = await cli.piped(['queue', 'list', '--output', 'ndjson'])
    expect(
      ndjson.stdout
        .trimEnd()
        .split('\n')
        .map(line => (JSON.parse(line) as {name: string}).name),
    ).toEqual(['work', 'work-dlq'])
    const csv = await cli.piped(['queue', 'list', '--output', 'csv'])
    expect(csv.stdout.split('\r\n')[0]).toMatch(/^name,url,arn,type,approximateNumberOfMessages,/)
    const query = await cli.piped(['queue', 'list', '--json', '--query', 'queues[?isDlq].name'])
    expect(JSON.parse(query.stdout)).toEqual(['work-dlq'])
  })

  it('is done when there is nothing to list', async () => {
    const {code, stdout, stderr} = await cli.piped(['queue', 'list'])
    expect({code, stdout, stderr}).toEqual({
      code: 0,
      stdout: 'NAME\tTYPE\tAPPROX MESSAGES\tIN FLIGHT\tDELAYED\tDLQ\n',
      stderr: 'There are no queues here.\n',
    })
  })

  it('goes past the 1,000 queues that ListQueues gives at once, with a bound on what is read at a time', async () => {
    const names = Array.from({length: 1003}, (_, index) => `q-${String(index).padStart(4, '0')}`)
    for (let start = 0; start < names.length; start += 100) {
      await Promise.all(names.slice(start, start + 100).map(QueueName => sqs.createQueue({QueueName})))
    }
    const {code, document} = await cli.json(['queue', 'list', '--query', '[length(queues), truncated]'])
    expect({code, document}).toEqual({code: 0, document: [1003, false]})
    const limited = await cli.json([
      'queue',
      'list',
      '--limit',
      '2',
      '--prefix',
      'q-',
      '--query',
      '[queues[].name, truncated]',
    ])
    expect(limited.document).toEqual([['q-0000', 'q-0001'], true])
  })

  it('keeps a queue whose attributes are denied, says why, and ends with 3', async () => {
    await twoQueues()
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetQueueAttributes', resource: 'work-dlq'})
    const {code, document, stderr} = await cli.json([
      'queue',
      'list',
      '--query',
      '[queues[].[name, error.code], warnings]',
    ])
    expect(code).toBe(3)
    expect(document).toEqual([
      [
        ['work', null],
        ['work-dlq', 'AccessDenied'],
      ],
      [expect.stringContaining('The attributes of work-dlq could not be read')],
    ])
    expect(stderr).toContain('sqs:GetQueueAttributes')
  })

  it('leaves out a queue that is deleted while the list is read', async () => {
    await twoQueues()
    cli.sandbox.faults.add({
      kind: 'error',
      action: 'GetQueueAttributes',
      resource: 'work',
      code: 'QueueDoesNotExist',
      status: 400,
      message: 'The specified queue does not exist.',
    })
    const {code, document} = await cli.json(['queue', 'list', '--query', 'queues[].name'])
    expect({code, document}).toEqual({code: 0, document: ['work-dlq']})
  })

  it('works under --read-only, since it only reads', async () => {
    await twoQueues()
    const {code} = await cli.piped(['queue', 'list', '--read-only'])
    expect(code).toBe(0)
    expect(new Set(operations(cli.sandbox).slice(-3))).toEqual(new Set(['ListQueues', 'GetQueueAttributes']))
  })
})
