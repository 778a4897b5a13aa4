import {describe, expect, it} from 'vitest'
import {restJsonCodec} from '../../../src/sandbox/codecs/rest-json.js'
import {lambdaModel} from '../../../src/sandbox/models/lambda.js'
import {AwsError} from '../../../src/sandbox/service.js'

function decode(
  method: string,
  target: string,
  {headers = {}, body = ''}: {headers?: object; body?: string | Buffer} = {},
) {
  return restJsonCodec.decode(
    {
      method,
      target,
      headers: {...headers},
      body: Buffer.from(body),
      origin: 'http://127.0.0.1:4747',
      signal: new AbortController().signal,
    },
    lambdaModel,
  )
}

const refusal = (...request: Parameters<typeof decode>) => {
  try {
    decode(...request)
  } catch (error) {
    return error instanceof AwsError ? `${error.options.status ?? 400} ${error.code}: ${error.message}` : String(error)
  }
  return 'accepted'
}

describe('REST-JSON input', () => {
  it.each([
    ['GET', '/2015-03-31/functions', 'ListFunctions'],
    ['GET', '/2015-03-31/functions/', 'ListFunctions'],
    ['POST', '/2015-03-31/functions', 'CreateFunction'],
    ['GET', '/2015-03-31/functions/a', 'GetFunction'],
    ['DELETE', '/2015-03-31/functions/a?Qualifier=1', 'DeleteFunction'],
    ['PUT', '/2015-03-31/functions/a/code', 'UpdateFunctionCode'],
    ['GET', '/2019-09-25/functions/a/event-invoke-config', 'GetFunctionEventInvokeConfig'],
    ['POST', '/2019-09-25/functions/a/event-invoke-config', 'UpdateFunctionEventInvokeConfig'],
    ['GET', '/2019-09-25/functions/a/event-invoke-config/list', 'ListFunctionEventInvokeConfigs'],
  ])('%s %s is %s', (method, target, action) => {
    expect(decode(method, target).action).toBe(action)
  })

  it('reads the path to the character', () => {
    expect(
      decode(
        'DELETE',
        '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aa/policy/s%2F1',
      ).input,
    ).toEqual({FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:a', StatementId: 's/1'})
  })

  it('reads numbers, texts and lists of the query', () => {
    expect(decode('GET', '/2015-03-31/functions?MaxItems=7&Marker=a%2Bb%3D').input).toEqual({
      MaxItems: 7,
      Marker: 'a+b=',
    })
    expect(decode('DELETE', '/2017-03-31/tags/arn?tagKeys=a&tagKeys=b%20c').input).toEqual({
      Resource: 'arn',
      TagKeys: ['a', 'b c'],
    })
  })

  it('takes the whole body for a payload, byte for byte, and the rest from headers', () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d])
    expect(
      decode('POST', '/2015-03-31/functions/a/invocations?Qualifier=%24LATEST', {
        headers: {'x-amz-invocation-type': 'Event', 'x-amz-log-type': 'Tail'},
        body,
      }).input,
    ).toEqual({FunctionName: 'a', Qualifier: '$LATEST', InvocationType: 'Event', LogType: 'Tail', Payload: body})
  })

  it('lets the body say nothing of what stands elsewhere', () => {
    expect(
      decode('POST', '/2015-03-31/functions/a/policy', {
        body: '{"FunctionName":"b","Qualifier":"c","StatementId":"s","Nonsense":1}',
      }).input,
    ).toEqual({FunctionName: 'a', StatementId: 's'})
  })

  it.each([
    [
      'a method of another operation',
      'PATCH',
      '/2015-03-31/functions',
      '404 UnknownOperationException: The local AWS has no operation of lambda at PATCH /2015-03-31/functions. It has: CreateFunction,',
    ],
    ['a label that is empty', 'GET', '/2015-03-31/functions//policy', '404 UnknownOperationException'],
    [
      'a path that is no UTF-8',
      'GET',
      '/2015-03-31/functions/%ff',
      '400 SerializationException: The path is not valid',
    ],
    [
      'a number that is none',
      'GET',
      '/2015-03-31/functions?MaxItems=many',
      '400 SerializationException: MaxItems is many, which is no Integer.',
    ],
  ])('refuses %s', (_, method, target, words) => {
    expect(refusal(method, target)).toContain(words)
  })

  it.each([
    ['text that is no JSON', '{', 'SerializationException: The request body is not JSON'],
    [
      'a text for a number',
      '{"Timeout":"3"}',
      'SerializationException: STRING_VALUE can not be converted to an Integer',
    ],
  ])('refuses %s in the body', (_, body, words) => {
    expect(refusal('POST', '/2015-03-31/functions', {body})).toContain(words)
  })
})

describe('REST-JSON output', () => {
  it('puts members into status, headers and the body that is the payload', () => {
    const call = decode('POST', '/2015-03-31/functions/a/invocations')
    const output = {StatusCode: 202, FunctionError: 'Unhandled', Payload: Buffer.from('{"a":"ü"}')}
    expect(restJsonCodec.success(call, output, lambdaModel, 'id')).toEqual({
      status: 202,
      headers: {'content-type': 'application/json', 'x-amzn-requestid': 'id', 'x-amz-function-error': 'Unhandled'},
      body: '{"a":"ü"}',
    })
  })

  it('writes times in seconds and leaves out what is not there', () => {
    const call = decode('GET', '/2019-09-25/functions/a/event-invoke-config')
    const output = {LastModified: new Date(1_776_772_800_500), MaximumRetryAttempts: undefined}
    expect(restJsonCodec.success(call, output, lambdaModel, 'id')).toMatchObject({
      status: 200,
      body: '{"LastModified":1776772800.5}',
    })
  })

  it('answers nothing with 204 and no body', () => {
    const call = decode('DELETE', '/2015-03-31/functions/a')
    expect(restJsonCodec.success(call, {}, lambdaModel, 'id')).toMatchObject({status: 204, body: ''})
  })

  it.each([
    // As recorded: the one with a capital, the other without, and those of validation without a type.
    [new AwsError('ResourceNotFoundException', 'gone', {status: 404}), {Type: 'User', Message: 'gone'}],
    [new AwsError('InvalidParameterValueException', 'no'), {Type: 'User', message: 'no'}],
    [new AwsError('ServiceException', 'oops', {status: 500}), {Type: 'Service', Message: 'oops'}],
    [new AwsError('ValidationException', 'no'), {message: 'no'}],
    [new AwsError('AccessDeniedException', 'no', {status: 403}), {Message: 'no'}],
    [
      new AwsError('TooManyRequestsException', 'slow', {status: 429, details: {Reason: 'CallerRateLimitExceeded'}}),
      {Reason: 'CallerRateLimitExceeded', Type: 'User', message: 'slow'},
    ],
  ])('tells %s by its header', (error, body) => {
    const reply = restJsonCodec.failure(error, lambdaModel, 'id')
    expect(reply).toMatchObject({status: error.options.status ?? 400, headers: {'x-amzn-errortype': error.code}})
    expect(JSON.parse(reply.body)).toEqual(body)
  })
})
