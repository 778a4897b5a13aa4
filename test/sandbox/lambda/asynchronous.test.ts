import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {afterFailure, afterThrottle} from '../../../src/sandbox/lambda/asynchronous/next-step.js'
import {claim, http1} from '../raw-http.js'
import {FUNCTION_PREFIX, localLambda, MINUTE, NOON, QUEUE_PREFIX, TOPIC_PREFIX} from './local-lambda.js'

/** What the function is to do, run by run; the last goes for all that follow. */
let script: readonly ('ok' | 'fail')[] = []
let runs: {readonly requestId: string; readonly at: number; readonly event: unknown}[] = []
const {sandbox, lambda, sqs, sns, create, hand, queue, drain} = await localLambda({
  scripted: (event, context) => {
    const outcome = script[Math.min(runs.length, script.length - 1)]
    runs.push({requestId: context.awsRequestId, at: sandbox.clock.now() - NOON, event})
    if (outcome === 'fail') throw new Error('no stock')
    return {done: event}
  },
  slow: (event, context) => {
    runs.push({requestId: context.awsRequestId, at: sandbox.clock.now() - NOON, event})
    context.spend((event as {ms: number}).ms)
  },
  silent: () => undefined,
})
const DESTINATION = `${QUEUE_PREFIX}records`
const statusOf = (name: string) =>
  sandbox.lambda.status()['000000000000/us-east-1']?.functions.find(fn => fn.name === name)
const seconds = () => runs.map(({at}) => at / 1000)

/** A function whose runs follow a script, with queues for its records. */
async function scripted(outcomes: readonly ('ok' | 'fail')[], config: object = {}): Promise<void> {
  script = outcomes
  runs = []
  await create('consumer', 'scripted')
  await queue('records')
  await lambda.putFunctionEventInvokeConfig({
    FunctionName: 'consumer',
    DestinationConfig: {OnFailure: {Destination: DESTINATION}, OnSuccess: {Destination: DESTINATION}},
    ...config,
  })
}

/** The records in the queue, and nothing else. */
const records = async () => (await drain(DESTINATION)).map(({Body = ''}) => JSON.parse(Body) as unknown)

