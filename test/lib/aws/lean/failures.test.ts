import {setImmediate} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import type {LeanSqs} from '../../../../src/lib/aws/lean/lean-sqs.js'
import {closedPort, json, reset, serve, silence, sqsError, stall, text} from '../http-servers.js'
import type {Answer} from '../http-servers.js'
import {lean, overSdk, toldFailure} from './clients.js'
import {reply, serveRaw} from './raw-server.js'

type CallOf = (sqs: LeanSqs, QueueUrl: string) => Promise<unknown>

const send: CallOf = async (sqs, QueueUrl) =>
  sqs.sendMessageBatch({QueueUrl, Entries: [{Id: '0', MessageBody: 'body'}]})
const remove: CallOf = async (sqs, QueueUrl) =>
  sqs.deleteMessageBatch({QueueUrl, Entries: [{Id: '0', ReceiptHandle: 'AQEBhandle'}]})
const receive: CallOf = async (sqs, QueueUrl) => sqs.receiveMessage({QueueUrl, WaitTimeSeconds: 0})
const release: CallOf = async (sqs, QueueUrl) =>
  sqs.changeMessageVisibilityBatch({QueueUrl, Entries: [{Id: '0', ReceiptHandle: 'AQEBhandle', VisibilityTimeout: 0}]})

/** How the two tell the same failure, addresses made equal; the first is the SDK's. */
async function toldByBoth(
  serveCase: () => Promise<{url: string; requests: () => number}>,
  call: CallOf = send,
  requestTimeoutMs?: number,
): Promise<[Record<string, unknown>, Record<string, unknown>]> {
  const told: Record<string, unknown>[] = []
  for (const open of [overSdk, lean]) {
    const {url, requests} = await serveCase()
    const failure = await toldFailure(call(await open(url, {requestTimeoutMs}), `${url}/123456789012/orders`))
    const text = JSON.stringify({...failure, requests: requests()}).replaceAll(url, 'http://endpoint')
    told.push(JSON.parse(text) as Record<string, unknown>)
  }
  return [told[0]!, told[1]!]
}

const answering = (answer: Answer) => async () => {
  const {url, received} = await serve(answer)
  return {url, requests: () => received.length}
}

const ORDERS = 'arn:aws:sqs:eu-west-1:123456789012:orders'

