import {describe, expect, it} from 'vitest'
import {BadAnswerError, parseAnswer} from '../../../../src/lib/selection/program/answer.js'

const parse = (text: string) => parseAnswer(Buffer.from(text))

describe('parseAnswer', () => {
  it.each([
    ['{"messageId":"m","action":"skip"}', {action: 'skip'}],
    ['{"messageId":"m","action":"discard","body":5}', {action: 'discard'}],
    [' {"action":"move","messageId":"m","sentAt":null} ', {action: 'move'}],
    ['{"messageId":"m","action":"move","body":"a\\u0000"}', {action: 'move', body: 'a\u0000'}],
    ['{"messageId":"m","action":"move","messageAttributes":{}}', {action: 'move', messageAttributes: {}}],
    [
      '{"messageId":"m","action":"move","messageAttributes":{"n":{"dataType":"Number","stringValue":"1"},"b":{"dataType":"Binary.x","binaryValue":"AA==","more":1}}}',
      {
        action: 'move',
        messageAttributes: {n: {dataType: 'Number', stringValue: '1'}, b: {dataType: 'Binary.x', binaryValue: 'AA=='}},
      },
    ],
  ])('reads %s', (line, decision) => {
    expect(parse(line)).toEqual({messageId: 'm', decision})
  })

  it('has an attribute called __proto__ as one', () => {
    const {decision} = parse(
      '{"messageId":"m","action":"move","messageAttributes":{"__proto__":{"dataType":"String","stringValue":"x"}}}',
    )
    expect(decision.action === 'move' && Object.keys(decision.messageAttributes ?? {})).toEqual(['__proto__'])
  })

  it.each([
    ['moved', 'it is not JSON'],
    ['{"messageId":"m","action":"move"', 'it is not JSON'],
    ['{"messageId":"m","action":"skip","action":"move"}', 'it is not JSON: the JSON has the name "action" twice'],
    ['['.repeat(5000), 'it is not JSON: the JSON is nested deeper'],
    ['["m","move"]', 'it is not a JSON object'],
    ['{"action":"move"}', 'it has no messageId'],
    ['{"messageId":7,"action":"move"}', 'it has no messageId'],
    ['{"messageId":"m"}', 'its action is not move, skip or discard'],
    ['{"messageId":"m","action":"Move"}', 'its action is not move, skip or discard'],
    ['{"messageId":"m","action":"leave"}', 'its action is not move, skip or discard'],
    ['{"messageId":"m","action":"move","body":{"a":1}}', 'its body is not a string (the exact body, not parsed)'],
    ['{"messageId":"m","action":"move","body":null}', 'its body is not a string'],
    ['{"messageId":"m","action":"move","messageAttributes":[]}', 'its messageAttributes is not an object'],
    ['{"messageId":"m","action":"move","messageAttributes":{"a":"x"}}', 'its attribute "a" is not an object'],
    ['{"messageId":"m","action":"move","messageAttributes":{"a":{}}}', 'its attribute "a" has no dataType'],
    [
      '{"messageId":"m","action":"move","messageAttributes":{"a":{"dataType":"Number","stringValue":1}}}',
      'its stringValue is not',
    ],
  ])('refuses %s', (line, why) => {
    expect(() => parse(line)).toThrow(BadAnswerError)
    expect(() => parse(line)).toThrow(why)
  })

  it('refuses bytes that are not UTF-8', () => {
    const line = Buffer.concat([
      Buffer.from('{"messageId":"m","action":"move","body":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ])
    expect(() => parseAnswer(line)).toThrow('it is not JSON')
  })
})
