import {execFileSync} from 'node:child_process'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {shellQuote} from '../../src/lib/shell-quote.js'

describe('shellQuote', () => {
  test.each([
    ['orders-dlq', 'orders-dlq'],
    ['https://sqs.eu-west-1.amazonaws.com/1/q', 'https://sqs.eu-west-1.amazonaws.com/1/q'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", String.raw`'it'\''s'`],
    ['$HOME`id`', "'$HOME`id`'"],
    ['a\nb', String.raw`$'a\012b'`],
    ['\u001b[2J\u009b', String.raw`$'\033[2J\302\233'`],
    ["\\'\t", String.raw`$'\\\'\011'`],
  ])('%j is %s', (word, quoted) => {
    expect(shellQuote(word)).toBe(quoted)
  })

  test('a shell reads every word back', () => {
    const word = fc.string({unit: 'binary', maxLength: 20}).filter(text => !/[\0\p{Cs}]/u.test(text))
    const words = fc.sample(word, 300)
    const script = words.map(text => `printf '%s\\0' ${shellQuote(text)}`).join('\n')
    const output = execFileSync('bash', ['--norc', '-c', script], {encoding: 'utf8', env: {LC_ALL: 'C.UTF-8'}})
    expect(output.split('\0').slice(0, -1)).toEqual(words)
  })
})