describe('an error that the service names', () => {
  it.each<[string, CallOf, number, string, string, object]>([
    [
      'QueueDoesNotExist',
      send,
      400,
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
      {code: 'QueueDoesNotExist', exitCode: 5, outcome: 'rejected', action: 'SendMessageBatch'},
    ],
    [
      'AccessDenied',
      remove,
      403,
      'AccessDeniedException',
      'AccessDenied',
      {code: 'AccessDenied', exitCode: 4, outcome: 'rejected', action: 'DeleteMessageBatch'},
    ],
    [
      'RequestThrottled',
      receive,
      403,
      'RequestThrottled',
      'RequestThrottled',
      {code: 'RequestThrottled', exitCode: 6, outcome: 'rejected', action: 'ReceiveMessage'},
    ],
    [
      'ExpiredToken',
      release,
      403,
      'ExpiredTokenException',
      'ExpiredToken',
      {code: 'ExpiredToken', exitCode: 4, outcome: 'rejected', action: 'ChangeMessageVisibilityBatch'},
    ],
    [
      'BatchRequestTooLong',
      send,
      400,
      'BatchRequestTooLong',
      'AWS.SimpleQueueService.BatchRequestTooLong',
      {code: 'BatchRequestTooLong', exitCode: 1, outcome: 'rejected'},
    ],
    [
      'KmsAccessDenied',
      receive,
      400,
      'KmsAccessDenied',
      'KMS.AccessDeniedException',
      {code: 'KmsAccessDenied', exitCode: 4, outcome: 'rejected'},
    ],
    [
      'a name that no model has',
      send,
      400,
      'InvalidParameterValueException',
      'InvalidParameterValue',
      {code: 'InvalidParameterValue', exitCode: 1, outcome: 'rejected'},
    ],
    [
      'RequestTimeTooSkewed',
      send,
      403,
      'RequestTimeTooSkewed',
      'RequestTimeTooSkewed',
      {code: 'RequestTimeTooSkewed', exitCode: 4, outcome: 'rejected'},
    ],
    [
      'InternalFailure',
      send,
      500,
      'InternalFailure',
      'InternalFailure',
      {code: 'InternalFailure', exitCode: 6, outcome: 'unknown'},
    ],
    [
      'ServiceUnavailable',
      receive,
      503,
      'ServiceUnavailable',
      'ServiceUnavailable',
      {code: 'ServiceUnavailable', exitCode: 6, outcome: 'unknown'},
    ],
  ])('%s', async (_name, call, status, shape, queryCode, expected) => {
    const [sdk, own] = await toldByBoth(answering(sqsError(status, shape, 'What AWS says', queryCode)), call)
    expect(own).toMatchObject({...expected, httpStatus: status, requestId: 'req-1', resource: ORDERS, requests: 1})
    expect(own).toEqual(sdk)
  })

  it.each<[string, Answer, object]>([
    [
      'in the body alone',
      json(400, {__type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'gone'}),
      {code: 'QueueDoesNotExist', outcome: 'rejected', httpStatus: 400},
    ],
    [
      'in a header alone',
      text(404, '{}', {'x-amzn-errortype': 'QueueDoesNotExist:http://internal/'}),
      {code: 'QueueDoesNotExist', outcome: 'rejected', httpStatus: 404},
    ],
    [
      'in none, though the body is a document',
      json(400, {message: 'what?'}),
      {code: 'UnreadableReply', outcome: 'unknown', httpStatus: 400},
    ],
  ])('%s', async (_name, answer, expected) => {
    const [sdk, own] = await toldByBoth(answering(answer))
    expect(own).toMatchObject(expected)
    expect(own).toEqual(sdk)
  })
})

describe('an answer that is none of SQS', () => {
  it.each<[string, Answer, object]>([
    ['200 with HTML', text(200, '<html>sign in</html>'), {code: 'UnreadableReply', httpStatus: 200}],
    ['403 with HTML', text(403, '<html>proxy</html>'), {code: 'UnreadableReply', httpStatus: 403}],
    ['503 with HTML', text(503, '<html>busy</html>'), {code: 'ServiceUnavailable', httpStatus: 503}],
    ['502 with nothing', text(502, ''), {code: 'ServiceUnavailable', httpStatus: 502}],
    ['400 with nothing', text(400, ''), {code: 'UnreadableReply', httpStatus: 400}],
    [
      'a redirect',
      text(307, '', {location: 'http://127.0.0.1:1/elsewhere'}),
      {code: 'UnreadableReply', httpStatus: 307},
    ],
    [
      'a redirect with a document',
      text(307, '{}', {location: 'http://127.0.0.1:1/elsewhere'}),
      {code: 'UnreadableReply', httpStatus: 307},
    ],
    ['200 with half a document', text(200, '{"Successful":[{"Id":"0"'), {code: 'UnreadableReply', httpStatus: 200}],
    [
      '200 with gzip',
      text(200, '\u001f\u008b\u0008compressed', {'content-encoding': 'gzip'}),
      {code: 'UnreadableReply', httpStatus: 200},
    ],
    [
      '200 with binary data that is no base64',
      json(200, {Messages: [{Body: 'b', MessageAttributes: {a: {DataType: 'Binary', BinaryValue: '!!!!'}}}]}),
      {code: 'UnreadableReply', httpStatus: 200},
    ],
  ])('%s', async (name, answer, expected) => {
    const [sdk, own] = await toldByBoth(answering(answer), name.includes('base64') ? receive : send)
    expect(own).toMatchObject({...expected, exitCode: 6, outcome: 'unknown', requests: 1})
    expect(own).toEqual(sdk)
  })

  it('200 in which the length is longer than what comes', async () => {
    const raw = async () => {
      const {url, requests} = await serveRaw(socket => socket.end(reply('{"Successful":[]}', {length: 500})))
      return {url, requests: () => requests.length}
    }
    const [sdk, own] = await toldByBoth(raw)
    expect(own).toMatchObject({code: 'ConnectionLost', outcome: 'unknown', requests: 1})
    expect(own).toEqual(sdk)
  })

  it('200 in which the length is shorter than what comes', async () => {
    const raw = async () => {
      const {url, requests} = await serveRaw(socket => void socket.write(reply('{"Successful":[]}', {length: 9})))
      return {url, requests: () => requests.length}
    }
    const [sdk, own] = await toldByBoth(raw)
    // Node tells the lean client of the bytes that are too many; the SDK sees the document that is cut.
    for (const told of [sdk, own]) {
      expect(told).toMatchObject({code: 'UnreadableReply', exitCode: 6, outcome: 'unknown', requests: 1})
    }
  })

  it('something that is not HTTP', async () => {
    const raw = async () => {
      const {url, requests} = await serveRaw(socket => void socket.write('220 mail.example ESMTP\r\n'))
      return {url, requests: () => requests.length}
    }
    for (const told of await toldByBoth(raw)) {
      expect(told).toMatchObject({code: 'UnreadableReply', exitCode: 6, outcome: 'unknown', requests: 1})
    }
  })
})

