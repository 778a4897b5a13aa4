import {CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand, SQSClient} from '@aws-sdk/client-sqs'
import {NodeHttp2Handler} from '@smithy/node-http-handler'
import {once} from 'node:events'
import net from 'node:net'
import {setImmediate} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {startSandbox, type Sandbox} from '../../src/sandbox/server.js'
import {claim, h2c, http1, json, query} from './raw-http.js'

let sandbox: Sandbox
const clients: SQSClient[] = []

function client({key = 'sandbox', region = 'us-east-1', h2 = false} = {}): SQSClient {
  const made = new SQSClient({
    endpoint: sandbox.url,
    region,
    credentials: {accessKeyId: key, secretAccessKey: 'x'},
    maxAttempts: 1,
    ...(h2 ? {requestHandler: new NodeHttp2Handler()} : {}),
  })
  clients.push(made)
  return made
}

beforeAll(async () => {
  sandbox = await startSandbox()
})
afterEach(async () => {
  for (const made of clients.splice(0)) made.destroy()
  await sandbox.reset()
})
afterAll(() => sandbox.close())

describe('one port', () => {
  it('is on 127.0.0.1 only', async () => {
    expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`)
    const other = net.connect({port: sandbox.port, host: '127.0.0.2'})
    const outcome = await new Promise(resolve => {
      other.once('connect', () => resolve('connected'))
      other.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    other.destroy()
    expect(outcome).toBe('ECONNREFUSED')
  })

  it('is refused to a second server', async () => {
    await expect(startSandbox({port: sandbox.port})).rejects.toMatchObject({code: 'EADDRINUSE'})
  })

  it.each([
    ['HTTP/1.1', false],
    ['HTTP/2', true],
  ])('serves SDK v3 over %s', async (_, h2) => {
    const sqs = client({h2})
    await sqs.send(new CreateQueueCommand({QueueName: 'orders'}))
    const {QueueUrls} = await sqs.send(new ListQueuesCommand({}))
    expect(QueueUrls).toEqual([`${sandbox.url}/000000000000/orders`])
  })

  it('serves JSON and the older query protocol alike, over both HTTP versions', async () => {
    for (const call of [http1, h2c]) {
      const list = await call(sandbox.url, json('sqs', 'AmazonSQS.ListQueues', {}))
      expect(list).toMatchObject({status: 200, headers: {'content-type': 'application/x-amz-json-1.0'}})
      const xml = await call(sandbox.url, query('sqs', 'Action=ListQueues&Version=2012-11-05'))
      expect(xml).toMatchObject({status: 200, headers: {'content-type': 'text/xml'}})
      expect(xml.body).toContain('<ListQueuesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">')
    }
  })

  it('gives every answer a request id of its own', async () => {
    const first = await http1(sandbox.url, json('sqs', 'AmazonSQS.ListQueues', {}))
    const second = await http1(sandbox.url, json('sqs', 'AmazonSQS.ListQueues', {}))
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
    expect(first.headers['x-amzn-requestid']).toMatch(uuid)
    expect(second.headers['x-amzn-requestid']).toMatch(uuid)
    expect(first.headers['x-amzn-requestid']).not.toBe(second.headers['x-amzn-requestid'])
  })

  it('makes queue URLs from the address that the caller used', async () => {
    const made = await http1(sandbox.url, {
      ...json('sqs', 'AmazonSQS.CreateQueue', {QueueName: 'q'}),
      headers: {...json('sqs', 'AmazonSQS.CreateQueue', {}).headers, host: `sqs.us-east-1.localhost:${sandbox.port}`},
    })
    expect(JSON.parse(made.body)).toEqual({QueueUrl: `http://sqs.us-east-1.localhost:${sandbox.port}/000000000000/q`})
  })

  it('takes many requests on one connection, whatever the size of their pieces', async () => {
    const {headers, body} = json('sqs', 'AmazonSQS.CreateQueue', {QueueName: 'pieces'})
    const head = Object.entries({
      ...headers,
      host: `127.0.0.1:${sandbox.port}`,
      'content-length': String(Buffer.byteLength(String(body))),
    })
    const text = `POST / HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${String(body)}`
    const socket = net.connect({port: sandbox.port, host: '127.0.0.1', noDelay: true})
    let answer = ''
    const twice = new Promise<void>(resolve => {
      socket.on('data', chunk => {
        answer += chunk.toString()
        if (answer.split('/000000000000/pieces').length === 3) resolve()
      })
    })
    for (const byte of text) socket.write(byte)
    socket.write(text)
    await twice
    socket.destroy()
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
  })
})

