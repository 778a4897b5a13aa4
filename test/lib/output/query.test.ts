import {describe, expect, test} from 'vitest'
import {OpsError} from '../../../src/lib/ops-error.js'
import {compileQuery} from '../../../src/lib/output/query.js'

const document = {
  queues: [
    {name: 'orders', depth: 3},
    {name: 'orders-dlq', depth: 40},
  ],
  truncated: false,
}

describe('compileQuery', () => {
  test.each([
    ['queues[].name', ['orders', 'orders-dlq']],
    ['queues[?depth > `10`].name | [0]', 'orders-dlq'],
    ['length(queues)', 2],
    ['sum(queues[].depth)', 43],
    ['truncated', false],
    ['nothing', null],
    ['queues[*].{n: name}', [{n: 'orders'}, {n: 'orders-dlq'}]],
  ])('%s', async (expression, value) => {
    const query = await compileQuery(expression)
    expect(query(document)).toEqual(value)
  })

  test('sees the document as it would be printed: without undefined, dates as text', async () => {
    const query = await compileQuery('keys(@)')
    expect(query({a: undefined, b: new Date(0)})).toEqual(['b'])
  })

  test.each([
    ['queues[', 'QueryInvalid'],
    ['', 'QueryInvalid'],
    ['@@', 'QueryInvalid'],
    ['nosuch(queues)', 'QueryInvalid'],
    ['queues[?nosuch(name)].name', 'QueryInvalid'],
    ['a'.repeat(10_001), 'QueryInvalid'],
  ])('%s is refused before the command runs', async (expression, code) => {
    await expect(compileQuery(expression)).rejects.toMatchObject({name: 'OpsError', code, exitCode: 2})
  })

  test('what fails on the data is a failure of its own', async () => {
    const query = await compileQuery('sum(queues)')
    let thrown: unknown
    try {
      query(document)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(OpsError)
    expect(thrown).toMatchObject({code: 'QueryFailed', exitCode: 1})
    expect(String(thrown)).toContain('--query could not be applied')
  })
})
