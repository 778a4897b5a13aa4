import {CreateQueueCommand, ReceiveMessageCommand, SQSClient, SendMessageCommand} from '@aws-sdk/client-sqs'
import http from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterAll, afterEach, beforeEach, describe, expect, it} from 'vitest'
import {queuesOf, SandboxControl} from '../../../src/sandbox/control-client.js'
import {startSandbox} from '../../../src/sandbox/server.js'
import {http1} from '../raw-http.js'

const sandbox = await startSandbox()
const control = new SandboxControl({env: {MSGOPS_SANDBOX_URL: sandbox.url}})
const sqs = new SQSClient({
  endpoint: sandbox.url,
  region: 'eu-west-1',
  credentials: {accessKeyId: '123456789012', secretAccessKey: 'x'},
  maxAttempts: 1,
})
const QueueUrl = `${sandbox.url}/123456789012/orders`

beforeEach(async () => {
  await sandbox.reset()
  await sqs.send(new CreateQueueCommand({QueueName: 'orders'}))
})
afterAll(() => sandbox.close())

const raw = (
  method: string,
  route: string,
  body?: string,
  headers: Record<string, string> = {'x-msgops-sandbox': '1'},
) => http1(sandbox.url, {method, path: `/_sandbox/${route}`, headers, body})

describe('the control path', () => {
  it('tells its state', async () => {
    sandbox.clock.freeze(Date.UTC(2026, 3, 21, 12))
    await sqs.send(new SendMessageCommand({QueueUrl, MessageBody: 'one'}))
    sandbox.faults.add({kind: 'throttle', service: 'sts'})
    const state = await control.state()
    expect(state).toEqual({
      url: sandbox.url,
      clock: {now: '2026-04-21T12:00:00.000Z', offsetMs: expect.any(Number) as number, frozen: true},
      services: {
        sqs: {
          '123456789012/eu-west-1': {
            queues: [
              {
                name: 'orders',
                approximateNumberOfMessages: 1,
                approximateNumberOfMessagesNotVisible: 0,
                approximateNumberOfMessagesDelayed: 0,
              },
            ],
            activeMoveTasks: 0,
          },
        },
        sns: {},
        lambda: {},
        sts: {sessions: 0},
      },
      faults: 1,
      requests: 2,
    })
    expect(queuesOf(state)).toMatchObject([{accountId: '123456789012', region: 'eu-west-1', name: 'orders'}])
  })

  it('moves the clock: a message in flight comes back without waiting', async () => {
    sandbox.clock.freeze()
    const receive = async () =>
      (await sqs.send(new ReceiveMessageCommand({QueueUrl, VisibilityTimeout: 600}))).Messages?.length ?? 0
    await sqs.send(new SendMessageCommand({QueueUrl, MessageBody: 'one'}))
    expect(await receive()).toBe(1)
    expect(await receive()).toBe(0)
    const before = Date.parse((await control.clock()).now)
    const {now} = await control.advance(600_000)
    expect(Date.parse(now) - before).toBe(600_000)
    expect(await receive()).toBe(1)
  })

  it('freezes the clock and lets it go', async () => {
    await raw('POST', 'clock', '{"frozen":true,"advanceMs":1000}')
    expect(sandbox.clock.frozen).toBe(true)
    await raw('POST', 'clock', '{"frozen":false}')
    expect(sandbox.clock.frozen).toBe(false)
  })

  it('adds, lists and clears faults', async () => {
    const {id, faults} = await control.addFault({
      kind: 'slow',
      action: 'SendMessage',
      latencyMs: 1,
      resource: undefined,
    })
    expect(faults).toEqual([{id, kind: 'slow', action: 'SendMessage', latencyMs: 1, seen: 0, hits: 0}])
    await sqs.send(new SendMessageCommand({QueueUrl, MessageBody: 'one'}))
    expect((await control.faults()).faults).toMatchObject([{id, seen: 1, hits: 1}])
    await control.addFault({kind: 'throttle'})
    expect((await control.clearFaults(id)).faults).toMatchObject([{kind: 'throttle'}])
    expect(await control.clearFaults()).toEqual({faults: []})
    await expect(control.clearFaults('fault-99')).rejects.toThrow('there is no fault fault-99')
  })

  it('lists the latest requests', async () => {
    await sqs.send(new SendMessageCommand({QueueUrl, MessageBody: 'one'}))
    const {total, requests} = await control.requests(1)
    expect(total).toBe(2)
    expect(requests).toMatchObject([{service: 'sqs', action: 'SendMessage', account: '123456789012', outcome: 'ok'}])
    expect((await control.requests(0)).requests).toEqual([])
    await raw('DELETE', 'requests')
    expect(sandbox.requests.total).toBe(0)
  })

  it('resets to nothing, or to the scenario', async () => {
    sandbox.faults.add({kind: 'throttle'})
    sandbox.clock.advance(3_600_000)
    const empty = await control.reset({seed: false})
    expect(empty).toMatchObject({services: {sqs: {}}, faults: 0, requests: 0})
    expect(Math.abs(empty.clock.offsetMs)).toBeLessThan(60_000)
    const seeded = await control.reset({seed: true})
    expect(Object.keys(seeded.services.sqs)).toEqual(['000000000000/us-east-1'])
  })

  it('resets once at a time, so that two at once do not play into each other', async () => {
    await Promise.all([sandbox.reset({seed: true}), sandbox.reset({seed: true})])
    const {queues = []} = sandbox.sqs.status()['000000000000/us-east-1'] ?? {}
    const messages = queues.map(queue => queue.approximateNumberOfMessages)
    expect(messages).toEqual([0, 7, 0, 4, 0, 12, 12, 12, 4, 12, 40, 7, 9, 0, 6, 6, 5, 0, 10])
    expect(sandbox.clock.frozen).toBe(false)
  })

  it('wants its header, which a web page cannot send', async () => {
    const answer = await raw('POST', 'reset', '{}', {})
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toEqual({
      error: {code: 'HeaderMissing', message: 'The control path wants the header x-msgops-sandbox: 1.'},
    })
    expect(Object.keys(sandbox.sqs.status())).toEqual(['123456789012/eu-west-1'])
  })

  it.each([
    ['GET', 'nonsense', undefined, 404, 'The control path has no GET nonsense.'],
    ['PUT', 'state', undefined, 404, 'The control path has no PUT state.'],
    ['POST', 'clock', '{}', 400, 'the clock takes advanceMs, frozen or both'],
    ['POST', 'clock', '{"advanceMs":-1}', 400, 'advanceMs must be a number of milliseconds from 0 to a year'],
    ['POST', 'clock', '{"advanceMs":"1"}', 400, 'advanceMs must be a number of milliseconds from 0 to a year'],
    ['POST', 'clock', '[]', 400, 'the body must be a JSON object'],
    [
      'POST',
      'fault',
      '{"kind":"meteor"}',
      400,
      'kind must be one of error, throttle, access-denied, expired-token, reset-before, reset-after, half-reply, hang, slow, bad-md5, partial-batch, skew',
    ],
    ['POST', 'fault', '{"kind":"error","severity":1}', 400, 'severity is no member of a fault, or has the wrong type'],
    ['POST', 'fault', '{"kind":"error","times":"3"}', 400, 'times is no member of a fault, or has the wrong type'],
    ['POST', 'fault', '{"kind":"error","rate":2}', 400, 'rate must lie between 0 and 1, not 2'],
    ['GET', 'requests?limit=few', undefined, 400, 'limit must be a whole number from 0'],
  ])('refuses %s %s %s', async (method, route, body, status, message) => {
    const answer = await raw(method, route, body)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({error: {message}})
  })

  it('refuses a body that is no JSON', async () => {
    expect(await raw('POST', 'reset', '{')).toMatchObject({status: 400})
  })
})

