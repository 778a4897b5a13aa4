import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import {AssumeRoleCommand, GetCallerIdentityCommand, STSClient} from '@aws-sdk/client-sts'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import type {FaultRule} from '../../../src/sandbox/faults/rule.js'
import {startSandbox} from '../../../src/sandbox/server.js'
import {h2c, http1, json} from '../raw-http.js'

const sandbox = await startSandbox()
const options = {
  endpoint: sandbox.url,
  region: 'us-east-1',
  credentials: {accessKeyId: 'sandbox', secretAccessKey: 'x'},
  maxAttempts: 1,
}
const sqs = new SQSClient(options)
const sts = new STSClient(options)
const QueueUrl = `${sandbox.url}/000000000000/orders`

beforeEach(async () => {
  await sandbox.reset()
  await sqs.send(new CreateQueueCommand({QueueName: 'orders'}))
})
afterAll(() => sandbox.close())

const send = (MessageBody = 'hello', abortSignal?: AbortSignal) =>
  sqs.send(new SendMessageCommand({QueueUrl, MessageBody}), {abortSignal})
const sendBatch = (...ids: string[]) =>
  sqs.send(new SendMessageBatchCommand({QueueUrl, Entries: ids.map(Id => ({Id, MessageBody: `body of ${Id}`}))}))
/** What really arrived, whatever the sender was told. */
async function stored(): Promise<string[]> {
  const {Messages = []} = await sqs.send(
    new ReceiveMessageCommand({QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0}),
  )
  return Messages.map(({Body = ''}) => Body).sort()
}
const onSend = (rule: Omit<FaultRule, 'action' | 'times'>) =>
  sandbox.faults.add({action: 'SendMessage', times: 1, ...rule})

describe('errors', () => {
  it.each([
    ['throttle', 'RequestThrottled', 'The request was denied due to request throttling.', 403],
    ['expired-token', 'ExpiredToken', 'The security token included in the request is expired', 403],
    [
      'access-denied',
      'AccessDenied',
      'User: arn:aws:iam::000000000000:user/sandbox is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:orders because no identity-based policy allows the sqs:sendmessage action',
      403,
    ],
    [
      'error',
      'InternalFailure',
      'The request processing has failed because of an unknown error, exception or failure.',
      500,
    ],
  ] as const)('%s is told as AWS tells it, and nothing has happened', async (kind, name, message, httpStatusCode) => {
    onSend({kind})
    await expect(send()).rejects.toMatchObject({name, message, $metadata: {httpStatusCode}})
    expect(await stored()).toEqual([])
    await send()
    expect(await stored()).toEqual(['hello'])
  })

  it('a denial names the role that was denied', async () => {
    const {Credentials} = await sts.send(
      new AssumeRoleCommand({RoleArn: 'arn:aws:iam::000000000000:role/ops', RoleSessionName: 'joe'}),
    )
    const role = new SQSClient({
      ...options,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken,
      },
    })
    sandbox.faults.add({kind: 'access-denied', action: 'ListQueues'})
    await expect(role.send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/ops/joe is not authorized to perform: sqs:listqueues because no identity-based policy allows the sqs:listqueues action',
    })
  })

  it('can come after the request took effect', async () => {
    onSend({kind: 'error', applied: true})
    await expect(send()).rejects.toMatchObject({name: 'InternalFailure'})
    expect(await stored()).toEqual(['hello'])
  })

  it('can be any error', async () => {
    onSend({kind: 'error', code: 'KmsThrottled', status: 400, message: 'slow down'})
    await expect(send()).rejects.toMatchObject({
      name: 'KmsThrottled',
      message: 'slow down',
      $metadata: {httpStatusCode: 400},
    })
  })

  it('come in the form of the service: STS throttles in XML', async () => {
    sandbox.faults.add({kind: 'throttle', service: 'sts'})
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'Throttling',
      message: 'Rate exceeded',
    })
    await send()
  })
})

