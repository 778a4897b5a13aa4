import {once} from 'node:events'
import {createServer as createHttpsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import type {TLSSocket} from 'node:tls'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {Transport} from '../../../../src/lib/aws/lean/transport.js'
import {AbortListeners} from '../../../../src/lib/aws/lean/abort-listeners.js'
import {closedPort, json, serve, silence, text} from '../http-servers.js'
import {BOTH, failureOf, lean, overSdk, toldFailure} from './clients.js'
import {reply, serveRaw} from './raw-server.js'
import {selfSigned} from './self-signed.js'

afterEach(() => {
  vi.useRealTimers()
})

const entries = (id: string) => [{Id: id, MessageBody: 'body'}]
const queueAt = (url: string) => `${url}/123456789012/orders`

describe.each(BOTH)('%s: connections', (_name, open) => {
  it('are used again', async () => {
    const server = await serveRaw(socket => void socket.write(reply('{}')))
    const sqs = await open(server.url)
    for (let i = 0; i < 5; i++) await sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})
    expect([server.requests.length, server.connections.length]).toEqual([5, 1])
  })

  it('are not used again after a failure', async () => {
    const server = await serveRaw((socket, count) => void socket.write(count === 1 ? 'nonsense\r\n' : reply('{}')))
    const sqs = await open(server.url)
    const call = async () => sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})
    expect(await toldFailure(call())).toMatchObject({outcome: 'unknown'})
    await call()
    expect([server.requests.length, server.connections.length]).toEqual([2, 2])
  })

  it('that die under a request leave its outcome unknown, and the request is not repeated', async () => {
    const server = await serveRaw((socket, count) => {
      if (count === 1) socket.write(reply('{}'))
      else socket.resetAndDestroy()
    })
    const sqs = await open(server.url)
    const call = async () => sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})
    await call()
    expect(await toldFailure(call())).toMatchObject({code: 'ConnectionLost', outcome: 'unknown'})
    expect([server.requests.length, server.connections.length]).toEqual([2, 1])
  })

  it('that the other end has closed in the meantime are replaced', async () => {
    const server = await serveRaw(socket => void socket.end(reply('{}', {headers: 'connection: close\r\n'})))
    const sqs = await open(server.url)
    for (let i = 0; i < 3; i++) await sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})
    expect([server.requests.length, server.connections.length]).toEqual([3, 3])
  })
})

describe.each(BOTH)('%s: an answer', (_name, open) => {
  it.each([
    ['that ends with its connection', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['that is followed by the end of its connection', 'HTTP/1.1 200 OK\r\ncontent-length: 31\r\n\r\n'],
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n'],
  ])('%s is whole', async (_case, head) => {
    const document = '{"Messages":[{"Body":"whole"}]}'
    const body = head.includes('chunked') ? `1f\r\n${document}\r\n0\r\n\r\n` : document
    const server = await serveRaw(socket => void socket.end(head + body))
    for (let i = 0; i < 5; i++) {
      const {Messages} = await (await open(server.url)).receiveMessage({QueueUrl: queueAt(server.url)})
      expect(Messages).toEqual([{Body: 'whole'}])
    }
  })
})

describe('lean: connections', () => {
  it('are as many as allowed; what waits for one in vain was not sent', async () => {
    const server = await serve(silence)
    const sqs = await lean(server.url, {maxSockets: 2, requestTimeoutMs: 300})
    const failures = await Promise.all(
      Array.from({length: 3}, async (_, i) =>
        toldFailure(sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries(String(i))})),
      ),
    )
    expect(failures.map(({code, outcome}) => [code, outcome])).toEqual([
      ['NoReply', 'unknown'],
      ['NoReply', 'unknown'],
      ['ConnectTimeout', 'not-sent'],
    ])
    expect(server.received).toHaveLength(2)
  })

  it('end with the client', async () => {
    const server = await serveRaw(socket => void socket.write(reply('{}')))
    const sqs = await lean(server.url)
    await sqs.receiveMessage({QueueUrl: queueAt(server.url)})
    const closed = once(server.connections[0]!, 'close')
    sqs.close()
    await closed
  })

  it('are not given to another protocol', async () => {
    const server = await serveRaw(
      socket => void socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
    )
    const sqs = await lean(server.url)
    expect(
      await toldFailure(sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})),
    ).toMatchObject({code: 'UnreadableReply', outcome: 'unknown'})
  })

  it('have ten seconds to answer, and a long poll its wait more', async () => {
    const server = await serve(json(200, {}))
    const sqs = await lean(server.url)
    const QueueUrl = queueAt(server.url)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const limits = async (call: Promise<unknown>) => {
      await call
      return timers.mock.calls.splice(0).map(([, delayMs]) => delayMs)
    }
    expect(await limits(sqs.sendMessageBatch({QueueUrl, Entries: []}))).toContain(10_000)
    expect(await limits(sqs.receiveMessage({QueueUrl, WaitTimeSeconds: 0}))).toContain(10_000)
    expect(await limits(sqs.receiveMessage({QueueUrl, WaitTimeSeconds: 5}))).toContain(15_000)
    // The queue's own ReceiveMessageWaitTimeSeconds may be 20.
    expect(await limits(sqs.receiveMessage({QueueUrl}))).toContain(30_000)
    timers.mockRestore()
  })

  it('leave no timer behind', async () => {
    const server = await serve((response, received, count) => {
      if (count === 2) response.socket?.resetAndDestroy()
      else json(200, {})(response, received, count)
    })
    const sqs = await lean(server.url)
    const nobody = `http://127.0.0.1:${await closedPort()}`
    const lost = await lean(nobody)
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    await sqs.receiveMessage({QueueUrl: queueAt(server.url)})
    await toldFailure(sqs.receiveMessage({QueueUrl: queueAt(server.url)}))
    await toldFailure(lost.receiveMessage({QueueUrl: queueAt(nobody)}))
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['nothing', ''],
    ['no document', '[]'],
    ['null', 'null'],
    ['a list that is none', '{"Successful":{}}'],
    ['an entry that is none', '{"Successful":["0"]}'],
    ['an id that is no text', '{"Successful":[{"Id":0}]}'],
    ['a fault that is no yes or no', '{"Failed":[{"Id":"0","SenderFault":"true"}]}'],
  ])('refuse 200 with %s, where the SDK would pass on what it finds', async (_name, body) => {
    const server = await serve(text(200, body, {'x-amzn-requestid': 'req-1'}))
    const sqs = await lean(server.url)
    expect(
      await toldFailure(sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})),
    ).toMatchObject({code: 'UnreadableReply', outcome: 'unknown', httpStatus: 200, requestId: 'req-1'})
  })
})

