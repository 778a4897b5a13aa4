import {CreateQueueCommand, GetQueueAttributesCommand} from '@aws-sdk/client-sqs'
import {GetSessionTokenCommand, STSClient} from '@aws-sdk/client-sts'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {createAwsContext} from '../../../../src/lib/aws/connect.js'
import {outcomeOf} from '../../../../src/lib/aws/errors.js'
import {AccountCredentials} from '../../../../src/lib/aws/lean/account-credentials.js'
import type {Credentials} from '../../../../src/lib/aws/lean/account-credentials.js'
import type {LeanSqs, LeanSqsClient} from '../../../../src/lib/aws/lean/lean-sqs.js'
import {OpsError} from '../../../../src/lib/ops-error.js'
import {startSandbox} from '../../../../src/sandbox/server.js'
import {connectTo, failureOf} from '../connection.js'

const MINUTE_MS = 60_000
const OWN = '111111111111'
const OTHER = '222222222222'

const sandbox = await startSandbox()
let home: string
const opened: LeanSqsClient[] = []
beforeEach(async () => {
  await sandbox.reset()
  home = mkdtempSync(path.join(tmpdir(), 'msgops-account-'))
})
afterEach(() => {
  vi.useRealTimers()
  for (const client of opened.splice(0)) client.close()
  rmSync(home, {recursive: true})
})
afterAll(() => sandbox.close())

type Keys = readonly [accessKeyId: string, sessionToken: string]

/** Temporary keys of our account, good for twelve hours of the sandbox's clock. */
async function session(): Promise<Keys> {
  const credentials = {accessKeyId: OWN, secretAccessKey: 'secret'}
  const sts = new STSClient({endpoint: sandbox.url, region: 'us-east-1', credentials})
  const {Credentials: issued} = await sts.send(new GetSessionTokenCommand({}))
  sts.destroy()
  return [issued?.AccessKeyId ?? '', issued?.SessionToken ?? '']
}

/** What the profile's program gives from now on; an access key of twelve digits is its account's id in the sandbox. */
function give(...[accessKeyId, sessionToken]: Keys): void {
  const expiration = new Date(Date.now() + 24 * 60 * MINUTE_MS).toISOString()
  const keys = {Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: 'secret', SessionToken: sessionToken}
  writeFileSync(path.join(home, 'keys.json'), JSON.stringify({...keys, Expiration: expiration}))
}

const fetches = () => readFileSync(path.join(home, 'fetches'), 'utf8').length

/** A lean client whose profile gets its credentials from a program, and a queue in their account. */
async function connect(first: Keys = [OWN, 'first']): Promise<{sqs: LeanSqsClient; QueueUrl: string}> {
  give(...first)
  writeFileSync(path.join(home, 'give.sh'), `printf x >> '${home}/fetches'\ncat '${home}/keys.json'\n`)
  writeFileSync(
    path.join(home, 'config'),
    `[profile ops]\nregion = us-east-1\ncredential_process = sh ${home}/give.sh\n`,
  )
  const aws = createAwsContext({
    sandbox: false,
    readOnly: false,
    profile: 'ops',
    endpointUrl: sandbox.url,
    env: {
      AWS_MAX_ATTEMPTS: '1',
      AWS_CONFIG_FILE: path.join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'none'),
    },
  })
  const {QueueUrl = ''} = await (await aws.sqs()).send(new CreateQueueCommand({QueueName: 'orders'}))
  const sqs = await aws.sqsLean({maxSockets: 32})
  opened.push(sqs)
  await sqs.getQueueAttributes({QueueUrl, AttributeNames: ['QueueArn']})
  sandbox.requests.clear()
  return {sqs, QueueUrl}
}

/** What reached AWS: action, account and outcome. */
const requests = () => sandbox.requests.list().map(({action, account, outcome}) => `${action} ${account} ${outcome}`)

