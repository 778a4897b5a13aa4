import {describe, expect, it} from 'vitest'
import {cliOnSandbox, operations, sqsOf} from '../harness/cli.js'
import {QUEUE_ARN, TOPIC_ARN, queueFor, snsOf, subscribe} from '../harness/sns.js'

const cli = await cliOnSandbox()
const sqs = sqsOf(cli.sandbox)
const sns = snsOf(cli.sandbox)

interface Finding {
  readonly code: string
  readonly severity: string
  readonly subscription?: string
}

describe('msgops topic list', () => {
  it('lists every topic past the first hundred, by name, with its subscriptions counted', async () => {
    for (let n = 0; n < 103; n++) await sns.createTopic({Name: `t${String(n).padStart(3, '0')}`})
    await sns.createTopic({Name: 'pay.fifo', Attributes: {FifoTopic: 'true'}})
    await queueFor(sqs, 't000', 'q')
    await subscribe(sns, 't000', 'q')
    await sns.subscribe({TopicArn: `${TOPIC_ARN}t000`, Protocol: 'email', Endpoint: 'ops@example.com'})
    const {code, document} = await cli.json(['topic', 'list'])
    expect(code).toBe(0)
    const topics = document.topics as {name: string}[]
    expect(topics).toHaveLength(104)
    expect(topics[0]).toMatchObject({name: 'pay.fifo', type: 'fifo', arn: `${TOPIC_ARN}pay.fifo`})
    expect(topics[1]).toMatchObject({
      name: 't000',
      type: 'standard',
      subscriptionsConfirmed: 1,
      subscriptionsPending: 1,
    })
    expect(document.truncated).toBe(false)
  })

  it('keeps to a prefix and a limit, and says that there are more', async () => {
    for (const name of ['orders', 'orders-eu', 'payments']) await sns.createTopic({Name: name})
    const {document} = await cli.json(['topic', 'ls', '--prefix', 'orders', '--limit', '1'])
    expect(document).toMatchObject({topics: [{name: 'orders'}], truncated: true})
    const all = await cli.piped(['topic', 'list'])
    expect(all.stdout.split('\n')).toEqual([
      'NAME\tTYPE\tSUBSCRIPTIONS\tPENDING\tENCRYPTION',
      'orders\tstandard\t0\t0\tnone',
      'orders-eu\tstandard\t0\t0\tnone',
      'payments\tstandard\t0\t0\tnone',
      '',
    ])
  })

  it('no topic is an empty list: exit 0', async () => {
    expect(await cli.piped(['topic', 'list'])).toMatchObject({code: 0, stderr: 'There are no topics here.\n'})
  })
})