describe('an abort', () => {
  it.each(BOTH)('%s: ends a call that is under way, which is not repeated', async (_name, open) => {
    const server = await serve(silence)
    const sqs = await open(server.url)
    const controller = new AbortController()
    const call = sqs.receiveMessage({QueueUrl: queueAt(server.url)}, {signal: controller.signal})
    await vi.waitFor(() => expect(server.received).toHaveLength(1))
    controller.abort(new Error('why'))
    expect(await failureOf(call)).toMatchObject({name: 'AbortError', cause: {message: 'why'}})
    expect(server.received).toHaveLength(1)
  })

  it.each(BOTH)('%s: before a call keeps it from being sent', async (_name, open) => {
    const server = await serve(json(200, {}))
    const sqs = await open(server.url)
    const call = async (signal?: AbortSignal) => sqs.receiveMessage({QueueUrl: queueAt(server.url)}, {signal})
    expect(await failureOf(call(AbortSignal.abort()))).toMatchObject({name: 'AbortError'})
    expect(server.received).toHaveLength(0)
    await call()
    expect(await failureOf(call(AbortSignal.abort()))).toMatchObject({name: 'AbortError'})
    expect(server.received).toHaveLength(1)
  })

  it('lean: closes the connection of the call and of no other', async () => {
    const server = await serveRaw(() => undefined)
    const sqs = await lean(server.url)
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [first, second].map(async ({signal}) => sqs.receiveMessage({QueueUrl: queueAt(server.url)}, {signal}))
    await vi.waitFor(() => expect(server.requests).toHaveLength(2))
    const closed = Promise.race(server.connections.map(async socket => once(socket, 'close')))
    first.abort()
    expect(await failureOf(calls[0]!)).toMatchObject({name: 'AbortError'})
    await closed
    expect(server.connections.filter(socket => socket.destroyed)).toHaveLength(1)
    second.abort()
    expect(await failureOf(calls[1]!)).toMatchObject({name: 'AbortError'})
  })

  it('lean: costs a signal one listener, however many calls share it', async () => {
    const server = await serve(json(200, {}))
    const sqs = await lean(server.url)
    const {signal} = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    await Promise.all(
      Array.from({length: 30}, async () => sqs.receiveMessage({QueueUrl: queueAt(server.url)}, {signal})),
    )
    expect(added).toHaveBeenCalledTimes(1)
  })
})

describe('AbortListeners', () => {
  it('calls what is there at the abort and nothing that was removed', () => {
    const listeners = new AbortListeners()
    const controller = new AbortController()
    const called: string[] = []
    const [first, second, third] = ['first', 'second', 'third'].map(name => () => void called.push(name))
    for (const stop of [first!, second!, third!]) listeners.add(controller.signal, stop)
    listeners.remove(controller.signal, second!)
    controller.abort()
    expect(called).toEqual(['first', 'third'])
  })
})

