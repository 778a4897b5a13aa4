import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {normaliseError} from '../../../src/lib/dlq/normalise.js'
import {signatureOf} from '../../../src/lib/dlq/signature.js'
import type {MessageView} from '../../../src/lib/messages/message-view.js'
import {hostileStrings} from '../../fixtures/hostile-strings.js'

type Attributes = Record<string, string | [dataType: string, value: string]>

function letter(body: unknown, attributes: Attributes = {}): MessageView {
  return {
    messageId: 'm',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => {
        const [dataType, stringValue] = typeof value === 'string' ? ['String', value] : value
        return [name, {dataType, stringValue}]
      }),
    ),
    attributes: {},
  }
}

const textOf = (body: unknown, attributes?: Attributes) => signatureOf(letter(body, attributes)).text

describe('what varies between two occurrences', () => {
  test.each([
    ['order 4711 not found', 'order <n> not found'],
    ['took 3000 ms, then 1.5 s', 'took <n> ms, then <n>.<n> s'],
    ['took 3000ms', 'took <n>ms'],
    ['order ord-49122 of cus_9f03aa', 'order <id> of <id>'],
    ['SKU LMP-2041 and LMP-7', 'SKU <id> and <id>'],
    ['s3 and v4 and utf8 stay', 's3 and v4 and utf8 stay'],
    ['request 3f2504e0-4f89-11d3-9a0c-0305e82c3301 failed', 'request <uuid> failed'],
    ['request 3F2504E0-4F89-11D3-9A0C-0305E82C3301 failed', 'request <uuid> failed'],
    ['at 2026-11-21T03:19:00.123Z and 2026-11-21 03:19:00', 'at <time> and <time>'],
    ['since 2026-11-21, at 03:19:00', 'since <time>, at <time>'],
    ['connect 10.0.3.17:8443 refused', 'connect <ip> refused'],
    ['from https://example.com/a?b=1&c=2, retry', 'from <url>, retry'],
    ['no key s3://bucket/large/2026-11-21/x', 'no key <url>'],
    ['mail to jane.doe+x@example.co.uk bounced', 'mail to <email> bounced'],
    ['assume arn:aws:iam::111122223333:role/x failed', 'assume <arn> failed'],
    [`no property "userId" of 'x' in \`y\``, 'no property <value> of <value> in <value>'],
    ["can't read, don't try", "can't read, don't try"],
    ['at 0x7ffe12ab', 'at <hex>'],
    ['token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9abc rejected', 'token <id> rejected'],
    ['HTTP 503 from upstream', 'HTTP 503 from upstream'],
    ['status code: 404', 'status code: 404'],
    ['returned 500 after 500 tries', 'returned 500 after <n> tries'],
    ['/items/0/quantity must be integer', '/items/<n>/quantity must be integer'],
    ['  padded \t text ', 'padded text'],
    ['first line\n    at Object.<anonymous> (/app/x.js:1:2)', 'first line'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(normaliseError(text)).toBe(expected)
  })

  test('the same error with other ids and numbers reads the same', () => {
    const id = fc.uuid()
    fc.assert(
      fc.property(
        id,
        id,
        fc.nat(),
        fc.nat(),
        fc.date({noInvalidDate: true}),
        fc.date({noInvalidDate: true}),
        (a, b, m, n, s, t) => {
          const error = (uuid: string, count: number, when: Date) =>
            `Payment ${uuid} declined after ${count} tries since ${when.getUTCFullYear()}-01-02T03:04:05Z`
          fc.pre(
            s.getUTCFullYear() >= 1000 &&
              s.getUTCFullYear() <= 9999 &&
              t.getUTCFullYear() >= 1000 &&
              t.getUTCFullYear() <= 9999,
          )
          expect(normaliseError(error(a, m, s))).toBe(normaliseError(error(b, n, t)))
        },
      ),
    )
  })

  test('whatever the text, the result is one short line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({unit: 'binary', maxLength: 3000}),
          fc.constantFrom(...hostileStrings.map(({text}) => text)),
        ),
        text => {
          const line = normaliseError(text)
          expect(line.length).toBeLessThanOrEqual(200)
          expect(line).not.toMatch(/[\r\n\u2028\u2029]/u)
        },
      ),
    )
  })

  test.each([
    ['quotes', '"'.repeat(100_000)],
    ['at signs', `${'a.'.repeat(50_000)}@`],
    ['dashes', 'a-'.repeat(50_000)],
    ['digits', '1'.repeat(100_000)],
    ['slashes', 'a://'.repeat(25_000)],
    ['statuses', 'status '.repeat(15_000)],
  ])('a hostile text of %s is cut before it is matched', (_name, text) => {
    expect(normaliseError(text).length).toBeLessThanOrEqual(200)
  })
})