describe('msgops topic show', () => {
  it('shows settings, subscriptions and tags, by name and by ARN', async () => {
    await sns.createTopic({
      Name: 'orders',
      Attributes: {DisplayName: 'Orders', SQSFailureFeedbackRoleArn: 'arn:aws:iam::000000000000:role/sns'},
      Tags: [{Key: 'team', Value: 'checkout'}],
    })
    await queueFor(sqs, 'orders', 'mails')
    await queueFor(sqs, 'orders', 'mails-dlq')
    const subscriptionArn = await subscribe(sns, 'orders', 'mails', {
      FilterPolicy: '{"tenant":["acme"]}',
      RawMessageDelivery: 'true',
      RedrivePolicy: JSON.stringify({deadLetterTargetArn: `${QUEUE_ARN}mails-dlq`}),
    })
    const {code, document} = await cli.json(['topic', 'show', 'orders'])
    expect(code).toBe(0)
    expect(document).toMatchObject({
      name: 'orders',
      arn: `${TOPIC_ARN}orders`,
      type: 'standard',
      accountId: '000000000000',
      displayName: 'Orders',
      maximumMessageSize: 262_144,
      subscriptionsConfirmed: 1,
      deliveryLogging: [{protocol: 'SQS', failureFeedbackRoleArn: 'arn:aws:iam::000000000000:role/sns'}],
      tags: {team: 'checkout'},
      subscriptions: [
        {
          subscriptionArn,
          protocol: 'sqs',
          endpoint: `${QUEUE_ARN}mails`,
          filterPolicy: '{"tenant":["acme"]}',
          filterPolicyScope: 'MessageAttributes',
          rawMessageDelivery: true,
          deadLetterTargetArn: `${QUEUE_ARN}mails-dlq`,
          pendingConfirmation: false,
          endpointExists: true,
        },
      ],
      findings: [],
      incomplete: [],
    })
    expect((await cli.json(['topic', 'show', `${TOPIC_ARN}orders`])).document).toEqual(document)
    const reads = new Set(operations(cli.sandbox).slice(-30))
    expect([...reads].filter(action => !/^(Get|List|Create|Subscribe)/.test(action))).toEqual([])
  })

  it('finds what keeps messages from arriving', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'gone')
    await sqs.createQueue({QueueName: 'closed'})
    await subscribe(sns, 'orders', 'gone')
    await subscribe(sns, 'orders', 'closed')
    await sns.subscribe({TopicArn: `${TOPIC_ARN}orders`, Protocol: 'email', Endpoint: 'ops@example.com'})
    await sqs.deleteQueue({QueueUrl: `${cli.sandbox.url}/000000000000/gone`})
    const {document} = await cli.json(['topic', 'show', 'orders'])
    expect(
      (document.findings as Finding[]).map(({severity, code, subscription}) => [severity, code, subscription]),
    ).toEqual([
      ['bad', 'EndpointMissing', `${QUEUE_ARN}gone`],
      ['bad', 'PolicyRefusesTopic', `${QUEUE_ARN}closed`],
      ['warn', 'NoDeadLetterQueue', `${QUEUE_ARN}gone`],
      ['warn', 'NoDeadLetterQueue', `${QUEUE_ARN}closed`],
      ['warn', 'PendingConfirmation', 'ops@example.com'],
    ])
  })

  it('says nothing of the settings of a subscription that waits for its confirmation, but why', async () => {
    await sns.createTopic({Name: 'orders'})
    await sns.subscribe({TopicArn: `${TOPIC_ARN}orders`, Protocol: 'email', Endpoint: 'ops@example.com'})
    const {document} = await cli.json(['topic', 'show', 'orders'])
    expect(document.subscriptions).toEqual([
      {
        protocol: 'email',
        endpoint: 'ops@example.com',
        owner: '000000000000',
        pendingConfirmation: true,
        notRead: {
          code: 'PendingConfirmation',
          message: 'A subscription that waits for its confirmation has no ARN to read its settings by',
        },
      },
    ])
    const trace = await cli.json(['topic', 'trace', 'orders', '--message', 'x'])
    expect(trace.document.subscriptions).toEqual([
      {
        protocol: 'email',
        endpoint: 'ops@example.com',
        outcome: 'blocked',
        reasons: [{code: 'PendingConfirmation', message: 'Its owner has not confirmed the subscription'}],
      },
    ])
  })

  it('is patient with each read that SNS throttles', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'mails')
    await subscribe(sns, 'orders', 'mails')
    const reads = ['GetTopicAttributes', 'ListTagsForResource', 'ListSubscriptionsByTopic', 'GetSubscriptionAttributes']
    for (const action of reads) cli.sandbox.faults.add({kind: 'throttle', action, service: 'sns', times: 4})
    expect((await cli.json(['topic', 'show', 'orders'])).code).toBe(0)
  })

  it('says why the settings of a subscription were not read', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'mails')
    await subscribe(sns, 'orders', 'mails')
    cli.sandbox.faults.add({
      kind: 'error',
      action: 'GetSubscriptionAttributes',
      code: 'AuthorizationError',
      status: 403,
    })
    const {code, document} = await cli.json(['topic', 'show', 'orders'])
    expect(code).toBe(3)
    const [subscription] = document.subscriptions as Record<string, unknown>[]
    expect(subscription).toMatchObject({notRead: {code: expect.stringContaining('AuthorizationError')}})
    expect(Object.keys(subscription!)).not.toContain('rawMessageDelivery')
  })

  it('tries the filter policies on a sample', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'acme')
    await queueFor(sqs, 'orders', 'nobody')
    await subscribe(sns, 'orders', 'acme', {FilterPolicy: '{"tenant":["acme"]}'})
    await subscribe(sns, 'orders', 'nobody', {FilterPolicy: '{"tenant":["nobody"]}'})
    const message = {attributes: {tenant: {dataType: 'String', stringValue: 'acme'}}, body: 'x'}
    const sample = `${JSON.stringify(message)}\n\nplain text\n`
    const {code, document} = await cli.json(['topic', 'show', 'orders', '--sample', '-'], {stdin: sample})
    expect(code).toBe(0)
    expect((document.subscriptions as {sample: object}[]).map(one => one.sample)).toEqual([
      {total: 2, matched: 1},
      {total: 2, matched: 0},
    ])
    const found = (document.findings as Finding[]).filter(({code: finding}) => finding === 'FilterMatchesNothing')
    expect(found).toMatchObject([{severity: 'warn', subscription: `${QUEUE_ARN}nobody`}])
  })

  it.each(['', '\n \n'])('refuses a sample without a message, before SNS is asked: exit 2 (%j)', async stdin => {
    const {code, document} = await cli.json(['topic', 'show', 'orders', '--sample', '-'], {stdin})
    expect(code).toBe(2)
    expect(document.error).toMatchObject({message: 'The sample holds no message'})
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('says of what may not be read that it is not read, and keeps the findings that need none of it: exit 3', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'open')
    await queueFor(sqs, 'orders', 'gone')
    await subscribe(sns, 'orders', 'open', {FilterPolicy: '{"tenant":["acme"]}'})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetSubscriptionAttributes'})
    const clean = await cli.piped(['topic', 'show', 'orders'])
    expect(clean.code).toBe(3)
    expect(clean.stdout).toMatch(/Filter policy\s+not read\n/)
    expect(clean.stdout).toMatch(/Raw delivery\s+not read\n/)
    expect(clean.stdout).toMatch(/Dead-letter queue\s+not read\n/)
    expect(clean.stdout).toMatch(/none\s+nothing in what could be read\n/)
    await subscribe(sns, 'orders', 'gone')
    await sqs.deleteQueue({QueueUrl: `${cli.sandbox.url}/000000000000/gone`})
    const {code, document} = await cli.json(['topic', 'show', 'orders'])
    expect(code).toBe(3)
    expect((document.findings as Finding[]).map(found => [found.code, found.subscription])).toEqual([
      ['EndpointMissing', `${QUEUE_ARN}gone`],
    ])
  })

  it('tries a sample on no policy that was not read', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'acme')
    await subscribe(sns, 'orders', 'acme', {FilterPolicy: '{"tenant":["acme"]}'})
    await sns.subscribe({TopicArn: `${TOPIC_ARN}orders`, Protocol: 'email', Endpoint: 'ops@example.com'})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetSubscriptionAttributes'})
    const {code, stdout} = await cli.piped(['topic', 'show', 'orders', '--sample', '-'], {stdin: 'one\ntwo\n'})
    expect(code).toBe(3)
    expect(stdout).not.toContain('would arrive')
  })

  it('shows no encryption and no size where the attributes may not be read, alone or in a list: exit 3', async () => {
    await sns.createTopic({Name: 'orders', Attributes: {KmsMasterKeyId: 'alias/own'}})
    cli.sandbox.faults.add({kind: 'access-denied', action: 'GetTopicAttributes'})
    const shown = await cli.piped(['topic', 'show', 'orders'])
    expect(shown.code).toBe(3)
    expect(shown.stdout).toMatch(/Maximum message size\s+not read\n/)
    expect(shown.stdout).toMatch(/Encryption\s+not read\n/)
    const list = await cli.piped(['topic', 'list'])
    expect(list.code).toBe(3)
    expect(list.stdout.split('\n')[1]).toMatch(/^orders\tstandard\t.*\tnot read$/)
  })

  it('names the nearest topics where there is none of the name: exit 5', async () => {
    await sns.createTopic({Name: 'orders'})
    const {code, document} = await cli.json(['topic', 'show', 'ordres'])
    expect(code).toBe(5)
    expect(document.error).toMatchObject({
      code: 'TopicDoesNotExist',
      message: 'There is no topic ordres in account 000000000000, us-east-1',
      suggestions: ['Did you mean orders?'],
    })
  })

  it('says of a topic of another account that is not there what to check: exit 5', async () => {
    const arn = 'arn:aws:sns:us-east-1:111111111111:x'
    const {code, document} = await cli.json(['topic', 'show', arn])
    expect(code).toBe(5)
    expect(document.error).toMatchObject({
      code: 'TopicDoesNotExist',
      message: 'There is no topic x in account 111111111111, us-east-1',
      suggestions: [
        `These credentials are of account 000000000000, which cannot list the topics of another: check the account and the name in ${arn}, or use credentials of 111111111111.`,
      ],
    })
  })

  it('says that there is no topic when it goes between two reads: exit 5', async () => {
    await sns.createTopic({Name: 'orders'})
    const gone = {kind: 'error', code: 'NotFound', status: 404} as const
    cli.sandbox.faults.add({...gone, action: 'ListSubscriptionsByTopic', times: 2})
    for (const command of [
      ['topic', 'show', 'orders'],
      ['topic', 'trace', 'orders', '--message', 'x'],
    ]) {
      const {code, document} = await cli.json(command)
      expect(code).toBe(5)
      expect(document.error).toMatchObject({
        code: 'TopicDoesNotExist',
        message: 'There is no topic orders in account 000000000000, us-east-1',
      })
    }
  })

  it.each([
    ['no name of a topic', 'or ders', 'TopicNameInvalid'],
    ['the ARN of a queue', 'arn:aws:sqs:us-east-1:000000000000:orders', 'ArnInvalid'],
    ['the ARN of a subscription', `${TOPIC_ARN}orders:0b0f6f4e-0000-4000-8000-000000000001`, 'ArnInvalid'],
    ['an ARN of another region', 'arn:aws:sns:eu-west-1:000000000000:orders', 'TopicRegionMismatch'],
  ])('%s is refused before SNS is asked: exit 2', async (_, topic, error) => {
    const {code, document} = await cli.json(['topic', 'show', topic])
    expect({code, error: (document.error as {code: string}).code}).toEqual({code: 2, error})
    expect(operations(cli.sandbox)).toEqual([])
  })

  it('tells endpoints apart that would read alike: function and qualifier, account and region', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'mails')
    await subscribe(sns, 'orders', 'mails')
    const elsewhere = [
      ['sqs', 'arn:aws:sqs:eu-west-1:000000000000:mails'],
      ['sqs', 'arn:aws:sqs:us-east-1:111122223333:mails'],
      ['lambda', 'arn:aws:lambda:us-east-1:000000000000:function:bill:prod'],
      ['lambda', 'arn:aws:lambda:us-east-1:000000000000:function:ship:prod'],
      ['lambda', 'arn:aws:lambda:eu-west-1:000000000000:function:ship:prod'],
    ] as const
    for (const [Protocol, Endpoint] of elsewhere)
      await sns.subscribe({TopicArn: `${TOPIC_ARN}orders`, Protocol, Endpoint})
    const names = [
      'sqs mails',
      'sqs mails (eu-west-1)',
      'sqs mails (111122223333)',
      'lambda bill:prod',
      'lambda ship:prod',
      'lambda ship:prod (eu-west-1)',
    ]
    const shown = await cli.terminal(['topic', 'show', 'orders', '--no-color'])
    const lines = shown.output.split(/\r?\n/)
    expect(lines.filter(line => line.startsWith('Subscription: ')).sort()).toEqual(
      names.map(name => `Subscription: ${name}`).sort(),
    )
    const {document, code} = await cli.json(['topic', 'show', 'orders'])
    expect(code).toBe(3)
    const messages = (document.findings as {message: string}[]).map(({message}) => message)
    expect(new Set(messages).size).toBe(messages.length)
    expect(messages).toContain(
      'There is no dead-letter queue: what cannot be delivered to ship:prod (eu-west-1) is lost after the retries',
    )
    expect(document.warnings).toContain(
      'Not read, queue arn:aws:sqs:eu-west-1:000000000000:mails: it is in another account or region',
    )
    const traced = await cli.terminal(['topic', 'trace', 'orders', '--message', 'x', '--no-color'])
    expect(
      traced.output
        .split(/\r?\n/)
        .filter(line => /^(?:sqs|lambda) /.test(line))
        .sort(),
    ).toEqual(names.sort())
  })

  it('reads in 80 columns', async () => {
    await sns.createTopic({Name: 'orders'})
    await queueFor(sqs, 'orders', 'mails')
    await subscribe(sns, 'orders', 'mails', {FilterPolicy: '{"tenant":["acme"]}'})
    const {code, output} = await cli.terminal(['topic', 'show', 'orders', '--no-color'])
    expect(code).toBe(0)
    expect(output).toContain('Subscription: sqs mails')
    expect(output).not.toContain('…')
    expect(output).toContain('StringEquals AWS:SourceOwner = 000000000000')
    expect(output.replaceAll(/\s+/g, ' ')).toContain('SNS:Subscribe, SNS:ListSubscriptionsByTopic, SNS:Publish')
    // What has no blank to be broken at, such as an ARN, stays whole so that it can be copied.
    const long = output.split(/\r?\n/).filter(line => line.length > 80 && !/\S{55}/.test(line))
    expect(long).toEqual([])
  })
})
