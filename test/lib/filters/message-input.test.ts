import {describe, expect, it} from 'vitest'
import {readMessage} from '../../../src/lib/filters/message-input.js'

const json = (value: unknown) => JSON.stringify(value)
const topic = 'arn:aws:sns:eu-west-1:123456789012:orders'

/** As SNS delivers without raw delivery: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const envelope = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topic,
  Subject: 'My First Message',
  Message: 'Hello world!',
  Timestamp: '2012-05-02T00:54:06.655Z',
  MessageAttributes: {kind: {Type: 'String', Value: 'order'}, sizes: {Type: 'String.Array', Value: '["s",1]'}},
}
const published = {
  attributes: {
    kind: {dataType: 'String', stringValue: 'order'},
    sizes: {dataType: 'String.Array', stringValue: '["s",1]'},
  },
  body: 'Hello world!',
}
const attribute = {DataType: 'Number', StringValue: '1.50'}
const number = {price: {dataType: 'Number', stringValue: '1.50'}}

describe('readMessage', () => {
  it.each([
    ['plain text', 'body', {attributes: {}, body: 'plain text'}],
    ['', 'body', {attributes: {}, body: ''}],
    ['{"a":1}\n', 'body', {attributes: {}, body: '{"a":1}\n'}],
    ['[{"attributes":{},"body":""}]', 'body', {attributes: {}, body: '[{"attributes":{},"body":""}]'}],
    // What only looks like a known form is a body.
    [json({Message: 'x', other: 1}), 'body', {attributes: {}, body: json({Message: 'x', other: 1})}],
    [
      json({attributes: {}, body: '', more: 1}),
      'body',
      {attributes: {}, body: json({attributes: {}, body: '', more: 1})},
    ],
    [json({body: 'x'}), 'body', {attributes: {}, body: json({body: 'x'})}],
    [json({messages: []}), 'body', {attributes: {}, body: json({messages: []})}],
    [json({Records: [{s3: {}}]}), 'body', {attributes: {}, body: json({Records: [{s3: {}}]})}],
    [json({attributes: {price: attribute}, body: 'x'}), 'message', {attributes: number, body: 'x'}],
    [json({attributes: {price: attribute}}), 'message', {attributes: number, body: ''}],
    [
      '{"attributes":{}, "body": {"n": 1.0, "n": 123456789012345678} }',
      'message',
      {attributes: {}, body: '{"n": 1.0, "n": 123456789012345678}'},
    ],
    [
      json({TopicArn: topic, Message: 'x', MessageAttributes: {price: attribute}}),
      'publishRequest',
      {attributes: number, body: 'x'},
    ],
    [json({Id: '1', Message: '{"a":1}'}), 'publishRequest', {attributes: {}, body: '{"a":1}'}],
    [
      json({Message: json({default: 'd', sqs: 's'}), MessageStructure: 'json'}),
      'publishRequest',
      {attributes: {}, body: 's'},
    ],
    [json({Message: json({default: 'd'}), MessageStructure: 'json'}), 'publishRequest', {attributes: {}, body: 'd'}],
    [json(envelope), 'notification', published],
    [
      json({MessageId: 'm', ReceiptHandle: 'r', Body: json(envelope), MessageAttributes: {price: attribute}}),
      'notification',
      published,
    ],
    [
      json({MessageId: 'm', ReceiptHandle: 'r', Body: 'raw', MessageAttributes: {price: attribute}}),
      'sqsMessage',
      {attributes: number, body: 'raw'},
    ],
    [json({Messages: [{MessageId: 'm', Body: 'raw'}]}), 'sqsMessage', {attributes: {}, body: 'raw'}],
    [
      json({messageId: 'm', body: json(envelope), attributes: {SentTimestamp: '1'}, messageAttributes: {}}),
      'notification',
      published,
    ],
    [
      json({
        messageId: 'm',
        body: 'raw',
        attributes: {SentTimestamp: '1'},
        messageAttributes: {price: {dataType: 'Number', stringValue: '1.50'}},
      }),
      'sqsMessage',
      {attributes: number, body: 'raw'},
    ],
    [json({messages: [{messageId: 'm', body: 'raw'}], selection: null}), 'sqsMessage', {attributes: {}, body: 'raw'}],
    [json({EventSource: 'aws:sns', Sns: envelope}), 'lambdaRecord', published],
    [json({Records: [{EventSource: 'aws:sns', EventVersion: '1.0', Sns: envelope}]}), 'lambdaRecord', published],
    [
      json({
        Records: [{messageId: 'm', receiptHandle: 'r', body: 'raw', messageAttributes: {}, eventSource: 'aws:sqs'}],
      }),
      'sqsMessage',
      {attributes: {}, body: 'raw'},
    ],
  ])('reads %s as %s', (text, form, message) => {
    expect(readMessage(text)).toMatchObject({form, message})
  })

  it('keeps names that objects have of themselves, and leaves out the value of a Binary attribute', () => {
    const text =
      '{"attributes":{"__proto__":{"DataType":"String","StringValue":"x"},"bytes":{"DataType":"Binary","BinaryValue":"AAE="}}}'
    const {attributes} = readMessage(text).message
    expect(Object.entries(attributes)).toEqual([
      ['__proto__', {dataType: 'String', stringValue: 'x'}],
      ['bytes', {dataType: 'Binary'}],
    ])
  })

  it('takes ten attributes, and more', () => {
    const attributes = Object.fromEntries(Array.from({length: 12}, (_, n) => [`a${n}`, attribute]))
    expect(Object.keys(readMessage(json({attributes})).message.attributes)).toHaveLength(12)
  })

  it('says that a text by protocol was chosen', () => {
    expect(readMessage(json({Message: '{"default":"d"}', MessageStructure: 'json'})).notes).toHaveLength(1)
    expect(readMessage('x').notes).toEqual([])
  })

  it.each([
    [{attributes: {'': attribute}}, 'A message attribute has an empty name, which SNS refuses'],
    [{attributes: {a: 1}}, 'The message attribute a is written {"DataType": "String", "StringValue": ...}, not 1'],
    [
      {attributes: {a: {StringValue: 'x'}}},
      'The type of the message attribute a is String, String.Array, Number or Binary, not nothing',
    ],
    [
      {attributes: {a: {DataType: 'Text', StringValue: 'x'}}},
      'The type of the message attribute a is String, String.Array, Number or Binary, not "Text"',
    ],
    [
      {attributes: {a: {DataType: 'String', StringValue: ''}}},
      'The message attribute a has an empty value, which SNS refuses',
    ],
    [
      {attributes: {a: {DataType: 'Number', StringValue: 1}}},
      'The value of the message attribute a (Number) is text under StringValue, not 1',
    ],
    [{Message: 'x', MessageAttributes: []}, 'The message attributes are no object of names and values'],
    [
      {Message: 'x', MessageStructure: 'json'},
      'MessageStructure is json, and Message is no JSON object with a text under default',
    ],
    [
      {
        Messages: [
          {MessageId: 'a', Body: 'a'},
          {MessageId: 'b', Body: 'b'},
        ],
      },
      'The message text holds 2 messages; a policy is tried on one at a time',
    ],
  ])('refuses %j', (message, why) => {
    const read = () => readMessage(json(message))
    expect(read).toThrow(why)
    expect(read).toThrow(expect.objectContaining({code: 'MessageInvalid', exitCode: 2}) as Error)
  })

  it('passes over a byte order mark, unless it is the first character of a body', () => {
    const message = '{"attributes":{"n":{"DataType":"Number","StringValue":"1"}},"body":"x"}'
    expect(readMessage(`\ufeff${message}`)).toEqual(readMessage(message))
    expect(readMessage(`\ufeff${message}`).form).toBe('message')
    expect(readMessage('\ufeff{"a":1}')).toEqual({
      form: 'body',
      message: {attributes: {}, body: '\ufeff{"a":1}'},
      notes: ['The body starts with a byte order mark: save it as UTF-8 without one.'],
    })
  })

  it('reads a nest of a hundred thousand lists as a body', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(readMessage(text).form).toBe('body')
  })
})
