import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseBatch} from '../../../src/lib/topics/batch-input.js'
import {checkBatch, packBatches} from '../../../src/lib/topics/publish-batch.js'
import {parseTopicAttributes} from '../../../src/lib/topics/topic-attributes.js'
import {topicRefOfArn} from '../../../src/lib/topics/topic-ref.js'
import {refusal} from '../aws/connection.js'

const ref = topicRefOfArn('arn:aws:sns:eu-west-1:123456789012:orders')
const topic = {...ref, attributes: parseTopicAttributes(ref.arn, {})}
const line = (number: number, size: number) => ({
  line: number,
  size,
  draft: {message: 'x', messageAttributes: {}},
})

describe('a batch', () => {
  it('is read line by line, blank lines passed over, in our spelling and in that of AWS', () => {
    expect(
      parseBatch(
        '\ufeff{"message":"a","messageAttributes":{"n":{"dataType":"Number","stringValue":"3"},"b":{"dataType":"Binary","binaryValue":"AP8="}}}\r\n' +
          '\n{"Id":"7","Message":"b","Subject":"s","MessageGroupId":"g","MessageDeduplicationId":"d","MessageAttributes":{"t":{"DataType":"String","StringValue":"v"}}}\n' +
          '{"body":"c","messageStructure":"json"}',
      ),
    ).toEqual([
      {
        line: 1,
        draft: {
          message: 'a',
          messageAttributes: {
            n: {DataType: 'Number', StringValue: '3'},
            b: {DataType: 'Binary', BinaryValue: Buffer.from([0, 255])},
          },
        },
      },
      {
        line: 3,
        draft: {
          message: 'b',
          subject: 's',
          messageGroupId: 'g',
          messageDeduplicationId: 'd',
          messageAttributes: {t: {DataType: 'String', StringValue: 'v'}},
        },
      },
      {line: 4, draft: {message: 'c', messageStructure: 'json', messageAttributes: {}}},
    ])
  })

  it.each([
    ['', 'The batch holds no message'],
    ['\n \n', 'The batch holds no message'],
    ['{"message":"a"}\n{', 'Line 2 is no JSON'],
    ['[1]', 'Line 1 is no JSON object'],
    ['{"message":1}', 'Line 1: "message" is a text, and has to be there'],
    ['{}', 'Line 1: "message" is a text, and has to be there'],
    ['{"message":"a","messag":1}', 'Line 1: "messag" is no part of a message'],
    ['{"message":"a","subject":1}', 'Line 1: "subject" is a text'],
    ['{"message":"a","messageStructure":"xml"}', 'Line 1: "messageStructure" can only be "json"'],
    ['{"message":"a","messageAttributes":[]}', 'Line 1: "messageAttributes" is an object of names and values'],
    ['{"message":"a","messageAttributes":{"n":"3"}}', 'Line 1: the message attribute n is no object'],
    [
      '{"message":"a","messageAttributes":{"n":{"dataType":"Number","stringValue":"x"}}}',
      'Line 1: The message attribute n is no number',
    ],
    [
      '{"message":"a","messageAttributes":{"":{"dataType":"String","stringValue":"x"}}}',
      'Line 1: An empty name is no message attribute name',
    ],
  ])('%j is refused: %s', (text, message) => {
    const told = refusal(() => parseBatch(text))
    expect(told).toMatchObject({code: 'InvalidBatch', exitCode: 2})
    expect(told.message).toContain(message)
    expect(told.message).toMatch(/\. Nothing was published\.$/)
  })

  it.each([
    ['{"message":"x","Message":"y"}', '"message" and "Message" are the same: give one of them'],
    ['{"body":"x","message":"y"}', '"body" and "message" are the same: give one of them'],
    ['{"message":"x","message":"x"}', '"message" stands there twice'],
    ['{"message":"x","messag\\u0065":"y"}', '"message" stands there twice'],
    ['{"message":"x","Subject":"s","subject":"s"}', '"Subject" and "subject" are the same: give one of them'],
    ['{"message":"x","id":"1","Id":"2"}', '"id" and "Id" are the same: give one of them'],
  ])('has no field twice: %s', (text, message) => {
    expect(refusal(() => parseBatch(`{"message":"a"}\n${text}`))).toMatchObject({
      code: 'InvalidBatch',
      exitCode: 2,
      message: `Line 2: ${message}. Nothing was published.`,
    })
  })

  it.each([
    ['{"n":{"stringValue":"1"},"n":{"stringValue":"2"}}', ', messageAttributes: "n" stands there twice'],
    [
      '{"n":{"stringValue":"1","StringValue":"2"}}',
      ': the message attribute n: "stringValue" and "StringValue" are the same: give one of them',
    ],
    [
      '{"n":{"stringValue":"1","binaryValue":"AP8="}}',
      ': the message attribute n has a stringValue and a binaryValue: give the one of its type',
    ],
    [
      '{"n":{"dataType":"Number","stringValue":3}}',
      ': the message attribute n has a stringValue that is no text: write it in quotes, "3"',
    ],
    [
      '{"n":{"DataType":"Binary","BinaryValue":[1]}}',
      ': the message attribute n has a BinaryValue that is no text: write it in quotes',
    ],
    [
      '{"n":{"dataType":1,"stringValue":"3"}}',
      ': the message attribute n has a dataType that is no text: write it in quotes, "1"',
    ],
    ['{"n":{"dataType":"Number"}}', ': the message attribute n has no stringValue and no binaryValue (base64)'],
    ['{"n":{"stringValue":null}}', ': the message attribute n has no stringValue and no binaryValue (base64)'],
  ])('has no doubtful attribute: %s', (attributes, message) => {
    expect(refusal(() => parseBatch(`{"message":"a","messageAttributes":${attributes}}`)).message).toBe(
      `Line 1${message}. Nothing was published.`,
    )
  })

  it('tells attributes apart by upper and lower case, as SNS does', () => {
    const [line] = parseBatch('{"message":"a","messageAttributes":{"n":{"stringValue":"1"},"N":{"stringValue":"2"}}}')
    expect(Object.keys(line?.draft.messageAttributes ?? {})).toEqual(['n', 'N'])
  })

  it('is advised in the words of a batch', () => {
    const pay = topicRefOfArn('arn:aws:sns:eu-west-1:123456789012:pay.fifo')
    const fifo = {...pay, attributes: parseTopicAttributes(pay.arn, {ContentBasedDeduplication: 'false'})}
    const advice = (text: string) => refusal(() => checkBatch(fifo, parseBatch(text))).suggestions
    expect(advice('{"message":"a"}')).toEqual(['Give the group with "messageGroupId": "ID".'])
    expect(advice('{"message":"a","messageGroupId":"g"}')).toEqual([
      'Give one with "messageDeduplicationId": "ID"; within 5 minutes SNS drops a second message with the same id.',
    ])
    const structure = refusal(() => checkBatch(topic, parseBatch('{"message":"a","messageStructure":"json"}')))
    expect(structure.message).not.toContain('--')
  })

  it('is checked whole before anything is published, and names the line', () => {
    const lines = parseBatch(`{"message":"a"}\n{"message":"${'x'.repeat(262_145)}"}`)
    expect(refusal(() => checkBatch(topic, lines)).message).toBe(
      'Line 2: The message has 262145 bytes with its attributes; orders takes 262144 at most. Nothing was published.',
    )
  })
})

describe('requests', () => {
  it('take ten messages', () => {
    const lines = Array.from({length: 21}, (_, index) => line(index + 1, 1))
    expect(packBatches(lines, 262_144).map(batch => batch.length)).toEqual([10, 10, 1])
  })

  it('take the size limit for all of their messages together', () => {
    const lines = [line(1, 200_000), line(2, 62_144), line(3, 1), line(4, 262_144)]
    expect(packBatches(lines, 262_144).map(batch => batch.map(({line: number}) => number))).toEqual([[1, 2], [3], [4]])
  })

  it('hold every line once, in order, within both limits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 1, max: 100})), sizes => {
        const lines = sizes.map((size, index) => line(index + 1, size))
        const batches = packBatches(lines, 100)
        expect(batches.flat()).toEqual(lines)
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(10)
          expect(batch.reduce((sum, {size}) => sum + size, 0)).toBeLessThanOrEqual(100)
        }
      }),
    )
  })
})
