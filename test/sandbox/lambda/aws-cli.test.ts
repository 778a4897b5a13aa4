import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {EMPTY_ZIP, FUNCTION_PREFIX, localLambda, ROLE} from './local-lambda.js'

const run = promisify(execFile)
const awsCli = await run('aws', ['--version']).then(
  () => true,
  () => false,
)
const {sandbox} = await localLambda()

describe.skipIf(!awsCli)('the stock aws CLI (skipped where it is not installed)', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'msgops-lambda-'))
    await writeFile(path.join(folder, 'code.zip'), EMPTY_ZIP)
  })
  afterAll(() => rm(folder, {recursive: true}))

  const aws = async (...args: readonly string[]): Promise<unknown> => {
    const {stdout} = await run('aws', ['lambda', ...args, '--output', 'json', '--endpoint-url', sandbox.url], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        PYENV_ROOT: process.env.PYENV_ROOT,
        AWS_CONFIG_FILE: '/nonexistent/config',
        AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
        AWS_ACCESS_KEY_ID: 'sandbox',
        AWS_SECRET_ACCESS_KEY: 'sandbox',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_MAX_ATTEMPTS: '1',
        AWS_PAGER: '',
        NO_PROXY: '127.0.0.1',
      },
    })
    return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as unknown)
  }
  const named = ['--function-name', 'by-cli'] as const

  it('makes a function, invokes it in every way and is told its errors', async () => {
    expect(
      await aws(
        ...['create-function', ...named, '--runtime', 'python3.13', '--handler', 'echo.handler', '--role', ROLE],
        ...['--zip-file', 'fileb://code.zip', '--environment', 'Variables={STAGE=test}', '--tags', 'team=checkout'],
      ),
    ).toMatchObject({FunctionArn: `${FUNCTION_PREFIX}by-cli`, State: 'Pending', CodeSize: 22})
    await writeFile(path.join(folder, 'event.json'), '{"a": "ü"}')
    const payload = ['--payload', 'fileb://event.json', 'out.json'] as const
    expect(await aws('invoke', ...named, '--log-type', 'Tail', ...payload)).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      LogResult: expect.any(String) as string,
    })
    expect(await readFile(path.join(folder, 'out.json'), 'utf8')).toBe('{"a":"ü"}')
    expect(await aws('invoke', ...named, '--invocation-type', 'Event', ...payload)).toEqual({StatusCode: 202})
    expect(await aws('invoke', ...named, '--invocation-type', 'DryRun', ...payload)).toEqual({StatusCode: 204})
    await expect(aws('invoke', '--function-name', 'gone', 'out.json')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        `An error occurred (ResourceNotFoundException) when calling the Invoke operation: Function not found: ${FUNCTION_PREFIX}gone:$LATEST`,
      ) as string,
    })
    await expect(aws('get-policy', ...named)).rejects.toMatchObject({
      stderr: expect.stringContaining('The resource you requested does not exist.') as string,
    })
    expect(await aws('put-function-event-invoke-config', ...named, '--maximum-retry-attempts', '1')).toMatchObject({
      MaximumRetryAttempts: 1,
      DestinationConfig: {OnSuccess: {}, OnFailure: {}},
    })
    expect(await aws('list-tags', '--resource', `${FUNCTION_PREFIX}by-cli`)).toEqual({Tags: {team: 'checkout'}})
    expect(await aws('list-functions')).toMatchObject({Functions: [{FunctionName: 'by-cli'}]})
  }, 60_000)
})