describe('lean: TLS', () => {
  const closers: (() => void)[] = []
  afterEach(() => {
    vi.unstubAllEnvs()
    for (const close of closers.splice(0)) close()
  })

  interface TlsServer {
    readonly url: string
    readonly requests: string[]
    readonly connections: () => number
    /** Of each handshake, whether it took up an earlier session. */
    readonly resumed: boolean[]
    /** Of each handshake, the host that was asked for. */
    readonly names: (string | false | null)[]
  }

  async function serveTls(headers: Record<string, string> = {}): Promise<TlsServer> {
    const requests: string[] = []
    const resumed: boolean[] = []
    let connections = 0
    const server = createHttpsServer(selfSigned(), (request, response) => {
      requests.push(request.headers.host ?? '')
      request.resume().on('end', () => response.writeHead(200, headers).end('{}'))
    })
    server.on('connection', () => connections++)
    const names: TlsServer['names'] = []
    server.on('secureConnection', socket => {
      resumed.push(socket.isSessionReused())
      names.push((socket as TLSSocket & {servername: string | false | null}).servername)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => {
      server.close()
      server.closeAllConnections()
    })
    return {
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      requests,
      connections: () => connections,
      resumed,
      names,
    }
  }

  it('a certificate that nobody vouches for: nothing is sent', async () => {
    const server = await serveTls()
    const call = async (open: typeof overSdk) =>
      toldFailure((await open(server.url)).sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')}))
    const [sdk, own] = [await call(overSdk), await call(lean)]
    expect(own).toMatchObject({code: 'TlsFailed', exitCode: 6, outcome: 'not-sent'})
    expect(own).toEqual(sdk)
    expect(server.requests).toEqual([])
  })

  it('a certificate that is taken: calls go through, over one connection', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const server = await serveTls()
    const sqs = await lean(server.url)
    for (let i = 0; i < 3; i++) await sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})
    const host = server.url.slice('https://'.length)
    expect([server.requests, server.connections()]).toEqual([[host, host, host], 1])
  })

  it('a new connection takes up the session of the one before', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const server = await serveTls({connection: 'close'})
    const sqs = await lean(server.url)
    for (let i = 0; i < 2; i++) await sqs.sendMessageBatch({QueueUrl: queueAt(server.url), Entries: entries('0')})
    expect(server.resumed).toEqual([false, true])
  })

  it('a host is asked for by its name, and an address by none', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const server = await serveTls()
    for (const url of [server.url, server.url.replace('127.0.0.1', 'localhost')]) {
      await (await lean(url)).sendMessageBatch({QueueUrl: queueAt(url), Entries: entries('0')})
    }
    expect(server.names).toEqual([false, 'localhost'])
  })

  it('an end that does not shake hands: nothing was sent, which the SDK cannot tell', async () => {
    const server = await serveRaw(() => undefined)
    const url = server.url.replace('http:', 'https:')
    const call = async (open: typeof overSdk) =>
      toldFailure(
        (await open(url, {requestTimeoutMs: 200})).sendMessageBatch({QueueUrl: queueAt(url), Entries: entries('0')}),
      )
    expect(await call(overSdk)).toMatchObject({code: 'NoReply', outcome: 'unknown'})
    expect(await call(lean)).toMatchObject({code: 'ConnectTimeout', outcome: 'not-sent'})
  })

  it('an end that answers in plain text', async () => {
    const server = await serveRaw(
      () => undefined,
      socket => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    const url = server.url.replace('http:', 'https:')
    const call = async (open: typeof overSdk) =>
      toldFailure((await open(url)).sendMessageBatch({QueueUrl: queueAt(url), Entries: entries('0')}))
    const [sdk, own] = [await call(overSdk), await call(lean)]
    expect(own).toMatchObject({code: 'TlsFailed', exitCode: 6, outcome: 'unknown'})
    // node:https gives OpenSSL's error another code than node:tls.
    expect({...own, message: String(own.message).replace('ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO')}).toEqual(sdk)
  })
})

describe('Transport', () => {
  const open = (url: string) =>
    new Transport({endpoint: new URL(url), maxSockets: 1, aborts: new AbortListeners(), maxAnswerBytes: 1000})
  const post = async (transport: Transport) => transport.post(['host', 'localhost'], '{}', 1000, undefined)

  it('makes an address of a bracketed host', async () => {
    expect(await failureOf(post(open('http://[::1]:9/')))).toMatchObject({syscall: 'connect'})
  })

  it('takes an answer up to its limit and refuses a longer one, at the cost of the connection', async () => {
    let length = 1000
    const server = await serveRaw(socket => void socket.write(reply(' '.repeat(length))))
    const transport = open(server.url)
    expect((await post(transport)).text).toHaveLength(1000)
    length = 1001
    const closed = once(server.connections[0]!, 'close')
    expect(await failureOf(post(transport))).toMatchObject({
      name: 'UnreadableAnswer',
      $metadata: {httpStatusCode: 200, requestId: 'req-1'},
    })
    await closed
    transport.close()
  })
})