describe('an asynchronous invocation', () => {
  it('is accepted with 202 and an empty body, and runs a moment later under its request id', async () => {
    await scripted(['ok'])
    const {StatusCode, Payload, FunctionError, $metadata} = await lambda.invoke({
      FunctionName: 'consumer',
      InvocationType: 'Event',
      Payload: '{"a":1}',
    })
    expect(StatusCode).toBe(202)
    expect(Payload ?? []).toHaveLength(0)
    expect(FunctionError).toBeUndefined()
    sandbox.clock.advance(0)
    expect(runs).toEqual([{requestId: $metadata.requestId, at: 0, event: {a: 1}}])
  })

  it('runs although nobody moves the clock', async () => {
    await scripted(['ok'])
    await lambda.invoke({FunctionName: 'consumer', InvocationType: 'Event'})
    while (runs.length === 0) await new Promise(setImmediate)
    expect(seconds()).toEqual([0])
  })

  it('tells a destination that it succeeded, in the record of AWS', async () => {
    await scripted(['ok'])
    await hand('consumer', {order: 1})
    const [{requestId} = {requestId: ''}] = runs
    expect(await records()).toEqual([
      {
        version: '1.0',
        timestamp: new Date(NOON).toISOString(),
        requestContext: {
          requestId,
          functionArn: `${FUNCTION_PREFIX}consumer:$LATEST`,
          condition: 'Success',
          approximateInvokeCount: 1,
        },
        requestPayload: {order: 1},
        responseContext: {statusCode: 200, executedVersion: '$LATEST'},
        responsePayload: {done: {order: 1}},
      },
    ])
  })

  it('that fails is run again after one minute and two, then told of', async () => {
    await scripted(['fail'])
    await hand('consumer', {order: 1})
    sandbox.clock.advance(MINUTE - 1)
    expect(seconds()).toEqual([0])
    sandbox.clock.advance(1)
    expect(seconds()).toEqual([0, 60])
    sandbox.clock.advance(2 * MINUTE - 1)
    expect(seconds()).toEqual([0, 60])
    expect(await records()).toEqual([])
    sandbox.clock.advance(1)
    expect(seconds()).toEqual([0, 60, 180])
    expect(new Set(runs.map(({requestId}) => requestId)).size).toBe(1)
    expect(await records()).toMatchObject([
      {
        timestamp: new Date(NOON + 3 * MINUTE).toISOString(),
        requestContext: {condition: 'RetriesExhausted', approximateInvokeCount: 3},
        requestPayload: {order: 1},
        responseContext: {statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled'},
        responsePayload: {errorType: 'Error', errorMessage: 'no stock', trace: ['Error: no stock']},
      },
    ])
    expect(statusOf('consumer')).toMatchObject({
      invocations: 3,
      errors: 3,
      asyncEventsReceived: 1,
      asyncEventsDropped: 1,
      eventsWaiting: 0,
    })
  })

  it('goes through its retries in one advance of the clock', async () => {
    await scripted(['fail'])
    await hand('consumer')
    sandbox.clock.advance(60 * MINUTE)
    expect(seconds()).toEqual([0, 60, 180])
  })

  it('that succeeds at last is told of as a success', async () => {
    await scripted(['fail', 'ok'])
    await hand('consumer')
    sandbox.clock.advance(60 * MINUTE)
    expect(await records()).toMatchObject([{requestContext: {condition: 'Success', approximateInvokeCount: 2}}])
  })

  it.each([
    [0, [0]],
    [1, [0, 60]],
    [2, [0, 60, 180]],
  ])('is tried again %i times where that is set', async (MaximumRetryAttempts, at) => {
    await scripted(['fail'], {MaximumRetryAttempts})
    await hand('consumer')
    sandbox.clock.advance(60 * MINUTE)
    expect(seconds()).toEqual(at)
    expect(await records()).toMatchObject([{requestContext: {condition: 'RetriesExhausted'}}])
  })

  it.each([
    // Both recorded: a retry that would come too late is not waited for.
    [60, [0], 0],
    [90, [0, 60], 60],
    [180, [0, 60], 60],
    [181, [0, 60, 180], 180],
  ])('that may be %i seconds old is given up at once when the next retry would be older', async (age, at, toldAt) => {
    await scripted(['fail'], {MaximumEventAgeInSeconds: age})
    await hand('consumer')
    sandbox.clock.advance(60 * MINUTE)
    expect(seconds()).toEqual(at)
    expect(await records()).toMatchObject([
      {
        timestamp: new Date(NOON + toldAt * 1000).toISOString(),
        requestContext: {
          condition: at.length === 3 ? 'RetriesExhausted' : 'EventAgeExceeded',
          approximateInvokeCount: at.length,
        },
      },
    ])
  })

  it('goes to its destination at once where no concurrency is left to the function, never run', async () => {
    await scripted(['ok'])
    await lambda.putFunctionConcurrency({FunctionName: 'consumer', ReservedConcurrentExecutions: 0})
    await hand('consumer', {order: 1})
    expect(runs).toEqual([])
    const [record] = await records()
    // Recorded: there is no response.
    expect(record).toEqual({
      version: '1.0',
      timestamp: new Date(NOON).toISOString(),
      requestContext: {
        requestId: expect.any(String) as string,
        functionArn: `${FUNCTION_PREFIX}consumer:$LATEST`,
        condition: 'ZeroReservedConcurrency',
        approximateInvokeCount: 0,
      },
      requestPayload: {order: 1},
    })
  })

  it('that finds no room comes again, each time later, and costs no attempt', async () => {
    runs = []
    await create('slow', 'slow', {Timeout: 900})
    await lambda.putFunctionConcurrency({FunctionName: 'slow', ReservedConcurrentExecutions: 1})
    await hand('slow', {ms: 10_000})
    await hand('slow', {ms: 0})
    expect(seconds()).toEqual([0])
    sandbox.clock.advance(MINUTE)
    // After 1, 2, 4 and 8 seconds more.
    expect(seconds()).toEqual([0, 15])
    expect(statusOf('slow')).toMatchObject({throttles: 4, invocations: 2, errors: 0, eventsWaiting: 0})
    expect(sandbox.lambda.events.list()).toMatchObject([
      {condition: 'Success', attempts: 1},
      {condition: 'Success', attempts: 1},
    ])
  })

  it('that never finds room is given up when it is six hours old', async () => {
    runs = []
    await create('slow', 'slow', {Timeout: 900, DeadLetterConfig: {TargetArn: await queue('dead')}})
    await lambda.putFunctionConcurrency({FunctionName: 'slow', ReservedConcurrentExecutions: 1})
    await hand('slow', {ms: 10_000_000})
    // One run after the other times out: each takes the room again as soon as it is there.
    for (let i = 0; i < 60; i++) await hand('slow', {ms: 10_000_000, i})
    sandbox.clock.advance(24 * 60 * MINUTE)
    const aged = sandbox.lambda.events.list().filter(({attempts}) => attempts === 0)
    expect(aged.length).toBeGreaterThan(0)
    for (const {at, condition} of aged) {
      expect(condition).toBe('EventAgeExceeded')
      // Five minutes are the longest wait, so none is given up before that much is left.
      expect(at - NOON).toBeLessThan(360 * MINUTE)
      expect(at - NOON).toBeGreaterThanOrEqual(355 * MINUTE)
    }
    expect(sandbox.lambda.events.list()).toHaveLength(61)
    expect(await drain(`${QUEUE_PREFIX}dead`)).toHaveLength(61)
  })

  it('goes with its function, which made anew under the name knows nothing of it', async () => {
    await scripted(['fail'])
    await hand('consumer')
    await lambda.deleteFunction({FunctionName: 'consumer'})
    await create('consumer', 'scripted')
    sandbox.clock.advance(60 * MINUTE)
    expect(seconds()).toEqual([0])
    expect(statusOf('consumer')).toMatchObject({invocations: 0})
    expect(await records()).toEqual([])
  })

  it('is forgotten by a reset', async () => {
    await scripted(['fail'])
    await hand('consumer')
    await sandbox.reset()
    sandbox.clock.advance(60 * MINUTE)
    expect(seconds()).toEqual([0])
    expect(sandbox.lambda.events.list()).toEqual([])
  })
})

describe('the dead-letter queue of a function', () => {
  it('gets the event as it was, with what went wrong beside it', async () => {
    script = ['fail']
    runs = []
    await create('consumer', 'scripted', {DeadLetterConfig: {TargetArn: await queue('dead')}})
    const event = '{"n": 12345678901234567890, "text":"ü"}'
    await lambda.invoke({FunctionName: 'consumer', InvocationType: 'Event', Payload: event})
    sandbox.clock.advance(60 * MINUTE)
    const [letter, ...others] = await drain(`${QUEUE_PREFIX}dead`)
    expect(others).toEqual([])
    expect(letter?.Body).toBe(event)
    expect(letter?.MessageAttributes).toEqual({
      RequestID: {DataType: 'String', StringValue: runs[0]?.requestId},
      ErrorCode: {DataType: 'Number', StringValue: '200'},
      ErrorMessage: {DataType: 'String', StringValue: 'no stock'},
    })
    expect(letter?.Attributes?.AWSTraceHeader).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/)
  })

  it('may be a topic', async () => {
    script = ['fail']
    runs = []
    await sns.createTopic({Name: 'dead'})
    const Endpoint = await queue('mails', {
      Policy: JSON.stringify({
        Statement: [{Effect: 'Allow', Principal: {Service: 'sns.amazonaws.com'}, Action: 'sqs:*', Resource: '*'}],
      }),
    })
    await sns.subscribe({TopicArn: `${TOPIC_PREFIX}dead`, Protocol: 'sqs', Endpoint})
    await create('consumer', 'scripted', {DeadLetterConfig: {TargetArn: `${TOPIC_PREFIX}dead`}})
    await hand('consumer', {order: 1})
    sandbox.clock.advance(60 * MINUTE)
    const [mail] = await drain(Endpoint)
    expect(JSON.parse(mail?.Body ?? '')).toMatchObject({
      Message: '{"order":1}',
      MessageAttributes: {
        RequestID: {Type: 'String', Value: runs[0]?.requestId},
        ErrorCode: {Type: 'Number', Value: '200'},
        ErrorMessage: {Type: 'String', Value: 'no stock'},
      },
    })
  })

  it('that is gone is counted, and the event with it', async () => {
    script = ['fail']
    runs = []
    const TargetArn = await queue('dead')
    await create('consumer', 'scripted', {DeadLetterConfig: {TargetArn}})
    await sqs.deleteQueue({QueueUrl: `${sandbox.url}/000000000000/dead`})
    await hand('consumer')
    sandbox.clock.advance(60 * MINUTE)
    await new Promise(setImmediate)
    expect(statusOf('consumer')).toMatchObject({
      deadLetterErrors: 1,
      asyncEventsDropped: 1,
      eventsLost: 1,
      eventsWaiting: 0,
    })
  })
})

