import {readFileSync} from 'node:fs'
import {Ajv} from 'ajv'
import {expect, it} from 'vitest'
import {compared, liveReport} from '../../src/lib/filters/live.js'
import {cliOnSandbox, operations} from '../harness/cli.js'

const cli = await cliOnSandbox()

const EVENT = JSON.stringify({
  id: '1',
  account: '000000000000',
  source: 'shop',
  time: '2026-11-21T12:00:00Z',
  region: 'us-east-1',
  'detail-type': 'order placed',
  detail: {price: 300},
})
const test = (pattern: string, ...more: string[]) => [
  ...['pattern', 'test', '--pattern', pattern, '--event', EVENT, '--live'],
  ...more,
]

function expectValid(document: unknown): void {
  const text = readFileSync(new URL('../../docs/schemas/pattern-test.schema.json', import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

it.each([
  ['{"source":["shop"]}', 'match', 0],
  ['{"source":["other"]}', 'no-match', 0],
  ['{"source":"shop"}', 'invalid', 2],
])('asks EventBridge about %s, which agrees: %s, exit %i', async (pattern, result, exit) => {
  const {code, document} = await cli.json(test(pattern, '--read-only'))
  expectValid(document)
  expect([code, document.result]).toEqual([exit, result])
  expect(document.live).toMatchObject({by: 'sandbox', result, agrees: true})
  expect(document.warnings).toEqual([])
  expect(operations(cli.sandbox)).toEqual(['TestEventPattern'])
})

it('takes whole events only, as EventBridge does', async () => {
  const {code, document} = await cli.json(['pattern', 'test', '--pattern', '{"a":[1]}', '--event', '{"a":1}', '--live'])
  expect([code, document]).toMatchObject([
    2,
    {
      result: 'invalid',
      live: {result: 'invalid', error: 'Parameter Event is not valid.', agrees: true},
    },
  ])
})

it('a disagreement is a warning and exit 1, whatever was expected', async () => {
  cli.sandbox.faults.add({
    kind: 'error',
    action: 'TestEventPattern',
    code: 'InvalidEventPatternException',
    message: 'Event pattern is not valid. Reason: something new',
    status: 400,
  })
  const {code, document} = await cli.json(test('{"source":["shop"]}', '--expect', 'match'))
  expectValid(document)
  expect([code, document.live]).toMatchObject([1, {result: 'invalid', agrees: false}])
  expect((document.warnings as string[])[0]).toMatch(/^The sandbox says invalid .*this program says match/)
  const {output} = await cli.terminal([...test('{"source":["shop"]}'), '--no-color'])
  expect(output).toMatch(/Sandbox says +invalid/)
  expect(output.replace(/\s+/g, ' ')).toContain('The sandbox decides by the same engine as this program')
})

it('a custom endpoint is called so: nobody knows whether it is AWS', async () => {
  const env = {
    MSGOPS_SANDBOX: '0',
    AWS_ENDPOINT_URL: cli.sandbox.url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'us-east-1',
  }
  const {document} = await cli.json(test('{"source":["shop"]}'), {env})
  expectValid(document)
  expect(document.live).toEqual({by: 'endpoint', endpoint: cli.sandbox.url, result: 'match', agrees: true})
  const {output} = await cli.terminal([...test('{"source":["shop"]}'), '--no-color'], {env})
  expect(output).toMatch(/Endpoint says +match/)
  expect(output).toMatch(new RegExp(`Endpoint +${cli.sandbox.url}`))
  expect(output).not.toMatch(/AWS says/)
  expect(output.replace(/\s+/g, ' ')).toContain('a custom endpoint: whether that is AWS is not known here.')
  cli.sandbox.faults.add({kind: 'error', action: 'TestEventPattern', code: 'InvalidEventPatternException', status: 400})
  const refused = await cli.json(test('{"source":["shop"]}'), {env})
  expect((refused.document.warnings as string[])[0]).toMatch(
    new RegExp(
      `^The endpoint ${cli.sandbox.url} says invalid .*this program says match. Please report it if that is AWS.$`,
    ),
  )
})

it('a denial is no answer: exit 4 with the permission', async () => {
  cli.sandbox.faults.add({kind: 'access-denied', action: 'TestEventPattern'})
  const {code, document} = await cli.json(test('{"source":["shop"]}'))
  expect([code, (document.error as {message: string}).message]).toEqual([
    4,
    expect.stringContaining('events:TestEventPattern'),
  ])
})

it('refusals in other words agree, and are told', () => {
  const live = compared({result: 'invalid', error: 'theirs'}, {result: 'invalid'}, {by: 'aws'})
  expect(live.agrees).toBe(true)
  expect(liveReport(live, {result: 'invalid', error: 'ours'})).toEqual({
    warnings: ['AWS refuses it in other words: theirs'],
    notes: [],
  })
  expect(
    liveReport(compared({result: 'unknown', remark: 'no news'}, {result: 'match'}, {by: 'aws'}), {result: 'match'}),
  ).toEqual({
    warnings: ['no news'],
    notes: [],
    exitCode: 6,
  })
})