describe('no answer', () => {
  it.each<[string, Answer, string]>([
    ['the connection is reset before one', reset, 'ConnectionLost'],
    ['the connection is closed before one', response => void response.socket?.end(), 'ConnectionLost'],
    [
      'the connection is reset in the middle of one',
      (response, received, count) => {
        stall(response, received, count)
        void setImmediate().then(() => response.socket?.resetAndDestroy())
      },
      'ConnectionLost',
    ],
  ])('%s', async (_name, answer, code) => {
    const [sdk, own] = await toldByBoth(answering(answer))
    expect(own).toMatchObject({code, exitCode: 6, outcome: 'unknown', requests: 1})
    expect(own).toEqual(sdk)
  })

  it.each<[string, Answer]>([
    ['silence', silence],
    ['an answer that stalls', stall],
  ])('in time: %s', async (_name, answer) => {
    const [sdk, own] = await toldByBoth(answering(answer), send, 200)
    expect(own).toMatchObject({code: 'NoReply', exitCode: 6, outcome: 'unknown', requests: 1})
    expect(own).toEqual(sdk)
  })

  it('nothing listens', async () => {
    const port = await closedPort()
    const nobody = async () => Promise.resolve({url: `http://127.0.0.1:${port}`, requests: () => 0})
    const [sdk, own] = await toldByBoth(nobody)
    expect(own).toMatchObject({code: 'ConnectionRefused', exitCode: 6, outcome: 'not-sent'})
    expect(own).toEqual(sdk)
  })

  it('nothing listens at any address of the name', async () => {
    const port = await closedPort()
    const nobody = async () => Promise.resolve({url: `http://localhost:${port}`, requests: () => 0})
    const [sdk, own] = await toldByBoth(nobody)
    expect(own).toMatchObject({code: 'ConnectionRefused', exitCode: 6, outcome: 'not-sent'})
    expect(own).toEqual(sdk)
  })

  it('the name is none that a host can have', async () => {
    const nobody = async () => Promise.resolve({url: `http://${'a'.repeat(64)}.localhost:9`, requests: () => 0})
    const [sdk, own] = await toldByBoth(nobody)
    expect(own).toMatchObject({code: 'HostNotFound', exitCode: 6, outcome: 'not-sent'})
    expect(own).toEqual(sdk)
  })
})