it('knows HTTP/2 by its preface even when that comes byte by byte', async () => {
  const socket = net.connect({port: sandbox.port, host: '127.0.0.1', noDelay: true})
  const answered = once(socket, 'data') as Promise<[Buffer]>
  for (const byte of 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') {
    socket.write(byte, 'latin1')
    // Turns of the event loop, in which the server reads the byte.
    await setImmediate()
    await setImmediate()
  }
  // An empty SETTINGS frame; the server greets with SETTINGS of its own (type 4 on stream 0).
  socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))
  const [greeting] = await answered
  socket.destroy()
  expect(greeting[3]).toBe(4)
})

describe('who may speak to it', () => {
  const listing = (headers: Record<string, string>) => {
    const request = json('sqs', 'AmazonSQS.ListQueues', {})
    return {...request, headers: {...request.headers, ...headers}}
  }

  it.each([
    'evil.example',
    'evil.example:4747',
    '10.0.0.1',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost:1@evil.example',
  ])('not a caller that calls it %s', async host => {
    expect(await http1(sandbox.url, listing({host}))).toMatchObject({
      status: 403,
      body: expect.stringContaining('ForeignHost') as string,
    })
  })

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:99', '[::1]:4747', 'sqs.localhost', 'sqs.eu-west-1.localhost:80'])(
    'but one that calls it %s',
    async host => {
      expect(await http1(sandbox.url, listing({host}))).toMatchObject({status: 200})
    },
  )

  it('not a foreign authority over HTTP/2', async () => {
    expect(await h2c(sandbox.url, listing({':authority': 'evil.example'}))).toMatchObject({status: 403})
  })

  it('not a web page', async () => {
    expect(await http1(sandbox.url, listing({origin: 'http://localhost:3000'}))).toMatchObject({status: 403})
    expect(await http1(sandbox.url, listing({'sec-fetch-site': 'cross-site'}))).toMatchObject({status: 403})
  })

  it('not a body past 8 MiB', async () => {
    const largest = 8 * 1024 * 1024
    const answer = await http1(sandbox.url, {
      ...json('sqs', 'AmazonSQS.ListQueues', {}),
      body: Buffer.alloc(largest + 1, 0x20),
    })
    expect(answer).toMatchObject({status: 413, body: expect.stringContaining('RequestEntityTooLarge') as string})
    expect(sandbox.requests.total).toBe(0)
  })

  it('not a request without credentials', async () => {
    const {headers, body} = json('sqs', 'AmazonSQS.ListQueues', {})
    const unsigned = Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name !== 'authorization'))
    const inJson = await http1(sandbox.url, {headers: unsigned, body})
    expect(inJson.status).toBe(403)
    expect(JSON.parse(inJson.body)).toEqual({
      __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    })
    const inXml = await http1(sandbox.url, {method: 'GET', path: '/?Action=ListQueues'})
    expect(inXml.status).toBe(403)
    expect(inXml.body).toContain(
      '<Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message>',
    )
  })

  it.each([
    'Bearer abc',
    'AWS AKID:c2lnbmF0dXJl',
    'AWS4-HMAC-SHA256 SignedHeaders=host',
    'AWS4-HMAC-SHA256 Credential=AKID/20260421/us-east-1/sqs/other',
  ])('not the credentials "%s"', async authorization => {
    const {headers, body} = json('sqs', 'AmazonSQS.ListQueues', {})
    const answer = await http1(sandbox.url, {headers: {...headers, authorization}, body})
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('IncompleteSignatureException')
  })

  it('but a presigned URL', async () => {
    const credential = encodeURIComponent('123456789012/20260421/eu-west-1/sqs/aws4_request')
    const answer = await http1(sandbox.url, {
      method: 'GET',
      path: `/?Action=CreateQueue&QueueName=signed&X-Amz-Credential=${credential}&X-Amz-Signature=0`,
    })
    expect(answer.body).toContain('/123456789012/signed</QueueUrl>')
  })

  it('says which services it has when asked for another', async () => {
    const answer = await http1(sandbox.url, json('kinesis', 'Kinesis_20131202.ListStreams', {}))
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toEqual({
      __type: 'com.amazon.coral.service#SandboxServiceMissing',
      message: 'The local AWS has no kinesis. It has: sqs, sns, lambda, sts, events.',
    })
    const xml = await http1(sandbox.url, query('ec2', 'Action=DescribeInstances'))
    expect(xml.body).toContain(
      '<Code>SandboxServiceMissing</Code><Message>The local AWS has no ec2. It has: sqs, sns, lambda, sts, events.</Message>',
    )
  })
})

