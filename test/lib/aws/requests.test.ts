import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {ListQueuesCommand, ReceiveMessageCommand} from '@aws-sdk/client-sqs'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import type {MockInstance} from 'vitest'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import {ENV, failureOf} from './connection.js'

/** No request leaves: each is noted where the handler would send it. */
let handle: MockInstance<NodeHttpHandler['handle']>
beforeEach(() => {
  handle = vi.spyOn(NodeHttpHandler.prototype, 'handle')
  handle.mockRejectedValue(Object.assign(new Error('refused'), {code: 'ECONNREFUSED', syscall: 'connect'}))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const connect = (region: string, env: NodeJS.ProcessEnv = {}) =>
  createAwsContext({sandbox: false, readOnly: false, region, env: {...ENV, AWS_MAX_ATTEMPTS: '1', ...env}})
const requests = () => handle.mock.calls.map(([request]) => `${request.protocol}//${request.hostname}`)
const timeouts = () => handle.mock.calls.map(([, options]) => options?.requestTimeout ?? 0)

describe('where requests go', () => {
  it.each([
    ['eu-west-1', {}, 'https://sqs.eu-west-1.amazonaws.com', 'https://sts.eu-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'https://sqs.cn-north-1.amazonaws.com.cn', 'https://sts.cn-north-1.amazonaws.com.cn'],
    [
      'us-east-1',
      {AWS_USE_FIPS_ENDPOINT: 'true'},
      'https://sqs-fips.us-east-1.amazonaws.com',
      'https://sts-fips.us-east-1.amazonaws.com',
    ],
    [
      'eu-west-1',
      {AWS_USE_DUALSTACK_ENDPOINT: 'true'},
      'https://sqs.eu-west-1.api.aws',
      'https://sts.eu-west-1.api.aws',
    ],
    [
      'us-gov-west-1',
      {AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL_STS: 'https://sts.corp.example'},
      'https://sqs.us-gov-west-1.amazonaws.com',
      'https://sts.corp.example',
    ],
  ])('%s with %j: %s', async (region, env, sqs, sts) => {
    const aws = connect(region, env)
    await failureOf((await aws.sqs()).send(new ListQueuesCommand({})))
    await failureOf((await aws.sqsOnce()).send(new ListQueuesCommand({})))
    await failureOf(aws.identity())
    expect(requests()).toEqual([sqs, sqs, sts])
  })

  it.each([
    'https://eu-west-1.queue.amazonaws.com/123456789012/q',
    'https://sqs.eu-west-1.api.aws/123456789012/q',
    'http://sqs.eu-west-1.amazonaws.com/123456789012/q',
  ])('is not what a queue URL says, even one of AWS: %s', async QueueUrl => {
    const aws = connect('eu-west-1')
    for (const client of [await aws.sqs(), await aws.sqsOnce()]) {
      await failureOf(client.send(new ReceiveMessageCommand({QueueUrl})))
    }
    expect(requests()).toEqual(['https://sqs.eu-west-1.amazonaws.com', 'https://sqs.eu-west-1.amazonaws.com'])
  })

  it('is what the settings say, even where the SDK would find an endpoint or a region by itself', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'https://rogue.example')
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', 'https://rogue.example')
    vi.stubEnv('AWS_REGION', 'ap-south-1')
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDROGUE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rogue')
    const aws = connect('eu-west-1')
    await failureOf((await aws.sqs()).send(new ListQueuesCommand({})))
    await failureOf(aws.identity())
    expect(requests()).toEqual(['https://sqs.eu-west-1.amazonaws.com', 'https://sts.eu-west-1.amazonaws.com'])
    expect(handle.mock.calls[0]?.[0].headers.authorization).toContain('Credential=AKIDEXAMPLE/')
  })
})

describe('how long they may take', () => {
  const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/q'
  async function limit(WaitTimeSeconds: number | undefined, requestTimeoutMs?: number): Promise<number> {
    const aws = createAwsContext({sandbox: false, readOnly: false, env: ENV, requestTimeoutMs})
    await failureOf((await aws.sqsOnce()).send(new ReceiveMessageCommand({QueueUrl, WaitTimeSeconds})))
    return Math.ceil(timeouts().at(-1)! / 10_000) * 10
  }

  it('follows the long poll, and the longest one where the queue decides', async () => {
    expect([await limit(0), await limit(20), await limit(undefined)]).toEqual([10, 30, 30])
  })

  it('starts when the credentials are there, however long a person took for the MFA code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'msgops-requests-'))
    const role = 'role_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = source\nmfa_serial = m'
    writeFileSync(
      join(folder, 'config'),
      `[profile source]\naws_access_key_id = A\naws_secret_access_key = s\n[profile mfa]\n${role}\n`,
    )
    const granted =
      '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>B</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>'
    const response: unknown = Object.assign(Object.create(null), {
      statusCode: 200,
      headers: {},
      body: Readable.from([granted]),
    })
    handle.mockResolvedValueOnce({response} as Awaited<ReturnType<NodeHttpHandler['handle']>>)
    vi.useFakeTimers({toFake: ['performance']})
    try {
      const aws = createAwsContext({
        sandbox: false,
        readOnly: false,
        region: 'eu-west-1',
        profile: 'mfa',
        env: {...ENV, AWS_MAX_ATTEMPTS: '1', AWS_CONFIG_FILE: join(folder, 'config')},
        promptMfa: () => {
          vi.advanceTimersByTime(60_000)
          return Promise.resolve('123456')
        },
      })
      await failureOf((await aws.sqs()).send(new ListQueuesCommand({})))
      expect(requests()).toEqual(['https://sts.eu-west-1.amazonaws.com', 'https://sqs.eu-west-1.amazonaws.com'])
      expect(timeouts()).toEqual([10_000, 10_000])
    } finally {
      vi.useRealTimers()
      rmSync(folder, {recursive: true})
    }
  })

  it('is at most --timeout', async () => {
    expect(await limit(20, 10_000)).toBe(10)
  })
})

it.each([
  [{AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2'}, 'AWS_ENDPOINT_URL_SQS'],
  [{AWS_ENDPOINT_URL: 'http://127.0.0.1:2'}, 'AWS_ENDPOINT_URL'],
])('that nobody takes at %o name where the address comes from', async (env, source) => {
  const failure = await failureOf((await connect('eu-west-1', env).sqs()).send(new ListQueuesCommand({})))
  expect(failure).toMatchObject({
    code: 'ConnectionRefused',
    suggestions: [`Check that address: it comes from ${source}.`],
  })
})

it('are not repeated after silence, which has used up the time', async () => {
  handle.mockRejectedValue(Object.assign(new Error('silence'), {name: 'TimeoutError', code: 'ETIMEDOUT'}))
  const aws = connect('eu-west-1', {AWS_MAX_ATTEMPTS: '3'})
  expect(await failureOf((await aws.sqs()).send(new ListQueuesCommand({})))).toMatchObject({
    code: 'NoReply',
    outcome: 'unknown',
  })
  expect(handle).toHaveBeenCalledTimes(1)
})

it('are repeated when no connection was made', async () => {
  handle.mockRejectedValue(Object.assign(new Error('no connection'), {name: 'TimeoutError'}))
  const aws = connect('eu-west-1', {AWS_MAX_ATTEMPTS: '3'})
  expect(await failureOf((await aws.sqs()).send(new ListQueuesCommand({})))).toMatchObject({
    code: 'ConnectTimeout',
    outcome: 'not-sent',
  })
  expect(handle).toHaveBeenCalledTimes(3)
})