describe('the control client', () => {
  const servers: http.Server[] = []
  afterEach(() => servers.splice(0).forEach(server => server.close()))

  it('says how to start what is not running', async () => {
    const gone = await startSandbox()
    await gone.close()
    await expect(new SandboxControl({env: {MSGOPS_SANDBOX_URL: gone.url}}).state()).rejects.toMatchObject({
      code: 'SandboxNotRunning',
      exitCode: 6,
      message: `No local AWS is running at ${gone.url}`,
      suggestions: [
        'Start it in another terminal: msgops sandbox start',
        'On another port: set MSGOPS_SANDBOX_URL to its URL.',
      ],
    })
  })

  it.each([
    ['HTML', '<html>'],
    ['JSON of its own', '{"hello":1}'],
  ])('knows that what answers %s is something else', async (_, body) => {
    const server = http.createServer((_request, response) => response.writeHead(404).end(body))
    servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await expect(new SandboxControl({env: {MSGOPS_SANDBOX_URL: url}}).state()).rejects.toMatchObject({
      exitCode: 6,
      message: `What answers at ${url} is not the local AWS`,
    })
  })

  it.each(['http://example.com:4747', 'https://127.0.0.1:4747', 'http://127.0.0.1.example.com', 'somewhere'])(
    'refuses the address %s before it asks anything',
    address => {
      expect(() => new SandboxControl({env: {MSGOPS_SANDBOX_URL: address}})).toThrow(
        `MSGOPS_SANDBOX_URL is ${address}, which is no http URL of this machine`,
      )
    },
  )

  it('looks at port 4747 unless told otherwise', () => {
    expect(new SandboxControl({env: {}}).url).toBe('http://127.0.0.1:4747')
    expect(new SandboxControl({env: {MSGOPS_SANDBOX_URL: 'http://localhost:99/'}}).url).toBe('http://localhost:99')
  })

  it('changes nothing when it may only read', async () => {
    const reader = new SandboxControl({env: {MSGOPS_SANDBOX_URL: sandbox.url}, readOnly: true})
    await expect(reader.reset({seed: false})).rejects.toMatchObject({code: 'ReadOnly', exitCode: 7})
    await expect(reader.clearFaults()).rejects.toMatchObject({code: 'ReadOnly'})
    expect((await reader.state()).url).toBe(sandbox.url)
  })
})