describe('a destination', () => {
  it('may be another function, which gets the record', async () => {
    script = ['ok']
    runs = []
    await create('first', 'echo')
    const Destination = await create('second', 'scripted')
    await lambda.putFunctionEventInvokeConfig({FunctionName: 'first', DestinationConfig: {OnSuccess: {Destination}}})
    await hand('first', {order: 1})
    expect(runs).toMatchObject([{event: {requestContext: {condition: 'Success'}, responsePayload: {order: 1}}}])
  })

  it('that leads back ends after sixteen runs, as AWS ends loops', async () => {
    const one = await create('one', 'silent')
    const two = await create('two', 'silent')
    for (const [FunctionName, Destination] of [
      ['one', two],
      ['two', one],
    ] as const) {
      await lambda.putFunctionEventInvokeConfig({FunctionName, DestinationConfig: {OnSuccess: {Destination}}})
    }
    await hand('one')
    expect(statusOf('one')).toMatchObject({invocations: 8})
    expect(statusOf('two')).toMatchObject({invocations: 8})
    expect(sandbox.lambda.events.list().at(-1)).toMatchObject({condition: 'RecursiveInvocation', attempts: 0})
  })

  it('that leads back through a topic hands on how long the chain is', async () => {
    await sns.createTopic({Name: 'loop'})
    const Endpoint = await create('one', 'silent')
    await lambda.addPermission({
      FunctionName: 'one',
      StatementId: 'sns',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
    })
    await sns.subscribe({TopicArn: `${TOPIC_PREFIX}loop`, Protocol: 'lambda', Endpoint})
    const invokeAfter = (functions: number) =>
      http1(sandbox.url, {
        path: '/2015-03-31/functions/one/invocations',
        headers: {
          authorization: claim('lambda'),
          'x-amz-invocation-type': 'Event',
          'x-amzn-trace-id': `Root=1-69e76240-0123456789abcdef01234567;Sampled=0;Lineage=1:0a1b2c3d:${functions}`,
        },
      })
    await lambda.putFunctionEventInvokeConfig({
      FunctionName: 'one',
      DestinationConfig: {OnSuccess: {Destination: `${TOPIC_PREFIX}loop`}},
    })
    expect(await invokeAfter(13)).toMatchObject({status: 202})
    sandbox.clock.advance(0)
    expect(statusOf('one')).toMatchObject({invocations: 3, asyncEventsDropped: 1})
    expect(sandbox.lambda.events.list().at(-1)).toMatchObject({condition: 'RecursiveInvocation'})
  })
})

