import type {OutgoingHttpHeaders} from 'node:http'
import type {FaultKind} from './tape.js'

/** An answer as it goes over the wire. */
export interface Reply {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

interface Entry {
  Id?: string
  MessageId?: string
  MD5OfMessageBody?: string
  MD5OfMessageAttributes?: string
  MD5OfBody?: string
}

interface Document {
  Successful?: Entry[]
  Failed?: object[]
  Messages?: Entry[]
}

const JSON_TYPE = 'application/x-amz-json-1.0'

/** The refusal of a request that takes no effect; undefined for faults that are none. */
export function refusalOf(kind: FaultKind): Reply | undefined {
  switch (kind) {
    case '500-before':
      return failure(500, 'InternalFailure', 'An internal error.')
    case '503-before':
      return failure(503, 'ServiceUnavailable', 'Service unavailable.')
    case 'throttle':
      return failure(400, 'RequestThrottled', 'Rate exceeded.')
    case 'throttle-429':
      return failure(429, 'ThrottlingException', 'Rate exceeded.')
    case 'expired-token':
      return failure(403, 'ExpiredTokenException', 'The security token included in the request is expired')
    default:
      return undefined
  }
}

/** The answer to a request that has taken effect, with a status that denies it; the answer itself for other faults. */
export function answerAs(kind: FaultKind | undefined, reply: Reply): Reply {
  switch (kind) {
    case '500-after':
      return failure(500, 'InternalError', 'An internal error.')
    case '503-after':
      return failure(503, 'ServiceUnavailable', 'Service unavailable.')
    case '504-after':
      return {status: 504, headers: {'content-type': 'text/html'}, body: Buffer.from('<html>Gateway Time-out</html>')}
    case '502-html':
      return {status: 502, headers: {'content-type': 'text/html'}, body: Buffer.from('<html>Bad Gateway</html>')}
    default:
      return reply
  }
}

const SPOILT: ReadonlySet<FaultKind> = new Set([
  'garbage-reply',
  'empty-reply',
  'bad-body-md5',
  'bad-attribute-md5',
  'missing-entry',
  'twice-named-entry',
  'failed-though-done',
])

/** Whether the fault is in the document that is answered. */
export function isSpoiltAnswer(kind: FaultKind): boolean {
  return SPOILT.has(kind)
}

/** A 200 whose document is not what SQS meant. */
export function spoil(kind: FaultKind, reply: Reply): Reply {
  if (reply.status !== 200) return reply
  if (kind === 'garbage-reply') return {...reply, body: Buffer.from('{"Successful": [{"Id": ')}
  if (kind === 'empty-reply') return {...reply, body: Buffer.alloc(0)}
  const document = JSON.parse(reply.body.toString()) as Document
  const first = document.Successful?.[0] ?? document.Messages?.[0]
  if (first !== undefined) spoilEntry(kind, document, first)
  return {...reply, body: Buffer.from(JSON.stringify(document))}
}

function spoilEntry(kind: FaultKind, document: Document, first: Entry): void {
  const wrong = '0123456789abcdef0123456789abcdef'
  switch (kind) {
    case 'bad-body-md5':
      if (first.MD5OfBody === undefined) first.MD5OfMessageBody = wrong
      else first.MD5OfBody = wrong
      break
    case 'bad-attribute-md5':
      first.MD5OfMessageAttributes = wrong
      break
    case 'missing-entry':
      document.Successful = document.Successful?.slice(1)
      break
    case 'twice-named-entry':
      document.Successful = [...(document.Successful ?? []), first]
      break
    case 'failed-though-done':
      document.Successful = document.Successful?.slice(1)
      document.Failed = [failedEntry(first.Id, 'InternalError')]
      break
    default:
      break
  }
}

/** Every other entry of a batch fails without taking effect, in a 200. */
export async function failEntries(
  kind: 'partial-batch' | 'partial-throttle',
  body: Buffer,
  forward: (body: Buffer) => Promise<Reply>,
): Promise<Reply> {
  const request = JSON.parse(body.toString()) as {Entries: Entry[]}
  const failed = request.Entries.filter((_, index) => index % 2 === 0)
  const rest = request.Entries.filter((_, index) => index % 2 === 1)
  const code = kind === 'partial-batch' ? 'InternalError' : 'RequestThrottled'
  const failures = failed.map(({Id}) => failedEntry(Id, code))
  if (rest.length === 0) return answer({Failed: failures})
  const reply = await forward(Buffer.from(JSON.stringify({...request, Entries: rest})))
  if (reply.status !== 200) return reply
  const document = JSON.parse(reply.body.toString()) as Document
  return answer({...document, Failed: [...(document.Failed ?? []), ...failures]})
}

function failedEntry(id: string | undefined, code: string): object {
  return {Id: id, Code: code, Message: 'Could not be done now.', SenderFault: false}
}

function answer(document: Document): Reply {
  return {
    status: 200,
    headers: {'content-type': JSON_TYPE, date: new Date().toUTCString()},
    body: Buffer.from(JSON.stringify(document)),
  }
}

function failure(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: {'content-type': JSON_TYPE, 'x-amzn-query-error': `${code};Sender`, 'x-amzn-requestid': 'fault-proxy'},
    body: Buffer.from(JSON.stringify({__type: `com.amazonaws.sqs#${code}`, message})),
  }
}