describe('connections', () => {
  it('reset-before: the connection breaks and nothing has happened', async () => {
    onSend({kind: 'reset-before'})
    await expect(send()).rejects.toMatchObject({code: 'ECONNRESET'})
    expect(await stored()).toEqual([])
  })

  it('reset-after: the connection breaks the same way, but the message is there', async () => {
    onSend({kind: 'reset-after'})
    await expect(send()).rejects.toMatchObject({code: 'ECONNRESET'})
    expect(await stored()).toEqual(['hello'])
  })

  it('half-reply: the answer breaks off, and the message is there', async () => {
    onSend({kind: 'half-reply'})
    await expect(send()).rejects.toThrow()
    expect(await stored()).toEqual(['hello'])
    sandbox.faults.add({kind: 'half-reply', action: 'PurgeQueue', times: 1})
    await expect(http1(sandbox.url, json('sqs', 'AmazonSQS.PurgeQueue', {QueueUrl}))).rejects.toMatchObject({
      code: 'ECONNRESET',
    })
    expect(await stored()).toEqual([])
  })

  it.each([[{kind: 'reset-after'}], [{kind: 'half-reply'}]] as const)(
    '%o ends the stream over HTTP/2 too',
    async rule => {
      onSend(rule)
      await expect(
        h2c(sandbox.url, json('sqs', 'AmazonSQS.SendMessage', {QueueUrl, MessageBody: 'two'})),
      ).rejects.toMatchObject({
        code: 'ERR_HTTP2_STREAM_ERROR',
      })
      expect(await stored()).toEqual(['two'])
    },
  )

  it.each([
    [false, []],
    [true, ['hello']],
  ])('hang: no answer ever comes (applied: %s)', async (applied, arrived) => {
    onSend({kind: 'hang', applied})
    const patience = new AbortController()
    const sent = expect(send('hello', patience.signal)).rejects.toMatchObject({name: 'AbortError'})
    await expect.poll(() => sandbox.requests.list().at(-1)?.outcome).toBe('fault:hang')
    patience.abort()
    await sent
    expect(await stored()).toEqual(arrived)
  })

  it('slow: the request takes effect even when its caller has lost patience', async () => {
    onSend({kind: 'slow', latencyMs: 50})
    const patience = new AbortController()
    const sent = expect(send('hello', patience.signal)).rejects.toMatchObject({name: 'AbortError'})
    await expect.poll(() => sandbox.requests.list().at(-1)).toMatchObject({action: 'SendMessage', outcome: 'pending'})
    patience.abort()
    await sent
    await expect.poll(() => sandbox.requests.list().at(-1)?.outcome).toBe('fault:slow')
    expect(await stored()).toEqual(['hello'])
  })

  it('slow: with applied the answer is late, not the effect', async () => {
    onSend({kind: 'slow', latencyMs: 60_000, applied: true})
    const patience = new AbortController()
    const sent = expect(send('hello', patience.signal)).rejects.toMatchObject({name: 'AbortError'})
    await expect.poll(stored).toEqual(['hello'])
    patience.abort()
    await sent
  })
})

describe('answers that lie', () => {
  it('bad-md5: the SDK refuses a sent message, which is there', async () => {
    onSend({kind: 'bad-md5'})
    const answer = await http1(sandbox.url, json('sqs', 'AmazonSQS.SendMessage', {QueueUrl, MessageBody: 'hello'}))
    expect(JSON.parse(answer.body)).toMatchObject({MD5OfMessageBody: '0d41402abc4b2a76b9719d911017c592'})
    expect(await stored()).toEqual(['hello'])
  })

  it('bad-md5: the SDK refuses what it received', async () => {
    await send()
    sandbox.faults.add({kind: 'bad-md5', action: 'ReceiveMessage', times: 1})
    await expect(stored()).rejects.toThrow(/Invalid MD5/)
    expect(await stored()).toEqual(['hello'])
  })

  it('skew: the Date is off', async () => {
    onSend({kind: 'skew', skewMs: -3_600_000})
    const answer = await http1(sandbox.url, json('sqs', 'AmazonSQS.SendMessage', {QueueUrl, MessageBody: 'hello'}))
    const anHourAgo = Date.now() - 3_600_000
    expect(Math.abs(Date.parse(String(answer.headers.date)) - anHourAgo)).toBeLessThan(60_000)
    expect(await stored()).toEqual(['hello'])
  })

  it('partial-batch: the last entry fails, the others are there', async () => {
    sandbox.faults.add({kind: 'partial-batch', times: 1})
    const {Successful, Failed} = await sendBatch('a', 'b', 'c')
    expect(Successful?.map(({Id}) => Id)).toEqual(['a', 'b'])
    expect(Failed).toEqual([
      {Id: 'c', Code: 'InternalError', Message: 'An internal error occurred.', SenderFault: false},
    ])
    expect(await stored()).toEqual(['body of a', 'body of b'])
  })

  it('partial-batch: any entries, all of them too, with any error', async () => {
    sandbox.faults.add({
      kind: 'partial-batch',
      times: 1,
      entries: [0, 1],
      code: 'KmsThrottled',
      message: 'm',
      status: 400,
    })
    const {Successful, Failed} = await sendBatch('a', 'b')
    expect(Successful ?? []).toEqual([])
    expect(Failed).toEqual([
      {Id: 'a', Code: 'KmsThrottled', Message: 'm', SenderFault: true},
      {Id: 'b', Code: 'KmsThrottled', Message: 'm', SenderFault: true},
    ])
    expect(await stored()).toEqual([])
  })

  it('partial-batch: with applied the failed entry is there all the same', async () => {
    sandbox.faults.add({kind: 'partial-batch', times: 1, entries: [0], applied: true})
    const {Successful, Failed} = await sendBatch('a', 'b')
    expect(Successful?.map(({Id}) => Id)).toEqual(['b'])
    expect(Failed?.map(({Id}) => Id)).toEqual(['a'])
    expect(await stored()).toEqual(['body of a', 'body of b'])
  })

  it('partial-batch leaves requests alone that are no batches', async () => {
    sandbox.faults.add({kind: 'partial-batch'})
    await send()
    expect(await stored()).toEqual(['hello'])
  })
})