describe('every accepted event', () => {
  it('comes to exactly one end, and whoever is to be told is told once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          retries: fc.option(fc.integer({min: 0, max: 2}), {nil: undefined}),
          age: fc.option(fc.integer({min: 60, max: 400}), {nil: undefined}),
          reserved: fc.option(fc.integer({min: 0, max: 2}), {nil: undefined}),
          onSuccess: fc.boolean(),
          onFailure: fc.boolean(),
          deadLetters: fc.boolean(),
          outcomes: fc.array(fc.constantFrom('ok' as const, 'fail' as const), {minLength: 1, maxLength: 12}),
          events: fc.integer({min: 1, max: 6}),
        }),
        async ({retries, age, reserved, onSuccess, onFailure, deadLetters, outcomes, events}) => {
          await sandbox.reset()
          sandbox.clock.freeze(NOON)
          script = outcomes
          runs = []
          const [good, bad, dead] = [await queue('good'), await queue('bad'), await queue('dead')]
          await create('consumer', 'scripted', deadLetters ? {DeadLetterConfig: {TargetArn: dead}} : {})
          await lambda.putFunctionEventInvokeConfig({
            FunctionName: 'consumer',
            MaximumRetryAttempts: retries,
            MaximumEventAgeInSeconds: age,
            DestinationConfig: {
              ...(onSuccess && {OnSuccess: {Destination: good}}),
              ...(onFailure && {OnFailure: {Destination: bad}}),
            },
          })
          if (reserved !== undefined) {
            await lambda.putFunctionConcurrency({FunctionName: 'consumer', ReservedConcurrentExecutions: reserved})
          }
          for (let n = 0; n < events; n++) await hand('consumer', {n})
          sandbox.clock.advance(7 * 60 * MINUTE)

          const ends = sandbox.lambda.events.list()
          const succeeded = ends.filter(({condition}) => condition === 'Success').length
          expect(ends).toHaveLength(events)
          expect(new Set(ends.map(({requestId}) => requestId)).size).toBe(events)
          expect(ends.reduce((sum, {attempts}) => sum + attempts, 0)).toBe(runs.length)
          expect(await drain(good)).toHaveLength(onSuccess ? succeeded : 0)
          expect(await drain(bad)).toHaveLength(onFailure ? events - succeeded : 0)
          expect(await drain(dead)).toHaveLength(deadLetters ? events - succeeded : 0)
          await new Promise(setImmediate)
          expect(statusOf('consumer')).toMatchObject({
            eventsWaiting: 0,
            asyncEventsDropped: events - succeeded,
            eventsLost: onFailure || deadLetters ? 0 : events - succeeded,
          })
        },
      ),
      {numRuns: 25},
    )
  })

  it('is tried no more often than is set, and never when it is too old', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 2}),
        fc.integer({min: 60, max: 21_600}),
        fc.infiniteStream(fc.boolean()),
        (maximumRetryAttempts, maximumEventAge, throttledNext) => {
          const config = {maximumRetryAttempts, maximumEventAge}
          let [ageMs, attempts, throttles] = [0, 0, 0]
          for (;;) {
            const throttled = throttledNext.next().value
            if (throttled) throttles++
            else attempts++
            expect(ageMs).toBeLessThan(maximumEventAge * 1000)
            expect(attempts).toBeLessThanOrEqual(maximumRetryAttempts + 1)
            const standing = {ageMs, attempts, throttles, config}
            const next = throttled ? afterThrottle(standing) : afterFailure(standing)
            if (next.step === 'giveUp') return
            expect(next.delayMs).toBeGreaterThanOrEqual(1000)
            expect(next.delayMs).toBeLessThanOrEqual(300_000)
            ageMs += next.delayMs
          }
        },
      ),
    )
  })
})
