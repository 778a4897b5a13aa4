import {readFileSync} from 'node:fs'
import {Ajv} from 'ajv'
import {describe, expect, test} from 'vitest'
import {cliOnSandbox, operations} from '../harness/cli.js'

const cli = await cliOnSandbox()

function expectValid(name: string, document: unknown): void {
  const text = readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')
  const validate = new Ajv({allErrors: true, allowUnionTypes: true}).compile(JSON.parse(text) as object)
  validate(document)
  expect(validate.errors).toBeNull()
}

const message = (name: string, dataType: string, value: string, body = 'x') =>
  JSON.stringify({attributes: {[name]: {DataType: dataType, StringValue: value}}, body})

describe('msgops filter test explains', () => {
  test('a near miss of a missing key and of a value, as data and in words', async () => {
    const policy = '{"price":[{"numeric":[">",100]}],"Kind":["order"]}'
    const args = [
      'filter',
      'test',
      '--policy',
      policy,
      '--message',
      message('kind', 'String', 'order', '{"price":120}'),
    ]
    const {code, document} = await cli.json(args)
    expectValid('filter-test', document)
    expect([code, document]).toMatchObject([
      0,
      {
        result: 'no-match',
        explanation: {
          keys: [
            {
              path: 'price',
              values: [],
              nearMiss: {
                kind: 'inBody',
                text: 'this key would be met with the scope MessageBody, and the policy as a whole not: `price` is in the body',
              },
            },
            {
              path: 'Kind',
              nearMiss: {
                kind: 'nameCase',
                text: 'this key would be met if it were `kind`: upper and lower case count in names',
              },
            },
          ],
        },
      },
    ])
    const {stdout} = await cli.piped(args)
    expect(stdout).toContain('near miss: this key would be met if it were `kind`: upper and lower case count in names')
    expect(operations(cli.sandbox)).toEqual([])
  })

  test('warns of what SNS would not take, and decides all the same', async () => {
    const number = await cli.json([
      'filter',
      'test',
      '--policy',
      '{"n":[{"exists":false}]} more',
      '--message',
      message('n', 'Number', 'abc'),
    ])
    expectValid('filter-test', number.document)
    const warnings = [
      'The policy is read to its end only, as AWS’s library does; not read: more',
      'Number attribute n is no number: SNS refuses it. Taken as missing.',
    ]
    expect([number.code, number.document]).toMatchObject([0, {result: 'match', warnings}])
    for (const warning of warnings) expect(number.stderr).toContain(`Warning: ${warning}`)
  })

  test('a policy over 256 KB is refused, as SNS refuses it', async () => {
    const args = ['filter', 'test', '--policy', '-', '--message', message('a', 'String', 'y')]
    const {code, document} = await cli.json(args, {stdin: `{"a":["${'x'.repeat(262_144)}"]}`})
    expectValid('filter-test', document)
    expect([code, document]).toMatchObject([2, {result: 'invalid', errorSource: 'msgops', warnings: []}])
  })

  test('says whose words a refusal is in', async () => {
    const refused = (wildcard: string) => ['filter', 'test', '--policy', wildcard, '--message', '{}']
    const ours = refused('{"a":[{"wildcard":"*a*b*c*"}]}')
    const {code, document} = await cli.json(ours)
    expectValid('filter-test', document)
    expect([code, document]).toMatchObject([2, {result: 'invalid', errorSource: 'msgops'}])
    const aws = await cli.json(refused('{"a":[]}'))
    expectValid('filter-test', aws.document)
    expect(aws.document.errorSource).toBe('aws')
    expect((await cli.piped(ours)).stdout).toContain('(our words: AWS’s are not recorded)')
    expect((await cli.piped(refused('{"a":[]}'))).stdout).not.toContain('our words')
  })

  test('long alternatives and reasons keep within 80 columns, and are whole in JSON', async () => {
    const long = 'abcdefghij'.repeat(100)
    const policy = JSON.stringify({kind: [long, {prefix: long}]})
    const args = ['filter', 'test', '--policy', policy, '--message', message('kind', 'String', long.toUpperCase())]
    const {output} = await cli.terminal([...args, '--no-color'])
    const lines = output.replaceAll('\r\n', '\n').split('\n')
    expect(lines.filter(line => line.length > 80)).toEqual([])
    expect(lines.length).toBeLessThan(40)
    const {document} = await cli.json(args)
    expect(document).toMatchObject({
      explanation: {keys: [{alternatives: [{text: `"${long}"`}, {text: `{"prefix":"${long}"}`}]}]},
    })
  })
})