const entries = [{Id: '0', MessageBody: 'body'}]
const CALLS: [string, (sqs: LeanSqs, QueueUrl: string) => Promise<unknown>][] = [
  ['ReceiveMessage', async (sqs, QueueUrl) => sqs.receiveMessage({QueueUrl, WaitTimeSeconds: 0})],
  ['SendMessageBatch', async (sqs, QueueUrl) => sqs.sendMessageBatch({QueueUrl, Entries: entries})],
  [
    'DeleteMessageBatch',
    async (sqs, QueueUrl) => sqs.deleteMessageBatch({QueueUrl, Entries: [{Id: '0', ReceiptHandle: 'none'}]}),
  ],
  [
    'ChangeMessageVisibilityBatch',
    async (sqs, QueueUrl) =>
      sqs.changeMessageVisibilityBatch({
        QueueUrl,
        Entries: [{Id: '0', ReceiptHandle: 'none', VisibilityTimeout: 0}],
      }),
  ],
  ['GetQueueAttributes', async (sqs, QueueUrl) => sqs.getQueueAttributes({QueueUrl, AttributeNames: ['All']})],
]

describe('a call that is refused for expired credentials', () => {
  it.each(CALLS)('%s is made once more with new ones, when they are of the same account', async (action, call) => {
    const {sqs, QueueUrl} = await connect()
    give(OWN, 'second')
    sandbox.faults.add({kind: 'expired-token', action, times: 1})
    await call(sqs, QueueUrl)
    expect(requests()).toEqual([
      `${action} ${OWN} fault:expired-token`,
      `GetCallerIdentity ${OWN} ok`,
      `${action} ${OWN} ok`,
    ])
    expect(fetches()).toBe(2)
  })

  it('is sent once: the queue holds one message', async () => {
    const {sqs, QueueUrl} = await connect()
    give(OWN, 'second')
    sandbox.faults.add({kind: 'expired-token', action: 'SendMessageBatch', times: 1})
    const {Successful} = await sqs.sendMessageBatch({QueueUrl, Entries: entries})
    expect(Successful).toMatchObject([{Id: '0'}])
    const {Attributes} = await sqs.getQueueAttributes({QueueUrl, AttributeNames: ['ApproximateNumberOfMessages']})
    expect(Attributes).toEqual({ApproximateNumberOfMessages: '1'})
  })

  it('fails when the new ones are refused too', async () => {
    const {sqs, QueueUrl} = await connect()
    give(OWN, 'second')
    sandbox.faults.add({kind: 'expired-token', action: 'SendMessageBatch', times: 2})
    expect(await failureOf(sqs.sendMessageBatch({QueueUrl, Entries: entries}))).toMatchObject({
      code: 'ExpiredToken',
      exitCode: 4,
      outcome: 'rejected',
    })
    expect(requests()).toEqual([
      `SendMessageBatch ${OWN} fault:expired-token`,
      `GetCallerIdentity ${OWN} ok`,
      `SendMessageBatch ${OWN} fault:expired-token`,
    ])
    expect(fetches()).toBe(2)
  })

  it('is not made again when the answer was no refusal, whatever its name', async () => {
    const {sqs, QueueUrl} = await connect()
    give(OWN, 'second')
    sandbox.faults.add({kind: 'error', code: 'ExpiredToken', applied: true, action: 'SendMessageBatch', times: 1})
    expect(await failureOf(sqs.sendMessageBatch({QueueUrl, Entries: entries}))).toMatchObject({outcome: 'unknown'})
    expect(requests()).toEqual([`SendMessageBatch ${OWN} fault:error`])
  })

  it('shares the new ones with all the others', async () => {
    const {sqs, QueueUrl} = await connect(await session())
    sandbox.clock.advance(13 * 60 * MINUTE_MS)
    give(...(await session()))
    sandbox.requests.clear()
    await Promise.all(Array.from({length: 20}, async () => sqs.sendMessageBatch({QueueUrl, Entries: entries})))
    expect(fetches()).toBe(2)
    expect(requests().filter(request => request === `GetCallerIdentity ${OWN} ok`)).toHaveLength(1)
    expect(requests().filter(request => request === `SendMessageBatch ${OWN} ok`)).toHaveLength(20)
    const {Attributes} = await sqs.getQueueAttributes({QueueUrl, AttributeNames: ['ApproximateNumberOfMessages']})
    expect(Attributes).toEqual({ApproximateNumberOfMessages: '20'})
  })

  it('and all that follow send nothing with credentials of another account', async () => {
    const {sqs, QueueUrl} = await connect()
    give(OTHER, 'second')
    sandbox.faults.add({kind: 'expired-token', action: 'DeleteMessageBatch', times: 1})
    for (const [, call] of [CALLS[2]!, ...CALLS]) {
      const failure = await failureOf(call(sqs, QueueUrl))
      expect(failure).toMatchObject({
        code: 'AccountChanged',
        exitCode: 7,
        message:
          'The AWS credentials were renewed and are of account 222222222222 now, no longer of 111111111111. Nothing was sent with them.',
      })
      expect(outcomeOf(failure)).toBe('not-sent')
    }
    expect(requests()).toEqual([`DeleteMessageBatch ${OWN} fault:expired-token`, `GetCallerIdentity ${OTHER} ok`])
    expect(fetches()).toBe(2)
  })

  it('tells why no new ones can be had, and nothing is sent nor fetched any more', async () => {
    const {sqs, QueueUrl} = await connect()
    writeFileSync(path.join(home, 'keys.json'), 'none')
    sandbox.faults.add({kind: 'expired-token', action: 'SendMessageBatch'})
    for (let i = 0; i < 3; i++) {
      const failure = await failureOf(sqs.sendMessageBatch({QueueUrl, Entries: entries}))
      expect(failure).toMatchObject({code: 'CredentialProcessFailed', exitCode: 4})
      expect(outcomeOf(failure)).toBe('not-sent')
    }
    expect(requests()).toEqual([`SendMessageBatch ${OWN} fault:expired-token`])
    expect(fetches()).toBe(2)
  })

  it('is known not to have been sent when STS does not answer, and the next call asks again', async () => {
    const {sqs, QueueUrl} = await connect()
    give(OWN, 'second')
    sandbox.faults.add({kind: 'expired-token', action: 'SendMessageBatch', times: 2})
    sandbox.faults.add({kind: 'error', service: 'sts', times: 1})
    const failure = await failureOf(sqs.sendMessageBatch({QueueUrl, Entries: entries}))
    expect(failure).toMatchObject({code: 'AccountUnchecked', exitCode: 6})
    expect(outcomeOf(failure)).toBe('not-sent')
    await sqs.sendMessageBatch({QueueUrl, Entries: entries})
    expect(requests()).toEqual([
      `SendMessageBatch ${OWN} fault:expired-token`,
      `GetCallerIdentity ${OWN} fault:error`,
      `SendMessageBatch ${OWN} fault:expired-token`,
      `GetCallerIdentity ${OWN} ok`,
      `SendMessageBatch ${OWN} ok`,
    ])
  })

  it('fails at once when the environment has the same ones still', async () => {
    const aws = connectTo(sandbox.url, {region: 'us-east-1'})
    const {QueueUrl = ''} = await (await aws.sqs()).send(new CreateQueueCommand({QueueName: 'orders'}))
    const sqs = await aws.sqsLean({maxSockets: 2})
    opened.push(sqs)
    sandbox.requests.clear()
    sandbox.faults.add({kind: 'expired-token', action: 'ReceiveMessage'})
    for (let i = 0; i < 2; i++) {
      expect(await failureOf(sqs.receiveMessage({QueueUrl}))).toMatchObject({code: 'ExpiredToken', exitCode: 4})
    }
    expect(sandbox.requests.list().map(({action}) => action)).toEqual(['ReceiveMessage', 'ReceiveMessage'])
  })
})

