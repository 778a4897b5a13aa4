import {describe, expect, it} from 'vitest'
import {readSample} from '../../../src/lib/filters/sample-file.js'

const ONE = {messageId: 'one', body: 'x', messageAttributes: {}}
const TWO = {messageId: 'two', body: '{"n":1e2}', messageAttributes: {}}
const pretty = (value: unknown) => JSON.stringify(value, null, 2)
const idsAndBodies = (text: string) => readSample(text).map(({id, message}) => [id, message.body])
const BOTH = [
  ['one', 'x'],
  ['two', '{"n":1e2}'],
]

describe('a sample', () => {
  it.each([
    ['NDJSON', `${JSON.stringify(ONE)}\n\n${JSON.stringify(TWO)}\r\n`],
    ['an array', pretty([ONE, TWO])],
    ['an array in one line', JSON.stringify([ONE, TWO])],
    ['what peek prints', pretty({queue: {name: 'q'}, messages: [ONE, TWO], warnings: []})],
    [
      'an answer of ReceiveMessage',
      pretty({
        Messages: [
          {MessageId: 'one', Body: 'x'},
          {MessageId: 'two', Body: '{"n":1e2}'},
        ],
      }),
    ],
    [
      'several answers, one a line',
      `{"messages":[]}\n${JSON.stringify({messages: [ONE]})}\n${JSON.stringify([TWO][0])}`,
    ],
    ['one behind a byte order mark', `\ufeff${pretty([ONE, TWO])}`],
  ])('is %s', (_, text) => expect(idsAndBodies(text)).toEqual(BOTH))

  it('may be one message over several lines, texts, and bodies with lists of their own', () => {
    expect(idsAndBodies(pretty(ONE))).toEqual([['one', 'x']])
    expect(idsAndBodies('plain text\n{"messages":["hi"],"n":1.0}')).toEqual([
      ['line 1', 'plain text'],
      ['line 2', '{"messages":["hi"],"n":1.0}'],
    ])
    expect(idsAndBodies('[{"n":1.0},\n{"n":2}]')).toEqual([
      ['message 1', '{"n":1.0}'],
      ['message 2', '{"n":2}'],
    ])
  })

  it.each([
    ['several documents over several lines', `${pretty(ONE)}\n${pretty(TWO)}`, 'line 1'],
    ['a document that is cut off', `{"a":1}\n{"b":`, 'line 2'],
    ['the end of a document', `plain\n}`, 'line 2'],
    ['an array that is cut off', `[\n{"a":1},`, 'line 1'],
  ])('that is %s is refused with the line', (_, text, line) => {
    expect(() => readSample(text)).toThrow(`The sample at ${line}: this is no whole JSON`)
  })

  it.each(['', '\n \n', '[]', '{"messages":[]}', '{"Messages":[]}'])('%j holds no message', text => {
    expect(() => readSample(text)).toThrow('The sample holds no message')
  })
})
