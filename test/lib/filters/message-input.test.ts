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
    ['{"a":1}\n', 'body', {attributes: {}, body: '{"a":1}\n'}],
    // What only looks like a known form is a body.
    [json({Message: 'x', other: 1}), 'body', {attributes: {}, body: json({Message: 'x', other: 1})}],
    [
      json({attributes: {}, body: '', more: 1}),
      'body',
      {attributes: {}, body: json({attributes: {}, body: '', more: 1})},
    ],
    ['["a",1]', 'body', {attributes: {}, body: '["a",1]'}],
    [json({messages: ['hi']}), 'body', {attributes: {}, body: json({messages: ['hi']})}],
    [json({message: 'hi'}), 'body', {attributes: {}, body: json({message: 'hi'})}],
    [json({id: 1, body: 'x'}), 'body', {attributes: {}, body: json({id: 1, body: 'x'})}],
    [json({Entries: [{a: 1}]}), 'body', {attributes: {}, body: json({Entries: [{a: 1}]})}],
    [
      json({error: {code: 'E1', message: 'x'}}),
      'body',
      {attributes: {}, body: json({error: {code: 'E1', message: 'x'}})},
    ],
    ['{"a":1}\n{"b":2}', 'body', {attributes: {}, body: '{"a":1}\n{"b":2}'}],
    // The one way to give any body as it is.
    [json({body: ''}), 'message', {attributes: {}, body: ''}],
    ['{"body": {"messages": []}}', 'message', {attributes: {}, body: '{"messages": []}'}],
    [json({attributes: null, body: 'x'}), 'message', {attributes: {}, body: 'x'}],
    ['[{"attributes":{},"body": [1.0]}]', 'message', {attributes: {}, body: '[1.0]'}],
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
    [
      json({
        TopicArn: topic,
        PublishBatchRequestEntries: [{Id: '1', Message: 'hi', MessageAttributes: {price: attribute}}],
      }),
      'publishRequest',
      {attributes: number, body: 'hi'},
    ],
    [
      json([{Id: '1', Message: 'hi', MessageAttributes: {price: attribute}}]),
      'publishRequest',
      {attributes: number, body: 'hi'},
    ],
    [
      json({
        QueueUrl: 'http://127.0.0.1/1/q',
        MessageBody: 'hi',
        MessageAttributes: {price: attribute},
        DelaySeconds: 1,
      }),
      'sendRequest',
      {attributes: number, body: 'hi'},
    ],
    [
      json({
        QueueUrl: 'http://127.0.0.1/1/q',
        Entries: [{Id: '1', MessageBody: 'hi', MessageAttributes: {price: attribute}}],
      }),
      'sendRequest',
      {attributes: number, body: 'hi'},
    ],
    [
      json({id: '1', message: 'hi', messageAttributes: {price: {dataType: 'Number', stringValue: '1.50'}}}),
      'publishRequest',
      {attributes: number, body: 'hi'},
    ],
    [json([{messageId: 'm', body: 'raw', eventSource: 'aws:sqs'}]), 'sqsMessage', {attributes: {}, body: 'raw'}],
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
    [{attributes: [], body: 'x'}, 'The message attributes are no object of names and values'],
    [
      {attributes: {price: attribute}, body: 'x', atributes: {}},
      'The message text has "atributes", which is no part of such a message',
    ],
    [
      {attributes: {price: attribute}, messageAttributes: {price: attribute}, body: 'x'},
      'The message has its attributes under attributes and under messageAttributes',
    ],
    [
      {message: 'x', body: 'x', messageAttributes: {price: attribute}},
      'The message has a body and a message, which are the same',
    ],
    [{message: {}, messageAttributes: {price: attribute}}, 'The message is a text under message, and is none here'],
    [{TopicArn: topic, Message: {a: 1}}, 'The Message of a Publish request is a text, and is none here'],
    [
      {Message: 'x', MessageAttributes: {price: attribute}, Subjekt: 'y'},
      'The message text has "Subjekt", which is no part of such a message',
    ],
    [
      {QueueUrl: 'http://127.0.0.1/1/q', MessageBody: 'x', Delay: 1},
      'The message text has "Delay", which is no part of such a message',
    ],
    [
      {
        PublishBatchRequestEntries: [
          {Id: 'a', Message: 'a'},
          {Id: 'b', Message: 'b'},
        ],
      },
      'The message text holds 2 messages',
    ],
    [{PublishBatchRequestEntries: [{Id: 'a'}]}, 'The one member of PublishBatchRequestEntries is no message'],
    [
      {
        Entries: [
          {Id: 'a', MessageBody: 'a'},
          {Id: 'b', MessageBody: 'b'},
        ],
      },
      'The message text holds 2 messages',
    ],
    [[{body: 'a'}, {body: 'b'}, {body: 'c'}], 'The message text holds 3 messages'],
    [
      {Entries: [{Source: 's', DetailType: 't', Detail: '{}', EventBusName: 'default'}]},
      'The message text is an entry of EventBridge’s PutEvents: what a rule sends to a topic is the event',
    ],
    [
      {Records: [{eventSource: 'aws:kinesis', kinesis: {partitionKey: 'p', data: 'e30='}}]},
      'The message text is a Kinesis record, which SNS never sees',
    ],
    [
      {StreamName: 's', Records: [{Data: 'e30=', PartitionKey: 'p'}]},
      'The message text is a Kinesis record, which SNS never sees',
    ],
    [
      {Records: [{messageId: 'm', eventSource: 'aws:sqs', body: {}}]},
      'The message text is a record of SQS without a messageId and a body that are texts',
    ],
    [
      {Type: 'SubscriptionConfirmation', TopicArn: topic, Message: 'You have chosen', Token: 't', SubscribeURL: 'u'},
      'a confirmation of a subscription, which passes no filter policy',
    ],
    [
      {error: {code: 'QueueNotFound', message: 'There is no queue x', suggestions: []}},
      'The message text is an error of msgops: There is no queue x',
    ],
  ])('refuses %j', (message, why) => {
    const read = () => readMessage(json(message))
    expect(read).toThrow(why)
    expect(read).toThrow(expect.objectContaining({code: 'MessageInvalid', exitCode: 2}) as Error)
  })

  it.each([
    '',
    ' \r\n',
    '\ufeff',
    'null',
    '[]',
    '{"messages":[]}',
    '{"Messages":[]}',
    '{"Records":[]}',
    '{"QueueUrl":"http://127.0.0.1/1/q","Entries":[]}',
    '{"TopicArn":"t","PublishBatchRequestEntries":[]}',
    '{"messages": [], "selection": null, "warnings": []}',
  ])('has no verdict on %j, which holds no message', text => {
    expect(() => readMessage(text)).toThrow(
      expect.objectContaining({
        message: 'The message text holds no message',
        code: 'MessageInvalid',
        exitCode: 2,
        suggestions: [
          'A message with an empty body is given as {"body": ""}; a body that looks like a list of messages as {"body": ...}.',
        ],
      }) as Error,
    )
  })

  it('refuses NDJSON of several messages', () => {
    const line = (id: string) => json({messageId: id, body: 'x'})
    expect(() => readMessage(`${line('a')}\n${line('b')}\n`)).toThrow('The message text holds 2 messages')
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
