import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {describe, expect, it, test} from 'vitest'
import {fuzz} from './fuzz/campaign.js'
import type {CommandFacts} from './fuzz/cases.js'
import {complaints} from './fuzz/check.js'
import type {FuzzOutput, Outcome} from './fuzz/fuzz-case.js'

const repository = new URL('../../', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('oclif.manifest.json', repository), 'utf8')) as {
  commands: Record<string, CommandFacts>
}

describe('what the check of an ended command complains of', () => {
  const ended = {code: 0, stdout: '', stderr: '', terminal: 'none', merged: false} as const
  const of = (outcome: Partial<Outcome>, output: FuzzOutput = 'tsv', args: readonly string[] = []) =>
    complaints({output, args}, {...ended, ...outcome})

  test.each([
    ['a bug', {code: 70, stderr: 'Error: x\n'}, 'tsv', ['exit code 70']],
    ['a code that nobody knows', {code: 134, stderr: 'x\n'}, 'tsv', ['exit code 134']],
    ['a failure without a word', {code: 1}, 'tsv', ['exit code 1 without a word']],
    ['a stack trace', {stderr: 'Error: x\n    at run (file:///a/b.js:1:2)\n'}, 'tsv', ['a stack trace']],
    ['an escape on stderr', {stderr: '\u001b[31mred\n'}, 'json', ['raw 1b', 'stdout is no JSON']],
    ['a bidi override in a cell', {stdout: 'a\u202eb\n'}, 'tsv', ['raw 202e']],
    ['a carriage return in NDJSON', {stdout: '"a"\r\n'}, 'ndjson', ['raw d']],
    ['half a document', {stdout: '{"a":'}, 'json', ['stdout is no JSON']],
    ['a line that is none', {stdout: '{}\nx\n'}, 'ndjson', ['stdout is no NDJSON']],
    ['an escape in a terminal', {stdout: 'a\u001b[2Jb\n', terminal: 'coloured'}, 'table', ['raw 1b']],
    [
      'a colour where there is to be none',
      {stderr: '\u001b[31mred\r\n', terminal: 'plain', merged: true},
      'table',
      ['raw 1b'],
    ],
    ['C1 in JSON in a terminal', {stdout: '"\u009b"\n', terminal: 'plain'}, 'json', ['raw 9b']],
  ] as const)('%s', (_, outcome, output, expected) => {
    expect(of(outcome, output)).toEqual(expected)
  })

  test.each([
    ['the line that is drawn over', {stderr: '\r\u001b[2Kat work\r\u001b[2K', terminal: 'plain'}, 'table'],
    [
      'colours of ours in a terminal',
      {stderr: '\u001b[31mError:\u001b[39m x\r\n', terminal: 'coloured', merged: true},
      'table',
    ],
    ['C1 in JSON on a pipe, which is exact', {stdout: '"\u009b\u202e"\n'}, 'json'],
    ['anything in CSV on a pipe, which is exact', {stdout: 'a\u001b\r\n'}, 'csv'],
    ['tabs and newlines', {stdout: 'A\tB\nx\ty\n'}, 'tsv'],
  ] as const)('not: %s', (_, outcome, output) => {
    expect(of(outcome, output)).toEqual([])
  })

  test('a stack that --debug was asked for is none', () => {
    expect(of({code: 1, stderr: '    at run (file:///a/b.js:1:2)\n'}, 'tsv', ['--debug'])).toEqual([])
  })

  test('a command that did not end', () => {
    expect(complaints({output: 'tsv', args: []}, {...ended, code: undefined})).toEqual(['it did not end'])
  })
})

it('hostile inputs of every kind crash no command and reach no terminal raw', {timeout: 120_000}, async () => {
  const program = {
    main: fileURLToPath(new URL('dist/main.js', repository)),
    bin: fileURLToPath(new URL('bin/run.js', repository)),
  }
  const figures = await fuzz({program, commands: Object.values(manifest.commands), seed: 1, inputs: 120, grounds: 2})
  expect(figures.failures).toEqual([])
  expect(figures.inputs).toBe(120)
  expect([...figures.families.keys()].sort()).toEqual([
    'attributes',
    'environment',
    'files',
    'flags',
    'journals',
    'messages moved',
    'messages sent',
    'messages shown',
    'no command',
    'policies and patterns',
    'profiles',
    'replies of AWS',
  ])
  expect(figures.compared).toBeGreaterThan(5)
})
