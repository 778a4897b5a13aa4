import {AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient} from '@aws-sdk/client-sts'
import {CreateQueueCommand, ListQueuesCommand, SQSClient} from '@aws-sdk/client-sqs'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {startSandbox, type Sandbox} from '../../../src/sandbox/server.js'
import {http1, json, query} from '../raw-http.js'

const sandbox: Sandbox = await startSandbox()
const NOON = Date.UTC(2026, 3, 21, 12)
const ROLE = 'arn:aws:iam::444455556666:role/team/operator'

interface Keys {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

function options(credentials: Partial<Keys> = {}) {
  return {
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: {accessKeyId: 'sandbox', secretAccessKey: 'x', ...credentials},
    maxAttempts: 1,
  }
}
const sts = (credentials?: Partial<Keys>) => new STSClient(options(credentials))
const identity = async (credentials?: Partial<Keys>) => {
  const {Account, Arn, UserId} = await sts(credentials).send(new GetCallerIdentityCommand({}))
  return {Account, Arn, UserId}
}
async function assume(input: Partial<ConstructorParameters<typeof AssumeRoleCommand>[0]> = {}) {
  const answer = await sts().send(new AssumeRoleCommand({RoleArn: ROLE, RoleSessionName: 'night-shift', ...input}))
  const {AccessKeyId = '', SecretAccessKey = '', SessionToken} = answer.Credentials ?? {}
  return {answer, keys: {accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken}}
}

beforeEach(async () => {
  await sandbox.reset()
  sandbox.clock.freeze(NOON)
})
afterAll(() => sandbox.close())

describe('GetCallerIdentity', () => {
  it('names the account that the access key stands for', async () => {
    expect(await identity()).toEqual({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/sandbox',
      UserId: 'AIDASANDBOX0000000000',
    })
    expect(await identity({accessKeyId: '123456789012'})).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/sandbox',
    })
    expect(await identity({accessKeyId: 'AKIAEXAMPLE'})).toMatchObject({Account: '000000000000'})
    expect(await identity({accessKeyId: '1234567890123'})).toMatchObject({Account: '000000000000'})
  })
})

describe('AssumeRole', () => {
  it('gives credentials that act in the account of the role, for an hour', async () => {
    const {answer, keys} = await assume()
    expect(answer.AssumedRoleUser).toEqual({
      Arn: 'arn:aws:sts::444455556666:assumed-role/operator/night-shift',
      AssumedRoleId: 'AROASANDBOX0000000000:night-shift',
    })
    expect(answer.Credentials?.Expiration).toEqual(new Date(NOON + 3_600_000))
    expect(keys.accessKeyId).toMatch(/^ASIA[0-9A-F]{16}$/)
    expect(await identity(keys)).toEqual({
      Account: '444455556666',
      Arn: 'arn:aws:sts::444455556666:assumed-role/operator/night-shift',
      UserId: 'AROASANDBOX0000000000:night-shift',
    })
    const sqs = new SQSClient(options(keys))
    const {QueueUrl} = await sqs.send(new CreateQueueCommand({QueueName: 'q'}))
    expect(QueueUrl).toBe(`${sandbox.url}/444455556666/q`)
  })

  it('gives credentials that expire on the clock of the local AWS, for every service', async () => {
    const {keys} = await assume({DurationSeconds: 900})
    sandbox.clock.advance(899_999)
    await identity(keys)
    sandbox.clock.advance(1)
    await expect(identity(keys)).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      $metadata: {httpStatusCode: 403},
    })
    await expect(new SQSClient(options(keys)).send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    })
  })

  it('gives credentials that are worth nothing without their token', async () => {
    const {keys} = await assume()
    await expect(identity({...keys, sessionToken: 'guessed'})).rejects.toMatchObject({name: 'InvalidClientTokenId'})
    await expect(identity({...keys, sessionToken: undefined})).rejects.toMatchObject({name: 'InvalidClientTokenId'})
  })

  it('takes any six digits of a device but 000000', async () => {
    const device = {SerialNumber: 'arn:aws:iam::000000000000:mfa/phone'}
    await assume({...device, TokenCode: '123456'})
    for (const input of [{...device, TokenCode: '000000'}, device, {TokenCode: '123456'}]) {
      await expect(assume(input)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
      })
    }
  })

  it.each([
    ['a role that is no ARN', {RoleArn: 'operator'}, 'operator is invalid'],
    [
      'a user for a role',
      {RoleArn: 'arn:aws:iam::444455556666:user/joe'},
      'arn:aws:iam::444455556666:user/joe is invalid',
    ],
    [
      'a session name with blanks',
      {RoleSessionName: 'night shift'},
      "1 validation error detected: Value 'night shift' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    [
      'a quarter of an hour less a second',
      {DurationSeconds: 899},
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      'half a day and a second',
      {DurationSeconds: 43_201},
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
  ])('refuses %s', async (_, input, message) => {
    await expect(assume(input)).rejects.toMatchObject({name: 'ValidationError', message})
  })

  it('refuses a request without a role', async () => {
    const answer = await http1(sandbox.url, query('sts', 'Action=AssumeRole&RoleSessionName=x'))
    expect(answer.status).toBe(400)
    expect(answer.body).toContain('Value null at &apos;roleArn&apos;'.replaceAll('&apos;', "'"))
  })
})

describe('GetSessionToken', () => {
  it('gives credentials of the same user, for twelve hours', async () => {
    const {Credentials} = await sts({accessKeyId: '123456789012'}).send(new GetSessionTokenCommand({}))
    expect(Credentials?.Expiration).toEqual(new Date(NOON + 43_200_000))
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    }
    expect(await identity(keys)).toMatchObject({Arn: 'arn:aws:iam::123456789012:user/sandbox'})
  })
})

it('speaks query only: JSON gets an error in JSON', async () => {
  const answer = await http1(sandbox.url, json('sts', 'AWSSecurityTokenServiceV20110615.GetCallerIdentity', {}))
  expect(answer.status).toBe(400)
  expect(JSON.parse(answer.body)).toMatchObject({__type: 'com.amazon.coral.service#UnknownOperationException'})
})
