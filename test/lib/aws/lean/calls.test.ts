import {ListQueuesCommand, SQSClient} from '@aws-sdk/client-sqs'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {createAwsContext} from '../../../../src/lib/aws/connect.js'
import type {LeanSqs} from '../../../../src/lib/aws/lean/lean-sqs.js'
import {connectTo, ENV} from '../connection.js'
import {json, serve, silence, sqsError} from '../http-servers.js'
import {BOTH, failureOf, lean, leanOver, toldFailure} from './clients.js'
import {verify} from './sigv4-verifier.js'
import type {Verdict} from './sigv4-verifier.js'

const MINUTE_MS = 60_000

const CALLS: [string, (sqs: LeanSqs, QueueUrl: string) => Promise<unknown>][] = [
  ['ReceiveMessage', async (sqs, QueueUrl) => sqs.receiveMessage({QueueUrl})],
  ['SendMessageBatch', async (sqs, QueueUrl) => sqs.sendMessageBatch({QueueUrl, Entries: []})],
  ['DeleteMessageBatch', async (sqs, QueueUrl) => sqs.deleteMessageBatch({QueueUrl, Entries: []})],
  ['ChangeMessageVisibilityBatch', async (sqs, QueueUrl) => sqs.changeMessageVisibilityBatch({QueueUrl, Entries: []})],
]
const EVERY: typeof CALLS = [
  ...CALLS,
  ['GetQueueAttributes', async (sqs, QueueUrl) => sqs.getQueueAttributes({QueueUrl, AttributeNames: ['All']})],
]

describe.each(BOTH)('%s: guards', (_name, open) => {
  it.each(CALLS)('read-only mode refuses %s before anything is sent', async (action, call) => {
    const server = await serve(json(200, {}))
    const sqs = await open(server.url, {readOnly: true})
    const failure = await failureOf(call(sqs, `${server.url}/123456789012/orders`))
    expect(failure).toMatchObject({code: 'ReadOnly', exitCode: 7})
    expect(String(failure)).toContain(`Read-only mode refuses ${action}`)
    expect(server.received).toHaveLength(0)
  })

  it.each(EVERY)('%s: the URL of a queue elsewhere gets no request, there or here', async (_action, call) => {
    const [own, rogue] = [await serve(json(200, {})), await serve(json(200, {}))]
    const sqs = await open(own.url)
    await call(sqs, `${own.url}/123456789012/orders`)
    for (const [url, code] of [
      [`${rogue.url}/123456789012/orders`, 'QueueUrlForeignHost'],
      ['https://sqs.us-east-1.amazonaws.com/123456789012/orders', 'QueueRegionMismatch'],
      ['https://sqs.eu-west-1.amazonaws.com.evil.example/123456789012/orders', 'QueueUrlForeignHost'],
      ['orders', 'QueueUrlInvalid'],
    ] as const) {
      expect(await failureOf(call(sqs, url))).toMatchObject({code, exitCode: 2})
    }
    expect([own.received.length, rogue.received.length]).toEqual([1, 0])
  })
})

