import {beforeEach, describe, expect, it} from 'vitest'
import {EVERYTHING, invalid, LocalSqs} from './local-sqs.js'

let sqs: LocalSqs
let url: string
beforeEach(async () => {
  sqs = new LocalSqs()
  url = await sqs.create('orders')
})

const MIB = 1_048_576
const string = (StringValue: string) => ({DataType: 'String', StringValue})
const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'

describe('SendMessage', () => {
  it('answers the message id and the MD5s that clients check', async () => {
    const sent = await sqs.send(url, 'message', {
      MessageAttributes: {MyAttribute: string('foobar')},
      MessageSystemAttributes: {AWSTraceHeader: string(TRACE)},
    })
    expect(sent).toEqual({
      MD5OfMessageBody: '78e731027d8fd50ed642340b7c9a63b3',
      MD5OfMessageAttributes: 'adb59cd4678ea5a855436b949cd07ab6',
      MD5OfMessageSystemAttributes: '5ae4d5d7636402d80f4eb6d213245a88',
      MessageId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    })
  })

  it('keeps body, attributes of every type, trace header and group as they were given', async () => {
    const MessageAttributes = {
      text: string('Grüße ✓'),
      float: {DataType: 'Number.float', StringValue: '1.50'},
      picture: {DataType: 'Binary.png', BinaryValue: Buffer.from([0, 255, 10])},
      'with.dots-and_more': string('x'),
      'attr.1øßä': string('AWS takes letters with marks'),
    }
    const {MessageId} = await sqs.send(url, '\t\r\n "x" 𝄞', {
      MessageAttributes,
      MessageSystemAttributes: {AWSTraceHeader: string(TRACE)},
      MessageGroupId: 'tenant-1',
    })
    const [message] = await sqs.receive(url, EVERYTHING)
    expect(message).toMatchObject({
      MessageId,
      Body: '\t\r\n "x" 𝄞',
      MessageAttributes,
      Attributes: {
        AWSTraceHeader: TRACE,
        MessageGroupId: 'tenant-1',
        SentTimestamp: '1767225600000',
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: '1767225600000',
        SenderId: 'AIDASANDBOX0000000000',
      },
    })
    expect(message?.Attributes).not.toHaveProperty('SequenceNumber')
    expect(message?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
  })

  it.each([
    ['NUL', '\u0000'],
    ['backspace', 'a\u0008'],
    ['vertical tab', '\u000b'],
    ['escape', '\u001b[31mred'],
    ['a lone surrogate', 'x\ud800y'],
    ['U+FFFE', '\ufffe'],
    ['U+FFFF', '\uffff'],
  ])('refuses %s in a body', async (_, body) => {
    await expect(sqs.send(url, body)).rejects.toMatchObject({
      code: 'InvalidMessageContents',
      message:
        'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
      options: {status: 400},
    })
    expect(await sqs.counts(url)).toEqual([0, 0, 0])
  })

  it.each(['\u0009', '\u007f', '\u0085', '\u202e bidi', '\ufeff', '\ufffd', '\u{10ffff}', ' '])(
    'takes %j',
    async body => {
      await sqs.send(url, body)
      expect(await sqs.bodies(url)).toEqual([body])
    },
  )

  it('refuses an empty body', async () => {
    for (const input of [{MessageBody: ''}, {}]) {
      await expect(sqs.call('SendMessage', {QueueUrl: url, ...input})).rejects.toMatchObject({
        code: 'MissingRequiredParameterException',
        message: 'The request must contain the parameter MessageBody.',
        options: {queryCode: 'MissingParameter'},
      })
    }
  })

  it('takes 1 MiB, attributes included and the trace header not, and nothing more', async () => {
    const MessageAttributes = {four: string('12')}
    const full = 'a'.repeat(MIB - 'fourString12'.length)
    await sqs.send(url, full, {MessageAttributes, MessageSystemAttributes: {AWSTraceHeader: string(TRACE)}})
    await sqs.send(url, 'ü'.repeat(MIB / 2))
    const tooLong = {
      code: 'InvalidParameterValueException',
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    }
    await expect(sqs.send(url, `${full}a`, {MessageAttributes})).rejects.toMatchObject(tooLong)
    await expect(sqs.send(url, `${'ü'.repeat(MIB / 2)}a`)).rejects.toMatchObject(tooLong)
  })

  it('keeps to the queue’s own maximum', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {MaximumMessageSize: '1024'}})
    await sqs.send(url, 'a'.repeat(1024))
    await expect(sqs.send(url, 'a'.repeat(1025))).rejects.toMatchObject({
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
    })
  })

  it.each([-1, 901])('refuses DelaySeconds %i', async DelaySeconds => {
    await expect(sqs.send(url, 'x', {DelaySeconds})).rejects.toMatchObject(
      invalid(DelaySeconds, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.'),
    )
  })

  it('delays by the message, by the queue, and not where the message says 0', async () => {
    await sqs.call('SetQueueAttributes', {QueueUrl: url, Attributes: {DelaySeconds: '10'}})
    await sqs.send(url, 'queue')
    await sqs.send(url, 'long', {DelaySeconds: 900})
    await sqs.send(url, 'none', {DelaySeconds: 0})
    expect(await sqs.counts(url)).toEqual([1, 0, 2])
    expect(await sqs.bodies(url, {VisibilityTimeout: 43_200})).toEqual(['none'])
    sqs.clock.advance(9999)
    expect(await sqs.bodies(url)).toEqual([])
    sqs.clock.advance(1)
    expect(await sqs.bodies(url, {VisibilityTimeout: 43_200})).toEqual(['queue'])
    sqs.clock.advance(890_000)
    expect(await sqs.bodies(url)).toEqual(['long'])
  })

  it('takes a group id of 1 to 128 printable ASCII characters on a standard queue, and no deduplication id', async () => {
    await sqs.send(url, 'x', {MessageGroupId: '~'.repeat(128)})
    for (const id of ['', 'a'.repeat(129), 'group 123', 'grüppe']) {
      await expect(sqs.send(url, 'x', {MessageGroupId: id})).rejects.toMatchObject(
        invalid(
          id,
          'MessageGroupId',
          'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
        ),
      )
    }
    await expect(sqs.send(url, 'x', {MessageDeduplicationId: 'd'})).rejects.toMatchObject(
      invalid('d', 'MessageDeduplicationId', 'The request include parameter that is not valid for this queue type.'),
    )
  })

  it('refuses members of the wrong type', async () => {
    await expect(sqs.send(url, 'x', {DelaySeconds: '5'})).rejects.toMatchObject({code: 'SerializationException'})
    await expect(sqs.call('SendMessage', {QueueUrl: url, MessageBody: 5})).rejects.toMatchObject({
      code: 'SerializationException',
    })
  })
})