describe('accounts and regions', () => {
  it('are worlds apart', async () => {
    const here = client({key: '111111111111'})
    const abroad = client({key: '111111111111', region: 'eu-central-1'})
    const other = client({key: '222222222222'})
    await here.send(new CreateQueueCommand({QueueName: 'mine'}))
    await other.send(new CreateQueueCommand({QueueName: 'theirs'}))
    const urls = async (sqs: SQSClient) => (await sqs.send(new ListQueuesCommand({}))).QueueUrls
    expect(await urls(here)).toEqual([`${sandbox.url}/111111111111/mine`])
    expect(await urls(other)).toEqual([`${sandbox.url}/222222222222/theirs`])
    expect(await urls(abroad)).toBeUndefined()
    expect(await urls(client())).toBeUndefined()
  })
})

describe('the request log', () => {
  it('keeps who asked for what, and how it ended, but no bodies', async () => {
    sandbox.clock.freeze(Date.UTC(2026, 3, 21, 12))
    const sqs = client({key: '111111111111', region: 'eu-west-1'})
    await sqs.send(new CreateQueueCommand({QueueName: 'secret-name'}))
    await expect(
      sqs.send(new ReceiveMessageCommand({QueueUrl: `${sandbox.url}/111111111111/missing`})),
    ).rejects.toThrow()
    const [created, failed] = sandbox.requests.list()
    expect(created).toEqual({
      service: 'sqs',
      action: 'CreateQueue',
      account: '111111111111',
      region: 'eu-west-1',
      at: Date.UTC(2026, 3, 21, 12),
      requestId: expect.any(String) as string,
      outcome: 'ok',
    })
    expect(failed).toMatchObject({action: 'ReceiveMessage', outcome: 'QueueDoesNotExist'})
    expect(JSON.stringify(sandbox.requests.list())).not.toContain('secret-name')
    expect(sandbox.requests.count('sqs', 'CreateQueue')).toBe(1)
  })
})

describe('a long poll', () => {
  it('takes nothing once its caller has hung up', async () => {
    const sqs = client()
    const {QueueUrl} = await sqs.send(new CreateQueueCommand({QueueName: 'polled'}))
    const hangUp = new AbortController()
    const poll = sqs.send(new ReceiveMessageCommand({QueueUrl, WaitTimeSeconds: 20}), {abortSignal: hangUp.signal})
    const ended = expect(poll).rejects.toThrow()
    await expect
      .poll(() => sandbox.requests.list().at(-1))
      .toMatchObject({action: 'ReceiveMessage', outcome: 'pending'})
    hangUp.abort()
    await ended
    await expect.poll(() => sandbox.requests.list().at(-1)?.outcome).not.toBe('pending')
    await http1(sandbox.url, json('sqs', 'AmazonSQS.SendMessage', {QueueUrl, MessageBody: 'for the next one'}))
    const {Messages} = await sqs.send(new ReceiveMessageCommand({QueueUrl}))
    expect(Messages?.map(message => message.Body)).toEqual(['for the next one'])
  })

  it('does not hold up the end', async () => {
    const own = await startSandbox()
    const {QueueUrl} = JSON.parse(
      (await http1(own.url, json('sqs', 'AmazonSQS.CreateQueue', {QueueName: 'q'}))).body,
    ) as {QueueUrl: string}
    const poll = http1(own.url, json('sqs', 'AmazonSQS.ReceiveMessage', {QueueUrl, WaitTimeSeconds: 20}))
    const cut = expect(poll).rejects.toMatchObject({code: 'ECONNRESET'})
    await expect.poll(() => own.requests.list().at(-1)).toMatchObject({action: 'ReceiveMessage', outcome: 'pending'})
    await own.close()
    await cut
    await expect(http1(own.url, {headers: {authorization: claim('sqs')}})).rejects.toMatchObject({code: 'ECONNREFUSED'})
  })
})
