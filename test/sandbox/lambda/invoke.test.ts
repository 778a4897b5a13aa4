import {describe, expect, it} from 'vitest'
import {FUNCTION_PREFIX, localLambda, OTHER_ACCOUNT, refused, ROLE} from './local-lambda.js'

class PaymentError extends Error {
  override readonly name = 'PaymentError'
}
let release: () => void = () => undefined
const {sandbox, lambda, lambdaOf, create, call} = await localLambda({
  fails: () => {
    throw new PaymentError('card refused')
  },
  'throws-text': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'just text'
  },
  nothing: () => undefined,
  circular: () => {
    const value: Record<string, unknown> = {}
    value.self = value
    return value
  },
  large: event => 'x'.repeat((event as {size: number}).size),
  slow: (event, context) => {
    context.spend((event as {ms: number}).ms)
    return context.getRemainingTimeInMillis()
  },
  later: async event => {
    await Promise.resolve()
    if (event === 'fail') throw new PaymentError('too late')
    return {late: event}
  },
  never: () => new Promise(() => undefined),
  held: () =>
    new Promise((_, reject) => {
      release = () => reject(new PaymentError('long after'))
    }),
  told: (_event, context) => {
    context.log('one order')
    return {
      requestId: context.awsRequestId,
      arn: context.invokedFunctionArn,
      name: context.functionName,
      environment: context.environment,
    }
  },
})
const statusOf = (name: string) =>
  sandbox.lambda.status()['000000000000/us-east-1']?.functions.find(fn => fn.name === name)

describe('a function', () => {
  it('runs the handler that its Handler names, with or without an export', async () => {
    await create('a', 'echo')
    await create('b', 'echo.handler')
    expect(await call('a', {order: [1, 'ü', null]})).toEqual({error: undefined, payload: {order: [1, 'ü', null]}})
    expect(await call('b', 7)).toEqual({error: undefined, payload: 7})
    expect(await call('b')).toEqual({error: undefined, payload: {}})
  })

  it('answers with its version and nothing of an error', async () => {
    await create('a', 'nothing')
    const answer = await lambda.invoke({FunctionName: 'a'})
    expect(answer).toMatchObject({StatusCode: 200, ExecutedVersion: '$LATEST'})
    expect(answer.FunctionError).toBeUndefined()
    expect(answer.LogResult).toBeUndefined()
    // Recorded: null for a handler that returns nothing.
    expect(Buffer.from(answer.Payload ?? []).toString()).toBe('null')
  })

  it.each([
    'a',
    'a:$LATEST',
    `000000000000:function:a`,
    'function:a',
    `${FUNCTION_PREFIX}a`,
    `${FUNCTION_PREFIX}a:$LATEST`,
  ])('is found as %s', async name => {
    await create('a', 'echo')
    expect(await call(name, 1)).toEqual({error: undefined, payload: 1})
  })

  it('knows its request, name and environment', async () => {
    await create('a', 'told', {Environment: {Variables: {STAGE: 'test'}}})
    const {$metadata, Payload} = await lambda.invoke({FunctionName: 'a'})
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toEqual({
      requestId: $metadata.requestId,
      arn: `${FUNCTION_PREFIX}a`,
      name: 'a',
      environment: {STAGE: 'test'},
    })
  })

  it('that throws is answered with 200 and a function error', async () => {
    await create('a', 'fails')
    const answer = await lambda.invoke({FunctionName: 'a'})
    expect(answer).toMatchObject({StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST'})
    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toEqual({
      errorType: 'PaymentError',
      errorMessage: 'card refused',
      trace: ['PaymentError: card refused'],
    })
    expect(statusOf('a')).toMatchObject({invocations: 1, errors: 1, throttles: 0})
  })

  it.each([
    ['throws-text', {errorType: 'string', errorMessage: 'just text', trace: []}],
    ['circular', {errorType: 'Runtime.MarshalError'}],
  ])('fails where its handler %s', async (handler, payload) => {
    await create('a', handler)
    expect(await call('a')).toMatchObject({error: 'Unhandled', payload})
  })

  it('fails like a module that is missing where nothing of that name is here, and says what is', async () => {
    await create('a', 'index.handler')
    const {error, payload} = await call('a')
    expect(error).toBe('Unhandled')
    expect(payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringMatching(
        /^Error: Cannot find module 'index'\nThe local AWS runs no uploaded code\. .* echo, order-consumer, fails,/,
      ) as string,
    })
  })

  it('may answer 6 MB and a little, and no more', async () => {
    await create('a', 'large')
    // Two quotes are of the answer too; AWS's recorded limit is 6,291,556 bytes.
    expect(await call('a', {size: 6_291_554})).toMatchObject({error: undefined})
    expect(await call('a', {size: 6_291_555})).toEqual({
      error: 'Unhandled',
      payload: {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
    })
  })

  it('returns the end of its log when asked', async () => {
    await create('a', 'told')
    const {LogResult = '', $metadata} = await lambda.invoke({FunctionName: 'a', LogType: 'Tail'})
    const id = $metadata.requestId ?? ''
    expect(Buffer.from(LogResult, 'base64').toString().split('\n')).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      `2026-04-21T12:00:00.007Z\t${id}\tINFO\tone order`,
      `END RequestId: ${id}`,
      `REPORT RequestId: ${id}\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\t`,
      '',
    ])
  })
})