describe.each(BOTH)('%s: the debug log', (_name, open) => {
  it('has a line a request, with nothing of its content', async () => {
    const lines: string[] = []
    const env = {...ENV, AWS_SECRET_ACCESS_KEY: 'canary-secret', AWS_SESSION_TOKEN: 'canary-token'}
    const server = await serve((response, received, count) => {
      if (count === 3)
        sqsError(400, 'ReceiptHandleIsInvalid', 'The handle canary-handle is none')(response, received, 3)
      else json(200, {Messages: [{Body: 'canary-body', ReceiptHandle: 'canary-handle'}]})(response, received, count)
    })
    const sqs = await open(server.url, {env, debug: line => lines.push(line)})
    const QueueUrl = `${server.url}/123456789012/orders`
    await sqs.receiveMessage({QueueUrl})
    await sqs.sendMessageBatch({
      QueueUrl,
      Entries: [
        {
          Id: '0',
          MessageBody: 'canary-body',
          MessageAttributes: {a: {DataType: 'String', StringValue: 'canary-attribute'}},
        },
      ],
    })
    const failure = await toldFailure(
      sqs.deleteMessageBatch({QueueUrl, Entries: [{Id: '0', ReceiptHandle: 'canary-handle'}]}),
    )
    const host = server.url.slice('http://'.length)
    expect(lines.map(line => line.replace(/\d+ ms/, 'N ms'))).toEqual([
      `sqs ReceiveMessage · attempt 1 · ${host} · 200 · N ms · request req-1`,
      `sqs SendMessageBatch · attempt 1 · ${host} · 200 · N ms · request req-1`,
      `sqs DeleteMessageBatch · attempt 1 · ${host} · 400 ReceiptHandleIsInvalid · N ms · request req-1`,
    ])
    expect(JSON.stringify([lines, failure])).not.toContain('canary')
  })

  it('has a line for a request without an answer', async () => {
    const lines: string[] = []
    const server = await serve(silence)
    const sqs = await open(server.url, {debug: line => lines.push(line), requestTimeoutMs: 100})
    await toldFailure(sqs.deleteMessageBatch({QueueUrl: `${server.url}/123456789012/orders`, Entries: []}))
    expect(lines.map(line => line.replace(/\d+ ms/, 'N ms'))).toEqual([
      `sqs DeleteMessageBatch · attempt 1 · ${server.url.slice('http://'.length)} · - NoReplyError · N ms`,
    ])
  })
})

const closers: (() => void)[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const close of closers.splice(0)) close()
})

/** SQS as far as its front door: it judges each request's signature, by its own clock. */
async function serveVerified(options: {token?: string; aheadMs?: number}): Promise<{url: string; verdicts: Verdict[]}> {
  const verdicts: Verdict[] = []
  const aheadMs = options.aheadMs ?? 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const {method = '', url: target = '', headers} = request
      const nowMs = Date.now() + aheadMs
      const secrets = {AKIDEXAMPLE: {secret: 'secret', token: options.token}}
      const signed = {method, target, headers, body: Buffer.concat(chunks)}
      const verdict = verify(signed, {secrets, region: 'eu-west-1', service: 'sqs', nowMs})
      verdicts.push(verdict)
      const name = verdict === 'skewed' ? 'RequestTimeTooSkewed' : 'SignatureDoesNotMatch'
      response.writeHead(verdict === 'ok' ? 200 : 403, {
        date: new Date(nowMs).toUTCString(),
        'x-amzn-query-error': `${name};Sender`,
      })
      response.end(verdict === 'ok' ? '{}' : JSON.stringify({__type: `com.amazonaws.sqs#${name}`, message: verdict}))
    })
  })
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, verdicts}
}

