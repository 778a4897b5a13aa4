import {createHash} from 'node:crypto'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {ListQueuesCommand} from '@aws-sdk/client-sqs'
import {createHandler} from '../../../src/lib/aws/clients.js'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import type {ConnectionOptions} from '../../../src/lib/aws/connect.js'
import {createCredentialProvider} from '../../../src/lib/aws/credentials.js'
import {resolveSettings} from '../../../src/lib/aws/settings.js'
import {OpsError} from '../../../src/lib/ops-error.js'
import {failureOf} from './connection.js'
import {closedPort, json, serve, text} from './http-servers.js'
import type {FakeServer} from './http-servers.js'

let home: string
let sqs: FakeServer
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'msgops-credentials-'))
  mkdirSync(join(home, '.aws', 'sso', 'cache'), {recursive: true})
  sqs = await serve(json(200, {}))
  // The SDK's own providers read the environment of the process.
  vi.stubEnv('HOME', home)
  vi.stubEnv('AWS_CONFIG_FILE', join(home, '.aws', 'config'))
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, {recursive: true})
})

const config = (content: string) => writeFileSync(join(home, '.aws', 'config'), content)

/** Sends one ListQueues and returns the access key id and session token that signed it. */
async function signer(given: Partial<ConnectionOptions> = {}, env: NodeJS.ProcessEnv = {}) {
  const aws = createAwsContext({
    sandbox: false,
    readOnly: false,
    region: 'eu-west-1',
    endpointUrl: sqs.url,
    ...given,
    env: {HOME: home, ...env},
  })
  await (await aws.sqs()).send(new ListQueuesCommand({}))
  const {headers} = sqs.received.at(-1)!
  return {
    key: /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1],
    token: headers['x-amz-security-token'],
    source: await aws.credentialSource(),
  }
}
const failure = async (given?: Partial<ConnectionOptions>, env?: NodeJS.ProcessEnv) => {
  const error = await failureOf(signer(given, env))
  expect(error).toBeInstanceOf(OpsError)
  expect(sqs.received).toHaveLength(0)
  return error as OpsError
}

