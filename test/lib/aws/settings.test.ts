import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {createAwsContext} from '../../../src/lib/aws/connect.js'
import {connectionNotices, resolveSettings} from '../../../src/lib/aws/settings.js'
import type {ConnectionOptions} from '../../../src/lib/aws/settings.js'
import {refusal} from './connection.js'

const CONFIG = `
[default]
region = us-east-2
[profile prod]
region = eu-west-1
endpoint_url = https://general.example
services = vpc
[profile bare]
output = json
[profile lost]
region = eu-west-1
services = nowhere
[profile ignoring]
region = eu-west-1
endpoint_url = https://general.example
ignore_configured_endpoint_urls = true
[profile fips]
region = us-gov-west-1
use_fips_endpoint = true
use_dualstack_endpoint = true
max_attempts = 5
[services vpc]
sqs =
  endpoint_url = https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'msgops-settings-'))
  writeFileSync(join(folder, 'config'), CONFIG)
})
afterAll(() => rmSync(folder, {recursive: true}))

function options(given: Partial<ConnectionOptions>, env: NodeJS.ProcessEnv = {}): ConnectionOptions {
  return {
    sandbox: false,
    readOnly: false,
    ...given,
    env: {AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'), ...env},
  }
}
const settings = (given: Partial<ConnectionOptions>, env?: NodeJS.ProcessEnv) => resolveSettings(options(given, env))

describe('region', () => {
  const all = {AWS_REGION: 'ap-south-1', AWS_DEFAULT_REGION: 'sa-east-1'}
  it.each([
    [{region: 'ca-central-1', profile: 'prod'}, all, 'ca-central-1', '--region'],
    [{region: 'ca-central-1'}, {...all, MSGOPS_REGION: 'ca-central-1'}, 'ca-central-1', 'MSGOPS_REGION'],
    [{profile: 'prod'}, all, 'ap-south-1', 'AWS_REGION'],
    [{profile: 'prod'}, {AWS_DEFAULT_REGION: 'sa-east-1'}, 'sa-east-1', 'AWS_DEFAULT_REGION'],
    [{profile: 'prod'}, {}, 'eu-west-1', 'profile prod'],
    [{}, {AWS_PROFILE: 'prod'}, 'eu-west-1', 'profile prod'],
    [{}, {}, 'us-east-2', 'profile default'],
    [{}, {AWS_REGION: ''}, 'us-east-2', 'profile default'],
  ])('%j with %j is %s from %s', (given, env, value, source) => {
    expect(settings(given, env).region).toEqual({value, source})
  })

  it('is never a default: none is a usage error that says how to set one', () => {
    const refused = refusal(() => settings({profile: 'bare'}))
    expect(refused).toMatchObject({code: 'RegionMissing', exitCode: 2, message: 'No AWS region is set.'})
    expect(refused.suggestions).toEqual([
      'Give --region, for example --region eu-west-1.',
      'Or set AWS_REGION in the environment.',
      'Or give the profile one: aws configure set region eu-west-1 --profile bare.',
      'Or use a profile that has a region: default, prod, lost, ignoring, fips.',
    ])
  })

  it.each(['evil.example/x', 'eu west 1', 'EU-WEST-1', '-', 'a'.repeat(64)])(
    'refuses %j, which would end up in a host name',
    region => {
      expect(refusal(() => settings({region}))).toMatchObject({code: 'RegionInvalid', exitCode: 2})
    },
  )
})

describe('profile', () => {
  it('that exists nowhere is refused with the names of those that do', () => {
    for (const refused of [
      refusal(() => settings({profile: 'pord'})),
      refusal(() => settings({}, {AWS_PROFILE: 'pord', AWS_REGION: 'eu-west-1'})),
    ]) {
      expect(refused).toMatchObject({
        code: 'ProfileNotFound',
        exitCode: 4,
        suggestions: ['Profiles that exist: default, prod, bare, lost, ignoring, fips.'],
      })
    }
  })

  it('in AWS_PROFILE is not needed where keys are in the environment, and the clash is told', () => {
    const env = {AWS_PROFILE: 'pord', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_REGION: 'eu-west-1'}
    const given = options({}, env)
    expect(connectionNotices(resolveSettings(given), given)).toEqual([
      'AWS_PROFILE (pord) and AWS_ACCESS_KEY_ID are both set; the key is used, as the AWS CLI does. --profile overrides it.',
    ])
  })

  it('--profile beats AWS_PROFILE', () => {
    expect(settings({profile: 'prod'}, {AWS_PROFILE: 'bare'}).profile).toEqual({value: 'prod', source: '--profile'})
    expect(settings({}, {AWS_PROFILE: 'prod'}).profile).toEqual({value: 'prod', source: 'AWS_PROFILE'})
    expect(settings({}).profile).toBeUndefined()
  })
})

describe('endpoints', () => {
  const env = {AWS_ENDPOINT_URL_SQS: 'https://a.example', AWS_ENDPOINT_URL: 'https://b.example'}
  it.each([
    [{endpointUrl: 'https://flag.example', profile: 'prod'}, env, 'https://flag.example', 'https://flag.example'],
    [{profile: 'prod'}, env, 'https://a.example', 'https://b.example'],
    [{profile: 'prod'}, {}, 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com', 'https://general.example'],
    [{profile: 'prod'}, {...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true'}, undefined, undefined],
    [{profile: 'ignoring'}, env, undefined, undefined],
    [
      {profile: 'ignoring'},
      {...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false'},
      'https://a.example',
      'https://b.example',
    ],
    [{profile: 'ignoring', endpointUrl: 'https://flag.example'}, env, 'https://flag.example', 'https://flag.example'],
    [{}, {}, undefined, undefined],
  ])('%j with %j: sqs %s, sts %s', (given, environment, sqs, sts) => {
    const {endpoints} = settings(given, environment)
    expect([endpoints.sqs?.value, endpoints.sts?.value]).toEqual([sqs, sts])
  })

  it('say where they were read from', () => {
    const {endpoints} = settings({profile: 'prod'}, {AWS_ENDPOINT_URL_STS: 'https://sts.example'})
    expect([endpoints.sqs?.source, endpoints.sts?.source]).toEqual(['services vpc', 'AWS_ENDPOINT_URL_STS'])
  })

  it('of a services section that is missing are refused, not passed over', () => {
    expect(refusal(() => settings({profile: 'lost'}))).toMatchObject({code: 'ConfigInvalid', exitCode: 2})
  })

  it.each([
    'http://127.0.0.1:4747',
    'http://localhost:4566',
    'http://sqs.localhost:1',
    'http://[::1]:9',
    'http://127.8.9.10',
    'https://anywhere.example',
  ])('may be %s', endpointUrl => expect(settings({endpointUrl}).endpoints.sqs?.value).toBe(endpointUrl))

  it.each([
    'http://sqs.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://10.0.0.1:4566',
    'http://0.0.0.0:4566',
  ])('may not be plain http to another machine: %s', endpointUrl =>
    expect(refusal(() => settings({endpointUrl}))).toMatchObject({code: 'EndpointInsecure', exitCode: 2}),
  )

  it.each(['sqs.example', 'ftp://127.0.0.1', 'https://user:hunter2@a.example', 'https://a.example?x=1', ''])(
    'may not be %j',
    endpointUrl => {
      const refused = refusal(() => settings({endpointUrl}))
      expect(refused).toMatchObject({code: 'EndpointInvalid', exitCode: 2})
      expect(refused.message).not.toContain('hunter2')
    },
  )
})

it('reads FIPS, dual-stack and attempts from profile and environment', () => {
  expect(settings({profile: 'fips'})).toMatchObject({useFipsEndpoint: true, useDualstackEndpoint: true, maxAttempts: 5})
  expect(settings({profile: 'fips'}, {AWS_USE_FIPS_ENDPOINT: 'false', AWS_MAX_ATTEMPTS: '2'})).toMatchObject({
    useFipsEndpoint: false,
    maxAttempts: 2,
  })
  expect(settings({}).maxAttempts).toBe(3)
  expect(refusal(() => settings({}, {AWS_MAX_ATTEMPTS: '0'}))).toMatchObject({code: 'ConfigInvalid', exitCode: 2})
})

it('tells of certificates that are not checked', () => {
  const given = options({}, {NODE_TLS_REJECT_UNAUTHORIZED: '0'})
  expect(connectionNotices(resolveSettings(given), given)).toEqual([
    'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of certificates: anyone on the way can read and change messages.',
  ])
})

describe('sandbox', () => {
  // A directory in place of the file: reading it would throw.
  const untouchable = () => ({
    AWS_CONFIG_FILE: folder,
    AWS_REGION: 'eu-west-1',
    AWS_PROFILE: 'prod',
    AWS_ENDPOINT_URL: 'https://aws.example',
    AWS_ACCESS_KEY_ID: 'AKIA',
  })

  it('has its own address and region, and reads neither files nor AWS variables', () => {
    expect(settings({sandbox: true}, untouchable())).toMatchObject({
      region: {value: 'us-east-1', source: 'sandbox'},
      profile: undefined,
      endpoints: {sqs: {value: 'http://127.0.0.1:4747'}, sts: {value: 'http://127.0.0.1:4747'}},
      sharedConfig: undefined,
    })
  })

  it('takes --region and MSGOPS_SANDBOX_URL', () => {
    const found = settings({sandbox: true, region: 'eu-west-2'}, {MSGOPS_SANDBOX_URL: 'http://localhost:5000/'})
    expect(found.region).toEqual({value: 'eu-west-2', source: '--region'})
    expect(found.endpoints.sqs).toEqual({value: 'http://localhost:5000', source: 'MSGOPS_SANDBOX_URL'})
  })

  it.each(['https://127.0.0.1:4747', 'http://sandbox.example', 'nonsense'])('is on this machine: not %s', url => {
    expect(refusal(() => settings({sandbox: true}, {MSGOPS_SANDBOX_URL: url}))).toMatchObject({
      code: 'EndpointInvalid',
      exitCode: 2,
    })
  })

  it.each([{profile: 'prod'}, {endpointUrl: 'http://127.0.0.1:1'}])(
    'refuses %j as soon as the context is made',
    given => {
      expect(refusal(() => createAwsContext(options({sandbox: true, ...given})))).toMatchObject({
        code: 'SandboxConflict',
        exitCode: 2,
      })
    },
  )
})

it('makes a context without reading anything, and fails when a fact is asked for', () => {
  const aws = createAwsContext(options({profile: 'bare'}))
  expect(aws.sandbox).toBe(false)
  expect(refusal(() => aws.region)).toMatchObject({code: 'RegionMissing'})
})
