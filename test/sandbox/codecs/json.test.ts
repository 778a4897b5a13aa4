import {describe, expect, it} from 'vitest'
import {jsonCodec} from '../../../src/sandbox/codecs/json.js'
import {sqsModel} from '../../../src/sandbox/models/sqs.js'
import {AwsError} from '../../../src/sandbox/service.js'

function decode(action: string, body: string | Buffer) {
  return jsonCodec.decode(
    {
      method: 'POST',
      target: '/',
      headers: {'content-type': 'application/x-amz-json-1.0', 'x-amz-target': action},
      body: Buffer.from(body),
      origin: 'http://127.0.0.1:4747',
      signal: new AbortController().signal,
    },
    sqsModel,
  )
}

const refusal = (action: string, body: string | Buffer) => {
  try {
    decode(action, body)
  } catch (error) {
    return error instanceof AwsError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'accepted'
}

describe('JSON input', () => {
  it('keeps strings to the character and turns base64 into bytes', () => {
    const {action, input} = decode(
      'AmazonSQS.SendMessage',
      '{"QueueUrl":"u","MessageBody":"\\u00e9\\r\\n\\t\\u202e","DelaySeconds":0,"MessageAttributes":{"__proto__":{"DataType":"Binary","BinaryValue":"AP8="}}}',
    )
    expect(action).toBe('SendMessage')
    expect(input).toMatchObject({QueueUrl: 'u', MessageBody: 'é\r\n\t\u202e', DelaySeconds: 0})
    expect(Object.entries(input.MessageAttributes as object)).toEqual([
      ['__proto__', {DataType: 'Binary', BinaryValue: Buffer.from([0, 255])}],
    ])
  })

  it('drops what is null and what the operation does not know', () => {
    expect(
      decode('AmazonSQS.ListQueues', '{"MaxResults":null,"Nonsense":{"a":1},"QueueNamePrefix":"o"}').input,
    ).toEqual({QueueNamePrefix: 'o'})
  })

  it('takes an empty body for no members', () => {
    expect(decode('AmazonSQS.ListQueues', '').input).toEqual({})
  })

  it.each([
    [
      'an unknown operation',
      'AmazonSQS.Explode',
      '{}',
      'UnknownOperationException: sqs has no operation AmazonSQS.Explode.',
    ],
    [
      'the target of another service',
      'Kinesis_20131202.ListStreams',
      '{}',
      'UnknownOperationException: sqs has no operation Kinesis_20131202.ListStreams.',
    ],
    [
      'a number for a string',
      'AmazonSQS.SendMessage',
      '{"MessageBody":5}',
      'SerializationException: NUMBER_VALUE can not be converted to a String',
    ],
    [
      'a string for a number',
      'AmazonSQS.ReceiveMessage',
      '{"MaxNumberOfMessages":"5"}',
      'SerializationException: STRING_VALUE can not be converted to an Integer',
    ],
    [
      'a fraction for a whole number',
      'AmazonSQS.ReceiveMessage',
      '{"MaxNumberOfMessages":1.5}',
      'SerializationException: NUMBER_VALUE can not be converted to an Integer',
    ],
    [
      'an object for a list',
      'AmazonSQS.SendMessageBatch',
      '{"Entries":{}}',
      'SerializationException: STRUCTURE_VALUE can not be converted to a List',
    ],
    [
      'a list for a map',
      'AmazonSQS.TagQueue',
      '{"Tags":[]}',
      'SerializationException: LIST_VALUE can not be converted to a Structure',
    ],
    [
      'a blob that is not base64',
      'AmazonSQS.SendMessage',
      '{"MessageAttributes":{"a":{"BinaryValue":"*"}}}',
      'SerializationException: A blob is not base64.',
    ],
    [
      'a document that is no object',
      'AmazonSQS.ListQueues',
      '[]',
      'SerializationException: LIST_VALUE can not be converted to a Structure',
    ],
    [
      'bytes that are no UTF-8',
      'AmazonSQS.SendMessage',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
      'SerializationException: Invalid UTF-8 in the request body.',
    ],
  ])('refuses %s', (_, action, body, expected) => {
    expect(refusal(action, body)).toBe(expected)
  })

  it('refuses half a document', () => {
    expect(refusal('AmazonSQS.ListQueues', '{"QueueNamePrefix":')).toMatch(
      /^SerializationException: The request body is not JSON: /,
    )
  })
})

describe('JSON output', () => {
  it('writes bytes as base64 and leaves the service its own objects', () => {
    const output = {
      Messages: [{Body: 'b', MessageAttributes: {bin: {DataType: 'Binary', BinaryValue: Buffer.from([0, 255])}}}],
    }
    const reply = jsonCodec.success(decode('AmazonSQS.ReceiveMessage', '{}'), output, sqsModel, 'id-1')
    expect(reply).toEqual({
      status: 200,
      headers: {'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'id-1'},
      body: '{"Messages":[{"Body":"b","MessageAttributes":{"bin":{"DataType":"Binary","BinaryValue":"AP8="}}}]}',
    })
    expect(output.Messages[0]?.MessageAttributes.bin.BinaryValue).toEqual(Buffer.from([0, 255]))
  })

  it('writes nothing for an operation without output', () => {
    expect(jsonCodec.success(decode('AmazonSQS.PurgeQueue', '{}'), {}, sqsModel, 'id').body).toBe('')
  })

  it.each([
    [
      'an error of the service, with the code of the old protocol beside it',
      new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', {
        queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
      }),
      400,
      'com.amazonaws.sqs#QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue;Sender',
    ],
    [
      'an error of the front door, in its own namespace',
      new AwsError('AccessDeniedException', 'no', {status: 403, queryCode: 'AccessDenied'}),
      403,
      'com.amazon.coral.service#AccessDeniedException',
      'AccessDenied;Sender',
      'Message',
    ],
    [
      'a failure of the server',
      new AwsError('InternalFailure', 'oh', {status: 500}),
      500,
      'com.amazon.coral.service#InternalFailure',
      'InternalFailure;Receiver',
    ],
  ])('writes %s', (_, error, status, type, queryError, member = 'message') => {
    const reply = jsonCodec.failure(error, sqsModel, 'id-3')
    expect(reply.status).toBe(status)
    expect(reply.headers).toMatchObject({'x-amzn-requestid': 'id-3', 'x-amzn-query-error': queryError})
    expect(JSON.parse(reply.body)).toEqual({__type: type, [member]: error.message})
  })
})
