import {describe, expect, it} from 'vitest'
import {FUNCTION_PREFIX, localLambda, NOON, refused} from './local-lambda.js'

const {lambda, create} = await localLambda()
const FunctionName = 'a'
const invalid = (message: string) => refused('InvalidParameterValueException', message)
const missing = (message: string) => refused('ResourceNotFoundException', message, 404)

describe('permissions', () => {
  const permit = (StatementId: string, more: object = {}) =>
    lambda.addPermission({
      FunctionName,
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      ...more,
    })
  const policy = async () => {
    const {Policy = ''} = await lambda.getPolicy({FunctionName})
    return JSON.parse(Policy) as {Statement: {Sid: string}[]}
  }

  it('make a policy in the form of AWS', async () => {
    await create('a', 'echo')
    const statement = {
      Sid: 's3',
      Effect: 'Allow',
      Principal: {Service: 's3.amazonaws.com'},
      Action: 'lambda:InvokeFunction',
      Resource: `${FUNCTION_PREFIX}a`,
      Condition: {ArnLike: {'AWS:SourceArn': 'arn:aws:s3:::bucket'}},
    }
    const answer = await permit('s3', {SourceArn: 'arn:aws:s3:::bucket'})
    expect(answer.$metadata.httpStatusCode).toBe(201)
    expect(JSON.parse(answer.Statement ?? '')).toEqual(statement)
    expect(await policy()).toEqual({Version: '2012-10-17', Id: 'default', Statement: [statement]})
  })

  it.each([
    ['*', '*'],
    ['lambda.amazonaws.com', {Service: 'lambda.amazonaws.com'}],
    ['111122223333', {AWS: 'arn:aws:iam::111122223333:root'}],
    ['arn:aws:iam::111122223333:user/joe', {AWS: 'arn:aws:iam::111122223333:user/joe'}],
  ])('are for %s', async (Principal, shown) => {
    await create('a', 'echo')
    const {Statement} = await permit('x', {Principal, SourceAccount: '111122223333', PrincipalOrgID: 'o-1234567890'})
    expect(JSON.parse(Statement ?? '')).toMatchObject({
      Principal: shown,
      Condition: {StringEquals: {'AWS:SourceAccount': '111122223333', 'aws:PrincipalOrgID': 'o-1234567890'}},
    })
  })

  it('are taken away one by one; the policy goes with the last', async () => {
    await create('a', 'echo')
    await permit('one')
    await permit('two')
    await lambda.removePermission({FunctionName, StatementId: 'one'})
    expect((await policy()).Statement.map(({Sid}) => Sid)).toEqual(['two'])
    await expect(lambda.removePermission({FunctionName, StatementId: 'one'})).rejects.toMatchObject(
      missing('Statement one is not found in resource policy.'),
    )
    await lambda.removePermission({FunctionName, StatementId: 'two'})
    await expect(lambda.getPolicy({FunctionName})).rejects.toMatchObject(
      missing('The resource you requested does not exist.'),
    )
    await expect(lambda.removePermission({FunctionName, StatementId: 'two'})).rejects.toMatchObject(
      missing('No policy is associated with the given resource.'),
    )
  })

  it('are refused as AWS refuses them', async () => {
    await expect(permit('s3')).rejects.toMatchObject(missing(`Function not found: ${FUNCTION_PREFIX}a`))
    await expect(lambda.removePermission({FunctionName, StatementId: 's3'})).rejects.toMatchObject(
      missing(`No policy found for: ${FUNCTION_PREFIX}a`),
    )
    await create('a', 'echo')
    await permit('s3')
    await expect(permit('s3')).rejects.toMatchObject(
      refused(
        'ResourceConflictException',
        'The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.',
        409,
      ),
    )
    await expect(permit('example.com')).rejects.toMatchObject(
      refused(
        'ValidationException',
        "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
      ),
    )
    await expect(permit('x', {Principal: 'nobody'})).rejects.toMatchObject(
      invalid('The provided principal was invalid. Please check the principal and try again.'),
    )
    await expect(permit('x', {Qualifier: '$LATEST'})).rejects.toMatchObject(
      invalid('We currently do not support adding policies for $LATEST.'),
    )
    await expect(permit('x', {RevisionId: 'old'})).rejects.toMatchObject({name: 'PreconditionFailedException'})
  })
})

