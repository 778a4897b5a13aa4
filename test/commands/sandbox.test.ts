import type {ChildProcess} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {afterAll, afterEach, beforeEach, describe, expect, it} from 'vitest'
import {startSandbox} from '../../src/sandbox/server.js'
import {runPiped, type RunOptions} from '../fixtures/cli/run.js'

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const sandbox = await startSandbox()

const msgops = (words: string, options: RunOptions = {}) =>
  runPiped(process.execPath, [BIN, ...words.split(' ')], options)
const here = (words: string) => msgops(words, {env: {MSGOPS_SANDBOX_URL: sandbox.url}})

const started = new Set<ChildProcess>()

beforeEach(() => sandbox.reset())
// A server that a failed test has left behind.
afterEach(() => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
  started.clear()
})
afterAll(() => sandbox.close())

/** Ends a child, once, as soon as it has said this on stdout. */
function interruptAt(
  text: string,
  signal: NodeJS.Signals = 'SIGINT',
  act: (stdout: string) => Promise<void> = () => Promise.resolve(),
) {
  let seen = false
  return (child: ChildProcess, {stdout}: {stdout: string}) => {
    started.add(child)
    if (seen || !stdout.includes(text)) return
    seen = true
    void act(stdout).finally(() => child.kill(signal))
  }
}

describe('msgops sandbox start', () => {
  it('prints the lines to copy, serves, and ends well at Ctrl-C', async () => {
    let status = ''
    const {code, signal, stdout, stderr} = await msgops('sandbox start --port 0', {
      onOutput: interruptAt('MSGOPS_SANDBOX_URL', 'SIGINT', async text => {
        const url = /http:\S+/.exec(text)?.[0] ?? ''
        status = (await msgops('sandbox status', {env: {MSGOPS_SANDBOX_URL: url}})).stdout
      }),
    })
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0] ?? ''
    expect({code, signal}).toEqual({code: 0, signal: null})
    expect(stdout).toBe(
      `export AWS_ENDPOINT_URL=${url}\nexport AWS_ACCESS_KEY_ID=sandbox\nexport AWS_SECRET_ACCESS_KEY=sandbox\n` +
        `export AWS_REGION=us-east-1\nexport AWS_DEFAULT_REGION=us-east-1\nexport MSGOPS_SANDBOX_URL=${url}\n`,
    )
    expect(stderr).toContain(`The local AWS listens on ${url}; Ctrl-C ends it.`)
    expect(stderr).toContain('msgops dlq show orders-dlq')
    expect(status).toContain('000000000000\tus-east-1\torders-dlq\t40\t0\t0')
    expect(status).toContain('000000000000\tus-east-1\torders-topic\t5\t0\t12\t34\t14\t12\t0')
    expect(status).toContain('000000000000\tus-east-1\torder-consumer\t0\t0\t0\t0\t0\t0\t0')
  })

  it('starts empty when told so, tells it in JSON, and ends well at SIGTERM too', async () => {
    let status = ''
    const {code, stdout} = await msgops('sandbox start --port 0 --no-seed --json', {
      onOutput: interruptAt('"warnings": []\n}', 'SIGTERM', async text => {
        const {url} = JSON.parse(text) as {url: string}
        status = (await msgops('sandbox status --json', {env: {MSGOPS_SANDBOX_URL: url}})).stdout
      }),
    })
    const document = JSON.parse(stdout) as {url: string; port: number}
    expect(code).toBe(0)
    expect(document).toEqual({
      url: `http://127.0.0.1:${document.port}`,
      port: document.port,
      seeded: false,
      environment: {
        AWS_ENDPOINT_URL: document.url,
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        MSGOPS_SANDBOX_URL: document.url,
      },
      warnings: [],
    })
    expect(JSON.parse(status)).toMatchObject({queues: [], topics: [], functions: [], requests: 0})
  })

  it('says so when the port is taken', async () => {
    const {code, stdout, stderr} = await msgops(`sandbox start --port ${sandbox.port}`)
    expect({code, stdout}).toEqual({code: 1, stdout: ''})
    expect(stderr).toContain(`Port ${sandbox.port} of 127.0.0.1 is taken`)
    expect(stderr).toContain('msgops sandbox start --port 0')
  })

  it('takes no port that is none', async () => {
    expect(await msgops('sandbox start --port 65536')).toMatchObject({code: 2, stdout: ''})
  })
})