describe('where the error is read from', () => {
  const eventBridge = {
    RULE_ARN: 'arn:aws:events:us-east-1:111122223333:rule/shop/shipped-to-billing',
    TARGET_ARN: 'arn:aws:lambda:us-east-1:111122223333:function:billing',
    ERROR_CODE: 'NO_PERMISSIONS',
    ERROR_MESSAGE:
      'User is not authorized to perform: lambda:InvokeFunction on arn:aws:lambda:us-east-1:111122223333:function:billing',
  }

  test.each<[string, unknown, Attributes, string, string]>([
    [
      'EventBridge',
      {a: 1},
      eventBridge,
      'eventBridge',
      'EventBridge shipped-to-billing: NO_PERMISSIONS: User is not authorized to perform: lambda:InvokeFunction on <arn>',
    ],
    [
      'Lambda, asynchronous',
      {key: 'x'},
      {
        RequestID: 'r',
        ErrorCode: ['Number', '200'],
        ErrorMessage: '2026-11-21T03:19:00.123Z 3f2504e0-4f89-11d3-9a0c-0305e82c3301 Task timed out after 3.00 seconds',
      },
      'lambda',
      'Lambda: <time> <uuid> Task timed out after <n>.<n> seconds',
    ],
    [
      'SNS in its envelope',
      {Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:111122223333:order-updates', Message: '{}'},
      {RequestID: 'r', ErrorCode: '403', ErrorMessage: 'not authorized'},
      'sns',
      'SNS order-updates: 403: not authorized',
    ],
    ['SNS, raw delivery', 'hello', {RequestID: 'r', ErrorCode: '410', ErrorMessage: 'gone'}, 'sns', 'SNS: 410: gone'],
    [
      'a Lambda destination',
      {
        version: '1.0',
        requestContext: {
          requestId: 'r',
          functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:resize:$LATEST',
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: {},
        responseContext: {statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled'},
        responsePayload: {
          errorType: 'TypeError',
          errorMessage: "Cannot read properties of undefined (reading 'id')",
          trace: ['...'],
        },
      },
      {},
      'lambdaDestination',
      'Lambda resize: TypeError: Cannot read properties of undefined (reading <value>)',
    ],
    [
      'a Lambda destination without a response',
      {
        requestContext: {
          functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:resize',
          condition: 'EventAgeExceeded',
        },
        requestPayload: {},
      },
      {},
      'lambdaDestination',
      'Lambda resize: EventAgeExceeded',
    ],
    [
      'attributes',
      {},
      {errorType: 'SchemaError', errorMessage: 'at /items/3'},
      'attributes',
      'SchemaError: at /items/<n>',
    ],
    [
      'attributes as headers',
      {},
      {'x-exception-message': 'boom 12', 'x-exception-fqcn': 'java.lang.IllegalStateException'},
      'attributes',
      'java.lang.IllegalStateException: boom <n>',
    ],
    ['an error text', {error: 'UnknownSku: SKU 1'}, {}, 'body', 'UnknownSku: SKU <n>'],
    [
      'an error text with its type',
      {error: 'UnknownSkuError: SKU LMP-12 is unknown'},
      {},
      'body',
      'UnknownSkuError: SKU <id> is unknown',
    ],
    [
      'an error object',
      {lastError: {name: 'TimeoutError', message: 'no answer in 3000 ms'}},
      {},
      'body',
      'TimeoutError: no answer in <n> ms',
    ],
    ['a list of errors', {errors: [{code: 'E42', detail: 'first'}, {code: 'E43'}]}, {}, 'body', 'E42: first'],
    ['fields', {errorMessage: 'm', errorType: 'T', other: 1}, {}, 'body', 'T: m'],
    ['fields in snake case', {error_message: 'm', error_type: 'T'}, {}, 'body', 'T: m'],
    ['fields in the metadata', {id: 1, metadata: {error: 'deep'}}, {}, 'body', 'deep'],
    [
      'an error inside SNS',
      {Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:1:t', Message: '{"error":"inner"}'},
      {},
      'body',
      'inner',
    ],
    ['a list of one', [{error: 'in a list'}], {}, 'body', 'in a list'],
    ['error: false is none', {error: false, id: 1}, {}, 'shape', 'no error given: JSON {error, id}'],
    ['a kind', {type: 'order.placed', id: 1}, {}, 'shape', 'no error given: JSON order.placed {id, type}'],
    [
      'S3 records',
      {Records: [{eventSource: 'aws:s3', eventName: 'ObjectCreated:Put'}]},
      {},
      'shape',
      'no error given: JSON ObjectCreated:Put {Records}',
    ],
    ['keys in any order', '{"b":1,"a":2}', {}, 'shape', 'no error given: JSON {a, b}'],
    [
      'many keys',
      Object.fromEntries(Array.from('abcdefghij').map(key => [key, 1])),
      {},
      'shape',
      'no error given: JSON {a, b, c, d, e, f, g, h, …}',
    ],
    ['an array', [1, 2], {}, 'shape', 'no error given: a JSON array, first a JSON number'],
    ['an empty array', [], {}, 'shape', 'no error given: an empty JSON array'],
    ['a string', '"x"', {}, 'shape', 'no error given: a JSON string'],
    ['null', 'null', {}, 'shape', 'no error given: JSON null'],
    ['broken JSON', '{"a":', {}, 'shape', 'no error given: broken JSON'],
    ['XML', '<?xml version="1.0"?><a/>', {}, 'shape', 'no error given: XML'],
    ['base64', 'H4sIAAAAAAAAA6tWKkktLlGyUlAqS8wpTtVRKi1OLYrPTFGyUqoFAA==', {}, 'shape', 'no error given: encoded text'],
    ['text', 'order 12 failed\nbecause', {}, 'shape', 'no error given: text: order <n> failed'],
    ['white space', ' \n', {}, 'shape', 'no error given: white space only'],
  ])('%s', (_name, body, attributes, origin, text) => {
    const signature = signatureOf(letter(body, attributes))
    expect([signature.origin, signature.text]).toEqual([origin, text])
  })

  test('AWS outranks the application, attributes outrank the body', () => {
    expect(textOf({error: 'in the body'}, {...eventBridge, errorMessage: 'attribute'})).toMatch(/^EventBridge/)
    expect(textOf({error: 'in the body'}, {errorMessage: 'attribute'})).toBe('attribute')
  })

  test('__proto__ is a field like any other', () => {
    expect(textOf('{"__proto__":{"error":"x"},"a":1}')).toBe('no error given: JSON {__proto__, a}')
  })

  test('a body of a hundred thousand brackets has a signature', () => {
    expect(textOf('['.repeat(100_000) + ']'.repeat(100_000))).toMatch(/^no error given: /)
  })
})

describe('the id of a group', () => {
  test('is the start of the SHA-256 of origin and text, the same in every run', () => {
    // printf 'body\nUnknownSku: SKU <n>' | sha256sum
    expect(signatureOf(letter({error: 'UnknownSku: SKU 77'})).id).toBe('ea9be677')
  })

  test('differs with the origin', () => {
    expect(signatureOf(letter({}, {errorMessage: 'm'})).id).not.toBe(signatureOf(letter({error: 'm'})).id)
  })

  test('any body and attributes have one', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        fc.dictionary(fc.string({minLength: 1}), fc.string()),
        (body, attributes) => {
          expect(signatureOf(letter(body, attributes)).id).toMatch(/^[0-9a-f]{8}$/)
        },
      ),
    )
  })
})
