import {describe, expect, it} from 'vitest'
import type {LeanSqs} from '../../../../src/lib/aws/lean/lean-sqs.js'
import {json, serve} from '../http-servers.js'
import {BOTH, lean} from './clients.js'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe.each(BOTH)('%s: what is sent', (_name, open) => {
  it.each<[string, (sqs: LeanSqs, url: string) => Promise<unknown>, string, object]>([
    [
      'ReceiveMessage',
      async (sqs, QueueUrl) =>
        sqs.receiveMessage({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
          VisibilityTimeout: 120,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
          ReceiveRequestAttemptId: 'attempt',
        }),
      'ReceiveMessage',
      {
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        VisibilityTimeout: 120,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        ReceiveRequestAttemptId: 'attempt',
      },
    ],
    ['ReceiveMessage of nothing else', async (sqs, QueueUrl) => sqs.receiveMessage({QueueUrl}), 'ReceiveMessage', {}],
    [
      'SendMessageBatch with attributes of every type',
      async (sqs, QueueUrl) =>
        sqs.sendMessageBatch({
          QueueUrl,
          Entries: [
            {
              Id: '0',
              MessageBody: 'tab\t "quotes" \\ \u0085 é € 😀 \u2028',
              DelaySeconds: 0,
              MessageGroupId: 'group',
              MessageDeduplicationId: 'dedup',
              MessageAttributes: {
                text: {DataType: 'String', StringValue: 'wért'},
                labelled: {DataType: 'String.url', StringValue: 'https://example.com'},
                number: {DataType: 'Number', StringValue: '1.50'},
                labelledNumber: {DataType: 'Number.int', StringValue: '7'},
                binary: {DataType: 'Binary', BinaryValue: bytes(0, 255, 128, 10)},
                labelledBinary: {DataType: 'Binary.gif', BinaryValue: Buffer.from('GIF89a')},
                window: {DataType: 'Binary', BinaryValue: bytes(9, 1, 2, 3, 9).subarray(1, 4)},
                empty: {DataType: 'Binary', BinaryValue: bytes()},
              },
              MessageSystemAttributes: {AWSTraceHeader: {DataType: 'String', StringValue: 'Root=1-2-3'}},
            },
            {Id: '1', MessageBody: 'plain', MessageAttributes: undefined},
          ],
        }),
      'SendMessageBatch',
      {
        Entries: [
          {
            Id: '0',
            MessageBody: 'tab\t "quotes" \\ \u0085 é € 😀 \u2028',
            DelaySeconds: 0,
            MessageGroupId: 'group',
            MessageDeduplicationId: 'dedup',
            MessageAttributes: {
              text: {DataType: 'String', StringValue: 'wért'},
              labelled: {DataType: 'String.url', StringValue: 'https://example.com'},
              number: {DataType: 'Number', StringValue: '1.50'},
              labelledNumber: {DataType: 'Number.int', StringValue: '7'},
              binary: {DataType: 'Binary', BinaryValue: 'AP+ACg=='},
              labelledBinary: {DataType: 'Binary.gif', BinaryValue: 'R0lGODlh'},
              window: {DataType: 'Binary', BinaryValue: 'AQID'},
              empty: {DataType: 'Binary', BinaryValue: ''},
            },
            MessageSystemAttributes: {AWSTraceHeader: {DataType: 'String', StringValue: 'Root=1-2-3'}},
          },
          {Id: '1', MessageBody: 'plain'},
        ],
      },
    ],
    [
      'DeleteMessageBatch',
      async (sqs, QueueUrl) => sqs.deleteMessageBatch({QueueUrl, Entries: [{Id: '0', ReceiptHandle: 'AQEB=='}]}),
      'DeleteMessageBatch',
      {Entries: [{Id: '0', ReceiptHandle: 'AQEB=='}]},
    ],
    [
      'ChangeMessageVisibilityBatch',
      async (sqs, QueueUrl) =>
        sqs.changeMessageVisibilityBatch({
          QueueUrl,
          Entries: [{Id: '0', ReceiptHandle: 'AQEB==', VisibilityTimeout: 0}],
        }),
      'ChangeMessageVisibilityBatch',
      {Entries: [{Id: '0', ReceiptHandle: 'AQEB==', VisibilityTimeout: 0}]},
    ],
  ])('%s', async (_case, call, action, document) => {
    const server = await serve(json(200, {}))
    const url = `${server.url}/123456789012/orders`
    await call(await open(server.url), url)
    expect(server.received).toHaveLength(1)
    const {headers, body} = server.received[0]!
    expect(JSON.parse(body)).toEqual({QueueUrl: url, ...document})
    expect(headers).toMatchObject({
      host: server.url.slice('http://'.length),
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `AmazonSQS.${action}`,
      'x-amzn-query-mode': 'true',
      connection: 'keep-alive',
    })
    expect(headers).not.toHaveProperty('transfer-encoding')
  })

  it('writes an attribute that is called __proto__, and a lone surrogate as its escape', async () => {
    const server = await serve(json(200, {}))
    const attributes = JSON.parse('{"__proto__":{"DataType":"String","StringValue":"kept"}}') as Record<string, never>
    await (
      await open(server.url)
    ).sendMessageBatch({
      QueueUrl: `${server.url}/123456789012/q`,
      Entries: [{Id: '0', MessageBody: 'half \ud83d', MessageAttributes: attributes}],
    })
    const {body} = server.received[0]!
    expect(body).toMatch(/"__proto__":\{("StringValue":"kept"|"DataType":"String"|,)+\}/)
    expect(body).toContain('"half \\ud83d"')
  })

  it('keeps a path that the endpoint has', async () => {
    const targets: (string | undefined)[] = []
    const server = await serve(response => {
      targets.push(response.req.url)
      response.end('{}')
    })
    await (await open(`${server.url}/sqs/v1`)).receiveMessage({QueueUrl: `${server.url}/sqs/v1/123456789012/q`})
    expect(targets).toEqual(['/sqs/v1/'])
  })
})