describe('msgops sandbox status, reset and clock', () => {
  it('shows queues of every account and region', async () => {
    await sandbox.reset({seed: true})
    const {code, stdout} = await here('sandbox status --json')
    expect(code).toBe(0)
    const document = JSON.parse(stdout) as {queues: {name: string}[]}
    expect(document).toMatchObject({url: sandbox.url, clock: {frozen: false}, faults: 0, requests: 0, warnings: []})
    expect(document.queues.find(({name}) => name === 'emails')).toEqual({
      accountId: '000000000000',
      region: 'us-east-1',
      name: 'emails',
      approximateNumberOfMessages: 7,
      approximateNumberOfMessagesNotVisible: 18,
      approximateNumberOfMessagesDelayed: 0,
    })
  })

  it('resets to the shop, or to nothing', async () => {
    expect(await here('sandbox reset')).toMatchObject({code: 0})
    expect(sandbox.sqs.status()['000000000000/us-east-1']?.queues).toHaveLength(19)
    const {code, stdout} = await here('sandbox reset --no-seed --json')
    expect({code, document: JSON.parse(stdout)}).toEqual({
      code: 0,
      document: {url: sandbox.url, seeded: false, warnings: []},
    })
    expect(sandbox.sqs.status()).toEqual({})
  })

  it('shows the time and advances it', async () => {
    sandbox.clock.freeze(Date.UTC(2026, 3, 21, 12))
    expect((await here('sandbox clock')).stdout).toMatch(/^Time\t2026-04-21T12:00:00\.000Z\n/)
    const {code, stdout} = await here('sandbox clock advance 1h30m --json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({now: '2026-04-21T13:30:00.000Z', frozen: true})
    expect(sandbox.clock.now()).toBe(Date.UTC(2026, 3, 21, 13, 30))
  })

  it.each([
    ['sandbox clock advance', 'advance needs to know how far'],
    ['sandbox clock show 10m', 'show takes nothing more'],
    ['sandbox clock advance soon', '"soon" is no duration'],
    ['sandbox clock rewind', 'rewind'],
  ])('refuses %s', async (words, message) => {
    const {code, stdout, stderr} = await here(words)
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
    expect(stderr).toContain(message)
  })
})

describe('msgops sandbox fault', () => {
  it('adds, lists and clears', async () => {
    const added = await here(
      'sandbox fault add --kind partial-batch --service sqs --action SendMessageBatch --queue orders --times 2 --skip 1 --rate 0.5 --seed 7 --entries 0 --entries 2 --applied --code Oops --status 400 --latency 5 --skew 60',
    )
    expect(added).toMatchObject({code: 0})
    expect(sandbox.faults.list()).toEqual([
      {
        id: 'fault-1',
        kind: 'partial-batch',
        service: 'sqs',
        action: 'SendMessageBatch',
        resource: 'orders',
        times: 2,
        skip: 1,
        rate: 0.5,
        seed: 7,
        entries: [0, 2],
        applied: true,
        code: 'Oops',
        status: 400,
        latencyMs: 5,
        skewMs: 60_000,
        seen: 0,
        hits: 0,
      },
    ])
    expect((await here('sandbox fault')).stdout).toBe(
      'ID\tKIND\tREQUESTS\tTIMES\tRATE\tSEEN\tHITS\nfault-1\tpartial-batch\tsqs SendMessageBatch orders\t2\t0.5\t0\t0\n',
    )
    sandbox.faults.add({kind: 'throttle'})
    expect(await here('sandbox fault clear fault-1')).toMatchObject({code: 0})
    expect(sandbox.faults.list()).toMatchObject([{kind: 'throttle'}])
    const {stdout} = await here('sandbox fault clear --json')
    expect(JSON.parse(stdout)).toEqual({faults: [], warnings: []})
  })

  it.each([
    ['sandbox fault add', 'A fault needs a --kind.'],
    ['sandbox fault add --kind meteor', 'meteor'],
    ['sandbox fault add --kind throttle --rate often', '--rate is a probability from 0 to 1, not "often".'],
    ['sandbox fault add --kind throttle --rate 1.01', '--rate is a probability from 0 to 1, not "1.01".'],
    ['sandbox fault clear --kind throttle', 'sandbox fault clear takes no --kind.'],
    ['sandbox fault list --times 0', 'sandbox fault list takes no --times.'],
    ['sandbox fault clear fault-9', 'there is no fault fault-9'],
  ])('refuses %s', async (words, message) => {
    const {code, stdout, stderr} = await here(words)
    expect({code, stdout}).toEqual({code: 2, stdout: ''})
    expect(stderr).toContain(message)
  })
})

describe('without a local AWS', () => {
  it.each(['status', 'reset', 'clock', 'fault'])('sandbox %s says how to start it (exit 6)', async verb => {
    const gone = await startSandbox()
    await gone.close()
    const {code, stdout} = await msgops(`sandbox ${verb} --json`, {env: {MSGOPS_SANDBOX_URL: gone.url}})
    expect(code).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'SandboxNotRunning',
        message: `No local AWS is running at ${gone.url}`,
        suggestions: expect.arrayContaining(['Start it in another terminal: msgops sandbox start']) as string[],
      },
    })
  })
})

it('changes nothing under --read-only', async () => {
  await sandbox.reset({seed: true})
  const words = ['sandbox reset --no-seed', 'sandbox clock advance 1h', 'sandbox fault add --kind throttle']
  for (const word of words) expect(await here(`${word} --read-only`)).toMatchObject({code: 7, stdout: ''})
  expect(sandbox.faults.list()).toEqual([])
  expect(Object.keys(sandbox.sqs.status())).toEqual(['000000000000/us-east-1'])
})