describe('the configuration of asynchronous invocation', () => {
  const put = (more: object) => lambda.putFunctionEventInvokeConfig({FunctionName, ...more})
  const SHOWN = {
    FunctionArn: `${FUNCTION_PREFIX}a:$LATEST`,
    LastModified: new Date(NOON),
    DestinationConfig: {OnSuccess: {}, OnFailure: {}},
  }
  const queueArn = 'arn:aws:sqs:us-east-1:000000000000:records'

  it('is replaced by Put and changed in part by Update', async () => {
    await create('a', 'echo')
    const {$metadata, ...first} = await put({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: {OnFailure: {Destination: queueArn}},
    })
    expect($metadata.httpStatusCode).toBe(200)
    expect(first).toEqual({
      ...SHOWN,
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: {OnSuccess: {}, OnFailure: {Destination: queueArn}},
    })
    expect(await lambda.updateFunctionEventInvokeConfig({FunctionName, MaximumRetryAttempts: 0})).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: {OnFailure: {Destination: queueArn}},
    })
    const second = {...SHOWN, MaximumRetryAttempts: 1}
    expect(await put({MaximumRetryAttempts: 1})).toMatchObject(second)
    expect(await lambda.getFunctionEventInvokeConfig({FunctionName, Qualifier: '$LATEST'})).toMatchObject(second)
    const listed = await lambda.listFunctionEventInvokeConfigs({FunctionName})
    expect(listed.FunctionEventInvokeConfigs).toEqual([second])
    await lambda.deleteFunctionEventInvokeConfig({FunctionName})
    const {FunctionEventInvokeConfigs} = await lambda.listFunctionEventInvokeConfigs({FunctionName})
    expect(FunctionEventInvokeConfigs).toEqual([])
  })

  it('is refused as AWS refuses it', async () => {
    const gone = `The function ${FUNCTION_PREFIX}a:$LATEST doesn't have an EventInvokeConfig`
    await expect(put({MaximumRetryAttempts: 1})).rejects.toMatchObject(missing("The function doesn't exist."))
    await expect(lambda.getFunctionEventInvokeConfig({FunctionName})).rejects.toMatchObject(missing(gone))
    await create('a', 'echo')
    await expect(lambda.deleteFunctionEventInvokeConfig({FunctionName})).rejects.toMatchObject(missing(gone))
    await expect(lambda.updateFunctionEventInvokeConfig({FunctionName, MaximumRetryAttempts: 1})).rejects.toMatchObject(
      missing(gone),
    )
    await expect(put({})).rejects.toMatchObject(
      invalid('You must specify at least one of error handling or destination setting.'),
    )
    await expect(put({MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 59})).rejects.toMatchObject(
      refused(
        'ValidationException',
        "2 validation errors detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2; Value '59' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
      ),
    )
  })

  it.each([
    [`${FUNCTION_PREFIX}gone`, `The destination ARN ${FUNCTION_PREFIX}gone is invalid.`],
    [`${FUNCTION_PREFIX}a`, "You can't specify the function as a destination for itself."],
    [
      'arn:aws:iam:us-east-1:000000000000:function:a',
      'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:000000000000:function:a), onFailure=null) is invalid.',
    ],
    [
      'arn:aws:events:us-east-1:000000000000:event-bus/default',
      'The local AWS has no events to send records of invocations to.',
    ],
  ])('has no destination %s', async (Destination, words) => {
    await create('a', 'echo')
    await expect(put({DestinationConfig: {OnSuccess: {Destination}}})).rejects.toMatchObject(invalid(words))
  })
})
