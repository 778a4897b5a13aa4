import {describe, expect, test} from 'vitest'
import {rerunCommand} from '../../../src/lib/cli/rerun.js'

describe('rerunCommand', () => {
  test.each([
    [['msgops', 'dlq', 'redrive', 'q'], '--yes', undefined, 'msgops dlq redrive q --yes'],
    [['msgops', 'queue', 'purge', 'my q'], '--confirm', 'my q', "msgops queue purge 'my q' --confirm 'my q'"],
    [['msgops', 'queue', 'purge', '--', '-q'], '--confirm', '-q', 'msgops queue purge --confirm -q -- -q'],
    [['msgops', 'queue', 'purge', '--confirm', 'x', 'q'], '--confirm', 'q', 'msgops queue purge q --confirm q'],
    [['msgops', 'queue', 'purge', '--confirm=x', 'q'], '--confirm', 'q', 'msgops queue purge q --confirm q'],
    [['msgops', 'dlq', 'redrive', '--yes', 'q'], '--yes', undefined, 'msgops dlq redrive q --yes'],
  ] as const)('%j with %s %s', (words, flag, value, line) => {
    expect(rerunCommand(words, flag, value)).toBe(line)
  })
})
