import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {startSandbox} from '../../src/sandbox/server.js'
import {runPiped} from '../fixtures/cli/run.js'

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const sandbox = await startSandbox()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'msgops-whoami-'))
  writeFileSync(
    join(folder, 'config'),
    `[profile ops]\nregion = eu-west-1\nendpoint_url = ${sandbox.url}\naws_access_key_id = 111122223333\naws_secret_access_key = s\n[profile bare]\noutput = json\n`,
  )
})
beforeEach(() => sandbox.reset())
afterAll(async () => {
  rmSync(folder, {recursive: true})
  await sandbox.close()
})

const whoami = async (words: string, env: Record<string, string> = {}) =>
  runPiped(process.execPath, [BIN, 'whoami', ...words.split(' ').filter(word => word !== '')], {
    env: {AWS_CONFIG_FILE: join(folder, 'config'), MSGOPS_SANDBOX_URL: sandbox.url, ...env},
  })

describe('msgops whoami', () => {
  it('in the sandbox: fixed credentials, region and address, whatever the environment says', async () => {
    const {code, stdout} = await whoami('--sandbox --json', {
      AWS_REGION: 'ap-south-1',
      AWS_ACCESS_KEY_ID: '999999999999',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_PROFILE: 'ops',
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      account: '000000000000',
      arn: 'arn:aws:iam::000000000000:user/sandbox',
      userId: 'AIDASANDBOX0000000000',
      region: 'us-east-1',
      regionSource: 'sandbox',
      profile: null,
      credentialSource: 'sandbox',
      endpoint: sandbox.url,
      endpointSource: 'MSGOPS_SANDBOX_URL',
      sandbox: true,
      readOnly: false,
      warnings: [],
    })
  })

  it('with a profile: its account, region and endpoint, against keys in the environment', async () => {
    const {code, stdout} = await whoami('--profile ops --read-only --json', {
      AWS_ACCESS_KEY_ID: '999999999999',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      account: '111122223333',
      region: 'eu-west-1',
      regionSource: 'profile ops',
      profile: 'ops',
      credentialSource: 'profile',
      endpoint: sandbox.url,
      endpointSource: 'endpoint_url of the profile',
      sandbox: false,
      readOnly: true,
    })
  })

  it('warns of a profile that the keys in the environment overrule', async () => {
    const {code, stdout, stderr} = await whoami('--json', {
      AWS_PROFILE: 'ops',
      AWS_ACCESS_KEY_ID: '444455556666',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      account: '444455556666',
      credentialSource: 'environment',
      warnings: [expect.stringContaining('AWS_PROFILE (ops)') as string],
    })
    expect(stderr).toContain('Warning: AWS_PROFILE (ops) and AWS_ACCESS_KEY_ID are both set')
  })
})

describe('bad input', () => {
  const KEYS = {AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 's'}
  it.each([
    ['no region', '', KEYS, 2, 'No AWS region is set.'],
    ['no region in the profile', '--profile bare', {}, 2, 'aws configure set region eu-west-1 --profile bare'],
    ['a profile that is not there', '--profile pos', {}, 4, 'Profiles that exist: ops, bare.'],
    ['no credentials', '--region eu-west-1', {}, 4, 'No AWS credentials were found.'],
    ['a profile without credentials', '--region eu-west-1 --profile bare', {}, 4, 'Profile bare holds no credentials.'],
    [
      'plain http to another machine',
      '--region eu-west-1 --endpoint-url http://sqs.example',
      KEYS,
      2,
      'plain http to another machine',
    ],
    ['--sandbox with --profile', '--sandbox --profile ops', {}, 2, '--sandbox and --profile'],
    [
      '--sandbox with --endpoint-url',
      '--sandbox --endpoint-url http://127.0.0.1:1',
      {},
      2,
      '--sandbox and --endpoint-url',
    ],
    ['a region that is none', '--region ../x', KEYS, 2, 'is not the name of an AWS region'],
  ])('%s', async (_name, words, env, code, text) => {
    const finished = await whoami(words, env)
    expect(finished).toMatchObject({code, stdout: '', stderr: expect.stringContaining(text) as string})
    expect(sandbox.requests.list()).toEqual([])
  })

  it('a silent endpoint ends within --timeout, with exit code 6', async () => {
    sandbox.faults.add({kind: 'hang', action: 'GetCallerIdentity'})
    const {code, stdout} = await whoami('--profile ops --timeout 1 --json')
    expect(code).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: expect.any(String) as string}})
  })

  it('a sandbox that does not run says how to start it', async () => {
    const {code, stderr} = await whoami('--sandbox', {MSGOPS_SANDBOX_URL: 'http://127.0.0.1:9'})
    expect(code).toBe(6)
    expect(stderr).toContain('msgops sandbox start')
  })
})
