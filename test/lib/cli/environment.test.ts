import {describe, expect, test} from 'vitest'
import {flagVariables, inWordsOfVariables} from '../../../src/lib/cli/environment.js'

const FLAGS = {
  output: {env: 'MSGOPS_OUTPUT'},
  query: {env: 'MSGOPS_QUERY'},
  max: {},
  sandbox: {type: 'boolean', env: 'MSGOPS_SANDBOX'},
}

describe('flagVariables', () => {
  test.each([
    [[], {MSGOPS_OUTPUT: 'junit', MSGOPS_MAX: '1'}, [['output', 'MSGOPS_OUTPUT']]],
    [['--output', 'csv'], {MSGOPS_OUTPUT: 'junit'}, []],
    [['--output=csv'], {MSGOPS_OUTPUT: 'junit', MSGOPS_QUERY: '['}, [['query', 'MSGOPS_QUERY']]],
    [['--', '--output'], {MSGOPS_OUTPUT: 'junit'}, [['output', 'MSGOPS_OUTPUT']]],
    [[], {MSGOPS_OUTPUT: '', MSGOPS_SANDBOX: '1'}, []],
  ])('%j with %j: %j', (args, env, expected) => {
    expect([...flagVariables(FLAGS, args, env)]).toEqual(expected)
  })
})

describe('inWordsOfVariables', () => {
  const variables = new Map([['output', 'MSGOPS_OUTPUT']])

  test.each([
    ['Expected --output=junit to be one of: table', 'Expected MSGOPS_OUTPUT=junit to be one of: table'],
    ['--output: "x" is no form', 'MSGOPS_OUTPUT: "x" is no form'],
  ])('%s', (message, expected) => {
    expect(inWordsOfVariables(message, variables)).toEqual({
      message: expected,
      suggestions: ['MSGOPS_OUTPUT is set in the environment; --output on the command line is used instead of it.'],
    })
  })

  test.each(['Nonexistent flag: --output-file', 'x--output', '--query is not a JMESPath expression'])(
    '%s is left as it is',
    message => {
      expect(inWordsOfVariables(message, variables)).toEqual({message, suggestions: []})
    },
  )
})