describe('time', () => {
  it('is that of the virtual clock: what takes two seconds is answered two seconds later', async () => {
    await create('a', 'slow')
    const answer = call('a', {ms: 2000})
    await running('a')
    sandbox.clock.advance(1999)
    expect(await Promise.race([answer, Promise.resolve('not yet')])).toBe('not yet')
    sandbox.clock.advance(1)
    // Three seconds are the default.
    expect(await answer).toEqual({error: undefined, payload: 1000})
  })

  it.each([
    ['slow', {ms: 3001}],
    ['slow', {ms: 3000}],
    ['never', {}],
  ])('runs out for %s %j, in the words of AWS', async (handler, event) => {
    await create('a', handler)
    const answer = lambda.invoke({FunctionName: 'a', Payload: JSON.stringify(event)})
    await running('a')
    sandbox.clock.advance(3000)
    const {FunctionError, Payload, $metadata} = await answer
    expect(FunctionError).toBe('Unhandled')
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${$metadata.requestId ?? ''} Error: Task timed out after 3.00 seconds`,
    })
    expect(statusOf('a')).toMatchObject({invocations: 1, errors: 1})
  })

  it('does not run for a promise that is kept', async () => {
    await create('a', 'later')
    expect(await call('a', 1)).toEqual({error: undefined, payload: {late: 1}})
    expect(await call('a', 'fail')).toMatchObject({error: 'Unhandled', payload: {errorMessage: 'too late'}})
  })

  it('that has run out is not counted again when the handler comes to its end after all', async () => {
    await create('a', 'held')
    const answer = call('a')
    await running('a')
    sandbox.clock.advance(3000)
    expect(await answer).toMatchObject({payload: {errorType: 'Sandbox.Timedout'}})
    release()
    await new Promise(setImmediate)
    expect(statusOf('a')).toMatchObject({invocations: 1, errors: 1})
  })

  it('ends for who waits when the local AWS is reset', async () => {
    await create('a', 'never')
    const answer = lambda.invoke({FunctionName: 'a'})
    const refusal = expect(answer).rejects.toMatchObject({name: 'ServiceException', $metadata: {httpStatusCode: 500}})
    await running('a')
    await sandbox.reset()
    await refusal
  })

  /** Until the request has reached its function. */
  async function running(name: string): Promise<void> {
    while (statusOf(name)?.invocations !== 1) await new Promise(setImmediate)
  }
})

describe('an invocation', () => {
  it('that only asks is answered with 204 and runs nothing', async () => {
    await create('a', 'echo')
    const {StatusCode, Payload} = await lambda.invoke({FunctionName: 'a', InvocationType: 'DryRun'})
    expect(StatusCode).toBe(204)
    expect(Payload ?? []).toHaveLength(0)
    expect(statusOf('a')).toMatchObject({invocations: 0})
  })

  it.each(['RequestResponse', 'Event', 'DryRun'] as const)(
    'of what is not there is refused, %s',
    async InvocationType => {
      await expect(lambda.invoke({FunctionName: 'gone', InvocationType})).rejects.toMatchObject({
        ...refused('ResourceNotFoundException', `Function not found: ${FUNCTION_PREFIX}gone:$LATEST`, 404),
        Type: 'User',
      })
    },
  )

  it('of a version or alias is refused, and told why', async () => {
    await create('a', 'echo')
    await expect(lambda.invoke({FunctionName: 'a', Qualifier: 'PROD'})).rejects.toMatchObject(
      refused(
        'ResourceNotFoundException',
        `Function not found: ${FUNCTION_PREFIX}a:PROD. The local AWS keeps $LATEST only: there are no versions and no aliases.`,
        404,
      ),
    )
  })

  it.each([
    ['{"a":', 'Unexpected end-of-input'],
    ['order', "Unrecognized token 'order'"],
  ])('with %s is refused in the words of the parser', async (Payload, words) => {
    await create('a', 'echo')
    await expect(lambda.invoke({FunctionName: 'a', Payload})).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
      message: expect.stringContaining(
        `Could not parse request body into json: Could not parse payload into json: ${words}`,
      ) as string,
      Type: 'User',
    })
    expect(statusOf('a')).toMatchObject({invocations: 0})
  })

  it.each([
    ['RequestResponse', 6_291_456],
    ['Event', 1_048_576],
  ] as const)('of type %s may carry %i bytes', async (InvocationType, limit) => {
    await create('a', 'nothing')
    const sized = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2))
    await lambda.invoke({FunctionName: 'a', InvocationType, Payload: sized(limit)})
    await expect(lambda.invoke({FunctionName: 'a', InvocationType, Payload: sized(limit + 1)})).rejects.toMatchObject(
      refused(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
        413,
      ),
    )
  })

  it('finds no room where none is reserved, or as much as runs', async () => {
    await create('a', 'slow')
    const throttled = {
      ...refused('TooManyRequestsException', 'Rate Exceeded.', 429),
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
    }
    await lambda.putFunctionConcurrency({FunctionName: 'a', ReservedConcurrentExecutions: 0})
    await expect(call('a', {ms: 0})).rejects.toMatchObject(throttled)
    await lambda.putFunctionConcurrency({FunctionName: 'a', ReservedConcurrentExecutions: 1})
    const first = call('a', {ms: 1000})
    while (statusOf('a')?.invocations !== 1) await new Promise(setImmediate)
    await expect(call('a', {ms: 0})).rejects.toMatchObject(throttled)
    sandbox.clock.advance(1000)
    await first
    expect(await call('a', {ms: 0})).toMatchObject({error: undefined})
    expect(statusOf('a')).toMatchObject({invocations: 2, throttles: 2})
  })

  it('from another account needs the policy of the function', async () => {
    const FunctionName = await create('a', 'echo')
    const other = lambdaOf({account: OTHER_ACCOUNT})
    await expect(other.invoke({FunctionName})).rejects.toMatchObject(
      refused(
        'AccessDeniedException',
        `User: arn:aws:iam::${OTHER_ACCOUNT}:user/sandbox is not authorized to perform: lambda:InvokeFunction on resource: ${FunctionName} because no resource-based policy allows the lambda:InvokeFunction action`,
        403,
      ),
    )
    await lambda.addPermission({
      FunctionName,
      StatementId: 'them',
      Action: 'lambda:InvokeFunction',
      Principal: OTHER_ACCOUNT,
    })
    expect(await other.invoke({FunctionName})).toMatchObject({StatusCode: 200})
    await expect(other.getFunction({FunctionName})).rejects.toMatchObject({name: 'AccessDeniedException'})
  })

  it('suffers the faults that are set for it', async () => {
    await create('a', 'echo', {Role: ROLE})
    sandbox.faults.add({kind: 'throttle', service: 'lambda', action: 'Invoke', times: 1})
    await expect(call('a')).rejects.toMatchObject({name: 'TooManyRequestsException', $metadata: {httpStatusCode: 429}})
    sandbox.faults.add({kind: 'error', service: 'lambda', resource: 'a', times: 1})
    await expect(call('a')).rejects.toMatchObject({name: 'ServiceException', $metadata: {httpStatusCode: 500}})
    expect(statusOf('a')).toMatchObject({invocations: 0})
    expect(await call('a', 1)).toEqual({error: undefined, payload: 1})
  })
})
