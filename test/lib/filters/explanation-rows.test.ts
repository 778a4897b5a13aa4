import {describe, expect, it} from 'vitest'
import {compileEventPattern} from '../../../src/lib/filters/event-pattern.js'
import {explanationLines, explanationRows} from '../../../src/lib/filters/explanation-rows.js'
import type {Explanation} from '../../../src/lib/filters/explanation.js'

const alternative = (text: string, matched: boolean, reason?: string) => ({text, operator: 'equals', matched, reason})
const key = (path: string, matched: boolean, values: string[], alternatives: ReturnType<typeof alternative>[]) => ({
  path,
  matched,
  values,
  alternatives,
})

const explanation: Explanation = {
  matched: false,
  reason: 'two keys',
  keys: [
    key('a', true, ['"x"'], [alternative('"x"', true), alternative('"y"', false, '"x" is not equal')]),
    {
      ...key('b', false, [], [alternative('1', false, 'it is not there'), alternative('2', false, 'it is not there')]),
      nearMiss: {kind: 'nameCase', text: 'there is `B`'},
    },
    {
      ...key('$or', false, [], []),
      branches: [{matched: false, keys: [key('c', false, ['2'], [])]}],
    },
  ],
}

describe('an explanation for people', () => {
  it('as lines: of a key that is met only what meets it; why there is no value is said once', () => {
    expect(explanationLines(explanation, {most: 5, decisiveOnly: true})).toEqual([
      '✗ two keys',
      '✓ a: "x"',
      '└ ✓ "x"',
      '✗ b: none: it is not there; near miss: there is `B`',
      '└ ✗ 1',
      '└ ✗ 2',
      '✗ $or',
      '└ ✗ 1: c',
      '✗ $or 1: c: 2',
    ])
  })

  it('as rows: every alternative with its reason', () => {
    expect(explanationRows(explanation, {most: 12})[0]).toEqual({
      title: '✓ a',
      rows: [
        {label: 'value', parts: [{text: '"x"'}]},
        {label: '✓', parts: [{text: '"x"', tone: 'good'}]},
        {
          label: '✗',
          parts: [
            {text: '"y"', tone: 'warn'},
            {text: '"x" is not equal', tone: 'dim'},
          ],
        },
      ],
    })
  })

  it('shows of a long list the nearest, and says how many more there are', () => {
    const many = Array.from({length: 20}, (_, n) => `"k${n}"`).join(',')
    const explained = compileEventPattern(`{"a":[${many},"X"]}`).explain('{"a":"x"}')
    const lines = explanationLines(explained, {most: 2})
    expect(lines).toEqual([
      '✗ a: "x"',
      '└ ✗ "X"; "x" is not equal; near miss: this key would be met with `equals-ignore-case`',
      '└ ✗ "k0"; "x" is not equal',
      '└ and 19 more; --json has all',
    ])
  })

  it('cuts what is long: paths, values, alternatives, reasons, near misses', () => {
    const long = 'n'.repeat(5000)
    const explained = compileEventPattern(`{"${long}":["${long}",{"prefix":"${long}"}]}`).explain(
      `{"${long}":"${long.toUpperCase()}"}`,
    )
    const lines = explanationLines(explained, {most: 5})
    for (const line of lines) expect(line.length).toBeLessThan(1000)
    expect(lines.join('\n')).toContain(`${'n'.repeat(299)}…`)
    expect(explained.keys[0]?.alternatives[0]?.text).toBe(`"${long}"`)
    const pairs = compileEventPattern(`{"a":["${'x'.repeat(298)}😀${'x'.repeat(50)}"]}`).explain('{}')
    expect(explanationLines(pairs, {most: 5})[1]).toBe(`└ ✗ "${'x'.repeat(298)}…`)
  })
})
