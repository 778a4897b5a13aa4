import type {MessageAttributeValue} from '@aws-sdk/client-sns'
import {describe, expect, it} from 'vitest'
import {http1, query} from '../raw-http.js'
import {invalid, localSns, refused} from './local-sns.js'

const {sandbox, sns, topic, queue, subscribe, bodies} = await localSns()

/** What the attribute adds to the size: its name, type and value. */
const ATTRIBUTES = {attr1: {DataType: 'Number', StringValue: '1'}}
const ATTRIBUTE_BYTES = 5 + 6 + 1
const LIMIT = 262_144

describe('Publish', () => {
  it('answers with an id, subscribers or not, by TopicArn or TargetArn', async () => {
    const arn = await topic('orders')
    for (const target of [{TopicArn: arn}, {TargetArn: arn}]) {
      const {MessageId, SequenceNumber} = await sns.publish({...target, Message: 'x'})
      expect(MessageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(SequenceNumber).toBeUndefined()
    }
    expect((await sns.publish({PhoneNumber: '+15551234567', Message: 'x'})).MessageId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('refuses what is no message', async () => {
    const TopicArn = await topic('orders')
    const publish = (input: object) => sns.publish({TopicArn, Message: 'x', ...input})
    await expect(publish({Message: ''})).rejects.toMatchObject(invalid('Empty message'))
    for (const Subject of ['', 'two\nlines', 's'.repeat(101)]) {
      await expect(publish({Subject})).rejects.toMatchObject(invalid('Subject'))
    }
    await publish({Subject: 's'.repeat(100)})
    await expect(publish({MessageDeduplicationId: 'd'})).rejects.toMatchObject(
      invalid(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      ),
    )
  })

  it('refuses what is no target', async () => {
    await expect(sns.publish({Message: 'x'})).rejects.toMatchObject(
      invalid('TopicArn or TargetArn Reason: no value for required parameter'),
    )
    await expect(sns.publish({Message: 'x', PhoneNumber: 'NAA+15551234567'})).rejects.toMatchObject(
      invalid('PhoneNumber Reason: NAA+15551234567 is not valid to publish to'),
    )
    await expect(
      sns.publish({Message: 'x', TargetArn: 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/1'}),
    ).rejects.toMatchObject(invalid('TargetArn Reason: No endpoint found for the target arn specified'))
    const TopicArn = `${await topic('orders')}x`
    await expect(sns.publish({TopicArn, Message: 'x'})).rejects.toMatchObject(
      refused('NotFound', 'Topic does not exist', 404),
    )
  })

  it('counts bytes, attributes included, to 256 KiB', async () => {
    const TopicArn = await topic('orders')
    const publish = (length: number, MessageAttributes?: Record<string, MessageAttributeValue>) =>
      sns.publish({TopicArn, Message: 'a'.repeat(length), MessageAttributes})
    await publish(LIMIT)
    await expect(publish(LIMIT + 1)).rejects.toMatchObject(invalid('Message too long'))
    await publish(LIMIT - ATTRIBUTE_BYTES, ATTRIBUTES)
    await expect(publish(LIMIT - ATTRIBUTE_BYTES + 1, ATTRIBUTES)).rejects.toMatchObject(invalid('Message too long'))
    await expect(sns.publish({TopicArn, Message: 'ü'.repeat(LIMIT / 2 + 1)})).rejects.toMatchObject(
      invalid('Message too long'),
    )
  })

  it('goes to 1 MiB where the topic says so, which HTTP subscriptions forbid', async () => {
    const TopicArn = await topic('large', {MaximumMessageSize: '1048576'})
    await sns.publish({TopicArn, Message: 'a'.repeat(1_048_576)})
    await expect(sns.publish({TopicArn, Message: 'a'.repeat(1_048_577)})).rejects.toMatchObject(
      invalid('Message too long'),
    )
    const hook = {Protocol: 'http', Endpoint: 'http://hooks.shop.example/'}
    await expect(sns.subscribe({TopicArn, ...hook})).rejects.toMatchObject({Code: 'InvalidParameter'})
    const small = await topic('small')
    await sns.subscribe({TopicArn: small, ...hook})
    await expect(
      sns.setTopicAttributes({TopicArn: small, AttributeName: 'MaximumMessageSize', AttributeValue: '262145'}),
    ).rejects.toMatchObject({Code: 'InvalidParameter'})
  })
})

describe('MessageStructure json', () => {
  it('has a text for each protocol', async () => {
    const TopicArn = await topic('orders')
    const queueArn = await queue('q', TopicArn)
    await subscribe(TopicArn, queueArn, {RawMessageDelivery: 'true'})
    const publish = (Message: string) => sns.publish({TopicArn, Message, MessageStructure: 'json'})
    await publish('{"default":"for all","sqs":"for queues"}')
    await publish('{"default":"for all","http":"for hooks","sqs":{"no":"text"}}')
    await publish('{"default":"first","default":"Duplicate"}')
    expect(await bodies(queueArn)).toEqual(['for queues', 'for all', 'Duplicate'])
  })

  it.each([
    ['{"sqs":"Test message"}', 'No default entry in JSON message body'],
    ['{"default":{"object":"test"}}', 'No default entry in JSON message body'],
    ['"text"', 'No default entry in JSON message body'],
    ['{"default": "This is a default message"} }', 'JSON message body failed to parse'],
  ])('refuses %s', async (Message, reason) => {
    await expect(
      sns.publish({TopicArn: await topic('orders'), Message, MessageStructure: 'json'}),
    ).rejects.toMatchObject(invalid(`Message Structure - ${reason}`))
  })
})

describe('message attributes', () => {
  const TYPE =
    "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
  const NUMBER = "Could not cast message attribute 'attr1' value to number."
  const RESERVED = "Message attribute name can not start with the reserved prefixes 'AWS.' and 'Amazon.'."
  const BINARY = Buffer.from('123')

  it.each<[string, Record<string, MessageAttributeValue>, string]>([
    [
      'an empty text',
      {attr1: {DataType: 'String', StringValue: ''}},
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'no text',
      {attr1: {DataType: 'String'}},
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'no bytes',
      {attr1: {DataType: 'Binary', BinaryValue: Buffer.alloc(0)}},
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'Binary'.",
    ],
    [
      'bytes as String',
      {attr1: {DataType: 'String', BinaryValue: BINARY}},
      "The message attribute 'attr1' with type 'String' must use field 'String'.",
    ],
    [
      'bytes as Number',
      {attr1: {DataType: 'Number', BinaryValue: BINARY}},
      "The message attribute 'attr1' with type 'Number' must use field 'String'.",
    ],
    [
      'text as Binary',
      {attr1: {DataType: 'Binary', StringValue: '123'}},
      "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
    ],
    ['an unknown type', {attr1: {DataType: 'InvalidType', StringValue: '123'}}, TYPE],
    ['a bare label', {attr1: {DataType: 'String.', StringValue: '123'}}, TYPE],
    ['a glued label', {attr1: {DataType: 'Stringprefixed', StringValue: '123'}}, TYPE],
    [
      'no number',
      {attr1: {DataType: 'Number', StringValue: 'ten'}},
      "Could not cast message attribute 'attr1' value to number.",
    ],
    [
      'a long name',
      {['a'.repeat(257)]: {DataType: 'String', StringValue: '1'}},
      'Length of message attribute name must be less than 256 bytes.',
    ],
    [
      'a strange name',
      {'a^*?': {DataType: 'String', StringValue: '1'}},
      "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      'a leading dot',
      {'.abc': {DataType: 'String', StringValue: '1'}},
      "Invalid message attribute name starting with character '.' was found.",
    ],
    [
      'a trailing dot',
      {'abc.': {DataType: 'String', StringValue: '1'}},
      "Invalid message attribute name ending with character '.' was found.",
    ],
    [
      'two dots',
      {'a..bc': {DataType: 'String', StringValue: '1'}},
      "Message attribute name can not have successive '.' character.",
    ],
    ['no name', {'': {DataType: 'String', StringValue: '1'}}, 'Message attribute name must not be empty.'],
    ['a reserved name', {'aws.x': {DataType: 'String', StringValue: '1'}}, RESERVED],
    ['a reserved name in capitals', {'AMAZON.y': {DataType: 'String', StringValue: '1'}}, RESERVED],
    ['a long type', {attr1: {DataType: `String.${'a'.repeat(250)}`, StringValue: '1'}}, TYPE],
    ['39 digits', {attr1: {DataType: 'Number', StringValue: '1'.repeat(39)}}, NUMBER],
    [
      '39 digits around a point',
      {attr1: {DataType: 'Number', StringValue: `${'1'.repeat(20)}.${'1'.repeat(19)}`}},
      NUMBER,
    ],
    ['a number too large', {attr1: {DataType: 'Number', StringValue: '1e127'}}, NUMBER],
    ['a number too small', {attr1: {DataType: 'Number', StringValue: '1e-129'}}, NUMBER],
    ['a labelled type without a number', {attr1: {DataType: 'Number.int', StringValue: 'ten'}}, NUMBER],
  ])('%s fails a message, and a batch as a whole', async (_, MessageAttributes, message) => {
    const TopicArn = await topic('orders')
    await expect(sns.publish({TopicArn, Message: 'x', MessageAttributes})).rejects.toMatchObject(
      refused('ParameterValueInvalid', message),
    )
    const entries = [
      {Id: '1', Message: 'x', MessageAttributes},
      {Id: '2', Message: 'valid'},
    ]
    await expect(sns.publishBatch({TopicArn, PublishBatchRequestEntries: entries})).rejects.toMatchObject(
      refused('ParameterValueInvalid', message),
    )
  })

  it.each([
    ['awsome', 'String', '1'],
    ['my.aws.name', 'String', '1'],
    ['a'.repeat(256), 'String', '1'],
    ['n', 'Number', `-${'9'.repeat(38)}`],
    ['n', 'Number', `000${'9'.repeat(38)}`],
    ['n', 'Number', '1e126'],
    ['n', 'Number', '1e-128'],
  ])('the edges of the rules are taken: %s %s %s', async (name, DataType, StringValue) => {
    await sns.publish({
      TopicArn: await topic('orders'),
      Message: 'x',
      MessageAttributes: {[name]: {DataType, StringValue}},
    })
  })

  it('labels may hold spaces and dots', async () => {
    const attr1 = {DataType: 'String.  prefixed.', StringValue: 'x'}
    await sns.publish({TopicArn: await topic('orders'), Message: 'x', MessageAttributes: {attr1}})
  })

  it('a missing type is told by where it is missing', async () => {
    const arn = encodeURIComponent(await topic('orders'))
    const attribute = 'MessageAttributes.entry.1.Name=attr1&MessageAttributes.entry.1.Value.StringValue=v'
    const {body} = await http1(sandbox.url, query('sns', `Action=Publish&TopicArn=${arn}&Message=x&${attribute}`))
    expect(body).toContain('<Code>ValidationError</Code>')
    expect(body).toContain("Value null at 'messageAttributes.attr1.member.dataType' failed to satisfy constraint")
    const entry = `PublishBatchRequestEntries.member.1.Id=1&PublishBatchRequestEntries.member.1.Message=x&PublishBatchRequestEntries.member.1.${attribute.replace('&', '&PublishBatchRequestEntries.member.1.')}`
    const batch = await http1(sandbox.url, query('sns', `Action=PublishBatch&TopicArn=${arn}&${entry}`))
    expect(batch.body).toContain(
      "Value null at 'publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType'",
    )
  })
})

describe('PublishBatch', () => {
  const batch = async (entries: readonly object[], attributes = {}) =>
    sns.publishBatch({
      TopicArn: await topic('orders', attributes),
      PublishBatchRequestEntries: entries.map((entry, i) => ({Id: `${i}`, Message: 'x', ...entry})),
    })

  it('answers for each entry; a subject or an empty message fails its own alone', async () => {
    const {Successful, Failed} = await batch([{}, {Subject: 'Invalid\nSubject'}, {Message: ''}, {Subject: 'fine'}])
    expect(Successful?.map(({Id}) => Id)).toEqual(['0', '3'])
    expect(Failed).toEqual([
      {Id: '1', Code: 'InvalidParameter', Message: 'Invalid parameter: Subject', SenderFault: true},
      {Id: '2', Code: 'InvalidParameter', Message: 'Invalid parameter: Empty message', SenderFault: true},
    ])
  })

  it('is refused as a whole for its ids and number', async () => {
    await expect(batch([])).rejects.toMatchObject(
      refused('EmptyBatchRequest', "The batch request doesn't contain any entries."),
    )
    await expect(batch(Array.from({length: 11}, () => ({})))).rejects.toMatchObject(
      refused('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.'),
    )
    await expect(batch([{Id: 'a'}, {Id: 'a'}])).rejects.toMatchObject(
      refused('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.'),
    )
    await expect(batch([{Id: 'message.id'}])).rejects.toMatchObject(
      refused(
        'InvalidBatchEntryId',
        'The Id of a batch entry in the batch request contains an impermissible character: message.id',
      ),
    )
    const long = 'a'.repeat(81)
    await expect(batch([{Id: long}])).rejects.toMatchObject(
      refused('InvalidBatchEntryId', `The Id of a batch entry in the batch request is too long: ${long}`),
    )
    expect((await batch([{Id: 'a'.repeat(80)}, {Id: 'valid-message_123'}])).Successful).toHaveLength(2)
  })

  it('is refused as a whole for its size', async () => {
    const half = 'a'.repeat(LIMIT / 2)
    await batch([{Message: half}, {Message: half}])
    await expect(batch([{Message: half}, {Message: `${half}a`}])).rejects.toMatchObject(
      refused('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.'),
    )
  })

  it('is refused as a whole for structure', async () => {
    await expect(batch([{Message: '{"sqs":"test sqs"}', MessageStructure: 'json'}])).rejects.toMatchObject(
      invalid('Message Structure - No default entry in JSON message body'),
    )
  })
})
