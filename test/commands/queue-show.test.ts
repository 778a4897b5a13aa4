import {describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

async function workWithDlq(): Promise<void> {
  await sqs.createQueue({QueueName: 'work-dlq', Attributes: {MessageRetentionPeriod: '1209600'}})
  const {QueueUrl} = await sqs.createQueue({
    QueueName: 'work',
    Attributes: {
      VisibilityTimeout: '60',
      RedrivePolicy: JSON.stringify({deadLetterTargetArn: arn('work-dlq'), maxReceiveCount: 5}),
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'topic',
            Effect: 'Allow',
            Principal: {Service: 'sns.amazonaws.com'},
            Action: 'sqs:SendMessage',
            Resource: arn('work'),
            Condition: {ArnEquals: {'aws:SourceArn': 'arn:aws:sns:us-east-1:000000000000:t'}},
          },
        ],
      }),
    },
    tags: {team: 'checkout'},
  })
  await sqs.sendMessage({QueueUrl, MessageBody: 'x'})
}

describe('msgops queue show', () => {
  it('is the queue with its dead-letter queue, policy, tags and findings', async () => {
    await workWithDlq()
    const {code, document, stderr} = await cli.json(['queue', 'show', 'work'])
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(document).toMatchObject({
      name: 'work',
      url: `${cli.sandbox.url}/000000000000/work`,
      arn: arn('work'),
      type: 'standard',
      accountId: '000000000000',
      region: 'us-east-1',
      approximateNumberOfMessages: 1,
      visibilityTimeout: 60,
      messageRetentionPeriod: 345600,
      maximumMessageSize: 1048576,
      redrivePolicy: {deadLetterTargetArn: arn('work-dlq'), maxReceiveCount: 5},
      deadLetterQueue: {name: 'work-dlq', exists: true, approximateNumberOfMessages: 0},
      sources: [],
      encryption: {kind: 'SSE-SQS'},
      policyStatements: [
        {
          sid: 'topic',
          effect: 'Allow',
          principals: ['sns.amazonaws.com'],
          actions: ['sqs:SendMessage'],
          conditions: ['ArnEquals aws:SourceArn = arn:aws:sns:us-east-1:000000000000:t'],
          public: false,
        },
      ],
      tags: {team: 'checkout'},
      incomplete: [],
    })
  })

  it('a dead-letter queue names its sources; name, URL and ARN mean the same queue', async () => {
    await workWithDlq()
    for (const reference of ['work-dlq', `${cli.sandbox.url}/000000000000/work-dlq`, arn('work-dlq')]) {
      const {document} = await cli.json(['queue', 'show', reference, '--query', 'sources[].[name, maxReceiveCount]'])
      expect(document).toEqual([['work', 5]])
    }
  })

  it('finds what is wrong with a queue', async () => {
    const open = {
      Version: '2012-10-17',
      Statement: [{Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: arn('loose')}],
    }
    await sqs.createQueue({
      QueueName: 'loose',
      Attributes: {VisibilityTimeout: '0', SqsManagedSseEnabled: 'false', Policy: JSON.stringify(open)},
    })
    const {document} = await cli.json(['queue', 'show', 'loose', '--query', 'findings[].[severity, code]'])
    expect(document).toEqual(
      expect.arrayContaining([
        ['bad', 'PublicPolicy'],
        ['warn', 'NotEncrypted'],
      ]),
    )
  })

  it('leaves out what may not be read, says so, and ends with 3', async () => {
    await workWithDlq()
    cli.sandbox.faults.add({kind: 'access-denied', action: 'ListQueueTags'})
    const {code, document, stderr} = await cli.json(['queue', 'show', 'work'])
    expect(code).toBe(3)
    expect(document.incomplete).toEqual([
      {part: 'tags', code: 'AccessDenied', message: expect.stringContaining('sqs:ListQueueTags') as string},
    ])
    expect(document).not.toHaveProperty('tags')
    expect(stderr).toContain('Not shown, tags')
  })

  it('receives nothing, and works under --read-only', async () => {
    await workWithDlq()
    const {code} = await cli.piped(['queue', 'show', 'work', '--read-only'])
    expect(code).toBe(0)
    expect(operations(cli.sandbox)).not.toContain('ReceiveMessage')
  })

  it('fits a terminal of 80 columns, but for what must stay whole', async () => {
    await workWithDlq()
    const {output} = await cli.terminal(['queue', 'show', 'work', '--no-color'])
    expect(output).toContain('Visibility timeout    1m')
    const long = output.split('\r\n').filter(line => line.length > 80 && !line.trim().includes('  '))
    expect(long).toEqual([])
  })
})
