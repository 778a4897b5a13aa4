import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import {describe, expect, it} from 'vitest'
import {AwsOpsError, outcomeOf} from '../../../src/lib/aws/errors.js'
import {connectTo, ENV, failureOf} from './connection.js'
import {callerIdentity, closedPort, json, reset, serve, silence, sqsError, stall, text} from './http-servers.js'

const send = (url: string) => new SendMessageCommand({QueueUrl: `${url}/123456789012/orders`, MessageBody: 'hello'})

describe('outcomes of a send', () => {
  it.each([
    ['a parsed refusal', sqsError(403, 'AccessDenied', 'no'), 'AccessDenied', 4, 'rejected', 403],
    ['throttling', sqsError(400, 'RequestThrottled', 'slow'), 'RequestThrottled', 6, 'rejected', 400],
    ['a parsed 500', sqsError(500, 'InternalError', 'oops'), 'InternalError', 6, 'unknown', 500],
    ['a reset', reset, 'ConnectionLost', 6, 'unknown', undefined],
    ['a body that stops', stall, 'NoReply', 6, 'unknown', undefined],
    ['silence', silence, 'NoReply', 6, 'unknown', undefined],
    ['HTML with 200', text(200, '<html>Sign in</html>'), 'UnreadableReply', 6, 'unknown', 200],
    ['HTML with 403', text(403, '<html>Proxy</html>'), 'UnreadableReply', 6, 'unknown', 403],
    ['HTML with 502', text(502, '<html>Bad gateway</html>'), 'ServiceUnavailable', 6, 'unknown', 502],
    ['an empty 503', text(503, ''), 'ServiceUnavailable', 6, 'unknown', 503],
    ['an empty 400', text(400, ''), 'UnreadableReply', 6, 'unknown', 400],
    ['a redirect', text(302, '', {location: 'https://evil.example/'}), 'UnreadableReply', 6, 'unknown', 302],
    [
      'half an answer',
      text(200, '{"MessageId": "a"', {'content-type': 'application/x-amz-json-1.0'}),
      'UnreadableReply',
      6,
      'unknown',
      200,
    ],
  ] as const)('%s', async (_name, answer, code, exitCode, outcome, httpStatus) => {
    const server = await serve(answer)
    const client = await connectTo(server.url, {requestTimeoutMs: 300}).sqsOnce()
    const error = await failureOf(client.send(send(server.url)))
    expect(error).toBeInstanceOf(AwsOpsError)
    expect(error).toMatchObject({
      code,
      awsName: code,
      exitCode,
      outcome,
      httpStatus,
      action: 'SendMessage',
      resource: 'arn:aws:sqs:eu-west-1:123456789012:orders',
    })
    expect(server.received).toHaveLength(1)
  })

  it('is not-sent where nothing listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`
    const client = await connectTo(url).sqsOnce()
    expect(await failureOf(client.send(send(url)))).toMatchObject({
      code: 'ConnectionRefused',
      exitCode: 6,
      outcome: 'not-sent',
      message: `Nothing listens at ${url} (SendMessage on arn:aws:sqs:eu-west-1:123456789012:orders).`,
    })
  })

  it('is not known where TLS fails to speak TLS', async () => {
    const server = await serve(silence)
    const url = server.url.replace('http:', 'https:')
    const client = await connectTo(url).sqsOnce()
    expect(await failureOf(client.send(send(url)))).toMatchObject({code: 'TlsFailed', exitCode: 6, outcome: 'unknown'})
    expect(server.received).toHaveLength(0)
  })

  it('is not-sent where the sandbox is not running, and says how to start it', async () => {
    const aws = connectTo('', {
      sandbox: true,
      endpointUrl: undefined,
      env: {MSGOPS_SANDBOX_URL: `http://127.0.0.1:${await closedPort()}`},
    })
    const client = await aws.sqs()
    expect(await failureOf(client.send(new ListQueuesCommand({})))).toMatchObject({
      code: 'ConnectionRefused',
      suggestions: ['Start the sandbox in another terminal: msgops sandbox start'],
    })
  })
})