describe.each(BOTH)('%s: what is received', (_name, open) => {
  async function answered(document: object): Promise<{sqs: LeanSqs; QueueUrl: string}> {
    const server = await serve(json(200, document))
    return {sqs: await open(server.url), QueueUrl: `${server.url}/123456789012/orders`}
  }

  it('messages with attributes of every type; members that are unknown or null are left out', async () => {
    const {sqs, QueueUrl} = await answered({
      Messages: [
        {
          MessageId: 'm-1',
          ReceiptHandle: 'AQEB==',
          MD5OfBody: 'aa',
          Body: 'tab\t é € 😀 \u2028',
          Attributes: {SentTimestamp: '1700000000000', AWSTraceHeader: 'Root=1', NewOne: 'x'},
          MD5OfMessageAttributes: 'bb',
          MessageAttributes: {
            text: {DataType: 'String', StringValue: 'wért', StringListValues: [], BinaryListValues: [], Newer: 1},
            number: {DataType: 'Number.int', StringValue: '7'},
            binary: {DataType: 'Binary.gif', BinaryValue: 'AP+ACg=='},
            empty: {DataType: 'Binary', BinaryValue: ''},
          },
          Newer: {a: 1},
        },
        {MessageId: 'm-2', ReceiptHandle: 'AQEC', MD5OfBody: 'cc', Body: '', Attributes: null, MessageAttributes: null},
      ],
      Newer: [],
    })
    const {Messages} = await sqs.receiveMessage({QueueUrl})
    expect(Messages).toEqual([
      {
        MessageId: 'm-1',
        ReceiptHandle: 'AQEB==',
        MD5OfBody: 'aa',
        Body: 'tab\t é € 😀 \u2028',
        Attributes: {SentTimestamp: '1700000000000', AWSTraceHeader: 'Root=1', NewOne: 'x'},
        MD5OfMessageAttributes: 'bb',
        MessageAttributes: {
          text: {DataType: 'String', StringValue: 'wért', StringListValues: [], BinaryListValues: []},
          number: {DataType: 'Number.int', StringValue: '7'},
          binary: {DataType: 'Binary.gif', BinaryValue: bytes(0, 255, 128, 10)},
          empty: {DataType: 'Binary', BinaryValue: bytes()},
        },
      },
      {MessageId: 'm-2', ReceiptHandle: 'AQEC', MD5OfBody: 'cc', Body: ''},
    ])
  })

  it('no messages', async () => {
    const {sqs, QueueUrl} = await answered({})
    expect((await sqs.receiveMessage({QueueUrl})).Messages).toBeUndefined()
    const empty = await answered({Messages: []})
    expect((await empty.sqs.receiveMessage({QueueUrl: empty.QueueUrl})).Messages).toEqual([])
  })

  const PARTIAL = {
    Successful: [
      {
        Id: '0',
        MessageId: 'new-0',
        MD5OfMessageBody: 'aa',
        MD5OfMessageAttributes: 'bb',
        MD5OfMessageSystemAttributes: 'cc',
        SequenceNumber: '18870000000000000001',
      },
    ],
    Failed: [{Id: '1', SenderFault: true, Code: 'InvalidMessageContents', Message: 'no'}],
  }

  it('a batch of which entries failed', async () => {
    const {sqs, QueueUrl} = await answered(PARTIAL)
    expect(await sqs.sendMessageBatch({QueueUrl, Entries: []})).toMatchObject(PARTIAL)
    const ids = {Successful: [{Id: '0'}], Failed: PARTIAL.Failed}
    const deleted = await answered(ids)
    expect(await deleted.sqs.deleteMessageBatch({QueueUrl: deleted.QueueUrl, Entries: []})).toMatchObject(ids)
    expect(await deleted.sqs.changeMessageVisibilityBatch({QueueUrl: deleted.QueueUrl, Entries: []})).toMatchObject(ids)
  })

  it('a batch of which nothing is told', async () => {
    const {sqs, QueueUrl} = await answered({})
    const {Successful, Failed} = await sqs.sendMessageBatch({QueueUrl, Entries: []})
    expect([Successful, Failed]).toEqual([undefined, undefined])
  })

  it('a body of 1 MiB, both ways, in whatever pieces it comes', async () => {
    const body = '€😀x'.repeat(131_072)
    expect(Buffer.byteLength(body)).toBe(1_048_576)
    const server = await serve((response, {action, body: sent}) => {
      if (action === 'SendMessageBatch') {
        const {Entries} = JSON.parse(sent) as {Entries: {MessageBody: string}[]}
        response.end(JSON.stringify({Successful: [{Id: '0', MessageId: String(Entries[0]?.MessageBody === body)}]}))
        return
      }
      const answer = Buffer.from(JSON.stringify({Messages: [{MessageId: 'm', Body: body}]}))
      response.writeHead(200, {'content-length': answer.length})
      for (let at = 0; at < answer.length; at += 100_001) response.write(answer.subarray(at, at + 100_001))
      response.end()
    })
    const sqs = await open(server.url)
    const QueueUrl = `${server.url}/123456789012/q`
    const sent = await sqs.sendMessageBatch({QueueUrl, Entries: [{Id: '0', MessageBody: body}]})
    expect(sent.Successful?.[0]?.MessageId).toBe('true')
    const {Messages} = await sqs.receiveMessage({QueueUrl})
    expect(Messages?.[0]?.Body === body).toBe(true)
  })

  it('gives each of many calls at once its own answer', async () => {
    const server = await serve((response, {body}) => {
      const {Entries} = JSON.parse(body) as {Entries: {Id: string}[]}
      const answer = () =>
        response.end(JSON.stringify({Successful: Entries.map(({Id}) => ({Id, MessageId: `new-${Id}`}))}))
      if (Number(Entries[0]?.Id) % 3 === 0) setImmediate(answer)
      else answer()
    })
    const sqs = await open(server.url)
    const QueueUrl = `${server.url}/123456789012/q`
    const ids = await Promise.all(
      Array.from({length: 200}, async (_, i) => {
        const {Successful} = await sqs.sendMessageBatch({QueueUrl, Entries: [{Id: String(i), MessageBody: 'b'}]})
        return Successful?.[0]?.MessageId
      }),
    )
    expect(ids).toEqual(Array.from({length: 200}, (_, i) => `new-${i}`))
  })
})

it('lean: what is received keeps an attribute that is called __proto__, of which the SDK loses the value', async () => {
  const server = await serve(response => {
    response.end(
      '{"Messages":[{"MessageId":"m","Body":"b","MessageAttributes":{"__proto__":{"DataType":"Binary","BinaryValue":"AQ=="},"b":{"DataType":"String","StringValue":"v"}}}]}',
    )
  })
  const {Messages} = await (await lean(server.url)).receiveMessage({QueueUrl: `${server.url}/123456789012/q`})
  expect(Object.entries(Messages?.[0]?.MessageAttributes ?? {})).toEqual([
    ['__proto__', {DataType: 'Binary', BinaryValue: bytes(1)}],
    ['b', {DataType: 'String', StringValue: 'v'}],
  ])
})