const KEYS = {AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env-secret'}
const PROD = '[profile prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = prod-secret\n'

const ROLE = 'arn:aws:iam::123456789012:role/ops'
const assumed = (key: string, expiration = '2099-01-01T00:00:00Z') =>
  text(
    200,
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>A:b</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/ops/b</Arn></AssumedRoleUser><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-of-${key}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    {'content-type': 'text/xml'},
  )
const stsError = (status: number, name: string) =>
  text(
    status,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${name}</Code><Message>STS text</Message></Error><RequestId>req-sts</RequestId></ErrorResponse>`,
    {'content-type': 'text/xml', 'x-amzn-requestid': 'req-sts'},
  )

describe('sources', () => {
  it('the environment, with its session token', async () => {
    expect(await signer({}, {...KEYS, AWS_SESSION_TOKEN: 'env-token'})).toEqual({
      key: 'AKIAENV',
      token: 'env-token',
      source: 'environment',
    })
  })

  it('--profile beats the environment', async () => {
    config(PROD)
    expect(await signer({profile: 'prod'}, {...KEYS, AWS_SESSION_TOKEN: 'env-token'})).toEqual({
      key: 'AKIAPROD',
      token: undefined,
      source: 'profile',
    })
  })

  it('AWS_PROFILE alone counts; keys in the environment beat it', async () => {
    config(PROD)
    expect(await signer({}, {AWS_PROFILE: 'prod'})).toMatchObject({key: 'AKIAPROD'})
    expect(await signer({}, {AWS_PROFILE: 'prod', ...KEYS})).toMatchObject({key: 'AKIAENV', source: 'environment'})
  })

  it('the default profile when nothing is named', async () => {
    writeFileSync(
      join(home, '.aws', 'credentials'),
      '[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n',
    )
    expect(await signer()).toMatchObject({key: 'AKIADEFAULT', source: 'profile'})
  })

  it('files named by AWS_SHARED_CREDENTIALS_FILE', async () => {
    writeFileSync(join(home, 'elsewhere'), '[ci]\naws_access_key_id = AKIACI\naws_secret_access_key = s\n')
    expect(await signer({profile: 'ci'}, {AWS_SHARED_CREDENTIALS_FILE: join(home, 'elsewhere')})).toMatchObject({
      key: 'AKIACI',
    })
  })

  it('a credential_process', async () => {
    const document = JSON.stringify({Version: 1, AccessKeyId: 'AKIAPROCESS', SecretAccessKey: 's', SessionToken: 't'})
    writeFileSync(join(home, 'credentials.json'), document)
    config(`[profile tool]\ncredential_process = cat ${join(home, 'credentials.json')}\n`)
    expect(await signer({profile: 'tool'})).toEqual({key: 'AKIAPROCESS', token: 't', source: 'credential_process'})
  })

  it('the instance metadata of EC2', async () => {
    const imds = await serve((response, {action}) => {
      const role = '/latest/meta-data/iam/security-credentials/'
      if (action === '/latest/api/token') response.end('imds-token')
      else if (action === role) response.end('instance-role')
      else
        response.end(
          JSON.stringify({
            AccessKeyId: 'ASIAEC2',
            SecretAccessKey: 's',
            Token: 't',
            Expiration: '2099-01-01T00:00:00Z',
          }),
        )
    })
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false')
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', imds.url)
    expect(await signer()).toEqual({key: 'ASIAEC2', token: 't', source: 'instance or container metadata'})
  })

  it('the sandbox has its own, whatever else is set', async () => {
    config(PROD)
    const found = await signer(
      {sandbox: true, endpointUrl: undefined},
      {...KEYS, AWS_PROFILE: 'prod', MSGOPS_SANDBOX_URL: sqs.url},
    )
    expect(found).toEqual({key: 'sandbox', token: undefined, source: 'sandbox'})
  })

  it('are fetched once for all clients', async () => {
    const sts = await serve(assumed('ASIAROLE'))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    config(`${PROD}[profile role]\nrole_arn = ${ROLE}\nsource_profile = prod\n`)
    const aws = createAwsContext({
      sandbox: false,
      readOnly: false,
      profile: 'role',
      region: 'eu-west-1',
      endpointUrl: sqs.url,
      env: {HOME: home},
    })
    const clients = await Promise.all([aws.sqs(), aws.sqsOnce()])
    await Promise.all(clients.map(async client => client.send(new ListQueuesCommand({}))))
    expect(sts.received.map(({action}) => action)).toEqual(['AssumeRole'])
  })
})

describe('temporary credentials', () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString()
  async function connected(expirations: readonly (string | undefined)[]) {
    const sts = await serve((response, received, count) => {
      const expiration = expirations[count - 1]
      ;(expiration === undefined ? stsError(500, 'InternalFailure') : assumed(`ASIA${count}`, expiration))(
        response,
        received,
        count,
      )
    })
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    config(`${PROD}[profile role]\nrole_arn = ${ROLE}\nsource_profile = prod\n`)
    const options = {sandbox: false, readOnly: false, profile: 'role', region: 'eu-west-1', env: {HOME: home}}
    const provider = createCredentialProvider(resolveSettings(options), options, createHandler(undefined))
    return async (properties?: {forceRefresh: boolean}) => (await provider(properties)).accessKeyId
  }

  it('are renewed five minutes before they end', async () => {
    const key = await connected([minutes(4), minutes(60)])
    expect([await key(), await key(), await key()]).toEqual(['ASIA1', 'ASIA2', 'ASIA2'])
  })

  it('serve on when a renewal fails and they are still good', async () => {
    const key = await connected([minutes(4), undefined, undefined, undefined, minutes(60)])
    expect([await key(), await key(), await key()]).toEqual(['ASIA1', 'ASIA1', 'ASIA5'])
  })

  it('are fetched anew on demand, and then a failure is one', async () => {
    const key = await connected([minutes(60), minutes(60), undefined, undefined, undefined])
    expect([await key(), await key({forceRefresh: true}), await key()]).toEqual(['ASIA1', 'ASIA2', 'ASIA2'])
    expect(await failureOf(key({forceRefresh: true}))).toMatchObject({code: 'InternalFailure', exitCode: 6})
  })

  it('are fetched once however many ask at once', async () => {
    const key = await connected([minutes(60), minutes(60)])
    expect(await Promise.all([key(), key(), key()])).toEqual(['ASIA1', 'ASIA1', 'ASIA1'])
  })
})

describe('an assumed role', () => {
  const chain = `${PROD}[profile middle]\nrole_arn = arn:aws:iam::123456789012:role/middle\nsource_profile = prod\n[profile role]\nrole_arn = ${ROLE}\nsource_profile = middle\n`

  it('follows a chain of source profiles', async () => {
    const sts = await serve((response, received, count) =>
      assumed(count === 1 ? 'ASIAMIDDLE' : 'ASIAROLE')(response, received, count),
    )
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    config(chain)
    expect(await signer({profile: 'role'}, KEYS)).toEqual({
      key: 'ASIAROLE',
      token: 'token-of-ASIAROLE',
      source: 'assumed role',
    })
    expect(sts.received.map(({headers}) => /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1])).toEqual([
      'AKIAPROD',
      'ASIAMIDDLE',
    ])
  })

  it('that is denied names the role and sts:AssumeRole', async () => {
    const sts = await serve(stsError(403, 'AccessDenied'))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    config(chain)
    const error = await failure({profile: 'middle'})
    expect(error).toMatchObject({code: 'AccessDenied', exitCode: 4, requestId: 'req-sts'})
    expect(error.message).toContain(
      'AssumeRole on arn:aws:iam::123456789012:role/middle needs the permission sts:AssumeRole',
    )
  })

  it('of an unreachable STS is a network error', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://127.0.0.1:${await closedPort()}`)
    config(chain)
    expect(await failure({profile: 'middle'})).toMatchObject({code: 'ConnectionRefused', exitCode: 6})
  })

  it('asks for the MFA code once', async () => {
    const sts = await serve(assumed('ASIAMFA'))
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url)
    config(
      `${PROD}[profile mfa]\nrole_arn = ${ROLE}\nsource_profile = prod\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n`,
    )
    const asked: string[] = []
    const promptMfa = (serial: string) => {
      asked.push(serial)
      return Promise.resolve('123456')
    }
    expect(await signer({profile: 'mfa', promptMfa})).toMatchObject({key: 'ASIAMFA'})
    expect(asked).toEqual(['arn:aws:iam::123456789012:mfa/me'])
    expect(new URLSearchParams(sts.received[0]?.body).get('TokenCode')).toBe('123456')
  })

  it('that needs a code says so where nobody can be asked', async () => {
    config(
      `${PROD}[profile mfa]\nrole_arn = ${ROLE}\nsource_profile = prod\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n`,
    )
    const error = await failure({profile: 'mfa'})
    expect(error).toMatchObject({code: 'MfaRequired', exitCode: 4})
    expect(error.message).toBe(
      'Profile mfa needs a code of the MFA device arn:aws:iam::123456789012:mfa/me, and there is no terminal to ask for it.',
    )
    expect(await failure({profile: 'mfa', promptMfa: () => Promise.resolve('')})).toMatchObject({
      code: 'MfaRequired',
      exitCode: 4,
    })
  })

  it('waits for the code no longer than the signal', async () => {
    config(
      `${PROD}[profile mfa]\nrole_arn = ${ROLE}\nsource_profile = prod\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n`,
    )
    const controller = new AbortController()
    const promptMfa = () =>
      new Promise<string>(() => {
        controller.abort()
      })
    const aws = createAwsContext({
      sandbox: false,
      readOnly: false,
      profile: 'mfa',
      region: 'eu-west-1',
      endpointUrl: sqs.url,
      env: {HOME: home},
      promptMfa,
    })
    const call = (await aws.sqs()).send(new ListQueuesCommand({}), {abortSignal: controller.signal})
    expect(await failureOf(call)).toMatchObject({name: 'AbortError'})
  })
})

