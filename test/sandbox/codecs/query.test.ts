import {describe, expect, it} from 'vitest'
import {queryCodec} from '../../../src/sandbox/codecs/query.js'
import {sqsModel} from '../../../src/sandbox/models/sqs.js'
import {stsModel} from '../../../src/sandbox/models/sts.js'
import {AwsError} from '../../../src/sandbox/service.js'
import type {WireRequest} from '../../../src/sandbox/wire.js'

function request(form: string, target = '/'): WireRequest {
  return {
    method: 'POST',
    target,
    headers: {'content-type': 'application/x-www-form-urlencoded'},
    body: Buffer.from(form),
    origin: 'http://127.0.0.1:4747',
    signal: new AbortController().signal,
  }
}

const decode = (form: string, target?: string) => {
  const {action, input} = queryCodec.decode(request(form, target), sqsModel)
  return {action, input}
}
const codeOf = (form: string) => {
  try {
    decode(form)
  } catch (error) {
    return error instanceof AwsError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'accepted'
}

describe('query input', () => {
  it('reads flattened maps of structures, with blobs as bytes', () => {
    const form =
      'Action=SendMessage&QueueUrl=http%3A%2F%2F127.0.0.1%3A4747%2F000000000000%2Forders&MessageBody=caf%C3%A9+%2B+1%26&DelaySeconds=5' +
      '&MessageAttribute.1.Name=kind&MessageAttribute.1.Value.StringValue=a.b&MessageAttribute.1.Value.DataType=String' +
      '&MessageAttribute.2.Name=__proto__&MessageAttribute.2.Value.BinaryValue=AP8%3D&MessageAttribute.2.Value.DataType=Binary' +
      '&MessageSystemAttribute.1.Name=AWSTraceHeader&MessageSystemAttribute.1.Value.StringValue=Root%3D1&MessageSystemAttribute.1.Value.DataType=String'
    const {action, input} = decode(form)
    expect(action).toBe('SendMessage')
    expect(input).toMatchObject({
      QueueUrl: 'http://127.0.0.1:4747/000000000000/orders',
      MessageBody: 'café + 1&',
      DelaySeconds: 5,
      MessageSystemAttributes: {AWSTraceHeader: {StringValue: 'Root=1', DataType: 'String'}},
    })
    expect(Object.entries(input.MessageAttributes as object)).toEqual([
      ['kind', {StringValue: 'a.b', DataType: 'String'}],
      ['__proto__', {BinaryValue: Buffer.from([0x00, 0xff]), DataType: 'Binary'}],
    ])
  })

  it('reads flattened lists in the order of their numbers, not of their text', () => {
    const names = Array.from({length: 11}, (_, i) => `AttributeName.${11 - i}=n${11 - i}`).join('&')
    expect(decode(`Action=GetQueueAttributes&${names}`).input.AttributeNames).toEqual(
      ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9', 'n10', 'n11'], // prettier-ignore
    )
  })

  it('reads batches, and maps inside their entries', () => {
    const form =
      'Action=SendMessageBatch&QueueUrl=u' +
      '&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=one' +
      '&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=two&SendMessageBatchRequestEntry.2.DelaySeconds=900' +
      '&SendMessageBatchRequestEntry.2.MessageAttribute.1.Name=n&SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.DataType=Number' +
      '&SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.StringValue=7'
    expect(decode(form).input.Entries).toEqual([
      {Id: 'a', MessageBody: 'one'},
      {Id: 'b', MessageBody: 'two', DelaySeconds: 900, MessageAttributes: {n: {DataType: 'Number', StringValue: '7'}}},
    ])
  })

  it('reads the other names of the old protocol', () => {
    expect(
      decode(
        'Action=CreateQueue&QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=3&Tag.1.Key=k&Tag.1.Value=v',
      ).input,
    ).toEqual({QueueName: 'q', Attributes: {DelaySeconds: '3'}, tags: {k: 'v'}})
    expect(decode('Action=UntagQueue&QueueUrl=u&TagKey.1=k').input).toEqual({QueueUrl: 'u', TagKeys: ['k']})
    expect(decode('Action=AddPermission&QueueUrl=u&Label=l&AWSAccountId.1=1&ActionName.1=SendMessage').input).toEqual({
      QueueUrl: 'u',
      Label: 'l',
      AWSAccountIds: ['1'],
      Actions: ['SendMessage'],
    })
    expect(
      decode(
        'Action=DeleteMessageBatch&QueueUrl=u&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.1.ReceiptHandle=r',
      ).input,
    ).toEqual({QueueUrl: 'u', Entries: [{Id: 'a', ReceiptHandle: 'r'}]})
  })

  it('takes the action from the URL and the queue from the path', () => {
    expect(decode('', '/000000000000/orders?Action=PurgeQueue')).toEqual({
      action: 'PurgeQueue',
      input: {QueueUrl: 'http://127.0.0.1:4747/000000000000/orders'},
    })
  })

  it.each([
    ['no action', 'QueueName=q', 'MissingAction: The request must contain the parameter Action.'],
    ['an unknown action', 'Action=Explode', 'InvalidAction: The action Explode is not valid for this endpoint.'],
    [
      'a number that is none',
      'Action=ReceiveMessage&MaxNumberOfMessages=ten',
      'InvalidParameterValue: Value (ten) for parameter MaxNumberOfMessages is invalid. Must be an integer.',
    ],
    [
      'a broken percent sign',
      'Action=SendMessage&MessageBody=%zz',
      'MalformedQueryString: The request is not valid percent-encoded UTF-8.',
    ],
    [
      'bytes that are no UTF-8',
      'Action=SendMessage&MessageBody=%ff',
      'MalformedQueryString: The request is not valid percent-encoded UTF-8.',
    ],
    [
      'a blob that is not base64',
      'Action=SendMessage&MessageAttribute.1.Name=a&MessageAttribute.1.Value.BinaryValue=***',
      'InvalidParameterValue: Value (***) for parameter BinaryValue is invalid. Must be base64.',
    ],
    [
      'a map entry without its value',
      'Action=TagQueue&Tag.1.Key=k',
      'MissingParameter: The request must contain the parameter Tags.Value.',
    ],
    [
      'a list index that is no number',
      'Action=UntagQueue&TagKey.first=k',
      'MalformedInput: Key first of TagKeys is not a number from 1.',
    ],
    [
      'a bottomless path',
      `Action=UntagQueue&${'a.'.repeat(50)}a=1`,
      `MalformedQueryString: The parameter ${'a.'.repeat(40)} is nested too deeply.`,
    ],
  ])('refuses %s', (_, form, expected) => {
    expect(codeOf(form)).toBe(expected)
  })
})

describe('XML output', () => {
  const success = (form: string, output: Record<string, unknown>, model = sqsModel) =>
    queryCodec.success(queryCodec.decode(request(form), model), output, model, 'id-1')

  it('writes received messages in the form of 2012-11-05', () => {
    const reply = success('Action=ReceiveMessage&QueueUrl=u', {
      Messages: [
        {
          MessageId: 'm1',
          ReceiptHandle: 'r1',
          MD5OfBody: 'd1',
          Body: 'a<b>&"c"\r\n',
          Attributes: {SenderId: 'AIDA', SentTimestamp: '1'},
          MD5OfMessageAttributes: 'd2',
          MessageAttributes: {bin: {DataType: 'Binary', BinaryValue: Buffer.from([0, 255])}},
        },
      ],
    })
    expect(reply).toEqual({
      status: 200,
      headers: {'content-type': 'text/xml', 'x-amzn-requestid': 'id-1'},
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult>' +
        '<Message><MessageId>m1</MessageId><ReceiptHandle>r1</ReceiptHandle><MD5OfBody>d1</MD5OfBody><Body>a&lt;b&gt;&amp;&quot;c&quot;&#xD;\n</Body>' +
        '<Attribute><Name>SenderId</Name><Value>AIDA</Value></Attribute><Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>' +
        '<MD5OfMessageAttributes>d2</MD5OfMessageAttributes>' +
        '<MessageAttribute><Name>bin</Name><Value><BinaryValue>AP8=</BinaryValue><DataType>Binary</DataType></Value></MessageAttribute></Message>' +
        '</ReceiveMessageResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></ReceiveMessageResponse>',
    })
  })

  it('writes an answer without a result', () => {
    expect(success('Action=PurgeQueue&QueueUrl=u', {}).body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<PurgeQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></PurgeQueueResponse>',
    )
  })

  it('writes batch results, booleans and the lower-case list of source queues', () => {
    expect(
      success('Action=SendMessageBatch&QueueUrl=u', {
        Successful: [{Id: 'a', MessageId: 'm', MD5OfMessageBody: 'd'}],
        Failed: [{Id: 'b', SenderFault: true, Code: 'X', Message: 'why'}],
      }).body,
    ).toContain(
      '<SendMessageBatchResult><SendMessageBatchResultEntry><Id>a</Id><MD5OfMessageBody>d</MD5OfMessageBody><MessageId>m</MessageId></SendMessageBatchResultEntry>' +
        '<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>X</Code><Message>why</Message></BatchResultErrorEntry></SendMessageBatchResult>',
    )
    expect(
      success('Action=ListDeadLetterSourceQueues&QueueUrl=u', {queueUrls: ['http://a', 'http://b']}).body,
    ).toContain(
      '<ListDeadLetterSourceQueuesResult><QueueUrl>http://a</QueueUrl><QueueUrl>http://b</QueueUrl></ListDeadLetterSourceQueuesResult>',
    )
  })

  it('writes times without fractions', () => {
    const reply = success(
      'Action=GetSessionToken',
      {
        Credentials: {
          AccessKeyId: 'A',
          SecretAccessKey: 'S',
          SessionToken: 'T',
          Expiration: new Date(Date.UTC(2026, 3, 21, 12, 0, 0, 123)),
        },
      },
      stsModel,
    )
    expect(reply.body).toContain('<Expiration>2026-04-21T12:00:00Z</Expiration>')
  })

  it('writes errors with the code of the old protocol', () => {
    const error = new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', {
      queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
    })
    expect(queryCodec.failure(error, sqsModel, 'id-2')).toEqual({
      status: 400,
      headers: {'content-type': 'text/xml', 'x-amzn-requestid': 'id-2'},
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>' +
        '<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist.</Message><Detail/></Error><RequestId>id-2</RequestId></ErrorResponse>',
    })
  })
})
