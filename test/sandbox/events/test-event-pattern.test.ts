import {EventBridge} from '@aws-sdk/client-eventbridge'
import {NodeHttpHandler} from '@smithy/node-http-handler'
import {afterAll, expect, it} from 'vitest'
import {startSandbox} from '../../../src/sandbox/server.js'
import {http1} from '../raw-http.js'

const sandbox = await startSandbox()
afterAll(() => sandbox.close())
const events = new EventBridge({
  endpoint: sandbox.url,
  region: 'us-east-1',
  credentials: {accessKeyId: 'sandbox', secretAccessKey: 'sandbox'},
  maxAttempts: 1,
  requestHandler: new NodeHttpHandler(),
})

const WHOLE = {
  id: '1',
  account: '000000000000',
  source: 'shop',
  time: '2026-11-21T12:00:00Z',
  region: 'us-east-1',
  'detail-type': 'order placed',
  detail: {price: 300},
}
const ask = (EventPattern: string | undefined, event: unknown = WHOLE) =>
  events.testEventPattern({EventPattern, Event: typeof event === 'string' ? event : JSON.stringify(event)})

it.each([
  ['{"source":["shop"]}', true],
  ['{"source":["other"]}', false],
  ['{"detail":{"price":[300.0]}}', true],
  ['{"detail":{"price":[{"numeric":[">",300]}]}}', false],
])('%s: %s', async (pattern, expected) => {
  expect((await ask(pattern)).Result).toBe(expected)
})

it.each([
  ['no object', '["text"]'],
  ['incomplete', {testEvent: 'value'}],
  ['no JSON', '{'],
])('refuses an event that is %s, in recorded words', async (_, event) => {
  await expect(ask('{"source":["shop"]}', event)).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Parameter Event is not valid.',
    $metadata: {httpStatusCode: 400},
  })
})

it('refuses a pattern in recorded words', async () => {
  await expect(ask('{"source":"shop"}')).rejects.toMatchObject({
    name: 'InvalidEventPatternException',
    message: 'Event pattern is not valid. Reason: "source" must be an object or an array',
    $metadata: {httpStatusCode: 400},
  })
})

it('refuses a pattern that is missing or too long', async () => {
  await expect(ask(undefined)).rejects.toMatchObject({
    name: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'eventPattern' failed to satisfy constraint: Member must not be null",
  })
  await expect(ask(`{"source":["${'x'.repeat(4096)}"]}`)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('Member must have length less than or equal to 4096') as string,
  })
})

it('speaks JSON 1.1, and knows no other operation', async () => {
  const request = (operation: string) =>
    http1(sandbox.url, {
      method: 'POST',
      path: '/',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=sandbox/20261121/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSEvents.${operation}`,
      },
      body: JSON.stringify({EventPattern: '{"source":["shop"]}', Event: JSON.stringify(WHOLE)}),
    })
  const asked = await request('TestEventPattern')
  expect([asked.status, asked.headers['content-type'], asked.body]).toEqual([
    200,
    'application/x-amz-json-1.1',
    '{"Result":true}',
  ])
  const unknown = await request('PutEvents')
  expect([unknown.status, unknown.body]).toEqual([400, expect.stringContaining('UnknownOperationException')])
})