describe.each(BOTH)('%s: signatures', (name, open) => {
  it.each(EVERY)('of %s are good', async (_action, call) => {
    const server = await serveVerified({})
    await call(await open(server.url), `${server.url}/123456789012/orders`)
    expect(server.verdicts).toEqual(['ok'])
  })

  it('are good for a session token, a body of any characters and an endpoint with a path', async () => {
    const server = await serveVerified({token: 'FwoGZXIvYXdzEXAMPLE=='})
    const endpoint = `${server.url}/pre fix/(v1)/`
    const env = {...ENV, AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEXAMPLE=='}
    await (
      await open(endpoint, {env})
    ).sendMessageBatch({
      QueueUrl: `${server.url}/123456789012/orders`,
      Entries: [{Id: '0', MessageBody: 'é € 😀 \u2028 \ud83d'}],
    })
    expect(server.verdicts).toEqual(['ok'])
  })

  it.each([
    ['ahead', 20 * MINUTE_MS],
    ['behind', -20 * MINUTE_MS],
  ])('follow a service whose clock is 20 minutes %s, from the first answer on', async (_direction, aheadMs) => {
    const server = await serveVerified({aheadMs})
    const sqs = await open(server.url)
    const call = async () => sqs.receiveMessage({QueueUrl: `${server.url}/123456789012/orders`})
    if (name === 'lean') await call()
    else
      expect(await toldFailure(call())).toMatchObject({code: 'RequestTimeTooSkewed', outcome: 'rejected', exitCode: 4})
    await call()
    expect(server.verdicts).toEqual(['skewed', 'ok', 'ok'].slice(0, name === 'lean' ? 3 : 2))
  })
})

describe('lean: the clock', () => {
  it('is the one of the SDK client that it was made of', async () => {
    const server = await serveVerified({aheadMs: 20 * MINUTE_MS})
    const client = (await connectTo(server.url).sqsOnce()) as SQSClient
    const sqs = await leanOver(client, {endpoint: server.url})
    await sqs.receiveMessage({QueueUrl: `${server.url}/123456789012/orders`})
    await client.send(new ListQueuesCommand({}))
    expect(server.verdicts).toEqual(['skewed', 'ok', 'ok'])
  })

  it('is corrected for all the calls that were under way with the wrong time', async () => {
    const server = await serveVerified({aheadMs: 20 * MINUTE_MS})
    const sqs = await lean(server.url)
    const call = async () => sqs.sendMessageBatch({QueueUrl: `${server.url}/123456789012/orders`, Entries: []})
    await Promise.all(Array.from({length: 5}, call))
    expect(server.verdicts.filter(verdict => verdict === 'ok')).toHaveLength(5)
  })

  it('that an answer sets makes no other refusal worth a second request', async () => {
    const server = await serve((response, received, count) => {
      const date = new Date(Date.now() + 20 * MINUTE_MS).toUTCString()
      json(403, {__type: 'com.amazonaws.sqs#AccessDenied', message: 'no'}, {date})(response, received, count)
    })
    const sqs = await lean(server.url)
    const call = sqs.receiveMessage({QueueUrl: `${server.url}/123456789012/orders`})
    expect(await toldFailure(call)).toMatchObject({code: 'AccessDenied', outcome: 'rejected'})
    expect(server.received).toHaveLength(1)
  })

  it('that is right makes no refusal of a signature worth a second request', async () => {
    const server = await serve(sqsError(403, 'SignatureDoesNotMatch', 'no'))
    const sqs = await lean(server.url)
    const call = sqs.receiveMessage({QueueUrl: `${server.url}/123456789012/orders`})
    expect(await toldFailure(call)).toMatchObject({code: 'SignatureDoesNotMatch', outcome: 'rejected'})
    expect(server.received).toHaveLength(1)
  })

  it('is not set by an answer out of a cache, nor by a date that is none', async () => {
    const dates: Record<string, string>[] = [
      {date: 'Tue, 04 Mar 2036 05:06:07 GMT', age: '100'},
      {date: 'yesterday'},
      {},
    ]
    const server = await serve((response, received, count) => {
      json(200, {}, dates[count - 1])(response, received, count)
    })
    const sqs = await lean(server.url)
    for (let i = 0; i < 3; i++) await sqs.receiveMessage({QueueUrl: `${server.url}/123456789012/orders`})
    const now = new Date().toISOString().slice(0, 13).replaceAll(/[-:]/g, '')
    expect(server.received.map(({headers}) => String(headers['x-amz-date']).slice(0, 11))).toEqual([now, now, now])
  })
})

describe('lean: credentials', () => {
  const QueueUrl = (url: string) => `${url}/123456789012/orders`

  /** A connection whose credentials come from here, fetched one by one. */
  async function withCredentials(url: string, fetch: (count: number) => Promise<object>) {
    let fetched = 0
    const client = new SQSClient({
      region: 'eu-west-1',
      endpoint: url,
      credentials: async () => (await fetch(++fetched)) as {accessKeyId: string; secretAccessKey: string},
    })
    const sqs = await leanOver(client, {endpoint: url})
    return {sqs, fetched: () => fetched}
  }
  const keys = (count: number, expiration?: Date) => ({
    accessKeyId: `AKID${count}`,
    secretAccessKey: 'secret',
    ...(expiration ? {expiration} : {}),
  })
  const signedBy = (server: {received: {headers: {authorization?: string}}[]}) =>
    server.received.map(({headers}) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])

  it('are fetched once', async () => {
    const server = await serve(json(200, {}))
    const {sqs, fetched} = await withCredentials(server.url, async count => Promise.resolve(keys(count)))
    await Promise.all(Array.from({length: 5}, async () => sqs.receiveMessage({QueueUrl: QueueUrl(server.url)})))
    await sqs.receiveMessage({QueueUrl: QueueUrl(server.url)})
    expect([fetched(), new Set(signedBy(server))]).toEqual([1, new Set(['AKID1'])])
  })

  it('are fetched anew when they expire within five minutes, and not before', async () => {
    vi.useFakeTimers({toFake: ['Date']})
    const server = await serve(json(200, {}))
    const {sqs} = await withCredentials(server.url, async count =>
      Promise.resolve(keys(count, new Date(Date.now() + 60 * MINUTE_MS))),
    )
    const call = async () => sqs.receiveMessage({QueueUrl: QueueUrl(server.url)})
    await call()
    vi.advanceTimersByTime(54 * MINUTE_MS)
    await call()
    vi.advanceTimersByTime(2 * MINUTE_MS)
    await call()
    await call()
    expect(signedBy(server)).toEqual(['AKID1', 'AKID1', 'AKID2', 'AKID2'])
  })

  it('that cannot be fetched keep the request from being sent, and are tried again at the next', async () => {
    const server = await serve(json(200, {}))
    const {sqs} = await withCredentials(server.url, async count =>
      count === 1 ? Promise.reject(new Error('no credentials')) : Promise.resolve(keys(count)),
    )
    const call = async () => sqs.receiveMessage({QueueUrl: QueueUrl(server.url)})
    expect(await failureOf(call())).toMatchObject({message: 'no credentials'})
    expect(server.received).toHaveLength(0)
    await call()
    expect(signedBy(server)).toEqual(['AKID2'])
  })

  it('that took a minute to come, typed by a person, leave the request all its time', async () => {
    vi.useFakeTimers({toFake: ['performance']})
    const server = await serve(json(200, {}))
    const {sqs} = await withCredentials(server.url, async count => {
      vi.advanceTimersByTime(MINUTE_MS)
      return Promise.resolve(keys(count))
    })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await sqs.sendMessageBatch({QueueUrl: QueueUrl(server.url), Entries: []})
    expect(timers.mock.calls.map(([, delayMs]) => delayMs)).toContain(10_000)
    timers.mockRestore()
  })

  it('that never come are waited for until the abort', async () => {
    const server = await serve(json(200, {}))
    const {sqs, fetched} = await withCredentials(server.url, async () => new Promise(() => undefined))
    const controller = new AbortController()
    const call = sqs.receiveMessage({QueueUrl: QueueUrl(server.url)}, {signal: controller.signal})
    await vi.waitFor(() => expect(fetched()).toBe(1))
    controller.abort()
    expect(await failureOf(call)).toMatchObject({name: 'AbortError'})
    expect(server.received).toHaveLength(0)
  })
})

