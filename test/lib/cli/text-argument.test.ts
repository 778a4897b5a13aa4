import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, describe, expect, test} from 'vitest'
import {assertOneStdin, nameOfText, readTextArgument} from '../../../src/lib/cli/text-argument.js'

const folder = mkdtempSync(path.join(tmpdir(), 'msgops-text-'))
afterAll(() => rmSync(folder, {recursive: true}))
const file = path.join(folder, 'policy.json')
writeFileSync(file, '{"a":[1]}\n')

describe('readTextArgument', () => {
  test.each([
    ['{"a":[1]}', '{"a":[1]}'],
    [' \n[1', ' \n[1'],
    ['"text"', '"text"'],
    [file, '{"a":[1]}\n'],
  ])('%j', async (given, text) => {
    expect(await readTextArgument(given, 'The policy')).toBe(text)
  })

  const FORMS = 'Give the path of a file, JSON text, or - for standard input.'
  test.each([
    ['', 'InputInvalid', 'The policy is empty', [FORMS]],
    [' \t', 'InputInvalid', 'The policy is empty', [FORMS]],
    ['/nonexistent/p', 'InputUnreadable', 'The policy cannot be read: ENOENT', [FORMS]],
    ['p\0', 'InputUnreadable', 'The policy cannot be read: ', [FORMS]],
    [
      'file:///nonexistent/p',
      'InputUnreadable',
      'The policy cannot be read: ENOENT',
      ['The path stands alone here: /nonexistent/p', FORMS],
    ],
    [
      'fileb://no/such',
      'InputUnreadable',
      'The policy cannot be read: ENOENT',
      ['The path stands alone here: no/such', FORMS],
    ],
    [
      '@no/such',
      'InputUnreadable',
      'The policy cannot be read: ENOENT',
      ['The path stands alone here: no/such', FORMS],
    ],
  ])('refuses %j', async (given, code, message, suggestions) => {
    const refusal = readTextArgument(given, 'The policy')
    await expect(refusal).rejects.toMatchObject({code, exitCode: 2, suggestions})
    await expect(refusal).rejects.toThrow(message)
  })

  test('refuses standard input where that is for something else', async () => {
    await expect(readTextArgument('-', '--pattern', {stdinIsFor: 'the answer'})).rejects.toMatchObject({
      message: '--pattern cannot be - here: standard input is for the answer',
      suggestions: ['Give the path of a file, or JSON text.'],
    })
  })
})

test('a text has the name of its file', () => {
  expect(['/some/where/suite.json', 'suite.json', '-', '[{"id":"a/b"}]', ' {"a":1}'].map(nameOfText)).toEqual([
    'suite.json',
    'suite.json',
    'stdin',
    'inline',
    'inline',
  ])
})

test('standard input is for one', () => {
  expect(() => assertOneStdin('-', '-')).toThrow('Standard input can be read once')
  expect(() => assertOneStdin('-', 'a', undefined)).not.toThrow()
})