describe('which requests are hit', () => {
  const attempt = async (count: number, act: () => Promise<unknown>) => {
    const outcomes: string[] = []
    for (let i = 0; i < count; i++) {
      outcomes.push(
        await act().then(
          () => '.',
          () => 'x',
        ),
      )
    }
    return outcomes.join('')
  }
  const list = () => sqs.send(new ListQueuesCommand({}))

  it('so many, after letting some through', async () => {
    const id = sandbox.faults.add({kind: 'throttle', action: 'ListQueues', skip: 2, times: 3})
    expect(await attempt(8, list)).toBe('..xxx...')
    expect(sandbox.faults.list()).toEqual([
      {id, kind: 'throttle', action: 'ListQueues', skip: 2, times: 3, seen: 5, hits: 3},
    ])
  })

  it('one in a few, the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      sandbox.faults.clear()
      sandbox.faults.add({kind: 'throttle', rate: 0.3, seed})
      return attempt(40, list)
    }
    const first = await run(7)
    expect(await run(7)).toBe(first)
    expect(await run(8)).not.toBe(first)
    expect(first).toMatch(/x/)
    expect(first).toMatch(/\.{2}/)
  })

  it('those about one queue, one action, one service, one account, one region', async () => {
    await sqs.send(new CreateQueueCommand({QueueName: 'other'}))
    const otherUrl = QueueUrl.replace(/orders$/, 'other')
    const read = (url: string) => () =>
      sqs.send(new GetQueueAttributesCommand({QueueUrl: url, AttributeNames: ['All']}))
    const hit = async (rule: Omit<FaultRule, 'kind'>, act: () => Promise<unknown>) => {
      sandbox.faults.clear()
      sandbox.faults.add({kind: 'throttle', ...rule})
      return (await attempt(1, act)) === 'x'
    }
    expect(await hit({resource: 'orders'}, read(QueueUrl))).toBe(true)
    expect(await hit({resource: 'orders'}, read(otherUrl))).toBe(false)
    expect(await hit({action: 'ListQueues'}, read(QueueUrl))).toBe(false)
    expect(await hit({service: 'sts'}, read(QueueUrl))).toBe(false)
    expect(await hit({account: '000000000000', region: 'us-east-1'}, read(QueueUrl))).toBe(true)
    expect(await hit({account: '111111111111'}, read(QueueUrl))).toBe(false)
    expect(await hit({region: 'eu-west-1'}, read(QueueUrl))).toBe(false)
  })

  it('the first rule that is not used up', async () => {
    sandbox.faults.add({kind: 'error', code: 'First', action: 'ListQueues', times: 1})
    const second = sandbox.faults.add({kind: 'error', code: 'Second', action: 'ListQueues'})
    await expect(list()).rejects.toMatchObject({name: 'First'})
    await expect(list()).rejects.toMatchObject({name: 'Second'})
    expect(sandbox.faults.remove(second)).toBe(true)
    expect(sandbox.faults.remove(second)).toBe(false)
    await list()
  })

  it('is told in the request log', async () => {
    sandbox.faults.add({kind: 'throttle', action: 'ListQueues'})
    await attempt(1, list)
    expect(sandbox.requests.list().at(-1)).toMatchObject({action: 'ListQueues', outcome: 'fault:throttle'})
  })
})

it.each([
  [{times: -1}, 'times must be a whole number from 0, not -1'],
  [{skip: 1.5}, 'skip must be a whole number from 0, not 1.5'],
  [{rate: 1.1}, 'rate must lie between 0 and 1, not 1.1'],
  [{status: 200}, 'status must be an HTTP error status, not 200'],
])('refuses the rule %o', (rule, message) => {
  expect(() => sandbox.faults.add({kind: 'error', ...rule})).toThrow(message)
})
