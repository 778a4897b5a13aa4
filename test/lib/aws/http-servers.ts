import {createServer} from 'node:http'
import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach} from 'vitest'

export interface Received {
  readonly action: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface FakeServer {
  readonly url: string
  readonly received: Received[]
}

export type Answer = (response: ServerResponse, received: Received, count: number) => void

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map(async close => close()))
})

/** A server on a free port that notes each request and answers it; closed after the test. */
export async function serve(answer: Answer): Promise<FakeServer> {
  const received: Received[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const target = request.headers['x-amz-target']
      const action =
        typeof target === 'string'
          ? target.replace('AmazonSQS.', '')
          : (new URLSearchParams(body).get('Action') ?? request.url ?? '')
      received.push({action, headers: request.headers, body})
      answer(response, received.at(-1)!, received.length)
    })
  }
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    async () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received}
}

/** Answers as SQS's JSON protocol does. */
export function json(status: number, document: unknown, headers: Record<string, string> = {}): Answer {
  return response => {
    response.writeHead(status, {'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'req-1', ...headers})
    response.end(JSON.stringify(document))
  }
}

/** An error as SQS sends it: the shape in the body, the older protocol's code in a header. */
export function sqsError(status: number, name: string, message: string, queryCode = name): Answer {
  return json(status, {__type: `com.amazonaws.sqs#${name}`, message}, {'x-amzn-query-error': `${queryCode};Sender`})
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return response => {
    response.writeHead(status, {'content-type': 'text/html', ...headers})
    response.end(body)
  }
}

/** The answer of STS's query protocol. */
export function callerIdentity(account: string, arn: string): Answer {
  return text(
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>${account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>req-sts</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    {'content-type': 'text/xml'},
  )
}

export const silence: Answer = () => undefined

/** Sends the head and a part of the body, and then nothing. */
export const stall: Answer = response => {
  response.writeHead(200, {'content-type': 'application/x-amz-json-1.0', 'content-length': '1000'})
  response.write('{"QueueUrls":')
}

export const reset: Answer = response => {
  response.socket?.resetAndDestroy()
}

/** A port of this machine on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