describe('message attributes', () => {
  const attempt = (name: string, value: object) => sqs.send(url, 'x', {MessageAttributes: {[name]: value}})
  const refused = {code: 'InvalidParameterValueException', options: {queryCode: 'InvalidParameterValue'}}

  it.each(['a', 'A-Z_0.9', 'L'.repeat(256), 'aws', 'awsome', 'amazonian'])('takes the name %s', async name => {
    await attempt(name, string('v'))
  })

  it.each([
    ...['aWs.x', 'AMAZON.x', '.x', 'x.', 'a..b', 'Invalid-!-attr', 'a b', 'quote"', 'par(en', '§', ''],
    'L'.repeat(257),
  ])('refuses the name %s', async name => {
    await expect(attempt(name, string('v'))).rejects.toMatchObject(refused)
  })

  it.each(['String', 'Number', 'Binary', 'String.json', 'Number.int.64', 'Binary.png'])(
    'takes the type %s',
    async DataType => {
      const value = DataType.startsWith('Binary') ? {BinaryValue: Buffer.from('1')} : {StringValue: '1'}
      await attempt('a', {DataType, ...value})
    },
  )

  it.each(['Invalid', 'string', 'Stringy', 'Number.', 'String.Array[]', `Number.${'L'.repeat(256)}`])(
    'refuses the type %s',
    async DataType => {
      await expect(attempt('a', {DataType, StringValue: '1'})).rejects.toMatchObject({
        ...refused,
        message:
          "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
      })
    },
  )

  it('refuses a missing type', async () => {
    await expect(attempt('a', {StringValue: '1'})).rejects.toMatchObject({
      ...refused,
      message: "The message attribute 'a' must contain a non-empty message attribute type.",
    })
  })

  it.each([
    ['String', {DataType: 'String', StringValue: ''}],
    ['String', {DataType: 'String.json'}],
    ['String', {DataType: 'String', BinaryValue: Buffer.from('1')}],
    ['Number', {DataType: 'Number', StringValue: ''}],
    ['Binary', {DataType: 'Binary', BinaryValue: Buffer.alloc(0)}],
    ['Binary', {DataType: 'Binary', StringValue: '1'}],
  ])('refuses a %s without its value: %j', async (type, value) => {
    await expect(attempt('ErrorDetails', value)).rejects.toMatchObject({
      ...refused,
      message: `Message (user) attribute 'ErrorDetails' must contain a non-empty value of type '${type}'.`,
    })
  })

  it.each(['0', '-1', '+3.25', '1614717034367', '.5', '1e126', '1E-128', '9'.repeat(38)])(
    'takes the number %s',
    async n => {
      await attempt('a', {DataType: 'Number', StringValue: n})
    },
  )

  it.each(['abc', '1,5', '0x10', '1e127', '1e-129', 'NaN', '1 ', '--1', '.', '9'.repeat(39)])(
    'refuses the number %s',
    async n => {
      await expect(attempt('a', {DataType: 'Number', StringValue: n})).rejects.toMatchObject({
        ...refused,
        message: "Can't cast the value of message (user) attribute 'a' to a number.",
      })
    },
  )

  it('refuses control characters in a string value', async () => {
    await expect(attempt('a', string('Invalid-\u0008,\u000b'))).rejects.toMatchObject(refused)
  })

  it('refuses list values, which are not implemented, and takes them empty', async () => {
    for (const list of [{StringListValues: ['a']}, {BinaryListValues: [Buffer.from('a')]}]) {
      await expect(attempt('a', {...string('v'), ...list})).rejects.toMatchObject({
        code: 'UnsupportedOperation',
        message: 'Message attribute list values in SendMessage operation are not supported.',
        options: {queryCode: 'AWS.SimpleQueueService.UnsupportedOperation'},
      })
    }
    await attempt('a', {...string('v'), StringListValues: [], BinaryListValues: []})
  })

  it('refuses both kinds of value in one', async () => {
    await expect(attempt('a', {...string('v'), BinaryValue: Buffer.from('1')})).rejects.toMatchObject(refused)
  })

  it('takes ten and refuses eleven', async () => {
    const attributes = (count: number) =>
      Object.fromEntries(Array.from({length: count}, (_, index) => [`a${index}`, string('v')]))
    await sqs.send(url, 'x', {MessageAttributes: attributes(10)})
    await expect(sqs.send(url, 'x', {MessageAttributes: attributes(11)})).rejects.toMatchObject({
      ...refused,
      message: 'Number of message attributes [11] exceeds the allowed maximum [10].',
    })
  })

  it('knows one system attribute that can be sent, as a String', async () => {
    const attemptSystem = (attributes: object) => sqs.send(url, 'x', {MessageSystemAttributes: attributes})
    await expect(attemptSystem({SenderId: string('me')})).rejects.toMatchObject(refused)
    await expect(
      attemptSystem({AWSTraceHeader: {DataType: 'Binary', BinaryValue: Buffer.from('x')}}),
    ).rejects.toMatchObject(refused)
    await expect(attemptSystem({AWSTraceHeader: string('')})).rejects.toMatchObject(refused)
  })
})
