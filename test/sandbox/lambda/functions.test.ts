import {hash} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {EMPTY_ZIP, FUNCTION_PREFIX, localLambda, OTHER_ACCOUNT, refused, ROLE} from './local-lambda.js'

const {sandbox, lambda, lambdaOf, create} = await localLambda()
const REVISION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const notFound = (name: string) =>
  refused('ResourceNotFoundException', `Function not found: ${FUNCTION_PREFIX}${name}`, 404)
const invalid = (message: string) => refused('InvalidParameterValueException', message)
const violates = (text: string) => refused('ValidationException', `1 validation error detected: ${text}`)

/** What AWS records of a new function with nothing but what is required. */
const CONFIGURATION = {
  FunctionName: 'a',
  FunctionArn: `${FUNCTION_PREFIX}a`,
  Runtime: 'nodejs22.x',
  Role: ROLE,
  Handler: 'echo',
  CodeSize: 22,
  CodeSha256: hash('sha256', EMPTY_ZIP, 'base64'),
  Description: '',
  Timeout: 3,
  MemorySize: 128,
  LastModified: '2026-04-21T12:00:00.007+0000',
  Version: '$LATEST',
  TracingConfig: {Mode: 'PassThrough'},
  RevisionId: expect.stringMatching(REVISION) as string,
  PackageType: 'Zip',
  Architectures: ['x86_64'],
  EphemeralStorage: {Size: 512},
  SnapStart: {ApplyOn: 'None', OptimizationStatus: 'Off'},
  LoggingConfig: {LogFormat: 'Text', LogGroup: '/aws/lambda/a'},
}

describe('a function', () => {
  it('is answered as being made, and is there', async () => {
    const made = await lambda.createFunction({
      FunctionName: 'a',
      Handler: 'echo',
      Runtime: 'nodejs22.x',
      Role: ROLE,
      Code: {ZipFile: EMPTY_ZIP},
    })
    expect(made).toMatchObject({
      $metadata: {httpStatusCode: 201},
      ...CONFIGURATION,
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    })
    const ready = {...CONFIGURATION, State: 'Active', LastUpdateStatus: 'Successful'}
    const {Configuration, Code, Tags, Concurrency} = await lambda.getFunction({FunctionName: 'a'})
    expect(Configuration).toEqual(ready)
    expect(Code).toEqual({RepositoryType: 'S3'})
    expect(Tags).toBeUndefined()
    expect(Concurrency).toBeUndefined()
    const {$metadata, ...shown} = await lambda.getFunctionConfiguration({FunctionName: 'a', Qualifier: '$LATEST'})
    expect($metadata.httpStatusCode).toBe(200)
    expect(shown).toEqual(ready)
  })

  it('keeps all that was set, and shows tags and concurrency', async () => {
    const settings = {
      Description: 'takes orders',
      Timeout: 900,
      MemorySize: 10_240,
      Environment: {Variables: {STAGE: 'prod', __proto__x: 'y'}},
      DeadLetterConfig: {TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead'},
      TracingConfig: {Mode: 'Active' as const},
      EphemeralStorage: {Size: 10_240},
      Architectures: ['arm64' as const],
    }
    await create('a', 'echo', {...settings, Tags: {team: 'checkout'}})
    await lambda.putFunctionConcurrency({FunctionName: 'a', ReservedConcurrentExecutions: 3})
    expect(await lambda.getFunction({FunctionName: 'a'})).toMatchObject({
      Configuration: settings,
      Tags: {team: 'checkout'},
      Concurrency: {ReservedConcurrentExecutions: 3},
    })
  })

  it('is changed in part, with a new revision each time', async () => {
    await create('a', 'echo', {
      Description: 'old',
      DeadLetterConfig: {TargetArn: 'arn:aws:sns:us-east-1:000000000000:d'},
    })
    const {RevisionId: first} = await lambda.getFunctionConfiguration({FunctionName: 'a'})
    sandbox.clock.advance(1000)
    const changed = await lambda.updateFunctionConfiguration({
      FunctionName: 'a',
      Timeout: 30,
      DeadLetterConfig: {TargetArn: ''},
      RevisionId: first,
    })
    expect(changed).toMatchObject({
      Timeout: 30,
      Description: 'old',
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReasonCode: 'Creating',
      LastModified: '2026-04-21T12:00:01.007+0000',
    })
    expect(changed.DeadLetterConfig).toBeUndefined()
    await expect(
      lambda.updateFunctionConfiguration({FunctionName: 'a', Timeout: 31, RevisionId: first}),
    ).rejects.toMatchObject(
      refused(
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
        412,
      ),
    )
    const code = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(100)])
    await lambda.updateFunctionCode({FunctionName: 'a', ZipFile: code, DryRun: true})
    expect(await lambda.getFunctionConfiguration({FunctionName: 'a'})).toMatchObject({CodeSize: 22, Timeout: 30})
    await lambda.updateFunctionCode({FunctionName: 'a', ZipFile: code})
    expect(await lambda.getFunctionConfiguration({FunctionName: 'a'})).toMatchObject({
      CodeSize: 104,
      CodeSha256: hash('sha256', code, 'base64'),
      LastUpdateStatus: 'Successful',
    })
  })

  it('is deleted once', async () => {
    await create('a', 'echo')
    expect(await lambda.deleteFunction({FunctionName: 'a'})).toMatchObject({$metadata: {httpStatusCode: 204}})
    await expect(lambda.deleteFunction({FunctionName: 'a'})).rejects.toMatchObject(notFound('a'))
  })

  it('lives in its account and region', async () => {
    const FunctionName = await create('a', 'echo')
    await expect(lambdaOf({region: 'eu-west-1'}).getFunction({FunctionName: 'a'})).rejects.toMatchObject({
      message: 'Function not found: arn:aws:lambda:eu-west-1:000000000000:function:a',
    })
    await expect(lambdaOf({region: 'eu-west-1'}).getFunction({FunctionName})).rejects.toMatchObject(
      refused(
        'ResourceNotFoundException',
        "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')",
        404,
      ),
    )
    await expect(lambdaOf({account: OTHER_ACCOUNT}).getFunction({FunctionName: 'a'})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('is listed by name, page by page', async () => {
    for (const name of ['c', 'a', 'b']) await create(name, 'echo')
    const first = await lambda.listFunctions({MaxItems: 2})
    expect(first.Functions?.map(({FunctionName}) => FunctionName)).toEqual(['a', 'b'])
    expect(first.Functions?.[0]).not.toHaveProperty('State')
    await lambda.deleteFunction({FunctionName: 'b'})
    const second = await lambda.listFunctions({MaxItems: 2, Marker: first.NextMarker})
    expect(second.Functions?.map(({FunctionName}) => FunctionName)).toEqual(['c'])
    expect(second.NextMarker).toBeUndefined()
    const all = await lambda.listFunctions({FunctionVersion: 'ALL'})
    expect(all.Functions?.map(({FunctionArn}) => FunctionArn)).toEqual([
      `${FUNCTION_PREFIX}a:$LATEST`,
      `${FUNCTION_PREFIX}c:$LATEST`,
    ])
    expect((await lambdaOf({region: 'eu-west-1'}).listFunctions({})).Functions).toEqual([])
    await expect(lambda.listFunctions({Marker: 'nonsense'})).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    })
  })

  it('shows fifty at most', async () => {
    for (let i = 0; i < 51; i++) await create(`f${i}`, 'echo')
    const {Functions, NextMarker} = await lambda.listFunctions({MaxItems: 10_000})
    expect(Functions).toHaveLength(50)
    expect((await lambda.listFunctions({Marker: NextMarker})).Functions).toHaveLength(1)
  })
})