describe('the lean client of a connection', () => {
  it('refuses everything but reads in read-only mode, and says its requests in the debug log', async () => {
    const lines: string[] = []
    const aws = connectTo(sandbox.url, {region: 'us-east-1', readOnly: true, debug: line => lines.push(line)})
    const {QueueUrl = ''} = await (
      await connectTo(sandbox.url, {region: 'us-east-1'}).sqs()
    ).send(new CreateQueueCommand({QueueName: 'orders'}))
    const sqs = await aws.sqsLean({maxSockets: 2})
    opened.push(sqs)
    for (const [, call] of CALLS.slice(0, 4)) {
      expect(await failureOf(call(sqs, QueueUrl))).toMatchObject({code: 'ReadOnly', exitCode: 7})
    }
    await sqs.getQueueAttributes({QueueUrl, AttributeNames: ['QueueArn']})
    expect(lines).toEqual([expect.stringContaining('sqs GetQueueAttributes · attempt 1 · 127.0.0.1:')])
  })

  it('takes the clock of the SDK client, which an answer has set right', async () => {
    const aws = connectTo(sandbox.url, {region: 'us-east-1'})
    const {QueueUrl = ''} = await (await aws.sqs()).send(new CreateQueueCommand({QueueName: 'orders'}))
    sandbox.faults.add({kind: 'skew', skewMs: 20 * MINUTE_MS, times: 1})
    await (await aws.sqs()).send(new GetQueueAttributesCommand({QueueUrl, AttributeNames: ['All']}))
    const client = (await aws.sqs()) as unknown as {config: {systemClockOffset: number}}
    const sqs = await aws.sqsLean({maxSockets: 2})
    opened.push(sqs)
    expect(client.config.systemClockOffset).toBeGreaterThan(19 * MINUTE_MS)
    await sqs.getQueueAttributes({QueueUrl, AttributeNames: ['QueueArn']})
    expect(client.config.systemClockOffset).toBeLessThan(MINUTE_MS)
  })
})