describe('attempts', () => {
  it('repeat a read, and stop at the first answer', async () => {
    const server = await serve((response, received, count) =>
      (count === 1 ? reset : json(200, {QueueUrls: ['u']}))(response, received, count),
    )
    const client = await connectTo(server.url).sqs()
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual(['u'])
    expect(server.received).toHaveLength(2)
  })

  it('are three, or AWS_MAX_ATTEMPTS', async () => {
    const server = await serve(text(503, ''))
    await failureOf((await connectTo(server.url).sqs()).send(new ListQueuesCommand({})))
    expect(server.received).toHaveLength(3)
    await failureOf(
      (await connectTo(server.url, {env: {...ENV, AWS_MAX_ATTEMPTS: '2'}}).sqs()).send(new ListQueuesCommand({})),
    )
    expect(server.received).toHaveLength(5)
  })

  it('of a send are one, whatever AWS_MAX_ATTEMPTS says', async () => {
    for (const answer of [reset, text(503, ''), sqsError(400, 'RequestThrottled', 'slow')]) {
      const server = await serve(answer)
      const client = await connectTo(server.url, {env: {...ENV, AWS_MAX_ATTEMPTS: '9'}}).sqsOnce()
      await failureOf(client.send(send(server.url)))
      expect(server.received).toHaveLength(1)
    }
  })

  it('do not follow silence, which has used up the time', async () => {
    const server = await serve(silence)
    const client = await connectTo(server.url, {requestTimeoutMs: 200}).sqs()
    expect(await failureOf(client.send(new ListQueuesCommand({})))).toMatchObject({code: 'NoReply', outcome: 'unknown'})
    expect(server.received).toHaveLength(1)
  })

  it('leave the outcome unknown when an earlier one was', async () => {
    const server = await serve((response, received, count) =>
      (count === 1 ? reset : sqsError(400, 'ReceiptHandleIsInvalid', 'no'))(response, received, count),
    )
    const client = await connectTo(server.url).sqs()
    const error = await failureOf(
      client.send(new DeleteMessageCommand({QueueUrl: `${server.url}/123456789012/q`, ReceiptHandle: 'h'})),
    )
    expect(error).toMatchObject({code: 'ReceiptHandleIsInvalid', outcome: 'unknown'})
  })

  it.each([
    ['SendMessage', (url: string) => new SendMessageCommand({QueueUrl: url, MessageBody: 'x'})],
    ['SendMessageBatch', (url: string) => new SendMessageBatchCommand({QueueUrl: url, Entries: []})],
    ['PurgeQueue', (url: string) => new PurgeQueueCommand({QueueUrl: url})],
    [
      'StartMessageMoveTask',
      () => new StartMessageMoveTaskCommand({SourceArn: 'arn:aws:sqs:eu-west-1:123456789012:q'}),
    ],
  ] as const)('%s is refused by the client that repeats, as a bug', async (operation, command) => {
    const server = await serve(json(200, {}))
    const client = await connectTo(server.url).sqs()
    const error = await failureOf(client.send(command(`${server.url}/123456789012/q`) as PurgeQueueCommand))
    expect(String(error)).toContain(`${operation} must go through sqsOnce()`)
    expect(error).not.toBeInstanceOf(AwsOpsError)
    expect(server.received).toHaveLength(0)
  })
})

describe('queue URLs', () => {
  it('never send a request to the host they name', async () => {
    const own = await serve(json(200, {}))
    const rogue = await serve(json(200, {}))
    for (const client of [await connectTo(own.url).sqs(), await connectTo(own.url).sqsOnce()]) {
      const error = await failureOf(
        client.send(new GetQueueAttributesCommand({QueueUrl: `${rogue.url}/123456789012/q`})),
      )
      expect(error).toMatchObject({code: 'QueueUrlForeignHost', exitCode: 2})
      expect(outcomeOf(error)).toBe('not-sent')
    }
    expect(rogue.received).toHaveLength(0)
    expect(own.received).toHaveLength(0)
  })

  it('of the AWS form go to the custom endpoint', async () => {
    const own = await serve(json(200, {Attributes: {}}))
    const client = await connectTo(own.url).sqs()
    const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/q'
    await client.send(new GetQueueAttributesCommand({QueueUrl}))
    expect(own.received.map(({action}) => action)).toEqual(['GetQueueAttributes'])
    expect(JSON.parse(own.received[0]!.body)).toEqual({QueueUrl})
  })

  it('of another region are refused', async () => {
    const own = await serve(json(200, {}))
    const client = await connectTo(own.url).sqs()
    const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/q'
    expect(await failureOf(client.send(new GetQueueAttributesCommand({QueueUrl})))).toMatchObject({
      code: 'QueueRegionMismatch',
      exitCode: 2,
    })
    expect(own.received).toHaveLength(0)
  })
})

