import {once} from 'node:events'
import {Socket} from 'node:net'
import {describe, expect, it, vi} from 'vitest'
import {AbortListeners} from '../../../../../src/lib/aws/lean/abort-listeners.js'
import {Transport} from '../../../../../src/lib/aws/lean/transport.js'
import {failureOf} from '../clients.js'
import {reply, serveRaw} from '../raw-server.js'

const open = (url: string, maxSockets = 1) =>
  new Transport({endpoint: new URL(url), maxSockets, aborts: new AbortListeners()})
const post = async (transport: Transport, body = '{}', limitMs = 20_000, signal?: AbortSignal) =>
  transport.post(['host', 'localhost', 'x-amz-target', 'AmazonSQS.SendMessageBatch'], body, limitMs, signal)

describe('a request', () => {
  it('is written in one piece, framed by its bytes', async () => {
    const server = await serveRaw(socket => void socket.write(reply('{}')))
    for (const body of ['{}', '{"Body":"größer 𝄞"}', '', 'x'.repeat(3_000_000)]) await post(open(server.url), body)
    expect(server.requests.map(text => text.slice(text.indexOf('\r\n\r\n') + 4))).toEqual([
      '{}',
      '{"Body":"größer 𝄞"}',
      '',
      'x'.repeat(3_000_000),
    ])
    expect(server.requests[1]).toBe(
      'POST / HTTP/1.1\r\nconnection: keep-alive\r\nhost: localhost\r\nx-amz-target: AmazonSQS.SendMessageBatch\r\n' +
        'content-length: 24\r\n\r\n{"Body":"größer 𝄞"}',
    )
  })

  it.each(['a\r\nx-injected: 1', 'a\nb', 'a\0', 'ä', '\u2028'])('with the header %j is not sent', async value => {
    const server = await serveRaw(socket => void socket.write(reply('{}')))
    const failure = await failureOf(open(server.url).post(['host', value], '{}', 1000, undefined))
    expect(failure).toMatchObject({name: 'TypeError', message: expect.stringContaining('host')})
    expect(server.connections).toHaveLength(0)
  })

  it('waits for its turn where there is no more room', async () => {
    const server = await serveRaw((socket, count) => void socket.write(reply(`{"n":${count}}`)))
    const transport = open(server.url)
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(async body => post(transport, body)))
    expect(answers.map(({text}) => text)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}'])
    expect(server.connections).toHaveLength(1)
  })

  it('that waits gets a new connection when the one before it breaks', async () => {
    const server = await serveRaw((socket, count) => {
      if (count === 1) socket.resetAndDestroy()
      else socket.write(reply('{}'))
    })
    const transport = open(server.url)
    const [first, second] = await Promise.allSettled([post(transport), post(transport)])
    expect(first).toMatchObject({status: 'rejected', reason: {code: 'ECONNRESET'}})
    expect(second).toMatchObject({status: 'fulfilled', value: {text: '{}'}})
    expect([server.requests.length, server.connections.length]).toEqual([2, 2])
  })

  it('that is given up while it waits is never sent', async () => {
    const server = await serveRaw(() => undefined)
    const transport = open(server.url)
    const first = post(transport)
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    const controller = new AbortController()
    const second = failureOf(post(transport, 'never', 20_000, controller.signal))
    const third = post(transport, 'third')
    controller.abort()
    expect(await second).toMatchObject({name: 'AbortError'})
    server.connections[0]!.write(reply('{}'))
    await first
    await vi.waitFor(() => expect(server.requests).toHaveLength(2))
    expect(server.requests[1]).toContain('third')
    server.connections[0]!.write(reply('{}'))
    expect((await third).text).toBe('{}')
  })

  it('fails as not sent when the client is closed', async () => {
    const server = await serveRaw(() => undefined)
    const transport = open(server.url)
    const calls = [failureOf(post(transport)), failureOf(post(transport))]
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    transport.close()
    expect(await calls[0]).toMatchObject({code: 'ECONNRESET'})
    expect(await calls[1]).toMatchObject({name: 'TimeoutError', message: 'The client is closed.'})
    expect(await failureOf(post(transport))).toMatchObject({name: 'TimeoutError'})
    expect(server.requests).toHaveLength(1)
  })
})

describe('a connection', () => {
  it.each([
    ['says that it closes', reply('{}', {headers: 'connection: close\r\n'})],
    ['is kept for less than a second more', reply('{}', {headers: 'keep-alive: timeout=1\r\n'})],
    ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}'],
  ])('that %s carries one request', async (_case, answer) => {
    const server = await serveRaw(socket => void socket.write(answer))
    const transport = open(server.url)
    for (let i = 0; i < 2; i++) await post(transport)
    expect([server.requests.length, server.connections.length]).toEqual([2, 2])
  })

  it('that idles is closed a second before the other end would', async () => {
    const server = await serveRaw(socket => void socket.write(reply('{}', {headers: 'keep-alive: timeout=2\r\n'})))
    const transport = open(server.url)
    await post(transport)
    await once(server.connections[0]!, 'close')
    await post(transport)
    expect(server.connections).toHaveLength(2)
  })

  it('that is taken up again may take its time, and idles for no longer than before', async () => {
    const server = await serveRaw(socket => void socket.write(reply('{}', {headers: 'keep-alive: timeout=2\r\n'})))
    const transport = open(server.url)
    const limits = vi.spyOn(Socket.prototype, 'setTimeout')
    for (let i = 0; i < 2; i++) await post(transport)
    expect(limits.mock.calls.map(([limitMs]) => limitMs)).toEqual([1000, 0, 1000])
    limits.mockRestore()
    expect(server.connections).toHaveLength(1)
  })

  it('that says something unasked is not used again', async () => {
    const server = await serveRaw(socket => void socket.write(reply('{}')))
    const transport = open(server.url)
    await post(transport)
    server.connections[0]!.write(reply('{"stray":true}'))
    // Sooner than it would be closed for idling.
    await vi.waitFor(() => expect(server.connections[0]!.destroyed).toBe(true), {timeout: 3000})
    expect((await post(transport)).text).toBe('{}')
    expect(server.connections).toHaveLength(2)
  })

  it('that is free does not keep the process alive', async () => {
    const server = await serveRaw(() => undefined)
    const transport = open(server.url)
    const call = post(transport)
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
    const busy = sockets()
    server.connections[0]!.write(reply('{}'))
    await call
    expect(sockets()).toBe(busy - 1)
    expect(server.connections[0]!.destroyed).toBe(false)
  })

  it('that answers half a request is not used again', async () => {
    const server = await serveRaw(
      () => undefined,
      socket => {
        socket.pause()
        socket.write(reply('{"early":true}'))
      },
    )
    const transport = open(server.url)
    const call = post(transport, 'x'.repeat(20_000_000))
    const settled = await Promise.allSettled([call])
    expect(settled[0].status === 'rejected' || settled[0].value.text === '{"early":true}').toBe(true)
    const second = post(transport)
    await vi.waitFor(() => expect(server.connections).toHaveLength(2))
    transport.close()
    await Promise.allSettled([second])
  })
})