describe('credentials', () => {
  const keys = (token: string, leftMs = 60 * MINUTE_MS): Credentials => ({
    accessKeyId: 'ASIA',
    secretAccessKey: 'secret',
    sessionToken: token,
    expiration: new Date(Date.now() + leftMs),
  })

  /** Each fetch gives the next of these; the last one again and again. */
  function made(
    given: readonly (Credentials | Error)[],
    {before = OWN, now = async () => Promise.resolve(OWN)}: {before?: string | Error; now?: () => Promise<string>} = {},
  ) {
    const forced: boolean[] = []
    const credentials = new AccountCredentials({
      fetch: async ({forceRefresh}) => {
        const next = given[Math.min(forced.push(forceRefresh), given.length) - 1]!
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
      },
      accountBefore: async () => (before instanceof Error ? Promise.reject(before) : Promise.resolve(before)),
      accountNow: now,
    })
    return {credentials, forced}
  }
  const unreachable = new OpsError('no answer', {code: 'NoReply', exitCode: 6})

  it('are not used before STS has said whose they are, and calls that come meanwhile wait', async () => {
    let answer: (account: string) => void = () => undefined
    const asked = new Promise<string>(resolve => (answer = resolve))
    const [first, second] = [keys('first'), keys('second')]
    const {credentials} = made([first, second], {now: async () => asked})
    expect(await credentials.current()).toBe(first)
    const renewed = credentials.renew(first)
    let settled = 0
    const meanwhile = [credentials.current(), credentials.current()].map(async each => each.finally(() => settled++))
    await new Promise(resolve => setImmediate(resolve))
    expect(settled).toBe(0)
    answer(OWN)
    expect(await renewed).toBe(true)
    expect(await Promise.all(meanwhile)).toEqual([second, second])
  })

  it('that end within minutes are renewed, and those are checked too', async () => {
    const first = keys('first', 4 * MINUTE_MS)
    const {credentials, forced} = made([first, keys('second')], {now: async () => Promise.resolve(OTHER)})
    expect(await credentials.current()).toBe(first)
    expect(await failureOf(credentials.current())).toMatchObject({code: 'AccountChanged', exitCode: 7})
    expect(await failureOf(credentials.current())).toMatchObject({code: 'AccountChanged', exitCode: 7})
    expect(forced).toEqual([false, false])
  })

  it('that are good for minutes are used on when their renewal fails, which is tried again in half a minute', async () => {
    vi.useFakeTimers({toFake: ['Date']})
    const [first, second] = [keys('first', 4 * MINUTE_MS), keys('second')]
    const {credentials, forced} = made([first, unreachable, second])
    const got = []
    for (const waitMs of [0, 1000, 28_000, 2000]) {
      vi.advanceTimersByTime(waitMs)
      got.push((await credentials.current()).sessionToken)
    }
    got.push((await credentials.current()).sessionToken)
    expect([got, forced]).toEqual([
      ['first', 'first', 'first', 'second', 'second'],
      [false, false, false],
    ])
  })

  it('that have ended fail the call when their renewal fails, and the next one tries again', async () => {
    vi.useFakeTimers({toFake: ['Date']})
    const {credentials} = made([keys('first'), unreachable, keys('second', 120 * MINUTE_MS)])
    await credentials.current()
    vi.advanceTimersByTime(61 * MINUTE_MS)
    expect(await failureOf(credentials.current())).toBe(unreachable)
    expect(await credentials.current()).toMatchObject({sessionToken: 'second'})
  })

  it('are refused when the account they were of is not known', async () => {
    const {credentials} = made([keys('first', MINUTE_MS), keys('second')], {before: unreachable})
    await credentials.current()
    expect(await failureOf(credentials.current())).toMatchObject({code: 'AccountUnknown', exitCode: 7})
  })

  it('are compared by the account that they name where STS did not answer at first', async () => {
    const first = {...keys('first', MINUTE_MS), accountId: OWN}
    const {credentials} = made([first, keys('second')], {before: unreachable})
    await credentials.current()
    expect(await credentials.current()).toMatchObject({sessionToken: 'second'})
  })

  it('that were renewed while the refusal was on its way are not renewed again', async () => {
    const [first, second] = [keys('first'), keys('second')]
    const {credentials, forced} = made([first, second, keys('third')])
    await credentials.current()
    expect(await credentials.renew(first)).toBe(true)
    expect(await credentials.renew(first)).toBe(true)
    expect(await credentials.current()).toBe(second)
    expect(forced).toEqual([false, true])
  })

  it('are renewed once for all that were refused, also after a renewal that brought the same', async () => {
    const [first, second] = [keys('first', MINUTE_MS), keys('second')]
    const {credentials, forced} = made([first, first, second])
    await credentials.current()
    const early = credentials.current()
    const renewed = [credentials.renew(first), credentials.renew(first)]
    expect(await early).toBe(first)
    expect(await Promise.all(renewed)).toEqual([true, true])
    expect(forced).toEqual([false, false, true])
  })

  it('that expire again hours later are renewed again', async () => {
    const [first, second, third] = [keys('first'), keys('second'), keys('third')]
    const {credentials} = made([first, second, third])
    await credentials.current()
    expect([await credentials.renew(first), await credentials.renew(second)]).toEqual([true, true])
    expect(await credentials.current()).toBe(third)
  })

  it('that cannot be renewed are asked for once', async () => {
    const first = keys('first')
    const {credentials, forced} = made([first])
    await credentials.current()
    expect([await credentials.renew(first), await credentials.renew(first)]).toEqual([false, false])
    expect(forced).toEqual([false, true])
  })

  it('of the long term cost no request to STS', async () => {
    const before = vi.fn(async () => Promise.resolve(OWN))
    const credentials = new AccountCredentials({
      fetch: async () => Promise.resolve({accessKeyId: 'AKIA', secretAccessKey: 'secret'}),
      accountBefore: before,
      accountNow: before,
    })
    await credentials.current()
    await credentials.current()
    expect(before).not.toHaveBeenCalled()
  })
})