describe('what is refused', () => {
  it.each([
    [
      {Role: 'r1'},
      "Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    ],
    [
      {Timeout: 901},
      "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      {Timeout: 0},
      "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      {MemorySize: 127},
      "Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
    ],
    [
      {FunctionName: 'invalid:function:name'},
      "Value 'invalid:function:name' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?",
    ],
  ])('%j, in the words of validation', async (change, words) => {
    await expect(create('a', 'echo', change)).rejects.toMatchObject(violates(words))
  })

  it.each([
    [
      {FunctionName: 'a'.repeat(65)},
      `1 validation error detected: Value '${'a'.repeat(65)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      {Code: {ZipFile: Buffer.from('no archive')}},
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ],
    [
      {Code: {ZipFile: Buffer.from('PK')}},
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ],
    [
      {Environment: {Variables: {BIG: 'x'.repeat(4096)}}},
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"BIG":"${'x'.repeat(4096)}"}`,
    ],
    [{Code: {S3Bucket: 'code', S3Key: 'a.zip'}}, 'The local AWS has no S3 to read code from.'],
    [{Publish: true}, 'The local AWS has no versions of functions: Publish cannot be true, $LATEST is all there is.'],
    [{Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:l:1']}, 'The local AWS has no layers.'],
  ])('%j', async (change, words) => {
    await expect(create('a', 'echo', change)).rejects.toMatchObject({...invalid(words), Type: 'User'})
  })

  it('a runtime that there is not, with those that there are', async () => {
    await expect(create('a', 'echo', {Runtime: 'PYTHON3.9' as 'python3.9'})).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringMatching(
        /^Value PYTHON3\.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, python3\.14, .*, java8\.al2\] or be a valid ARN$/,
      ) as string,
    })
  })

  it('a second function of one name', async () => {
    await create('a', 'echo')
    await expect(create('a', 'echo')).rejects.toMatchObject(
      refused('ResourceConflictException', 'Function already exist: a', 409),
    )
  })

  it('two qualifiers that differ, and a version that is not there', async () => {
    await create('a', 'echo')
    await expect(lambda.getFunction({FunctionName: 'a:1', Qualifier: '$LATEST'})).rejects.toMatchObject(
      invalid('The derived qualifier from the function name does not match the specified qualifier.'),
    )
    await expect(lambda.getFunction({FunctionName: 'gone:1221'})).rejects.toMatchObject(notFound('gone:1221'))
    await expect(lambda.getFunction({FunctionName: 'a:1221'})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('The local AWS keeps $LATEST only') as string,
    })
  })

  it('what the local AWS has not, by its path', async () => {
    await expect(lambda.publishVersion({FunctionName: 'a'})).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringMatching(
        /^The local AWS has no operation of lambda at POST \/2015-03-31\/functions\/a\/versions\. It has: CreateFunction, /,
      ) as string,
    })
  })
})