describe('SSO', () => {
  const SSO =
    '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n'
  const token = (expiresAt: string) =>
    writeFileSync(
      join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update('corp').digest('hex')}.json`),
      JSON.stringify({accessToken: 'sso-access-token', expiresAt}),
    )
  async function portal(status: number, document: unknown) {
    const server = await serve(json(status, document))
    vi.stubEnv('AWS_ENDPOINT_URL_SSO', server.url)
    return server
  }
  const login = {
    code: 'SsoSessionExpired',
    exitCode: 4,
    suggestions: ['Run aws sso login --profile sso, then this command again.'],
  }

  it('gives the credentials of its role', async () => {
    config(SSO)
    token('2099-01-01T00:00:00Z')
    await portal(200, {
      roleCredentials: {accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't', expiration: 4070908800000},
    })
    expect(await signer({profile: 'sso'})).toEqual({key: 'ASIASSO', token: 't', source: 'SSO'})
  })

  it('without a token, with an old one, or with one that the portal refuses, says how to log in', async () => {
    config(SSO)
    expect(await failure({profile: 'sso'})).toMatchObject(login)
    token('2001-01-01T00:00:00Z')
    expect(await failure({profile: 'sso'})).toMatchObject(login)
    token('2099-01-01T00:00:00Z')
    await portal(401, {__type: 'UnauthorizedException', message: 'Session token not found or invalid'})
    expect(await failure({profile: 'sso'})).toMatchObject(login)
  })

  it('that gives no access names role and account', async () => {
    config(SSO)
    token('2099-01-01T00:00:00Z')
    await portal(403, {message: 'No access'})
    expect(await failure({profile: 'sso'})).toMatchObject({
      code: 'SsoAccessDenied',
      exitCode: 4,
      message: 'SSO gives profile sso no access to ReadOnly in account 123456789012.',
    })
  })
})

describe('without usable credentials', () => {
  it('says what to do', async () => {
    const error = await failure()
    expect(error).toMatchObject({code: 'CredentialsMissing', exitCode: 4, message: 'No AWS credentials were found.'})
    expect(error.suggestions.join(' ')).toContain('msgops sandbox start')
    config(PROD)
    expect((await failure()).suggestions[0]).toBe('Name a profile: --profile prod.')
  })

  it.each([
    [{AWS_ACCESS_KEY_ID: 'AKIAENV'}, 'AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.'],
    [{AWS_SECRET_ACCESS_KEY: 'x'}, 'AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not.'],
  ])('half a pair of keys is not passed over for other keys', async (env, message) => {
    config('[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n')
    expect(await failure({}, env)).toMatchObject({code: 'CredentialsIncomplete', exitCode: 4, message})
  })

  it.each([
    ['region = eu-west-1', 'Profile x holds no credentials.'],
    [`role_arn = ${ROLE}`, 'Profile x has a role_arn but says not whose credentials assume it.'],
    [`role_arn = ${ROLE}\nsource_profile = gone`, 'Profile x names the source_profile gone, which does not exist.'],
    [
      `role_arn = ${ROLE}\nsource_profile = y\n[profile y]\nrole_arn = ${ROLE}\nsource_profile = x`,
      'Profile y and x name each other as source_profile.',
    ],
    [`role_arn = ${ROLE}\nsource_profile = y\n[profile y]\nregion = eu-west-1`, 'Profile y holds no credentials.'],
    ['aws_access_key_id = A', 'Profile x has an aws_access_key_id without an aws_secret_access_key.'],
  ])('a named profile is never passed over: %s', async (settings, message) => {
    config(`[profile x]\n${settings}\n`)
    expect(await failure({profile: 'x'}, KEYS)).toMatchObject({code: 'ProfileIncomplete', exitCode: 4, message})
  })

  it('a credential_process that fails is named, and its command and output are not repeated', async () => {
    config('[profile tool]\ncredential_process = sh -c "echo leaked-output >&2; exit 3" leaked-argument\n')
    const error = await failure({profile: 'tool'})
    expect(error).toMatchObject({code: 'CredentialProcessFailed', exitCode: 4})
    expect(JSON.stringify([error.message, error.suggestions, error.stack, String(error.cause)])).not.toMatch(/leaked/)
  })
})
