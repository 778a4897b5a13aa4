import {Lambda} from '@aws-sdk/client-lambda'
import {afterAll, describe, expect, it} from 'vitest'
import {startMoto} from '../../contract/moto.js'
import {claim, http1} from '../raw-http.js'
import {EMPTY_ZIP, localLambda} from './local-lambda.js'

const moto = await startMoto()
const local = await localLambda()
afterAll(() => moto?.stop())

/** What both say, with what differs by nature taken out. */
type Said = object
const ACCOUNT = '123456789012'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/order-consumer`
const FunctionName = 'consumer'

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (IGNORED.has(key) ? undefined : member))) as unknown
}
/** Times, ids, and what moto leaves out or spells in its own way. */
const IGNORED = new Set([
  ...['$metadata', 'RevisionId', 'LastModified', 'Location', 'RepositoryType', 'LastUpdateStatus', 'State'],
  ...['StateReason', 'StateReasonCode', 'LastUpdateStatusReason', 'LastUpdateStatusReasonCode', 'VpcConfig', 'Layers'],
  ...['SnapStart', 'LoggingConfig', 'EphemeralStorage', 'ImageConfigResponse', 'FileSystemConfigs', 'SigningJobArn'],
  ...['SigningProfileVersionArn', 'TracingConfig', 'Environment', 'DeadLetterConfig', 'Tags'],
])

async function told(work: Promise<Said>): Promise<unknown> {
  try {
    return plain(await work)
  } catch (error) {
    return (error as Error).name
  }
}

const SETTINGS = {MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 90}
/** Moto leaves out $LATEST and the destinations, which AWS answers (recorded). */
const numbers = ({MaximumRetryAttempts, MaximumEventAgeInSeconds}: Partial<typeof SETTINGS>) => ({
  MaximumRetryAttempts,
  MaximumEventAgeInSeconds,
})

const QUESTIONS: readonly (readonly [string, (lambda: Lambda) => Promise<Said>])[] = [
  [
    'CreateFunction',
    lambda =>
      lambda.createFunction({
        FunctionName,
        Handler: 'echo.handler',
        Runtime: 'nodejs22.x',
        Role: ROLE,
        Code: {ZipFile: EMPTY_ZIP},
        Timeout: 7,
        Description: 'ü',
        Tags: {team: 'checkout'},
      }),
  ],
  [
    'a second one',
    lambda =>
      lambda.createFunction({
        FunctionName,
        Handler: 'h',
        Runtime: 'nodejs22.x',
        Role: ROLE,
        Code: {ZipFile: EMPTY_ZIP},
      }),
  ],
  ['GetFunction', lambda => lambda.getFunction({FunctionName})],
  [
    'GetFunction by ARN',
    lambda => lambda.getFunction({FunctionName: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:consumer`}),
  ],
  ['GetFunction of none', lambda => lambda.getFunction({FunctionName: 'none'})],
  ['UpdateFunctionConfiguration', lambda => lambda.updateFunctionConfiguration({FunctionName, Timeout: 9})],
  ['ListTags', lambda => lambda.listTags({Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:consumer`})],
  [
    'PutFunctionEventInvokeConfig',
    async lambda => numbers(await lambda.putFunctionEventInvokeConfig({FunctionName, ...SETTINGS})),
  ],
  ['GetFunctionEventInvokeConfig', async lambda => numbers(await lambda.getFunctionEventInvokeConfig({FunctionName}))],
  ['PutFunctionConcurrency', lambda => lambda.putFunctionConcurrency({FunctionName, ReservedConcurrentExecutions: 3})],
  ['GetFunctionConcurrency', lambda => lambda.getFunctionConcurrency({FunctionName})],
  ['GetPolicy of none', lambda => lambda.getPolicy({FunctionName})],
  [
    'AddPermission',
    async lambda => {
      const {Statement = ''} = await lambda.addPermission({
        FunctionName,
        StatementId: 'sns',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: `arn:aws:sns:us-east-1:${ACCOUNT}:orders`,
      })
      return JSON.parse(Statement) as Said
    },
  ],
  ['RemovePermission', lambda => lambda.removePermission({FunctionName, StatementId: 'sns'})],
  [
    'Invoke',
    async lambda => ({
      payload: Buffer.from((await lambda.invoke({FunctionName, Payload: '{"a":"ü"}'})).Payload ?? []).toString(),
    }),
  ],
  ['DeleteFunction', lambda => lambda.deleteFunction({FunctionName})],
  ['DeleteFunction again', lambda => lambda.deleteFunction({FunctionName})],
]

describe.skipIf(moto === undefined)('a second opinion: moto (skipped where moto_server is not installed)', () => {
  it('says the same', async () => {
    if (moto === undefined) return
    const role = new URLSearchParams({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: 'order-consumer',
      AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
    })
    const headers = {authorization: claim('iam'), 'content-type': 'application/x-www-form-urlencoded'}
    expect(await http1(moto.url, {headers, body: role.toString()})).toMatchObject({status: 200})
    const body = JSON.stringify({lambda: {use_docker: false}})
    expect(await http1(moto.url, {path: '/moto-api/config', body})).toMatchObject({status: 201})
    const theirs = new Lambda({
      endpoint: moto.url,
      region: 'us-east-1',
      credentials: {accessKeyId: 'x', secretAccessKey: 'x'},
      maxAttempts: 1,
    })
    const ours = local.lambdaOf({account: ACCOUNT})
    for (const [question, ask] of QUESTIONS) {
      const [mine, other] = [await told(ask(ours)), await told(ask(theirs))]
      expect({[question]: mine}).toEqual({[question]: other})
    }
  })
})