describe('concurrency', () => {
  it('is set, shown and taken away', async () => {
    await create('a', 'echo')
    const FunctionName = 'a'
    expect((await lambda.getFunctionConcurrency({FunctionName})).ReservedConcurrentExecutions).toBeUndefined()
    await lambda.putFunctionConcurrency({FunctionName, ReservedConcurrentExecutions: 0})
    expect(await lambda.getFunctionConcurrency({FunctionName})).toMatchObject({ReservedConcurrentExecutions: 0})
    await lambda.deleteFunctionConcurrency({FunctionName})
    expect((await lambda.getFunctionConcurrency({FunctionName})).ReservedConcurrentExecutions).toBeUndefined()
  })

  it('leaves the account a hundred, is for whole functions, and for those that are there', async () => {
    await create('a', 'echo')
    await create('b', 'echo')
    await lambda.putFunctionConcurrency({FunctionName: 'a', ReservedConcurrentExecutions: 800})
    await lambda.putFunctionConcurrency({FunctionName: 'b', ReservedConcurrentExecutions: 100})
    await expect(
      lambda.putFunctionConcurrency({FunctionName: 'b', ReservedConcurrentExecutions: 101}),
    ).rejects.toMatchObject(
      invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
      ),
    )
    await expect(
      lambda.putFunctionConcurrency({FunctionName: 'a:$LATEST', ReservedConcurrentExecutions: 1}),
    ).rejects.toMatchObject(
      invalid(
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      ),
    )
    await expect(
      lambda.putFunctionConcurrency({FunctionName: 'gone', ReservedConcurrentExecutions: 1}),
    ).rejects.toMatchObject(notFound('gone:$LATEST'))
  })
})

describe('tags', () => {
  const Resource = `${FUNCTION_PREFIX}a`

  it('are added, overwritten and removed', async () => {
    await create('a', 'echo')
    expect(await lambda.listTags({Resource})).toMatchObject({Tags: {}})
    expect(await lambda.tagResource({Resource, Tags: {A: '1', 'b c/ü': '2'}})).toMatchObject({
      $metadata: {httpStatusCode: 204},
    })
    await lambda.tagResource({Resource, Tags: {A: '3', D: '4'}})
    expect((await lambda.listTags({Resource})).Tags).toEqual({A: '3', 'b c/ü': '2', D: '4'})
    await lambda.untagResource({Resource, TagKeys: ['b c/ü', 'D', 'gone']})
    expect((await lambda.listTags({Resource})).Tags).toEqual({A: '3'})
  })

  it('are fifty at most, of functions that are there', async () => {
    await create('a', 'echo')
    const many = (count: number) => Object.fromEntries(Array.from({length: count}, (_, i) => [`k${i}`, 'v']))
    await lambda.tagResource({Resource, Tags: many(50)})
    await expect(lambda.tagResource({Resource, Tags: {more: 'v'}})).rejects.toMatchObject(
      invalid('Number of tags exceeds resource tag limit.'),
    )
    await expect(create('b', 'echo', {Tags: many(51)})).rejects.toMatchObject(
      invalid('Number of tags exceeds resource tag limit.'),
    )
    await expect(lambda.tagResource({Resource, Tags: {}})).rejects.toMatchObject(
      invalid('An error occurred and the request cannot be processed.'),
    )
    await expect(lambda.listTags({Resource: `${Resource}:PROD`})).rejects.toMatchObject(
      invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.'),
    )
    await expect(lambda.listTags({Resource: `${FUNCTION_PREFIX}gone`})).rejects.toMatchObject(notFound('gone'))
    await expect(lambda.listTags({Resource: 'arn:aws:something'})).rejects.toMatchObject({name: 'ValidationException'})
  })
})
