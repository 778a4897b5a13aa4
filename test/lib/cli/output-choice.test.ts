import {describe, expect, test} from 'vitest'
import {chooseOutput, guessOutput, type OutputFormat} from '../../../src/lib/cli/output-choice.js'

describe('chooseOutput', () => {
  test.each<[OutputFormat | undefined, boolean, NodeJS.ProcessEnv, boolean, string]>([
    [undefined, false, {}, true, 'table'],
    [undefined, false, {}, false, 'tsv'],
    ['table', false, {}, false, 'table'],
    ['csv', false, {}, true, 'csv'],
    [undefined, true, {}, true, 'json'],
    ['json', true, {}, true, 'json'],
    [undefined, true, {MSGOPS_OUTPUT: 'csv'}, true, 'json'],
    ['table', false, {MSGOPS_OUTPUT: 'csv', MSGOPS_JSON: '1'}, true, 'table'],
    [undefined, false, {MSGOPS_OUTPUT: 'ndjson', MSGOPS_JSON: '1'}, true, 'ndjson'],
    [undefined, false, {MSGOPS_JSON: 'yes'}, true, 'json'],
    [undefined, false, {MSGOPS_OUTPUT: 'junit'}, false, 'junit'],
    [undefined, true, {MSGOPS_OUTPUT: 'junit'}, false, 'json'],
    [undefined, false, {MSGOPS_JSON: '0', MSGOPS_OUTPUT: ''}, true, 'table'],
  ])('--output %s --json %s %j, terminal %s: %s', (output, json, env, stdoutIsTTY, mode) => {
    expect(chooseOutput({output, json, env, stdoutIsTTY})).toBe(mode)
  })

  test('refuses a contradiction on the command line and an unknown form in the environment', () => {
    expect(() => chooseOutput({output: 'csv', json: true, env: {}, stdoutIsTTY: true})).toThrow('contradict')
    expect(() =>
      chooseOutput({output: undefined, json: false, env: {MSGOPS_OUTPUT: 'xml'}, stdoutIsTTY: true}),
    ).toThrow('"xml"')
  })
})

describe('guessOutput', () => {
  test.each<[readonly string[], NodeJS.ProcessEnv, string]>([
    [['queue', 'list'], {}, 'tsv'],
    [['queue', 'list', '--json'], {}, 'json'],
    [['queue', '--output', 'ndjson', '--nosuch'], {}, 'ndjson'],
    [['queue', '--output=csv'], {}, 'csv'],
    [['queue', '--output', 'csv', '--output', 'json'], {}, 'json'],
    [['queue', '--output', 'csv', '--json'], {}, 'json'],
    [['queue', '--output', 'ndjson', '--json'], {}, 'ndjson'],
    [['queue', '--output', 'xml'], {}, 'tsv'],
    [['queue', '--output'], {}, 'tsv'],
    [['queue', '--', '--json'], {}, 'tsv'],
    [['queue'], {MSGOPS_OUTPUT: 'json'}, 'json'],
    [['queue'], {MSGOPS_OUTPUT: 'xml'}, 'tsv'],
    [['queue'], {MSGOPS_OUTPUT: 'junit'}, 'tsv'],
    [['queue'], {MSGOPS_JSON: '1'}, 'json'],
  ])('%j %j: %s', (args, env, mode) => {
    expect(guessOutput(args, env, false)).toBe(mode)
  })
})