describe('received bodies', () => {
  const message = {MessageId: 'm-1', Body: 'hello', MD5OfBody: '5d41402abc4b2a76b9719d911017c592', ReceiptHandle: 'h'}
  const receive = (url: string) => new ReceiveMessageCommand({QueueUrl: `${url}/123456789012/q`, WaitTimeSeconds: 0})

  it('that match their MD5 pass', async () => {
    const server = await serve(json(200, {Messages: [message]}))
    const {Messages: messages} = await (await connectTo(server.url).sqs()).send(receive(server.url))
    expect(messages?.map(({Body}) => Body)).toEqual(['hello'])
  })

  it('that do not are an error, except where the caller settles each by itself', async () => {
    const server = await serve(json(200, {Messages: [message, {...message, MessageId: 'm-2', Body: 'hellO'}]}))
    const error = await failureOf((await connectTo(server.url).sqs()).send(receive(server.url)))
    expect(error).toMatchObject({code: 'MessageCorrupted', exitCode: 1})
    expect((error as Error).message).toContain(': m-2.')
    const once = await (await connectTo(server.url).sqsOnce()).send(receive(server.url))
    expect(once.Messages).toHaveLength(2)
  })
})

describe('an aborted call', () => {
  it('rejects with AbortError as itself', async () => {
    const server = await serve(silence)
    const client = await connectTo(server.url).sqs()
    const controller = new AbortController()
    const call = failureOf(client.send(new ListQueuesCommand({}), {abortSignal: controller.signal}))
    await expect.poll(() => server.received.length).toBe(1)
    controller.abort()
    const error = await call
    expect(error).not.toBeInstanceOf(AwsOpsError)
    expect(error).toMatchObject({name: 'AbortError'})
  })

  it('sends nothing when it is aborted before', async () => {
    const server = await serve(json(200, {}))
    const client = await connectTo(server.url).sqs()
    expect(await failureOf(client.send(new ListQueuesCommand({}), {abortSignal: AbortSignal.abort()}))).toMatchObject({
      name: 'AbortError',
    })
    expect(server.received).toHaveLength(0)
  })
})

describe('identity', () => {
  const ARN = 'arn:aws:iam::123456789012:user/ops'
  it('is asked once', async () => {
    const server = await serve(callerIdentity('123456789012', ARN))
    const aws = connectTo(server.url)
    const expected = {accountId: '123456789012', arn: ARN, userId: 'AIDAEXAMPLE'}
    expect(await Promise.all([aws.identity(), aws.identity()])).toEqual([expected, expected])
    expect(await aws.identity()).toEqual(expected)
    expect(server.received.map(({action}) => action)).toEqual(['GetCallerIdentity'])
  })

  it('is asked again after a failure', async () => {
    const server = await serve((response, received, count) =>
      (count === 1 ? text(403, '<html/>') : callerIdentity('123456789012', ARN))(response, received, count),
    )
    const aws = connectTo(server.url)
    expect(await failureOf(aws.identity())).toMatchObject({exitCode: 6})
    expect(await aws.identity()).toMatchObject({accountId: '123456789012'})
  })

  it('without an account is no answer', async () => {
    const server = await serve(text(200, '<GetCallerIdentityResponse/>', {'content-type': 'text/xml'}))
    expect(await failureOf(connectTo(server.url).identity())).toMatchObject({code: 'UnreadableReply', exitCode: 6})
  })
})

it('says in the debug log what was asked of whom, and nothing of what was in it', async () => {
  const server = await serve((response, received, count) =>
    (count === 1 ? text(503, '') : json(200, {QueueUrls: []}))(response, received, count),
  )
  const lines: string[] = []
  const client = await connectTo(server.url, {debug: line => lines.push(line.replace(/\d+ ms/, 'N ms'))}).sqs()
  await client.send(new ListQueuesCommand({QueueNamePrefix: 'secret-prefix'}))
  const host = server.url.slice('http://'.length)
  expect(lines).toEqual([
    `sqs ListQueues · attempt 1 · ${host} · 503 Unknown · N ms`,
    `sqs ListQueues · attempt 2 · ${host} · 200 · N ms · request req-1`,
  ])
})