describe('lean: where requests go without a custom endpoint', () => {
  it.each([
    ['eu-west-1', {}, 'sqs.eu-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'sqs.cn-north-1.amazonaws.com.cn'],
    ['us-east-1', {AWS_USE_FIPS_ENDPOINT: 'true'}, 'sqs-fips.us-east-1.amazonaws.com'],
    ['eu-west-1', {AWS_USE_DUALSTACK_ENDPOINT: 'true'}, 'sqs.eu-west-1.api.aws'],
    [
      'us-gov-west-1',
      {AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true'},
      'sqs-fips.us-gov-west-1.api.aws',
    ],
  ])('%s %o: %s', async (region, env, host) => {
    const aws = createAwsContext({sandbox: false, readOnly: false, region, env: {...ENV, ...env}})
    const lines: string[] = []
    const client = (await aws.sqsOnce()) as SQSClient
    const sqs = await leanOver(client, {region, debug: line => lines.push(line)})
    const suffix = region.startsWith('cn') ? 'amazonaws.com.cn' : 'amazonaws.com'
    // Aborted before any connection is made.
    const call = sqs.receiveMessage(
      {QueueUrl: `https://sqs.${region}.${suffix}/123456789012/orders`},
      {signal: AbortSignal.abort()},
    )
    expect(await failureOf(call)).toMatchObject({name: 'AbortError'})
    expect(lines).toEqual([expect.stringContaining(`sqs ReceiveMessage · attempt 1 · ${host} · - AbortError`)])
  })
})
